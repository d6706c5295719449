/* SPDX-License-Identifier: MIT */
/*
 * A pooler between us and the server. In session mode it is as good as none; in
 * transaction mode the session's lock and settings belong to whoever is served
 * next, and migrating cannot be safe.
 */
#ifndef AET_MIGRATE_POOLER_H
#define AET_MIGRATE_POOLER_H

#include <stdbool.h>

#include <aeturnis/database.h>

#include "pg/connection.h"

/*
 * *between: there is one. AET_EINVAL where it hands the session to others between
 * transactions. Outside a transaction; opens a second connection only where
 * there is a pooler.
 */
aet_status aet__pooler_check(aet__connection *connection, const aet_db_options *options,
    aet__deadline deadline, bool *between, aet_error *err);

#define AET__POOLER_REFUSAL                                                              \
	"the connection goes through a pooler that hands the session to others between " \
	"transactions (PgBouncer: pool_mode = transaction), where the migrator's lock "  \
	"does not hold: connect to PostgreSQL itself, or through pool_mode = session"

#endif
