/* SPDX-License-Identifier: MIT */
/* Changes in place that one statement of the newer object's does not make:
 * a column's type, an enum's labels. */
#include <stdlib.h>
#include <string.h>

#include "diff/plan.h"

#define LABELS_END "\x01"

const char *
diff_last_name(const char *name)
{
	const char *last = name;
	bool quoted = false;

	for (; *name != '\0'; name++) {
		if (*name == '"')
			quoted = !quoted;
		else if (*name == '.' && !quoted)
			last = name + 1;
	}
	return last;
}

bool
diff_is_type(const diff_object *object)
{
	return diff_is(object, "enum") || diff_is(object, "domain") ||
	       diff_is(object, "composite") || diff_is(object, "range");
}

bool
diff_retypes(const diff_object *user, const diff_object *type)
{
	if (!diff_is(user, "column") || user->other == NULL || user->shape != NULL ||
	    user->other->shape != NULL)
		return false;
	/* A range's functions have its name, and would be in the way of the new one's. */
	return (diff_is_type(type) && !diff_is(type, "range")) ||
	       diff_is(type, "collation");
}

const char *
diff_number_of(codegen_memory *memory, const diff_object *object)
{
	const char *number = strchr(object->address, '/') + 1;

	return codegen_copy_n(memory, number, strcspn(number, "/"));
}

static const char *
word_of(const diff_object *type)
{
	if (diff_is(type, "collation"))
		return "COLLATION";
	return diff_is(type, "domain") ? "DOMAIN" : "TYPE";
}

const char *
diff_aside_text(codegen_memory *memory, const diff_object *type)
{
	const char *number = diff_number_of(memory, type);
	const char *text = codegen_format(memory, "ALTER %s %s RENAME TO aet_old_%s",
	    word_of(type), type->name, number);

	if (!diff_is(type, "range"))
		return text;
	return codegen_format(memory, "%s;\nALTER TYPE %s RENAME TO aet_old_%s_many",
	    text, type->detail, number);
}

const char *
diff_aside_drop(codegen_memory *memory, const diff_object *type)
{
	return codegen_format(memory, "DROP %s %.*saet_old_%s", word_of(type),
	    (int)(diff_last_name(type->name) - type->name), type->name,
	    diff_number_of(memory, type));
}

/* ---- enums --------------------------------------------------------------- */

static size_t
label_length(const char *labels)
{
	return strcspn(labels, LABELS_END);
}

static const char *
label_next(const char *labels)
{
	labels += label_length(labels);
	return *labels != '\0' ? labels + 1 : labels;
}

static bool
label_same(const char *a, const char *b)
{
	return label_length(a) == label_length(b) && memcmp(a, b, label_length(a)) == 0;
}

static const char *
labels_of(const diff_object *type)
{
	return type->detail != NULL ? type->detail : "";
}

/* Whether only labels were added, wherever. */
static bool
labels_grow(const diff_object *older, const diff_object *newer)
{
	const char *old = labels_of(older);

	for (const char *label = labels_of(newer); *label != '\0';
	     label = label_next(label))
		if (*old != '\0' && label_same(old, label))
			old = label_next(old);
	return *old == '\0';
}

static const char *
enum_text(codegen_memory *memory, const diff_object *older, const diff_object *newer)
{
	const char *old = labels_of(older);
	const char *last = NULL;
	aet__text text = { 0 };

	for (const char *label = labels_of(newer); *label != '\0';
	     last = label, label = label_next(label)) {
		if (*old != '\0' && label_same(old, label)) {
			old = label_next(old);
			continue;
		}
		aet__text_addf(&text, "%sALTER TYPE %s ADD VALUE %.*s",
		    text.len > 0 ? ";\n" : "", newer->name, (int)label_length(label),
		    label);
		if (last != NULL && *old != '\0')
			aet__text_addf(
			    &text, " AFTER %.*s", (int)label_length(last), last);
		else if (*old != '\0')
			aet__text_addf(
			    &text, " BEFORE %.*s", (int)label_length(old), old);
	}
	return codegen_keep(memory, &text);
}

/* ---- columns ------------------------------------------------------------- */

/* detail is pg_type.typcategory and the type's name without its modifier. */
static bool
is_array(const diff_object *column)
{
	return column->detail[0] == 'A';
}

