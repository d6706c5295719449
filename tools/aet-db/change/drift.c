/* SPDX-License-Identifier: MIT */
#include "change/drift.h"

#include <string.h>

/* Definitions longer than this are not quoted. */
#define LONGEST 160

static bool
same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static const char *
said(const diff_object *object)
{
	return object->definition != NULL && object->definition[0] != '\0'
		   ? object->definition
		   : object->shape;
}

static bool
is_quotable(const char *text)
{
	return text != NULL && text[0] != '\0' && strlen(text) <= LONGEST &&
	       strpbrk(text, "\n\x01") == NULL;
}

static void
add(change *work, change_drifts *out, const diff_object *object, const char *sentence)
{
	out->items =
	    codegen_append(work->memory, out->items, &out->count, sizeof(*out->items));
	out->items[out->count - 1] = (change_drift){ object->name, sentence };
}

static void
tell_difference(
    change *work, change_drifts *out, const diff_object *is, const diff_object *expected)
{
	const char *mine = said(is);
	const char *theirs = said(expected);

	if (is_quotable(mine) && is_quotable(theirs) && !same(mine, theirs))
		add(work, out, is,
		    codegen_format(work->memory, "%s %s is \"%s\", expected \"%s\"",
			is->kind, is->name, mine, theirs));
	else
		add(work, out, is,
		    codegen_format(work->memory,
			"%s %s has another definition than is "
			"expected",
			is->kind, is->name));
}

static bool
is_there(const diff_schema *schema, const diff_object *object)
{
	return diff_schema_find(schema, object->kind, object->name) != NULL;
}

/* Whether what it belongs to is on its own side only. */
static bool
goes_without_saying(const diff_schema *other, const diff_object *object)
{
	/* Who owns what is the loader's there, where a file was loaded. */
	return strcmp(object->kind, "owner") == 0 ||
	       (object->parent != NULL && !is_there(other, object->parent));
}

static void
compare(change *work, change_drifts *out)
{
	for (size_t i = 0; i < work->to->count; i++) {
		const diff_object *expected = work->to->objects[i];
		const diff_object *is =
		    diff_schema_find(work->from, expected->kind, expected->name);

		if (is == NULL && !goes_without_saying(work->from, expected))
			add(work, out, expected,
			    codegen_format(work->memory, "%s %s is missing",
				expected->kind, expected->name));
		else if (is != NULL && (!same(is->shape, expected->shape) ||
					   !same(is->definition, expected->definition)))
			tell_difference(work, out, is, expected);
	}
	for (size_t i = 0; i < work->from->count; i++) {
		const diff_object *is = work->from->objects[i];

		if (!is_there(work->to, is) && !goes_without_saying(work->to, is))
			add(work, out, is,
			    codegen_format(work->memory, "%s %s is not expected",
				is->kind, is->name));
	}
}

aet_status
change_find_drift(
    change *work, const char *url, bool loaded, change_drifts *out, aet_error *err)
{
	aet_status status = change_read(work, url, loaded, err);

	if (status == AET_OK)
		compare(work, out);
	return status;
}
