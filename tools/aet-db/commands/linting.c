/* SPDX-License-Identifier: MIT */
#include "commands/linting.h"

#include <stdlib.h>
#include <string.h>

#include "commands/migrating.h"
#include "core/error.h"
#include "migrate/filename.h"
#include "target.h"

#define FOLDER "migrations"

static const char *
name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static bool
is_migration(const char *path)
{
	int64_t version;
	aet__filename_kind kind = aet__filename_read(name_of(path), &version);

	return kind == AET__FILENAME_UP || kind == AET__FILENAME_DOWN ||
	       kind == AET__FILENAME_REPEATABLE;
}

/* The folder whose files come first; NULL: there is none. owned is freed. */
static const char *
folder_of(const cli_options *opts, char **owned)
{
	const char *first = opts->operand_count > 0 ? opts->operands[0] : NULL;
	const char *slash = first != NULL ? strrchr(first, '/') : NULL;

	if (opts->dir != NULL || first == NULL)
		return opts->dir != NULL ? opts->dir : FOLDER;
	if (!is_migration(first))
		return NULL;
	if (slash == NULL)
		return ".";
	*owned = strndup(first, slash > first ? (size_t)(slash - first) : 1);
	return *owned;
}

/* ---- the list ------------------------------------------------------------------ */

static aet_status
make_room(linting_files *out, size_t count, aet_error *err)
{
	out->items = calloc(count + 1, sizeof(*out->items));
	out->texts = calloc(count + 1, sizeof(*out->texts));
	return out->items != NULL && out->texts != NULL ? AET_OK : aet__error_memory(err);
}

static aet_status
add(linting_files *out, const aet__migration_file *file, const char *path, bool judged,
    aet_error *err)
{
	aet__spool *text = &out->texts[out->count];
	aet_status status = aet__source_load(file, text, err);

	if (status != AET_OK) {
		aet__spool_free(text);
		return status;
	}
	out->items[out->count++] =
	    (lint_file){ path, aet__spool_view(text), text->len, judged };
	return AET_OK;
}

/* One that is no migration of the folder. */
static aet_status
add_loose(linting_files *out, const char *path, aet_error *err)
{
	aet__spool *text = &out->texts[out->count];
	aet__file_reader *reader = calloc(1, sizeof(*reader));
	aet_status status = reader != NULL ? AET_OK : aet__error_memory(err);
	const char *piece;
	size_t len = 1;

	if (status == AET_OK)
		status = aet__file_reader_open(reader, path, err);
	if (status != AET_OK) {
		free(reader);
		return status;
	}
	while (status == AET_OK && len > 0) {
		status = aet__file_reader_next(reader, &piece, &len, err);
		if (status == AET_OK)
			aet__spool_add(text, piece, len);
	}
	aet__file_reader_close(reader);
	free(reader);
	if (status == AET_OK)
		status = aet__spool_finish(text, err);
	if (status == AET_OK)
		out->items[out->count++] =
		    (lint_file){ path, aet__spool_view(text), text->len, true };
	else
		aet__spool_free(text);
	return status;
}

/* The operand that names the file; NULL: none. */
static const char *
operand_for(const cli_options *opts, const aet__migration_file *file)
{
	for (size_t i = 0; i < opts->operand_count; i++)
		if (strcmp(name_of(opts->operands[i]), file->name) == 0)
			return opts->operands[i];
	return NULL;
}

static bool
is_in(const aet__source *source, const char *path)
{
	for (size_t i = 0; i < source->count; i++)
		if (strcmp(source->files[i].name, name_of(path)) == 0)
			return true;
	return false;
}

/* How many of the folder's files come before a file that is none of them: those
 * that a .down.sql takes the last of back, or all. */
static size_t
count_before(const aet__source *source, const char *path)
{
	int64_t version = 0;
	size_t count = 0;

	if (aet__filename_read(name_of(path), &version) != AET__FILENAME_DOWN)
		return source->count;
	while (count < source->count && source->files[count].version >= 0 &&
	       source->files[count].version <= version)
		count++;
	return count;
}

