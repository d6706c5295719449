/* SPDX-License-Identifier: MIT */
/*
 * Where in a text a byte is, as an editor says it: the line, and the column in
 * characters, both from 1.
 */
#ifndef AET_MIGRATE_POSITION_H
#define AET_MIGRATE_POSITION_H

#include <stddef.h>

typedef struct aet__position {
	size_t offset; /* in bytes; the two below say the same */
	int line;
	int column;
} aet__position;

#define AET__POSITION_START \
	{                   \
		0, 1, 1     \
	}

/* Moves position forwards to offset, which is not before it. Walks the bytes
 * between only, so that a file is counted once, however many places are asked. */
void aet__position_advance(aet__position *position, const char *text, size_t offset);

/* The place of the nth character, from 1, after from. */
aet__position aet__position_after(
    const char *text, size_t len, aet__position from, size_t nth);

/* The place of the nth character, from 1, of what begins at byte offset from:
 * how the server tells where in a statement it found an error. */
aet__position aet__position_of_character(
    const char *text, size_t len, size_t from, size_t nth);

#endif
