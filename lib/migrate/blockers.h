/* SPDX-License-Identifier: MIT */
/*
 * Who keeps a migration waiting for a table. Whoever waits can not ask, so a
 * thread with a connection of its own does, for as long as somebody watches.
 */
#ifndef AET_MIGRATE_BLOCKERS_H
#define AET_MIGRATE_BLOCKERS_H

#include <aeturnis/database.h>

#include "pg/connection.h"

#define AET__BLOCKERS_SIZE 256

typedef struct aet__blockers aet__blockers;

/* Begins to watch the session of waiter; NULL where that cannot be done. It is
 * the look of it that is lost then, and nothing else. */
aet__blockers *aet__blockers_watch(
    const aet__connection *waiter, const aet_db_options *options, int every_ms);

/* Whom the session was last seen to wait for; "" for nobody. watch may be NULL. */
void aet__blockers_last(aet__blockers *watch, char who[AET__BLOCKERS_SIZE]);

/* Waits for the thread's last question. NULL is nothing. */
void aet__blockers_stop(aet__blockers *watch);

#endif
