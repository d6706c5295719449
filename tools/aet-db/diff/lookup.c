/* SPDX-License-Identifier: MIT */
#include "diff/lookup.h"

#include <stdint.h>
#include <string.h>

#define FIRST_SIZE 256

/* FNV-1a. */
static size_t
hash(const char *key)
{
	uint64_t sum = UINT64_C(14695981039346656037);

	for (; *key != '\0'; key++)
		sum = (sum ^ (unsigned char)*key) * UINT64_C(1099511628211);
	return (size_t)(sum ^ (sum >> 32));
}

/* Where key is, or would go. */
static diff_lookup_entry *
place_of(const diff_lookup *lookup, const char *key)
{
	size_t at = hash(key) & (lookup->size - 1);

	while (
	    lookup->entries[at].key != NULL && strcmp(lookup->entries[at].key, key) != 0)
		at = (at + 1) & (lookup->size - 1);
	return &lookup->entries[at];
}

static void
grow(codegen_memory *memory, diff_lookup *lookup)
{
	diff_lookup old = *lookup;

	lookup->size = old.size > 0 ? old.size * 2 : FIRST_SIZE;
	lookup->entries = codegen_room(memory, lookup->size, sizeof(*lookup->entries));
	for (size_t i = 0; i < old.size; i++)
		if (old.entries[i].key != NULL)
			*place_of(lookup, old.entries[i].key) = old.entries[i];
}

void
diff_lookup_add(codegen_memory *memory, diff_lookup *lookup, const char *key, void *value)
{
	diff_lookup_entry *entry;

	if (lookup->count * 2 >= lookup->size)
		grow(memory, lookup);
	entry = place_of(lookup, key);
	if (entry->key != NULL)
		return;
	*entry = (diff_lookup_entry){ key, value };
	lookup->count++;
}

void *
diff_lookup_find(const diff_lookup *lookup, const char *key)
{
	return lookup->size > 0 ? place_of(lookup, key)->value : NULL;
}