/* Whether an assignment converts the one into the other, as INSERT would. */
static bool
is_assignable(const diff_object *older, const diff_object *newer)
{
	char from = older->detail[0];
	char to = newer->detail[0];

	if (strcmp(older->detail, newer->detail) == 0)
		return strcmp(older->definition, newer->definition) != 0;
	return to == 'S' || (from == to && (to == 'N' || to == 'D')) ||
	       (strncmp(older->detail + 1, "json", 4) == 0 &&
		   strncmp(newer->detail + 1, "json", 4) == 0);
}

const char *
diff_using_text(
    codegen_memory *memory, const diff_object *older, const diff_object *newer)
{
	const char *column = diff_last_name(newer->name);
	const char *type = newer->detail + 1;

	if (is_assignable(older, newer))
		return NULL;
	if (is_array(newer) && !is_array(older))
		return codegen_format(memory,
		    "CASE WHEN %s IS NOT NULL THEN ARRAY[%s]::text[]::%s END", column,
		    column, type);
	if (is_array(older) && !is_array(newer) && newer->detail[0] != 'S')
		return codegen_format(memory, "%s[1]::text::%s", column, type);
	if (older->detail[0] == 'B' && newer->detail[0] == 'N')
		return codegen_format(memory, "%s::integer::%s", column, type);
	if (older->detail[0] == 'N' && newer->detail[0] == 'B')
		return codegen_format(memory, "%s::integer::%s", column, type);
	if (older->detail[0] == 'S')
		return codegen_format(memory, "%s::%s", column, type);
	return codegen_format(memory, "%s::text::%s", column, type);
}

static const char *
with_using(codegen_memory *memory, const diff_object *older, const diff_object *newer)
{
	const char *using = diff_using_text(memory, older, newer);

	return using != NULL ? codegen_format(memory, "%s USING %s", newer->alter, using)
			     : newer->alter;
}

static const char *
column_text(codegen_memory *memory, const diff_object *older, const diff_object *newer)
{
	const char *alter = newer->alter;
	const char *head;

	if (alter == NULL || alter[0] == '\0')
		return alter;
	head = strstr(alter, " SET DATA TYPE ");
	if (older->shape != NULL && newer->shape == NULL) {
		const char *plain = codegen_format(
		    memory, "%.*s DROP EXPRESSION", (int)(head - alter), alter);

		if (strcmp(older->definition, newer->definition) == 0)
			return plain;
		return codegen_format(
		    memory, "%s;\n%s", plain, with_using(memory, older, newer));
	}
	return with_using(memory, older, newer);
}

/* ---- sequences ----------------------------------------------------------- */

long long
diff_setting(const diff_object *sequence, const char *word)
{
	const char *at = strstr(sequence->definition, word);

	return at != NULL ? strtoll(at + strlen(word), NULL, 10) : 0;
}

/* A sequence that stands outside its new bounds is moved into them first, by
 * way of bounds that hold both places. */
static const char *
sequence_text(codegen_memory *memory, const diff_object *older, const diff_object *newer)
{
	const char *name = diff_is(newer, "identity") ? newer->shape : newer->name;
	long long low = diff_setting(older, "MINVALUE ");
	long long high = diff_setting(older, "MAXVALUE ");
	long long start = diff_setting(newer, "START WITH ");

	if (low >= diff_setting(newer, "MINVALUE ") &&
	    high <= diff_setting(newer, "MAXVALUE "))
		return newer->alter;
	if (start >= low && start <= high)
		return codegen_format(memory, "%s;\n%s", newer->detail, newer->alter);
	return codegen_format(memory,
	    "ALTER SEQUENCE %s MINVALUE %lld MAXVALUE %lld;\n%s;\n%s", name,
	    start < low ? start : low, start > high ? start : high, newer->detail,
	    newer->alter);
}

bool
diff_can_change(
    codegen_memory *memory, const diff_object *older, const diff_object *newer)
{
	bool alike = older->shape == NULL ? newer->shape == NULL
					  : newer->shape != NULL &&
						strcmp(older->shape, newer->shape) == 0;

	(void)memory;
	if (diff_is(newer, "enum"))
		return labels_grow(older, newer);
	if (diff_is(newer, "column") && older->shape != NULL && newer->shape == NULL)
		return true;
	return alike && newer->alter != NULL;
}

const char *
diff_change_text(
    codegen_memory *memory, const diff_object *older, const diff_object *newer)
{
	if (diff_is(newer, "enum"))
		return enum_text(memory, older, newer);
	if (diff_is(newer, "column"))
		return column_text(memory, older, newer);
	if (diff_is(newer, "sequence") || diff_is(newer, "identity"))
		return sequence_text(memory, older, newer);
	return newer->alter;
}
