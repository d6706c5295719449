/* SPDX-License-Identifier: MIT */
/* The text of a migration that is made: a head that says what to know before it
 * is run, and the statements. */
#include <inttypes.h>
#include <string.h>

#include "change/files.h"

static bool
mentions(const change_part *part, const char *name)
{
	for (size_t i = 0; name != NULL && i < part->count; i++)
		if (strstr(part->statements[i], name) != NULL)
			return true;
	return false;
}

/* The part that a hazard is told in: the first that has to do with it. */
static const change_part *
part_of(const change *work, const diff_hazard *hazard)
{
	const char *last =
	    hazard->object != NULL ? diff_last_name(hazard->object) : hazard->table;

	/* A constraint's name stands behind its table's. */
	if (last != NULL && hazard->table != NULL && hazard->object != NULL &&
	    strncmp(hazard->object, hazard->table, strlen(hazard->table)) == 0 &&
	    hazard->object[strlen(hazard->table)] == ' ')
		last = hazard->object + strlen(hazard->table) + 1;
	for (size_t i = 0; i < work->part_count; i++)
		if (mentions(&work->parts[i], last) &&
		    (hazard->table == NULL || mentions(&work->parts[i], hazard->table)))
			return &work->parts[i];
	return &work->parts[0];
}

const char *
change_hazard_line(codegen_memory *memory, const diff_hazard *hazard)
{
	if (hazard->rows == NULL)
		return codegen_format(memory, "hazard %s: %s", hazard->code, hazard->text);
	return codegen_format(memory, "hazard %s: %s (%s: %s)", hazard->code,
	    hazard->text, hazard->table, hazard->rows);
}

static void
add_head(change *work, const change_part *part, const char *name, aet__text *out)
{
	if (part->mode == CHANGE_ALONE)
		aet__text_add(out, "-- aet: no-transaction\n");
	aet__text_addf(out,
	    "-- %s: written by aet-db generate, to be read before it is run.\n", name);
	if (part->mode == CHANGE_ALONE)
		aet__text_add(out, "-- Each statement commits by itself, so that none keeps "
				   "its lock for longer\n-- than it needs; a run that "
				   "stopped goes on where it stopped.\n");
	for (size_t i = 0; i < work->hazard_count; i++) {
		const diff_hazard *hazard = &work->hazards[i];

		if (part_of(work, hazard) != part)
			continue;
		aet__text_addf(
		    out, "--\n-- %s\n", change_hazard_line(work->memory, hazard));
		if (hazard->instead != NULL)
			aet__text_addf(out, "--   instead: %s\n", hazard->instead);
	}
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
change_files_make(change *work, const char *slug, int64_t next, int width,
    change_files *out)
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
