/* SPDX-License-Identifier: MIT */
/* What check compares besides the database and its migrations. */
#ifndef AET_DB_COMMANDS_CHECKING_H
#define AET_DB_COMMANDS_CHECKING_H

#include "cli.h"

/* The whole of check --schema: a database against schema files, by all that diff
 * knows of. Returns the exit code. */
int checking_schema_files(cli_context *cli);

/*
 * The migrations of --dir against the schema's files: --schema, else what
 * aet-db.json names, else the folder "schema"; where none is there, nothing.
 * EXIT_PENDING: they differ, which is told.
 */
int checking_migrations(cli_context *cli);

/* What migrations of other sources made. */
typedef struct checking_others {
	char **names;
	size_t count;
} checking_others;

/* checking_others_free() in any case. */
aet_status checking_others_read(const char *url, const char *journal, const char *source,
    checking_others *out, aet_error *err);
bool checking_others_made(const checking_others *others, const char *object);
void checking_others_free(checking_others *others);

/* aet-db check with --manifest; returns the exit code. */
int checking_manifest(cli_context *cli);

#endif
