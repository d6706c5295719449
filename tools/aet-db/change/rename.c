/* SPDX-License-Identifier: MIT */
#include "change/rename.h"

#include <string.h>

#include <aeturnis/error.h>

#include "diff/plan.h"

#define PARTS 3

change_rename *
change_rename_add(codegen_memory *memory, change_renames *renames)
{
	renames->items = codegen_append(
	    memory, renames->items, &renames->count, sizeof(*renames->items));
	return &renames->items[renames->count - 1];
}

/* ---- names --------------------------------------------------------------- */

/* A name as the server's quote_ident would give it back, from how SQL takes it:
 * folded to lower case unless it is quoted, quoted where it must be. */
static const char *
canonical(codegen_memory *memory, const char *name, size_t len)
{
	bool plain = len > 0 && !(name[0] >= '0' && name[0] <= '9');
	char *folded;

	if (len >= 2 && name[0] == '"')
		return codegen_copy_n(memory, name, len);
	folded = codegen_copy_n(memory, name, len);
	for (char *c = folded; *c != '\0'; c++) {
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
		plain = plain && ((*c >= 'a' && *c <= 'z') || *c == '_' ||
				     (*c >= '0' && *c <= '9'));
	}
	return plain ? folded : codegen_format(memory, "\"%s\"", folded);
}

/* Splits a dotted name into at most PARTS; 0 where it has more, or an empty one. */
static size_t
split(codegen_memory *memory, const char *name, size_t len, const char *parts[PARTS])
{
	size_t count = 0;
	size_t start = 0;
	bool quoted = false;

	for (size_t at = 0; at <= len; at++) {
		if (at < len && name[at] == '"')
			quoted = !quoted;
		if (at < len && (name[at] != '.' || quoted))
			continue;
		if (at == start || count == PARTS || quoted)
			return 0;
		parts[count++] = canonical(memory, name + start, at - start);
		start = at + 1;
	}
	return count;
}

/* Whether two names are one, whichever of them is quoted without need. */
static bool
same_name(const char *a, const char *b)
{
	size_t a_len = strlen(a);
	size_t b_len = strlen(b);

	if (a[0] == '"' && b[0] != '"')
		return a_len == b_len + 2 && strncmp(a + 1, b, b_len) == 0;
	if (b[0] == '"' && a[0] != '"')
		return b_len == a_len + 2 && strncmp(b + 1, a, a_len) == 0;
	return strcmp(a, b) == 0;
}

static const char *
join(codegen_memory *memory, const char *const *parts, size_t count)
{
	const char *text = parts[0];

	for (size_t i = 1; i < count; i++)
		text = codegen_format(memory, "%s.%s", text, parts[i]);
	return text;
}

aet_status
change_rename_read(
    codegen_memory *memory, const char *flag, change_renames *renames, aet_error *err)
{
	const char *parts[PARTS];
	const char *equals = NULL;
	bool quoted = false;
	change_rename *rename;

	for (const char *c = flag; *c != '\0' && equals == NULL; c++) {
		if (*c == '"')
			quoted = !quoted;
		else if (*c == '=' && !quoted)
			equals = c;
	}
	if (equals == NULL || split(memory, flag, (size_t)(equals - flag), parts) == 0 ||
	    split(memory, equals + 1, strlen(equals + 1), parts) == 0)
		return aet_error_set(err, AET_EINVAL,
		    "--rename \"%s\" is no rename: write users.mail=users.email, or "
		    "old_table=new_table",
		    flag);
	rename = change_rename_add(memory, renames);
	rename->place = codegen_format(memory, "--rename %s", flag);
	rename->was = codegen_copy_n(memory, flag, (size_t)(equals - flag));
	rename->is = equals + 1;
	return AET_OK;
}

/* ---- what is meant ------------------------------------------------------- */

typedef struct meaning {
	const char *kind;
	const diff_object *was;
	const char *is;    /* as facts name it */
	const char *label; /* of an enum: the old one, the type is was */
} meaning;

