/* SPDX-License-Identifier: MIT */
/* Each row of another migrator's journal, and the file that it speaks of. */
#include <string.h>

#include "migrate/takeover.h"

typedef struct matching {
	const aet__migrator *m;
	const aet__takeover *takeover;
	const aet__foreign *foreign;
} matching;

static const aet__migration_file *
find_number(const aet__source *source, int64_t version)
{
	for (size_t i = 0; i < source->count; i++)
		if (source->files[i].version == version)
			return &source->files[i];
	return NULL;
}

static const aet__migration_file *
find_name(const aet__source *source, const char *name)
{
	for (size_t i = 0; name != NULL && i < source->count; i++)
		if (strcmp(source->files[i].name, name) == 0)
			return &source->files[i];
	return NULL;
}

/* Drizzle's first shape has nothing but the hash. */
static aet_status
find_hash(const matching *match, const char *checksum, const aet__migration_file **out,
    aet_error *err)
{
	const aet__source *source = match->m->source;

	*out = NULL;
	for (size_t i = 0; *out == NULL && i < source->count; i++) {
		bool same = false;
		aet_status status = aet__foreign_same(
		    match->foreign->kind, checksum, &source->files[i], &same, err);

		if (status != AET_OK)
			return status;
		if (same)
			*out = &source->files[i];
	}
	return AET_OK;
}

static void
mark(const matching *match, const aet__migration_file *file)
{
	match->takeover->applied[file - match->m->source->files] = true;
}

static void
mark_up_to(const matching *match, int64_t version)
{
	const aet__source *source = match->m->source;

	for (size_t i = 0; i < source->count; i++)
		if (source->files[i].version >= 0 && source->files[i].version <= version)
			mark(match, &source->files[i]);
}

static void
object_no_file(const matching *match, const aet__foreign_row *row)
{
	const char *tool = aet_journal_kind_text(match->foreign->kind);

	if (row->numbered)
		aet__takeover_object(match->m, match->takeover,
		    "%s has applied number %lld, of which there is no file here: put the "
		    "file back",
		    tool, (long long)row->version);
	else if (row->name != NULL)
		aet__takeover_object(match->m, match->takeover,
		    "%s has applied \"%s\", which is not here: put the file back", tool,
		    row->name);
	else
		aet__takeover_object(match->m, match->takeover,
		    "%s has applied a file of the SHA-256 %s, which none here has: it "
		    "was "
		    "edited since, or is missing; put its old text back",
		    tool, row->checksum);
}

static void
object_trouble(const matching *match, const aet__foreign_row *row)
{
	const char *tool = aet_journal_kind_text(match->foreign->kind);

	if (row->numbered)
		aet__takeover_object(match->m, match->takeover,
		    "number %lld %s: set it right with %s first", (long long)row->version,
		    row->trouble, tool);
	else
		aet__takeover_object(match->m, match->takeover,
		    "\"%s\" %s: set it right with %s first",
		    row->name != NULL ? row->name : "a migration", row->trouble, tool);
}

/* A repeatable file that was edited since is simply pending. */
static aet_status
match_file(const matching *match, const aet__foreign_row *row,
    const aet__migration_file *file, aet_error *err)
{
	bool same = true;
	aet_status status =
	    aet__foreign_same(match->foreign->kind, row->checksum, file, &same, err);

	if (status != AET_OK)
		return status;
	if (same)
		mark(match, file);
	else if (file->version >= 0)
		aet__takeover_object(match->m, match->takeover,
		    "\"%s\" is not what %s has applied, its checksum is another: put its "
		    "old text back",
		    file->name, aet_journal_kind_text(match->foreign->kind));
	return AET_OK;
}

static aet_status
match_row(const matching *match, const aet__foreign_row *row, aet_error *err)
{
	const aet__source *source = match->m->source;
	const aet__migration_file *file = NULL;
	aet_status status = AET_OK;

	if (row->trouble != NULL) {
		object_trouble(match, row);
		return AET_OK;
	}
	if (row->up_to)
		mark_up_to(match, row->version);
	if (row->numbered)
		file = find_number(source, row->version);
	else if (row->name != NULL)
		file = find_name(source, row->name);
	else
		status = find_hash(match, row->checksum, &file, err);
	if (status != AET_OK)
		return status;
	if (file != NULL)
		return match_file(match, row, file, err);
	if (!row->up_to || match->foreign->kind == AET_JOURNAL_GOLANG_MIGRATE)
		object_no_file(match, row);
	return AET_OK;
}

aet_status
aet__foreign_match(const aet__migrator *m, const aet__takeover *takeover,
    const aet__foreign *foreign, aet_error *err)
{
	const matching match = { m, takeover, foreign };
	aet_status status = AET_OK;

	for (size_t i = 0; status == AET_OK && i < foreign->count; i++)
		status = match_row(&match, &foreign->rows[i], err);
	return status;
}
