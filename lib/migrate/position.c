/* SPDX-License-Identifier: MIT */
#include "migrate/position.h"

#include <limits.h>
#include <stdbool.h>

/* Whether c begins a character in UTF-8 (RFC 3629). */
static bool
begins_character(char c)
{
	return ((unsigned char)c & 0xC0) != 0x80;
}

void
aet__position_advance(aet__position *position, const char *text, size_t offset)
{
	for (; position->offset < offset; position->offset++) {
		if (text[position->offset] == '\n') {
			position->line += position->line < INT_MAX;
			position->column = 1;
		} else if (begins_character(text[position->offset])) {
			position->column += position->column < INT_MAX;
		}
	}
}

aet__position
aet__position_after(const char *text, size_t len, aet__position from, size_t nth)
{
	size_t at = from.offset;

	while (at < len && nth > 1) {
		at++;
		while (at < len && !begins_character(text[at]))
			at++;
		nth--;
	}
	aet__position_advance(&from, text, at);
	return from;
}

aet__position
aet__position_of_character(const char *text, size_t len, size_t from, size_t nth)
{
	aet__position position = AET__POSITION_START;

	aet__position_advance(&position, text, from);
	return aet__position_after(text, len, position, nth);
}
