/* SPDX-License-Identifier: MIT */
/*
 * Memory for things that are freed together. Like a text (core/text.h) it is
 * asked once, at the end, whether memory ran out on the way.
 */
#ifndef AET_CATALOG_ARENA_H
#define AET_CATALOG_ARENA_H

#include <stdbool.h>
#include <stddef.h>

typedef struct aet__arena aet__arena;

/* NULL when memory is out. */
aet__arena *aet__arena_open(void);

/* NULL is nothing. */
void aet__arena_free(aet__arena *arena);

/* Zeroed room for count items of size bytes, aligned for any of them; NULL
 * when memory is out. */
void *aet__arena_array(aet__arena *arena, size_t count, size_t size);

/* A copy; NULL for NULL, and when memory is out. */
const char *aet__arena_text(aet__arena *arena, const char *text);

/* What other holds lives on in arena; other is freed. NULL is nothing. */
void aet__arena_join(aet__arena *arena, aet__arena *other);

/* Whether every request so far was met. */
bool aet__arena_ok(const aet__arena *arena);

#endif
