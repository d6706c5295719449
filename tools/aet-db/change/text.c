/* SPDX-License-Identifier: MIT */
/* The text of a migration that is made: a head that says what to know before it
 * is run, and the statements. */
#include <inttypes.h>
#include <string.h>

#include "change/files.h"

static bool
is_of_word(char c)
{
	return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z');
}

static bool
has_word(const char *text, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word))
		if ((at == text || !is_of_word(at[-1])) && !is_of_word(at[len]))
			return true;
	return false;
}

static bool
mentions(const change_part *part, const char *table, const char *name)
{
	for (size_t i = 0; i < part->count; i++)
		if ((table == NULL || has_word(part->statements[i], table)) &&
		    has_word(part->statements[i], name))
			return true;
	return false;
}

/* What the statements about it call it: a constraint stands behind its table. */
static const char *
word_of(const diff_hazard *hazard)
{
	size_t len = hazard->table != NULL ? strlen(hazard->table) : 0;

	if (hazard->object == NULL)
		return hazard->table;
	if (len > 0 && strncmp(hazard->object, hazard->table, len) == 0 &&
	    hazard->object[len] == ' ')
		return hazard->object + len + 1;
	return diff_last_name(hazard->object);
}

/* What goes, goes in the first that names it; what comes is done in the last, but
 * an index that is built beside another in the first. */
size_t
change_part_of(const change *work, const diff_hazard *hazard)
{
	const char *aside = hazard->object != NULL
				? diff_lookup_find(&work->aside, hazard->object)
				: NULL;
	const char *word = aside != NULL ? aside : word_of(hazard);
	bool first = aside != NULL || hazard->object == NULL ||
		     strcmp(hazard->code, "data-loss") == 0;
	size_t found = 0;

	if (hazard->part > 0)
		return hazard->part - 1;
	for (size_t i = 0; word != NULL && i < work->part_count; i++) {
		if (!mentions(&work->parts[i], hazard->table, word))
			continue;
		found = i;
		if (first)
			return i;
	}
	return found;
}

const char *
change_hazard_line(codegen_memory *memory, const diff_hazard *hazard)
{
	if (hazard->rows == NULL)
		return codegen_format(
		    memory, "hazard %s: %s", hazard->code, hazard->text);
	return codegen_format(memory, "hazard %s: %s (%s: %s)", hazard->code,
	    hazard->text, hazard->table, hazard->rows);
}

/* Why it is written all the same. */
static const char *
reason_of(const change *work, hazard_id id)
{
	switch (id) {
	case HAZARD_DATA_LOSS:
		return "consented to, or else a row that has it fails";
	case HAZARD_LOCK_ORDER:
		return "one transaction, so that all of it is there or nothing";
	case HAZARD_EXISTING_ROWS:
		return "it fails where rows are in the way, and leaves them as they are";
	case HAZARD_BREAKS_RELEASE:
	case HAZARD_PRIVILEGES_LOST:
	case HAZARD_ROW_SECURITY:
		return "the schema says so";
	default:
		return work->transactional
			   ? "plain statements were asked for, by --transactional"
			   : "there is no form of it that does without";
	}
}

static void
add_allows(const change *work, const change_part *part, aet__text *out)
{
	bool any = false;

	for (size_t id = 0; id < HAZARD_COUNT; id++) {
		if (!part->allowed[id])
			continue;
		aet__text_addf(out, "%s-- aet: allow %s %s\n", any ? "" : "--\n",
		    hazard_kinds[id].code, reason_of(work, (hazard_id)id));
		any = true;
	}
}

static void
add_head(change *work, const change_part *part, const char *name, aet__text *out)
{
	if (part->mode == CHANGE_ALONE)
		aet__text_add(out, "-- aet: no-transaction\n");
	aet__text_addf(out,
	    "-- %s: written by aet-db generate, to be read before it is run.\n", name);
	if (part->mode == CHANGE_ALONE)
		aet__text_add(out,
		    "-- Each statement commits by itself, so that none keeps "
		    "its lock for longer\n-- than it needs; a run that "
		    "stopped goes on where it stopped.\n");
	for (size_t i = 0; i < work->hazard_count; i++) {
		const diff_hazard *hazard = &work->hazards[i];

		if (&work->parts[change_part_of(work, hazard)] != part)
			continue;
		aet__text_addf(
		    out, "--\n-- %s\n", change_hazard_line(work->memory, hazard));
		if (hazard->instead != NULL)
			aet__text_addf(out, "--   instead: %s\n", hazard->instead);
	}
	add_allows(work, part, out);
	aet__text_add_char(out, '\n');
}

/* A function may name what is made after it. */
static bool
has_functions(const change_part *part)
{
	for (size_t i = 0; i < part->count; i++)
		if (strncmp(part->statements[i], "CREATE OR REPLACE ", 18) == 0 ||
		    strncmp(part->statements[i], "CREATE FUNCTION ", 16) == 0 ||
		    strncmp(part->statements[i], "CREATE PROCEDURE ", 17) == 0)
			return true;
	return false;
}

static const char *
text_of(change *work, const change_part *part, const char *name)
{
	aet__text text = { 0 };

	add_head(work, part, name, &text);
	if (has_functions(part))
		aet__text_addf(&text, "SET %scheck_function_bodies = off;\n",
		    part->mode == CHANGE_ALONE ? "" : "LOCAL ");
	for (size_t i = 0; i < part->count; i++)
		aet__text_addf(&text, "%s;\n", part->statements[i]);
	return codegen_keep(work->memory, &text);
}

/* What tells the files of one change apart. */
static const char *
suffix_of(const change *work, size_t number)
{
	switch (work->parts[number].mode) {
	case CHANGE_BEFORE:
		return work->part_count > 1 ? "_labels" : "";
	case CHANGE_ALONE:
		return work->part_count > 1 ? "_live" : "";
	default:
		return "";
	}
}

void
change_files_make(
    change *work, const char *slug, int64_t next, int width, change_files *out)
{
	out->count = work->part_count;
	out->items = codegen_room(work->memory, out->count, sizeof(*out->items));
	for (size_t i = 0; i < out->count; i++) {
		change_file *file = &out->items[i];

		file->part = &work->parts[i];
		file->name = codegen_format(work->memory, "%0*" PRId64 "_%s%s.sql", width,
		    next + (int64_t)i, slug, suffix_of(work, i));
		file->text = text_of(work, file->part, file->name);
	}
}