static const diff_object *
find(codegen_memory *memory, const diff_schema *schema, const char *kind,
    const char *const *parts, size_t count)
{
	const char *name = join(memory, parts, count);
	const diff_object *found = diff_schema_find(schema, kind, name);

	for (size_t i = 0; found == NULL && i < schema->count; i++)
		if (diff_is(schema->objects[i], kind) &&
		    same_name(schema->objects[i]->name, name))
			found = schema->objects[i];
	return found;
}

/* Takes the old side for one thing; a name without a schema is public's. */
static const diff_object *
look(codegen_memory *memory, const diff_schema *schema, const char *kind,
    const char *const *parts, size_t count, size_t wanted)
{
	const char *full[PARTS] = { "public" };

	if (count == wanted)
		return find(memory, schema, kind, parts, count);
	if (count + 1 != wanted)
		return NULL;
	memcpy(full + 1, parts, count * sizeof(*parts));
	return find(memory, schema, kind, full, wanted);
}

/* The new side, in the place of the old one where it is a bare name. */
static const char *
new_name(codegen_memory *memory, const diff_object *was, const char *const *parts,
    size_t count, size_t wanted)
{
	const char *last = diff_last_name(was->name);

	if (count == 1)
		return codegen_format(
		    memory, "%.*s%s", (int)(last - was->name), was->name, parts[0]);
	if (count == wanted)
		return join(memory, parts, count);
	return count + 1 == wanted
		   ? codegen_format(memory, "public.%s", join(memory, parts, count))
		   : NULL;
}

static aet_status
understand_flag(codegen_memory *memory, const change_rename *rename,
    const diff_schema *from, meaning *out, aet_error *err)
{
	static const struct {
		const char *kind;
		size_t parts;
	} kinds[] = { { "table", 2 }, { "column", 3 } };
	const char *was[PARTS];
	const char *is[PARTS];
	size_t was_count = split(memory, rename->was, strlen(rename->was), was);
	size_t is_count = split(memory, rename->is, strlen(rename->is), is);
	size_t meanings = 0;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const diff_object *object =
		    look(memory, from, kinds[i].kind, was, was_count, kinds[i].parts);

		if (object == NULL)
			continue;
		*out = (meaning){ kinds[i].kind, object,
			new_name(memory, object, is, is_count, kinds[i].parts), NULL };
		meanings++;
	}
	if (meanings == 0)
		return aet_error_set(err, AET_EINVAL,
		    "%s: there is no table or column %s", rename->place, rename->was);
	if (meanings > 1)
		return aet_error_set(err, AET_EINVAL,
		    "%s: %s is a table and a column: write it with its schema",
		    rename->place, rename->was);
	if (out->is == NULL)
		return aet_error_set(err, AET_EINVAL, "%s: %s is no new name for a %s",
		    rename->place, rename->is, out->kind);
	return AET_OK;
}

/* A schema file says what is there now, and the last part of what was. */
static void
understand_file(codegen_memory *memory, const change_rename *rename,
    const diff_schema *from, meaning *out)
{
	const char *last = diff_last_name(rename->is);
	const char *was = canonical(memory, rename->was, strlen(rename->was));
	const char *name =
	    codegen_format(memory, "%.*s%s", (int)(last - rename->is), rename->is, was);

	*out = (meaning){ .kind = rename->kind, .is = rename->is };
	out->was = find(memory, from, rename->kind, &name, 1);
	if (out->was == NULL && strchr(was, '.') != NULL)
		out->was = find(memory, from, rename->kind, &rename->was, 1);
}

/* ---- the statement ------------------------------------------------------- */

