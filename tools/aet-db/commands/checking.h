/* SPDX-License-Identifier: MIT */
/* Checking a database by what diff knows of it. */
#ifndef AET_DB_COMMANDS_CHECKING_H
#define AET_DB_COMMANDS_CHECKING_H

#include "change/drift.h"
#include "cli.h"

/* check --schema: the database of cli->url against schema files. */
int check_schema_files(cli_context *cli);

typedef void (*checking_fn)(void *ctx, const change_drift *drift);

/*
 * Compares two databases, of which expected was loaded from migrations, and
 * tells of each difference. Journals are left alone.
 */
aet_status checking_compare(cli_context *cli, const char *url, const char *expected,
    checking_fn tell, void *ctx, aet_error *err);

#endif
