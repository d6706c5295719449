/* SPDX-License-Identifier: MIT */
/*
 * A private PostgreSQL, started from the binaries that are installed, on a
 * unix socket of its own, and gone with the process that asked for it: for
 * tests, for code generation, for trying things out. Never downloads anything.
 */
#ifndef AETURNIS_EPHEMERAL_H
#define AETURNIS_EPHEMERAL_H

#include <stdbool.h>
#include <stddef.h>

#include <aeturnis/error.h>

AET_BEGIN_DECLS

typedef struct aet_ephemeral aet_ephemeral;

typedef struct aet_ephemeral_options {
	size_t size; /* sizeof(aet_ephemeral_options); 0 is AET_EINVAL */
	const char *
	    bindir; /* where initdb and postgres are; NULL: AET_PG_BINDIR, the newest of /usr/lib/postgresql/<version>/bin and of other packagers' places, PATH */
	const char *
	    datadir; /* keep the data in here (made if absent, else empty or filled by an earlier start), with fsync on; NULL: throw-away, fsync off */
	const char *database; /* made if absent; NULL: "aeturnis" */
	int timeout_ms;       /* 30,000: until it answers */
} aet_ephemeral_options;

/* clang-format off */
#define AET_EPHEMERAL_OPTIONS_INIT { sizeof(aet_ephemeral_options), NULL, NULL, NULL, 0 }
/* clang-format on */

/*
 * Starts a server and waits until it takes connections. A small supervisor
 * process holds a pipe to the caller: when the caller ends, however it ends,
 * the supervisor stops the server and removes what is throw-away. Started as
 * root, the server runs as user postgres, else nobody, since PostgreSQL
 * refuses root. A child that the caller forks shares the hold: the server
 * stays until all of them have ended, or one has called aet_ephemeral_stop.
 * An initialised data directory is cached for the next start, in
 * $XDG_CACHE_HOME or ~/.cache (root: /var/cache), where there is such a place.
 *
 *   opts  NULL: defaults
 *   out   owned: aet_ephemeral_stop(). Untouched on failure
 *
 * Fails with AET_EINVAL (no binaries found: the message names the Debian
 * package; datadir holds something else, or another version's data, or lies where
 * the server's user may not enter),
 * AET_ECONNECT (it did not start: the message ends with the line of its log
 * that says why), AET_EBUSY (datadir is in use by another), AET_ETIMEOUT,
 * AET_ENOMEM. Blocks; thread-safe. Each call starts a server of its own.
 */
AET_API AET_MUST_USE aet_status aet_ephemeral_start(
    const aet_ephemeral_options *opts, aet_ephemeral **out, aet_error *err);

/*
 * A connection string for aet_db_open or psql: superuser, the database asked
 * for. Borrowed from server, which must not be NULL, until it is stopped.
 * Thread-safe; does not block.
 */
AET_API const char *aet_ephemeral_url(const aet_ephemeral *server);

/* The directory of initdb, postgres, pg_dump and psql. As above. */
AET_API const char *aet_ephemeral_bindir(const aet_ephemeral *server);

/* Stops the server at once, waits until it and its directory are gone (a kept
 * datadir stays), and sets *server to NULL. NULL is nothing. Blocks. */
AET_API void aet_ephemeral_stop(aet_ephemeral **server);

AET_END_DECLS

#endif
