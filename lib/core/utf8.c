/* SPDX-License-Identifier: MIT */
#include "core/utf8.h"

/* How many bytes follow the first, and the smallest character so written. */
static int
length_of(unsigned char first, uint32_t *bits, uint32_t *least)
{
	if (first >= 0xC2 && first <= 0xDF) {
		*bits = first & 0x1F;
		*least = 0x80;
		return 1;
	}
	if (first >= 0xE0 && first <= 0xEF) {
		*bits = first & 0x0F;
		*least = 0x800;
		return 2;
	}
	if (first >= 0xF0 && first <= 0xF4) {
		*bits = first & 0x07;
		*least = 0x10000;
		return 3;
	}
	return -1;
}

uint32_t
aet__utf8_next(const char **at)
{
	const unsigned char *text = (const unsigned char *)*at;
	uint32_t code = 0;
	uint32_t least = 0;
	int more;

	if (text[0] < 0x80) {
		*at += text[0] != '\0';
		return text[0];
	}
	(*at)++;
	more = length_of(text[0], &code, &least);
	for (int i = 1; i <= more; i++) {
		if ((text[i] & 0xC0) != 0x80)
			return AET__UTF8_INVALID;
		code = code << 6 | (text[i] & 0x3FU);
	}
	if (more < 0 || code < least || code > 0x10FFFF ||
	    (code >= 0xD800 && code <= 0xDFFF))
		return AET__UTF8_INVALID;
	*at += more;
	return code;
}
