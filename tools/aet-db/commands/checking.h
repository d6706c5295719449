/* SPDX-License-Identifier: MIT */
/* What check compares besides the database and its migrations. */
#ifndef AET_DB_COMMANDS_CHECKING_H
#define AET_DB_COMMANDS_CHECKING_H

#include "cli.h"

/* The whole of check --schema: a database against schema files, by all that diff
 * knows of. Returns the exit code. */
int checking_schema_files(cli_context *cli);

/* aet-db check with --manifest; returns the exit code. */
int checking_manifest(cli_context *cli);

#endif