/* Those that are named, those between them, and those before them. */
static aet_status
take_named(const cli_options *opts, linting_files *out, aet_error *err)
{
	const aet__source *source = &out->source;
	aet_status status = AET_OK;
	size_t last = 0;

	for (size_t i = 0; i < source->count; i++)
		if (operand_for(opts, &source->files[i]) != NULL)
			last = i + 1;
	for (size_t i = 0; i < opts->operand_count; i++)
		if (!is_in(source, opts->operands[i]) &&
		    count_before(source, opts->operands[i]) > last)
			last = count_before(source, opts->operands[i]);
	for (size_t i = 0; i < last && status == AET_OK; i++) {
		const char *path = operand_for(opts, &source->files[i]);

		status = add(out, &source->files[i],
		    path != NULL ? path : source->files[i].path, path != NULL, err);
	}
	for (size_t i = 0; i < opts->operand_count && status == AET_OK; i++)
		if (!is_in(source, opts->operands[i]))
			status = add_loose(out, opts->operands[i], err);
	return status;
}

static aet_status
take_all(linting_files *out, aet_error *err)
{
	aet_status status = AET_OK;

	for (size_t i = 0; i < out->source.count && status == AET_OK; i++)
		status =
		    add(out, &out->source.files[i], out->source.files[i].path, true, err);
	return status;
}

static bool
is_pending(const aet_migration_list *list, const aet__migration_file *file)
{
	for (size_t i = 0; i < list->len; i++)
		if (list->items[i]->version == file->version)
			return list->items[i]->state == AET_MIGRATION_PENDING ||
			       list->items[i]->state == AET_MIGRATION_HELD ||
			       list->items[i]->state == AET_MIGRATION_OUT_OF_ORDER;
	return false;
}

/* The pending ones, of which those that are named are judged: all, if none is. */
static aet_status
take_pending(cli_context *cli, const char *dir, linting_files *out, aet_error *err)
{
	aet_migrate_options opts = migrating_options(cli);
	aet_migration_list *list = NULL;
	const aet__source *source = &out->source;
	aet_status status;

	opts.dir = dir;
	status = aet_db_migrations(cli->db, &opts, &list, err);
	for (size_t i = 0; i < source->count && status == AET_OK; i++) {
		const char *path = operand_for(&cli->options, &source->files[i]);

		if (is_pending(list, &source->files[i]))
			status = add(out, &source->files[i],
			    path != NULL ? path : source->files[i].path,
			    path != NULL || cli->options.operand_count == 0, err);
	}
	aet_migration_list_free(list);
	for (size_t i = 0; i < cli->options.operand_count && status == AET_OK; i++)
		if (!is_in(source, cli->options.operands[i]))
			status = add_loose(out, cli->options.operands[i], err);
	return status;
}

/* ---- what the command line asks for ---------------------------------------------- */

int
linting_read(cli_context *cli, linting_files *out)
{
	const cli_options *opts = &cli->options;
	char *owned = NULL;
	const char *dir = folder_of(opts, &owned);
	aet_error err;
	aet_status status = AET_OK;

	if (dir != NULL)
		status = aet__source_from_directory(
		    opts->source != NULL ? opts->source : "app", dir, &out->source, &err);
	if (status == AET_OK)
		status = make_room(out, out->source.count + opts->operand_count, &err);
	if (status == AET_OK && opts->all)
		status = take_all(out, &err);
	else if (status == AET_OK && cli->db != NULL && dir != NULL)
		status = take_pending(cli, dir, out, &err);
	else if (status == AET_OK)
		status = take_named(opts, out, &err);
	free(owned);
	return status == AET_OK ? EXIT_DONE : target_fail(cli, &err);
}

void
linting_free(linting_files *files)
{
	/* One more than was read: that which failed may have begun. */
	for (size_t i = 0; files->texts != NULL && i <= files->count; i++)
		aet__spool_free(&files->texts[i]);
	free(files->texts);
	free(files->items);
	aet__source_free(&files->source);
}
