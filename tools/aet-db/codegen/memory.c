/* SPDX-License-Identifier: MIT */
#include "memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void *
must(codegen_memory *memory, void *room)
{
	if (room == NULL)
		longjmp(memory->out, 1);
	return room;
}

void *
codegen_room(codegen_memory *memory, size_t count, size_t size)
{
	return must(memory, aet__arena_array(memory->arena, count > 0 ? count : 1, size));
}

char *
codegen_copy_n(codegen_memory *memory, const char *text, size_t len)
{
	char *copy = codegen_room(memory, len + 1, 1);

	memcpy(copy, text, len);
	return copy;
}

char *
codegen_copy(codegen_memory *memory, const char *text)
{
	return codegen_copy_n(memory, text, strlen(text));
}

char *
codegen_format(codegen_memory *memory, const char *format, ...)
{
	va_list list;
	va_list again;
	char *text;
	int len;

	va_start(list, format);
	va_copy(again, list);
	len = vsnprintf(NULL, 0, format, list);
	va_end(list);
	text = len < 0 ? NULL : aet__arena_array(memory->arena, (size_t)len + 1, 1);
	if (text != NULL)
		vsnprintf(text, (size_t)len + 1, format, again);
	va_end(again);
	return must(memory, text);
}

char *
codegen_keep(codegen_memory *memory, aet__text *text)
{
	char *copy = NULL;

	if (aet__text_ok(text))
		copy = aet__arena_array(memory->arena, text->len + 1, 1);
	if (copy != NULL)
		memcpy(copy, aet__text_view(text), text->len);
	aet__text_free(text);
	return must(memory, copy);
}

const char *
codegen_must(codegen_memory *memory, const char *made)
{
	if (made == NULL)
		longjmp(memory->out, 1);
	return made;
}

/* Arrays double; the room that is left behind goes with the rest. */
void *
codegen_append(codegen_memory *memory, void *items, size_t *count, size_t size)
{
	size_t n = *count;
	char *fresh = items;

	if ((n & (n - 1)) == 0) {
		fresh = codegen_room(memory, n > 0 ? n * 2 : 1, size);
		if (n > 0)
			memcpy(fresh, items, n * size);
	}
	*count = n + 1;
	return fresh;
}
