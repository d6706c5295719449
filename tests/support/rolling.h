/* SPDX-License-Identifier: MIT */
/* Two releases of a game on one database, which the suites of rolling deploys share:
 * release 1.0 reads players.title, 2.0 has no use for it and drops it.
 * As superuser: migrating is not the game's. */
#ifndef TEST_SUPPORT_ROLLING_H
#define TEST_SUPPORT_ROLLING_H

#include <stdbool.h>

#include "support/migrating.h"

#define ROLLING_BEAT_MS 100

/* A Check fixture around migrating_setup: the folder of migrating_write is 2.0's,
 * with 1_players.sql, 2_level.sql and the contract 3_title.sql; 1.0 has the first. */
void rolling_setup(void);
void rolling_teardown(void);

/* What a server of either gives aet_db_migrate; 1.0 with what it runs. */
aet_migrate_options rolling_new(void);
aet_migrate_options rolling_old(void);

void rolling_has_title(bool expected);

/* The releases that live, in order: "1.0 2.0". */
void rolling_servers_are(const char *expected);

/* Waits, for ten seconds at most, until the query answers with true. */
void rolling_wait_until(const char *condition);

#endif
