/* SPDX-License-Identifier: MIT */
/* numeric's base-10,000 digits to decimal text and back (numeric_out, set_var_from_str
 * of PostgreSQL's sources say how many zeros are shown). */
#include <string.h>

#include <aeturnis/values.h>

#include "core/ascii.h"
#include "core/error.h"

/* Of PostgreSQL's numeric: NUMERIC_MAX_DISPLAY_SCALE and the weight's 16 bits. */
#define MOST_DECIMALS 16383
#define MOST_WHOLE_DIGITS 131072

typedef struct writing {
	char *text;
	size_t size;
	size_t len;
} writing;

static void
put(writing *out, char c)
{
	if (out->len + 1 < out->size)
		out->text[out->len] = c;
	out->len++;
}

static void
put_text(writing *out, const char *text)
{
	for (; *text != '\0'; text++)
		put(out, *text);
}

static unsigned
digit_at(const aet_numeric *value, int place)
{
	return place >= 0 && place < value->digit_count ? value->digits[place] : 0;
}

static void
put_group(writing *out, unsigned digit, size_t count)
{
	static const unsigned powers[] = { 1000, 100, 10, 1 };

	for (size_t i = 0; i < count; i++)
		put(out, (char)('0' + digit / powers[i] % 10));
}

static void
put_whole(writing *out, const aet_numeric *value)
{
	bool begun = false;

	for (int i = 0; i <= value->weight; i++) {
		unsigned digit = digit_at(value, i);

		if (begun) {
			put_group(out, digit, 4);
			continue;
		}
		for (unsigned power = 1000; power > 0; power /= 10) {
			begun = begun || digit >= power;
			if (begun)
				put(out, (char)('0' + digit / power % 10));
		}
	}
	if (!begun)
		put(out, '0');
}

static void
put_fraction(writing *out, const aet_numeric *value)
{
	int place = value->weight + 1;

	if (value->scale == 0)
		return;
	put(out, '.');
	for (size_t left = value->scale; left > 0; place++) {
		size_t count = left < 4 ? left : 4;

		put_group(out, digit_at(value, place), count);
		left -= count;
	}
}

size_t
aet_numeric_format(aet_numeric value, char *text, size_t size)
{
	writing out = { text, size, 0 };

	switch (value.kind) {
	case AET_NUMERIC_NAN:
		put_text(&out, "NaN");
		break;
	case AET_NUMERIC_INFINITY:
		put_text(&out, "Infinity");
		break;
	case AET_NUMERIC_MINUS_INFINITY:
		put_text(&out, "-Infinity");
		break;
	case AET_NUMERIC_NEGATIVE:
		put(&out, '-');
		/* fall through */
	case AET_NUMERIC_POSITIVE:
		put_whole(&out, &value);
		put_fraction(&out, &value);
		break;
	}
	if (size > 0)
		text[out.len < size ? out.len : size - 1] = '\0';
	return out.len;
}

/* ---- reading ------------------------------------------------------------ */

static bool
read_word(const char *text, aet_numeric *out)
{
	aet_numeric made = { NULL, 0, 0, 0, AET_NUMERIC_NAN };

	if (strcmp(text, "Infinity") == 0)
		made.kind = AET_NUMERIC_INFINITY;
	else if (strcmp(text, "-Infinity") == 0)
		made.kind = AET_NUMERIC_MINUS_INFINITY;
	else if (strcmp(text, "NaN") != 0)
		return false;
	*out = made;
	return true;
}

/* How many digits stand before and behind the point; false: no number. */
static bool
measure(const char *text, size_t *whole, size_t *decimals)
{
	const char *at = text;

	while (aet__ascii_is_digit(*at))
		at++;
	*whole = (size_t)(at - text);
	*decimals = 0;
	if (*at == '.')
		for (at++; aet__ascii_is_digit(*at); at++)
			++*decimals;
	return *at == '\0' && *whole + *decimals > 0;
}

/* The group whose first digit has the place-th power of ten, which may begin
 * before the text or end behind it. */
static uint16_t
group_at(const char *text, size_t whole, size_t decimals, long first)
{
	uint16_t digit = 0;

	for (long place = first; place > first - 4; place--) {
		long index = (long)whole - 1 - place;
		char c = '0';

		if (index >= 0 && index < (long)(whole + decimals))
			c = text[index < (long)whole ? index : index + 1];
		digit = (uint16_t)(digit * 10 + (c - '0'));
	}
	return digit;
}

/* Zeros at either end are no digits of PostgreSQL's. */
static void
strip(aet_numeric *value, const uint16_t *room, size_t count)
{
	size_t skip = 0;

	while (count > 0 && room[count - 1] == 0)
		count--;
	while (skip < count && room[skip] == 0)
		skip++;
	value->digits = room + skip;
	value->digit_count = (uint16_t)(count - skip);
	value->weight = (int16_t)(value->weight - (int16_t)skip);
	if (value->digit_count == 0) {
		value->weight = 0;
		value->kind = AET_NUMERIC_POSITIVE;
	}
}

aet_status
aet_numeric_parse(
    const char *text, uint16_t *room, size_t count, aet_numeric *out, aet_error *err)
{
	aet_numeric made = { NULL, 0, 0, 0, AET_NUMERIC_POSITIVE };
	size_t whole, decimals, groups, high;

	if (text == NULL)
		return aet_error_set(err, AET_EINVAL, "no text to read a number from");
	if (read_word(text, out))
		return AET_OK;
	if (*text == '-')
		made.kind = AET_NUMERIC_NEGATIVE;
	text += *text == '-' || *text == '+';
	if (!measure(text, &whole, &decimals) || decimals > MOST_DECIMALS ||
	    whole > MOST_WHOLE_DIGITS)
		return aet_error_set(err, AET_EINVAL, "the text is no number");
	high = (whole + 3) / 4;
	groups = high + (decimals + 3) / 4;
	if (groups > count)
		return aet_error_set(
		    err, AET_EINVAL, "the number has more digits than room");
	for (size_t i = 0; i < groups; i++)
		room[i] =
		    group_at(text, whole, decimals, ((long)high - 1 - (long)i) * 4 + 3);
	made.weight = (int16_t)((long)high - 1);
	made.scale = (uint16_t)decimals;
	strip(&made, room, groups);
	*out = made;
	return AET_OK;
}
