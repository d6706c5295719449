/* SPDX-License-Identifier: MIT */
#include "catalog/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

#define CHUNK_SIZE ((size_t)64 * 1024)

typedef struct chunk {
	struct chunk *next;
	size_t used;
	size_t size;
	max_align_t data[];
} chunk;

struct aet__arena {
	chunk *chunks; /* the one that is being filled comes first */
	bool failed;
};

aet__arena *
aet__arena_open(void)
{
	return aet__memory_array(1, sizeof(aet__arena));
}

void
aet__arena_free(aet__arena *arena)
{
	if (arena == NULL)
		return;
	while (arena->chunks != NULL) {
		chunk *next = arena->chunks->next;

		free(arena->chunks);
		arena->chunks = next;
	}
	free(arena);
}

/* What is larger than a chunk gets one of its own. */
static chunk *
add_chunk(aet__arena *arena, size_t want)
{
	size_t size = want > CHUNK_SIZE ? want : CHUNK_SIZE;
	chunk *fresh =
	    size < SIZE_MAX - sizeof(chunk) ? calloc(1, sizeof(chunk) + size) : NULL;

	if (fresh == NULL) {
		arena->failed = true;
		return NULL;
	}
	fresh->size = size;
	fresh->next = arena->chunks;
	arena->chunks = fresh;
	return fresh;
}

/* size bytes of the first chunk, or of a new one. */
static void *
take(aet__arena *arena, size_t size, size_t align)
{
	chunk *from = arena->chunks;
	size_t start = 0;

	if (from != NULL)
		start = (from->used + align - 1) / align * align;
	if (from == NULL || start > from->size || size > from->size - start) {
		from = add_chunk(arena, size);
		start = 0;
	}
	if (from == NULL)
		return NULL;
	from->used = start + size;
	return (unsigned char *)from->data + start;
}

void *
aet__arena_array(aet__arena *arena, size_t count, size_t size)
{
	if (count > SIZE_MAX / size) {
		arena->failed = true;
		return NULL;
	}
	return take(arena, count * size, _Alignof(max_align_t));
}

const char *
aet__arena_text(aet__arena *arena, const char *text)
{
	size_t size = text != NULL ? strlen(text) + 1 : 0;
	char *copy = size > 0 ? take(arena, size, 1) : NULL;

	if (copy != NULL)
		memcpy(copy, text, size);
	return copy;
}

bool
aet__arena_ok(const aet__arena *arena)
{
	return !arena->failed;
}

void
aet__arena_join(aet__arena *arena, aet__arena *other)
{
	chunk **last = &arena->chunks;

	if (other == NULL)
		return;
	while (*last != NULL)
		last = &(*last)->next;
	*last = other->chunks;
	arena->failed |= other->failed;
	free(other);
}
