/* SPDX-License-Identifier: MIT */
/*
 * The servers that live on a database: the table schema_servers beside the journal,
 * one row for each process and source, with the migrations that its release knows.
 * Its clock is the database's. A contract migration holds while somebody lives who
 * does not know it; that nobody of the kind starts meanwhile is the fence's part.
 */
#ifndef AET_MIGRATE_SERVERS_H
#define AET_MIGRATE_SERVERS_H

#include <stdbool.h>
#include <stdint.h>

#include <aeturnis/types.h>

#include "migrate/source.h"
#include "pg/connection.h"

/* So many beats are missed before a server counts as gone. */
#define AET__BEATS_MISSED 6

#define AET__RELEASE_MOST 100 /* bytes of a release's name */

/* Of schema_servers, for journal_sql. */
extern const char aet__servers_table[];

/*
 * The fence: who announces a server and who runs a contract migration pass one at
 * a time; who has passed sees what the one before has committed, if it asks in a
 * snapshot taken since. Beats need not pass.
 */
#define AET__SERVERS_FENCE \
	"LOCK TABLE {journal}.schema_servers IN SHARE UPDATE EXCLUSIVE MODE"

/* What a server says of itself. */
typedef struct aet__server {
	char id[AET_UUID_TEXT_SIZE];
	const char *journal;
	const char *source;
	const char *release;
	const char *knows; /* its migrations, an array's text */
	int beat_ms;
} aet__server;

/* The text of knows: free(). NULL where memory is out. */
char *aet__server_knows(const aet__source *source);

/*
 * Announces it, behind the fence, or announces it anew; one round trip. What the
 * connection reads from then on is younger than any contract migration that did
 * not see this server.
 *
 * AET_ENOTFOUND: there is no such table yet. AET_ELOCKED: a contract migration
 * runs, and did not end within lock_timeout_ms. Else as any call. Leaves no
 * transaction behind.
 */
aet_status aet__server_announce(aet__connection *connection, const aet__server *server,
    int lock_timeout_ms, aet__deadline deadline, aet_error *err);

/* *alive is false where it had been given up: announce it anew. */
aet_status aet__server_beat(aet__connection *connection, const aet__server *server,
    aet__deadline deadline, bool *alive, aet_error *err);

/* Forgets those that have been gone for a day: one that is killed cannot leave. */
aet_status aet__server_sweep(aet__connection *connection, const aet__server *server,
    aet__deadline deadline, aet_error *err);

aet_status aet__server_leave(aet__connection *connection, const aet__server *server,
    aet__deadline deadline, aet_error *err);

#define AET__SERVER_TEXT_SIZE 256

/* The first migration in the journal that the server does not know; "": none. */
aet_status aet__server_passed(aet__connection *connection, const aet__server *server,
    aet__deadline deadline, char name[AET__SERVER_TEXT_SIZE], aet_error *err);

/*
 * Who lives and does not know the migration: "1.4.1 on alpha (process 12, last
 * heard of 3 s ago) and 2 more"; "" where nobody does, or there is no table.
 */
aet_status aet__server_holders(aet__connection *connection, const char *journal,
    const char *source, int64_t version, aet__deadline deadline,
    char who[AET__SERVER_TEXT_SIZE], aet_error *err);

#endif
