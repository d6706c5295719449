/* SPDX-License-Identifier: MIT */
#include "core/decimal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Far beyond a double's exponents, and far from overflowing when added to the
 * length of a text. */
#define EXPONENT_LIMIT (INT64_C(1) << 56)

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Appends the zeros held back and then digit. */
static bool
add_digit(aet__decimal *out, size_t *zeros, char digit)
{
	if (*zeros >= (size_t)(AET__DECIMAL_DIGITS - out->len))
		return false;
	for (; *zeros > 0; (*zeros)--)
		out->digits[out->len++] = '0';
	out->digits[out->len++] = digit;
	return true;
}

/* The part before an exponent. A zero is held back until a digit follows it,
 * so that those at the end are never counted. */
static bool
read_digits(const char *text, const char *end, aet__decimal *out)
{
	bool fraction = false;
	size_t zeros = 0;

	for (; text < end; text++) {
		if (*text == '.') {
			fraction = true;
			continue;
		}
		if (*text == '0' && out->len == 0) {
			out->exponent -= fraction;
			continue;
		}
		out->exponent += !fraction;
		if (*text == '0')
			zeros++;
		else if (!add_digit(out, &zeros, *text))
			return false;
	}
	return true;
}

static int64_t
read_exponent(const char *text, const char *end)
{
	int64_t value = 0;
	bool negative = text < end && *text == '-';

	if (text < end && (*text == '-' || *text == '+'))
		text++;
	for (; text < end && is_digit(*text); text++)
		if (value < EXPONENT_LIMIT)
			value = value * 10 + (*text - '0');
	return negative ? -value : value;
}

bool
aet__decimal_read(const char *text, size_t len, aet__decimal *out)
{
	const char *end = text + len;
	const char *exponent = text;

	*out = (aet__decimal){ .negative = len > 0 && *text == '-' };
	text += out->negative;
	while (exponent < end && *exponent != 'e' && *exponent != 'E')
		exponent++;
	if (!read_digits(text, exponent, out))
		return false;
	if (out->len == 0)
		out->exponent = 0;
	else if (exponent < end)
		out->exponent += read_exponent(exponent + 1, end);
	return true;
}

/* The digits and the exponent of "%e", whatever the locale's point is. */
static void
read_printed(const char *text, aet__decimal *out)
{
	size_t zeros = 0;

	*out = (aet__decimal){ .negative = *text == '-' };
	for (; *text != 'e'; text++) {
		if (*text == '0')
			zeros++;
		else if (is_digit(*text))
			add_digit(out, &zeros, *text);
	}
	out->exponent = read_exponent(text + 1, text + strlen(text)) + 1;
}

aet__decimal
aet__decimal_shortest(double value)
{
	aet__decimal out = { .negative = value < 0 };
	char text[48];

	if (value == 0)
		return out;
	for (int digits = 1; digits <= AET__DECIMAL_DIGITS; digits++) {
		snprintf(text, sizeof(text), "%.*e", digits - 1, value);
		if (strtod(text, NULL) == value)
			break;
	}
	read_printed(text, &out);
	return out;
}

double
aet__decimal_double(const aet__decimal *decimal)
{
	char text[64];

	/* Without a point, which would be the locale's. */
	snprintf(text, sizeof(text), "%s%se%" PRId64, decimal->negative ? "-" : "",
	    decimal->len > 0 ? decimal->digits : "0", decimal->exponent - decimal->len);
	return strtod(text, NULL);
}

bool
aet__decimal_equal(const aet__decimal *a, const aet__decimal *b)
{
	return a->len == b->len && a->exponent == b->exponent &&
	       (a->negative == b->negative || a->len == 0) &&
	       strcmp(a->digits, b->digits) == 0;
}

void
aet__decimal_print(const aet__decimal *decimal, char text[AET__DECIMAL_TEXT_SIZE])
{
	static const char zeros[] = "00000000000000000";
	const char *sign = decimal->negative ? "-" : "";
	const char *digits = decimal->digits;
	int exponent = (int)decimal->exponent;

	if (decimal->len == 0)
		snprintf(text, AET__DECIMAL_TEXT_SIZE, "%s0.0", sign);
	else if (exponent < -3 || exponent > AET__DECIMAL_DIGITS)
		snprintf(text, AET__DECIMAL_TEXT_SIZE, "%s%.1s%s%se%d", sign, digits,
		    decimal->len > 1 ? "." : "", digits + 1, exponent - 1);
	else if (exponent <= 0)
		snprintf(text, AET__DECIMAL_TEXT_SIZE, "%s0.%.*s%s", sign, -exponent,
		    zeros, digits);
	else if (exponent < decimal->len)
		snprintf(text, AET__DECIMAL_TEXT_SIZE, "%s%.*s.%s", sign, exponent,
		    digits, digits + exponent);
	else
		snprintf(text, AET__DECIMAL_TEXT_SIZE, "%s%s%.*s.0", sign, digits,
		    exponent - decimal->len, zeros);
}
