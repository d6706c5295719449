/* SPDX-License-Identifier: MIT */
/* What migrate, status, reset, check and doctor share. */
#ifndef AET_DB_COMMANDS_MIGRATING_H
#define AET_DB_COMMANDS_MIGRATING_H

#include <aeturnis/migrate.h>

#include "cli.h"

/* The library's options, as the flags say. */
aet_migrate_options migrating_options(const cli_context *cli);

/* Reads the file of --manifest, if it is given, for opts; the exit code. */
int migrating_manifest(cli_context *cli, aet_migrate_options *opts);

/* For options.progress, with the cli as context: lines on stdout as files are
 * done, talk on stderr. */
void migrating_progress(void *ctx, const aet_migrate_event *event);

/* Reads a version; anything else is the command line's mistake, and the code. */
int migrating_version(cli_context *cli, const char *text, int64_t *version);

/* A next step with the --dir that was given put into its commands; NULL of NULL.
 * Lives until the next call, or is next itself. */
const char *migrating_next(cli_context *cli, const char *next);

/* Tells of a migration that failed, with its place and the next step. */
int migrating_fail(
    cli_context *cli, const aet_error *err, const aet_migrate_failure *place);

/*
 * Where the library's own migrations are meant and none is applied: whether tables
 * of their names are there, which are somebody else's; what there is, in a sentence.
 */
bool migrating_strangers(cli_context *cli, char sentence[AET_MESSAGE_SIZE]);

/* The way out of that. */
#define MIGRATING_STRANGERS_NEXT                                                       \
	"rename what is there (ALTER TABLE ... RENAME TO ...), or give the library a " \
	"database of its own; your own migrations need neither: aet-db migrate --dir " \
	"FOLDER"

/* What the report counts, as members of the document. */
void migrating_set_report(cli_context *cli, const aet_migrate_report *report);

#endif
