/* SPDX-License-Identifier: MIT */
/* Checking a database against schema files, by all that diff knows of. */
#ifndef AET_DB_COMMANDS_CHECKING_H
#define AET_DB_COMMANDS_CHECKING_H

#include "cli.h"

/* The whole of check --schema: returns the exit code. */
int checking_schema_files(cli_context *cli);

#endif
