/* SPDX-License-Identifier: MIT */
#include "core/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void *
aet__memory_array(size_t count, size_t size)
{
	if (size > 0 && count > SIZE_MAX / size)
		return NULL;
	return calloc(count > 0 ? count : 1, size);
}

int
aet__memory_grow(void **items, size_t *capacity, size_t want, size_t size)
{
	size_t grown = *capacity > 0 ? *capacity : 8;
	void *moved;

	if (want <= *capacity)
		return 1;
	while (grown < want) {
		if (grown > SIZE_MAX / 2)
			return 0;
		grown *= 2;
	}
	if (grown > SIZE_MAX / size)
		return 0;
	moved = realloc(*items, grown * size);
	if (moved == NULL)
		return 0;
	*items = moved;
	*capacity = grown;
	return 1;
}

char *
aet__memory_text(const char *text)
{
	return aet__memory_text_n(text, strlen(text));
}

char *
aet__memory_text_n(const char *text, size_t len)
{
	char *copy = len < SIZE_MAX ? malloc(len + 1) : NULL;

	if (copy != NULL) {
		memcpy(copy, text, len);
		copy[len] = '\0';
	}
	return copy;
}

void
aet__memory_wipe(void *data, size_t len)
{
	if (data != NULL)
		explicit_bzero(data, len);
}

void
aet__memory_wipe_text(char *text)
{
	if (text != NULL)
		explicit_bzero(text, strlen(text));
}
