/* SPDX-License-Identifier: MIT */
/* migrate --dry-run: the pending migrations, run on a copy of the schema. */
#ifndef AET_DB_COMMANDS_REHEARSE_H
#define AET_DB_COMMANDS_REHEARSE_H

#include "commands/migrating.h"

/*
 * Copies the schema, and the journal with its rows, to a private PostgreSQL by
 * pg_dump, migrates there, and tells the time and the locks of each statement.
 * Returns the exit code; the database itself is read only. Where no private
 * server can be had that is a note, and no failure.
 */
int rehearse(cli_context *cli, const aet_migrate_options *opts);

#endif