/* A table that moves to another schema, too, takes two. */
static const char *
table_text(codegen_memory *memory, const meaning *m)
{
	const char *was = diff_last_name(m->was->name);
	const char *is = diff_last_name(m->is);
	int was_schema = (int)(was - m->was->name);
	int is_schema = (int)(is - m->is);
	aet__text text = { 0 };

	if (strcmp(was, is) != 0)
		aet__text_addf(&text, "ALTER TABLE %s RENAME TO %s", m->was->name, is);
	if (was_schema != is_schema ||
	    strncmp(m->was->name, m->is, (size_t)is_schema) != 0)
		aet__text_addf(&text, "%sALTER TABLE %.*s%s SET SCHEMA %.*s",
		    text.len > 0 ? ";\n" : "", was_schema, m->was->name, is,
		    is_schema - 1, m->is);
	return codegen_keep(memory, &text);
}

static bool
has_label(const diff_object *type, const char *label)
{
	size_t len = strlen(label);

	for (const char *at = type->detail; at != NULL; at = strchr(at, '\x01')) {
		at += *at == '\x01';
		if (strncmp(at, label, len) == 0 &&
		    (at[len] == '\0' || at[len] == '\x01'))
			return true;
		if (*at == '\0')
			return false;
	}
	return false;
}

/* Both names are literals here. */
static const char *
label_text(codegen_memory *memory, const change_rename *rename, const diff_schema *from)
{
	const diff_object *type = diff_schema_find(from, "enum", rename->owner);

	if (type == NULL || !has_label(type, rename->was) || has_label(type, rename->is))
		return NULL;
	return codegen_format(memory, "ALTER TYPE %s RENAME VALUE %s TO %s", type->name,
	    rename->was, rename->is);
}

/* A column that is new in a table that is there was never called anything. */
static const char *
doubt(codegen_memory *memory, const change_rename *rename, const meaning *m,
    const diff_schema *from)
{
	const char *last = diff_last_name(m->is);
	const char *table = codegen_copy_n(memory, m->is, (size_t)(last - m->is) - 1);

	if (strcmp(m->kind, "column") != 0 ||
	    find(memory, from, "column", &m->is, 1) != NULL ||
	    find(memory, from, "table", &table, 1) == NULL)
		return NULL;
	return codegen_format(memory,
	    "%s says that %s was %s, which is not there: it is made new", rename->place,
	    m->is, rename->was);
}

static aet_status
refuse_both(const change_rename *rename, const meaning *m, aet_error *err)
{
	return aet_error_set(err, AET_EINVAL,
	    "%s: %s and %s are both there, so neither can become the other",
	    rename->place, m->was->name, m->is);
}

aet_status
change_rename_text(codegen_memory *memory, const change_rename *rename,
    const diff_schema *from, const diff_schema *to, change_renaming *out, aet_error *err)
{
	meaning m = { 0 };
	aet_status status = AET_OK;

	*out = (change_renaming){ 0 };
	if (rename->owner != NULL) {
		out->text = label_text(memory, rename, from);
		return AET_OK;
	}
	if (rename->kind == NULL)
		status = understand_flag(memory, rename, from, &m, err);
	else
		understand_file(memory, rename, from, &m);
	if (status == AET_OK && m.was == NULL)
		out->wrong = doubt(memory, rename, &m, from);
	if (status != AET_OK || m.was == NULL || same_name(m.was->name, m.is))
		return status;
	if (find(memory, to, m.kind, &m.is, 1) == NULL)
		return aet_error_set(err, AET_EINVAL,
		    "%s: there is no %s %s in the new schema", rename->place, m.kind,
		    m.is);
	if (find(memory, from, m.kind, &m.is, 1) != NULL) {
		/* Done before, and the old name given to something new. */
		if (rename->kind != NULL &&
		    diff_schema_find(to, m.kind, m.was->name) != NULL)
			return AET_OK;
		return refuse_both(rename, &m, err);
	}
	if (strcmp(m.kind, "table") == 0)
		*out = (change_renaming){ .text = table_text(memory, &m),
			.table = m.was->name,
			.becomes = m.is };
	else
		out->text = codegen_format(memory,
		    "ALTER TABLE %s RENAME COLUMN %s TO %s", m.was->parent->name,
		    diff_last_name(m.was->name), diff_last_name(m.is));
	return AET_OK;
}
