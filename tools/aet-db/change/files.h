/* SPDX-License-Identifier: MIT */
/* A change as files of a folder of migrations. */
#ifndef AET_DB_CHANGE_FILES_H
#define AET_DB_CHANGE_FILES_H

#include <aeturnis/migrate.h>

#include "change/change.h"

typedef struct change_file {
	const char *name; /* "0002_add_email.sql" */
	const char *text;
	const change_part *part;
} change_file;

typedef struct change_files {
	change_file *items;
	size_t count;
} change_files;

/* Names and texts, from number next on, written with so many digits. */
void change_files_make(
    change *work, const char *slug, int64_t next, int width, change_files *out);

/* "hazard CODE (TABLE, about 7 rows): what". */
const char *change_hazard_line(codegen_memory *memory, const diff_hazard *hazard);

/*
 * Writes them all into the folder, or none: each is whole before it has its
 * name. A kill between two names leaves the first ones, which a migrator may
 * run, and what is left is the next change's. AET_EINVAL: a file cannot be
 * written, or its name is taken.
 */
aet_status change_files_write(
    codegen_memory *memory, int folder, const change_files *files, aet_error *err);

/* How to replay a folder of migrations. */
typedef struct change_replay {
	const char *dir;
	const char *source;
	const char *journal;
	const int64_t *to; /* the last number to be replayed; NULL: all */
	bool on_library;   /* the library's own migrations come first */
} change_replay;

/* Whether there is anything to replay. */
bool change_replay_has_any(const change_replay *replay);

/*
 * Applies the folder's migrations to the database of url, as the migrator does
 * everywhere. A folder that is not there, or is empty, has none. Fails as
 * aet_db_migrate does; report says where.
 */
aet_status change_replay_run(const change_replay *replay, const char *url,
    aet_migrate_report *report, aet_error *err);

/* The same with the new files behind the folder's, in a folder of its own. */
aet_status change_replay_with(codegen_memory *memory, const change_replay *replay,
    const change_files *files, const char *url, aet_migrate_report *report,
    aet_error *err);

/* Fills in how many rows the hazards' tables have, by the statistics of the
 * database of url. */
aet_status change_estimate(change *work, const char *url, aet_error *err);

#endif
