/* SPDX-License-Identifier: MIT */
/*
 * Servers of several releases on one database, as in a rolling deploy.
 *
 * A server that gives aet_db_migrate its release is announced: a row in the table
 * schema_servers beside the journal says which release it is of and which
 * migrations that release knows. A thread of the pool's writes a sign of life
 * every beat_ms, one short statement on a connection that it borrows; the clock is
 * the database's. aet_db_close takes the row back once the last call has ended; a
 * server that is killed, or hears nothing of the database, counts as gone after
 * six beats that are missing. One that comes back is announced anew, and told in
 * the pool's log, as an error, if the database was migrated past it meanwhile.
 *
 * A migration file whose first lines say `-- aet: phase contract` takes something
 * away that an older release still uses. It is held while a server lives that
 * does not know the file, whatever its release is called: one that knows it is, by
 * that, new enough. So it belongs into the first release that can do without what
 * it drops. Nor does an older server start while the file runs: it waits, and is
 * refused then (AET_EAHEAD), unless all that it runs still works.
 *
 * What a server's role needs: USAGE on the journal's schema, SELECT on its tables,
 * and SELECT, INSERT, UPDATE and DELETE on schema_servers (aet-db roles grants
 * them). The table is made by the first migrate of a role that may create it. On
 * a server that takes no writes a release cannot be announced: AET_EDB, 25006.
 */
#ifndef AETURNIS_RELEASE_H
#define AETURNIS_RELEASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <aeturnis/database.h>
#include <aeturnis/error.h>
#include <aeturnis/migrate.h>
#include <aeturnis/types.h>

AET_BEGIN_DECLS

/* One that was announced. Strings borrow from the list. */
typedef struct aet_server {
	aet_uuid id; /* of the process's pool */
	const char *release;
	const char *source; /* whose migrations it knows: "app" */
	const char *host;
	int64_t pid;
	aet_timestamp started_at;
	aet_timestamp beat_at; /* its last sign of life */
	int64_t silent_us;     /* for so long, by the database's clock */
	bool alive;            /* false: it counts as gone, without having left */
} aet_server;

/* Owned by the caller: aet_server_list_free(). */
typedef struct aet_server_list {
	size_t len;
	const aet_server *items;
} aet_server_list;

/*
 * The servers that were announced on a source's migrations, those that live first,
 * then by release. A database without a journal has none. One round trip.
 *
 *   db    a pool; a transaction is AET_EINVAL
 *   opts  NULL: defaults. Of them dir, source and journal matter
 *   out   owned: aet_server_list_free(). Untouched on failure
 *
 * Thread-safe; blocks for at most call_timeout_ms. Fails as every call may.
 */
AET_API AET_MUST_USE aet_status aet_db_servers(
    aet_db *db, const aet_migrate_options *opts, aet_server_list **out, aet_error *err);

/* NULL is nothing. */
AET_API void aet_server_list_free(aet_server_list *list);

AET_END_DECLS

#endif
