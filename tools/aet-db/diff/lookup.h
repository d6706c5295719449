/* SPDX-License-Identifier: MIT */
/* From a text to a thing: a hash table that only grows. */
#ifndef AET_DB_DIFF_LOOKUP_H
#define AET_DB_DIFF_LOOKUP_H

#include <stddef.h>

#include "codegen/memory.h"

typedef struct diff_lookup_entry {
	const char *key; /* NULL: free */
	void *value;
} diff_lookup_entry;

typedef struct diff_lookup {
	diff_lookup_entry *entries;
	size_t size; /* a power of two */
	size_t count;
} diff_lookup;

/* The first value of a key stays. key is borrowed. */
void diff_lookup_add(
    codegen_memory *memory, diff_lookup *lookup, const char *key, void *value);

/* NULL: none. */
void *diff_lookup_find(const diff_lookup *lookup, const char *key);

#endif
