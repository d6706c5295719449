/* SPDX-License-Identifier: MIT */
/*
 * A unified diff with one hunk: from the first line that differs to the last.
 * It shows where a file is stale; nobody applies it.
 */
#include <stdbool.h>
#include <string.h>

#include "files.h"

#define CONTEXT 3

typedef struct lines {
	const char **items; /* count + 1: the last is the end of the text */
	size_t count;
} lines;

static lines
split(codegen_memory *memory, const char *text)
{
	lines made = { 0 };
	const char *at = text;

	for (const char *c = text; *c != '\0'; c++)
		made.count += *c == '\n' || c[1] == '\0';
	made.items = codegen_room(memory, made.count + 1, sizeof(*made.items));
	for (size_t i = 0; i < made.count; i++) {
		made.items[i] = at;
		at += strcspn(at, "\n");
		at += *at == '\n';
	}
	made.items[made.count] = at;
	return made;
}

static bool
same(const lines *a, size_t i, const lines *b, size_t j)
{
	size_t len = (size_t)(a->items[i + 1] - a->items[i]);

	return len == (size_t)(b->items[j + 1] - b->items[j]) &&
	       memcmp(a->items[i], b->items[j], len) == 0;
}

static void
print(aet__text *out, char mark, const lines *from, size_t start, size_t end)
{
	for (size_t i = start; i < end; i++) {
		size_t len = (size_t)(from->items[i + 1] - from->items[i]);

		aet__text_add_char(out, mark);
		aet__text_add_n(out, from->items[i], len);
		if (len == 0 || from->items[i][len - 1] != '\n')
			aet__text_add(out, "\n\\ No newline at end of file\n");
	}
}

char *
codegen_difference(
    codegen_memory *memory, const char *path, const char *old, const char *fresh)
{
	lines a = split(memory, old);
	lines b = split(memory, fresh);
	aet__text out = { 0 };
	size_t head = 0;
	size_t tail = 0;
	size_t start;
	size_t more;

	while (head < a.count && head < b.count && same(&a, head, &b, head))
		head++;
	while (tail < a.count - head && tail < b.count - head &&
	       same(&a, a.count - tail - 1, &b, b.count - tail - 1))
		tail++;
	if (head == a.count && head == b.count)
		return codegen_copy(memory, "");
	start = head > CONTEXT ? head - CONTEXT : 0;
	more = tail > CONTEXT ? CONTEXT : tail;
	aet__text_addf(&out, "--- a/%s\n+++ b/%s\n@@ -%zu,%zu +%zu,%zu @@\n", path, path,
	    start + 1, a.count - tail + more - start, start + 1,
	    b.count - tail + more - start);
	print(&out, ' ', &a, start, head);
	print(&out, '-', &a, head, a.count - tail);
	print(&out, '+', &b, head, b.count - tail);
	print(&out, ' ', &a, a.count - tail, a.count - tail + more);
	return codegen_keep(memory, &out);
}
