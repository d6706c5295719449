/* SPDX-License-Identifier: MIT */
/* Which database, and the way to it. */
#ifndef AET_DB_TARGET_H
#define AET_DB_TARGET_H

#include "cli.h"

/* ---- each returns EXIT_DONE, or another code with the failure told already */

/* The settings, from the environment and the .env files. */
int target_load_environment(cli_context *cli);

/* What names the database; NULL: nothing does. Borrowed. */
const char *target_url(const cli_context *cli);

/* The settings and cli->url; no database is a failure, and the target is shown. */
int target_resolve(cli_context *cli);

/* As target_resolve, and opens cli->db. */
int target_open(cli_context *cli);

/* ---- the parts */

/*
 * Opens cli->db on cli->url with one connection or two, trying again for as
 * long as --wait says while nobody answers. Fails as aet_db_open does.
 */
aet_status target_try(cli_context *cli, aet_error *err);

/* The command to run after such a failure; free(). NULL: none is known. */
char *target_next(const cli_context *cli, const aet_error *err);

/* Reports err, with the next step where it is about reaching the database. */
int target_fail(cli_context *cli, const aet_error *err);

void target_close(cli_context *cli);

#endif
