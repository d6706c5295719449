/* SPDX-License-Identifier: MIT */
/*
 * A decimal number in one normal form, so that a text and a double can be
 * compared without either being rounded on the way.
 */
#ifndef AET_CORE_DECIMAL_H
#define AET_CORE_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* No double needs more digits than this to be told from its neighbours. */
#define AET__DECIMAL_DIGITS 17

/* 0.DIGITS times ten to the exponent; the first digit and the last are not 0.
 * Zero has no digits and the exponent 0. */
typedef struct aet__decimal {
	bool negative;
	int len;
	char digits[AET__DECIMAL_DIGITS + 1];
	int64_t exponent;
} aet__decimal;

/* Reads a number of JSON's grammar. False where it has too many digits. */
bool aet__decimal_read(const char *text, size_t len, aet__decimal *out);

/* The fewest digits that read back as the (finite) value. */
aet__decimal aet__decimal_shortest(double value);

/* The nearest double, correctly rounded; an infinity where it is too large. */
double aet__decimal_double(const aet__decimal *decimal);

/* Whether both denote one number; zero has no sign here. */
bool aet__decimal_equal(const aet__decimal *a, const aet__decimal *b);

#define AET__DECIMAL_TEXT_SIZE 40

/* JSON text with a point or an exponent, so that it stays a real. The exponent
 * is one that a double can have. */
void aet__decimal_print(const aet__decimal *decimal, char text[AET__DECIMAL_TEXT_SIZE]);

#endif
