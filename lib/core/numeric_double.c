/* SPDX-License-Identifier: MIT */
#include "core/numeric_double.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/ascii.h"

/* No double, nor the middle between two, has more than 768 decimal digits: of what
 * comes behind these it matters only whether there is anything. */
#define ENOUGH 200

double
aet__numeric_to_double(aet_numeric value)
{
	char text[ENOUGH * 4 + 32];
	size_t len = 0;
	size_t count = value.digit_count < ENOUGH ? value.digit_count : ENOUGH;
	int exponent = 4 * (value.weight + 1 - (int)count);

	if (value.kind == AET_NUMERIC_NAN)
		return (double)NAN;
	if (value.kind == AET_NUMERIC_INFINITY)
		return (double)INFINITY;
	if (value.kind == AET_NUMERIC_MINUS_INFINITY)
		return (double)-INFINITY;
	if (value.kind == AET_NUMERIC_NEGATIVE)
		text[len++] = '-';
	text[len++] = '0';
	for (size_t i = 0; i < count; i++)
		len += (size_t)snprintf(
		    text + len, sizeof(text) - len, "%04u", value.digits[i] % 10000u);
	if (count < value.digit_count) {
		text[len++] = '1';
		exponent--;
	}
	/* Without a point: strtod's is the locale's. */
	snprintf(text + len, sizeof(text) - len, "e%d", exponent);
	return strtod(text, NULL);
}

/* The significant digits of value, as few as say it, and the power of ten that the
 * last of them counts. */
static int
shortest(double value, char digits[32])
{
	char text[64];
	size_t len = 0;
	const char *at;
	int exponent;

	for (int precision = 14; precision <= 16; precision++) {
		snprintf(text, sizeof(text), "%.*e", precision, fabs(value));
		if (strtod(text, NULL) >= fabs(value) &&
		    strtod(text, NULL) <= fabs(value))
			break;
	}
	for (at = text; *at != 'e' && *at != '\0'; at++)
		if (aet__ascii_is_digit(*at))
			digits[len++] = *at;
	exponent = (int)strtol(at + 1, NULL, 10) - (int)len + 1;
	for (; len > 1 && digits[len - 1] == '0'; exponent++)
		len--;
	digits[len] = '\0';
	return exponent;
}

aet_numeric
aet__numeric_from_double(double value, uint16_t room[AET__NUMERIC_DOUBLE_DIGITS])
{
	aet_numeric made = { .digits = room };
	char digits[32];
	char padded[40];
	int exponent;
	int behind; /* zeros that bring the exponent to a multiple of four */
	int before;

	if (isnan(value) || isinf(value)) {
		made.kind = isnan(value) ? AET_NUMERIC_NAN
			    : value > 0  ? AET_NUMERIC_INFINITY
					 : AET_NUMERIC_MINUS_INFINITY;
		return made;
	}
	exponent = shortest(value, digits);
	if (strcmp(digits, "0") == 0)
		return made;
	behind = ((exponent % 4) + 4) % 4;
	before = (4 - ((int)strlen(digits) + behind) % 4) % 4;
	snprintf(
	    padded, sizeof(padded), "%.*s%s%.*s", before, "000", digits, behind, "000");
	made.kind = value < 0 ? AET_NUMERIC_NEGATIVE : AET_NUMERIC_POSITIVE;
	made.scale = (uint16_t)(exponent < 0 ? -exponent : 0);
	made.digit_count = (uint16_t)(strlen(padded) / 4);
	made.weight = (int16_t)(made.digit_count - 1 + (exponent - behind) / 4);
	for (size_t i = 0; i < made.digit_count; i++)
		room[i] = (uint16_t)((padded[i * 4] - '0') * 1000 +
				     (padded[i * 4 + 1] - '0') * 100 +
				     (padded[i * 4 + 2] - '0') * 10 +
				     (padded[i * 4 + 3] - '0'));
	return made;
}
