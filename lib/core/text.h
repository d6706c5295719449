/* SPDX-License-Identifier: MIT */
/*
 * A growing text. Appending never fails visibly: once memory is out, the
 * buffer is marked and stays as it was, and the one who takes the result
 * checks once (aet__text_ok).
 */
#ifndef AET_CORE_TEXT_H
#define AET_CORE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include <aeturnis/export.h>

typedef struct aet__text {
	char *data; /* NUL-terminated once anything was appended; NULL before */
	size_t len;
	size_t capacity;
	bool failed;
} aet__text;

void aet__text_add(aet__text *text, const char *more);
void aet__text_add_n(aet__text *text, const char *more, size_t len);
void aet__text_add_char(aet__text *text, char c);
void aet__text_addf(aet__text *text, const char *format, ...) AET_PRINTF(2, 3);

/* Appends an SQL identifier in double quotes, quotes inside it doubled
 * (PostgreSQL manual, "Lexical Structure"). */
void aet__text_add_identifier(aet__text *text, const char *name);

/* Appends a standard-conforming SQL literal: E'' where a backslash asks for it. */
void aet__text_add_literal(aet__text *text, const char *value);

/* Empties it and keeps the room. */
void aet__text_clear(aet__text *text);

bool aet__text_ok(const aet__text *text);

/* The text so far, "" when empty; borrowed until the next append. */
const char *aet__text_view(const aet__text *text);

/* Gives the buffer away (free()); NULL when memory ran out. Empties text. */
char *aet__text_take(aet__text *text);

void aet__text_free(aet__text *text);

#endif
