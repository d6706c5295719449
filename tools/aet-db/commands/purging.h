/* SPDX-License-Identifier: MIT */
/* What `purge` and `audit purge` share. */
#ifndef AET_DB_PURGING_H
#define AET_DB_PURGING_H

#include <aeturnis/accounts.h>

#include "cli.h"

/* Whom the entries name: the system, by aet-db. */
aet_request purging_request(void);

/* A failure; where the tables are missing, with what makes them. */
int purging_fail(cli_context *cli, const aet_error *err);

/* --batch, 0 where it is not given. Says what is wrong with one, and exits with 2. */
int purging_batch(cli_context *cli, int32_t *out);

/* The moment that a flag gives, asking for consent; else says why not. */
int purging_before(
    cli_context *cli, const char *flag, const char *text, aet_timestamp *out);

/* Deletes the entries before then, and says how many they were: "entries". */
int purging_entries(
    cli_context *cli, aet_timestamp before, int32_t batch, int64_t *purged);

#endif
