/* SPDX-License-Identifier: MIT */
/* Dropping what the migrations made: all of it, and nothing else. */
#ifndef AET_SETUP_DROP_H
#define AET_SETUP_DROP_H

#include <stddef.h>

#include "pg/connection.h"

/*
 * Inside a transaction: drops every object that the journal (in the schema of
 * that name) says migrations made, of every source, since one's tables may
 * reference another's; never with CASCADE. Empties the journal. A database
 * without one has nothing to drop.
 *
 *   dropped  how many there were
 *
 * AET_EREFUSED names what somebody else's object hangs on; AET_ELOCKED: a table
 * stayed busy for lock_timeout_ms.
 */
aet_status aet__drop_owned(aet__connection *connection, const char *journal,
    int lock_timeout_ms, size_t *dropped, aet_error *err);

#endif
