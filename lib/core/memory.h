/* SPDX-License-Identifier: MIT */
/*
 * Allocation with the overflow checks that malloc leaves to its caller. Each
 * returns NULL when memory is out; none logs, none aborts.
 */
#ifndef AET_CORE_MEMORY_H
#define AET_CORE_MEMORY_H

#include <stddef.h>

/* Zeroed room for count items of size bytes. */
void *aet__memory_array(size_t count, size_t size);

/*
 * Doubles *items (item size bytes each) until it has room for want of them.
 * Returns false, and leaves everything alone, when memory is out.
 */
int aet__memory_grow(void **items, size_t *capacity, size_t want, size_t size);

/* A copy of text, or of its first len bytes. */
char *aet__memory_text(const char *text);
char *aet__memory_text_n(const char *text, size_t len);

/* Overwrites a secret in a way that the compiler keeps. NULL is nothing. */
void aet__memory_wipe(void *data, size_t len);
void aet__memory_wipe_text(char *text);

#endif
