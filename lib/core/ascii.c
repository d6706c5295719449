/* SPDX-License-Identifier: MIT */
#include "core/ascii.h"

#include <string.h>

static char
lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

bool
aet__ascii_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool
aet__ascii_is_letter_or_digit(char c)
{
	return aet__ascii_is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z');
}

bool
aet__ascii_is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

bool
aet__ascii_same(const char *a, const char *b)
{
	size_t len = strlen(a);

	return strlen(b) == len && aet__ascii_same_n(a, b, len);
}

bool
aet__ascii_same_n(const char *a, const char *b, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (lower(a[i]) != lower(b[i]))
			return false;
		if (a[i] == '\0')
			return true;
	}
	return true;
}
