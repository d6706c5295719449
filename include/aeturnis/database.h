/* SPDX-License-Identifier: MIT */
/*
 * The handle that every function takes: a pool of connections, or one
 * transaction on one of them. The same functions work on both.
 */
#ifndef AETURNIS_DATABASE_H
#define AETURNIS_DATABASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <aeturnis/error.h>

AET_BEGIN_DECLS

typedef struct aet_db aet_db;

typedef enum aet_log_level {
	AET_LOG_DEBUG = 0,
	AET_LOG_INFO = 1,
	AET_LOG_WARNING = 2,
	AET_LOG_ERROR = 3
} aet_log_level;

/*
 * Receives what the library has to say. message is borrowed for the call and
 * never holds a parameter's value or a password. Called from any thread that
 * uses the handle and from the pool's own, which keeps the calls' deadlines: it
 * must return soon, and must not call into the handle.
 */
typedef void (*aet_log_fn)(void *ctx, aet_log_level level, const char *message);

/*
 * How to open a pool. Start from AET_DB_OPTIONS_INIT (or set size by hand);
 * a field left at zero has the default named beside it. Times are in
 * milliseconds.
 */
typedef struct aet_db_options {
	size_t size; /* sizeof(aet_db_options); 0 is AET_EINVAL */
	const char *
	    url; /* libpq URI or keyword string, verbatim; NULL: DATABASE_URL from the environment, then from .env */
	const char *
	    application_name; /* as pg_stat_activity shows it; NULL: what the url or PGAPPNAME says, else "libaeturnis-db" */
	int max_connections;  /* 20 */
	int min_connections;  /* 0: kept open through idle times */
	int connect_timeout_ms; /* 2,000: waiting for the pool plus dialling */
	int call_timeout_ms;    /* 30,000: one whole call, all of the above included */
	int idle_timeout_ms;    /* 30,000: an idle connection is closed after it */
	int lifetime_ms;        /* 1,800,000: a connection is replaced after it, +-10 % */
	int leak_warning_ms;    /* 10,000: a connection held for longer is logged */
	int drain_timeout_ms;   /* 5,000: how long aet_db_close waits for those in use */
	int statement_cache;    /* 256 prepared statements a connection */
	aet_log_fn log;         /* NULL: silent */
	void *log_ctx;          /* passed to log; must outlive the handle */
} aet_db_options;

/* clang-format off */
#define AET_DB_OPTIONS_INIT { sizeof(aet_db_options), NULL, NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL }
/* clang-format on */

/*
 * Opens a pool, connecting once to prove that it can. Thread-safe; blocks for
 * at most connect_timeout_ms.
 *
 *   opts  borrowed for the call; NULL: defaults and the environment
 *   out   owned: aet_db_close(). Untouched on failure
 *   err   filled on failure; may be NULL
 *
 * Fails with AET_ECONNECT (error.sqlstate 28xxx: refused the role or password;
 * 3D000: no such database; 42501: no CONNECT on it; empty: nobody answered),
 * AET_ETIMEOUT, AET_EINVAL (no database named, an empty or malformed url, an
 * unknown size), AET_ENOMEM.
 * Never asks for a password or a key's pass phrase; what the server warns of goes
 * to the log.
 *
 * Not to be carried through fork(2): a child opens its own.
 */
AET_API AET_MUST_USE aet_status aet_db_open(
    const aet_db_options *opts, aet_db **out, aet_error *err);

/*
 * Ends a handle and sets *db to NULL; with *db already NULL it does nothing,
 * so closing twice is harmless. A pool lets no new call in, waits for
 * connections that are in use for at most drain_timeout_ms, and closes the
 * others; AET_EBUSY says that some were still in use: they are closed when
 * their calls return. A transaction is rolled back, a limited handle
 * (aet_db_limit) is merely forgotten. A server that was announced
 * (<aeturnis/release.h>) leaves when no call is under way any more, for which it
 * connects once more, within 2 s. Blocks; no other thread may start a call
 * on the handle any more.
 */
AET_API aet_status aet_db_close(aet_db **db);

/*
 * Asks the server for an answer. OK says that it gave one, over a connection
 * that the next call will use; whether its tables are the right ones is
 * aet_db_health's to say (<aeturnis/migrate.h>). Thread-safe; blocks for at
 * most call_timeout_ms. Fails as every call may: AET_ECONNECT, AET_ETIMEOUT,
 * AET_EBUSY, AET_ENOMEM, AET_EDB.
 */
AET_API AET_MUST_USE aet_status aet_db_ping(aet_db *db, aet_error *err);

/*
 * Another handle on the same pool or transaction whose calls take at most
 * timeout_ms each (above 0). It borrows from db, which must outlive it.
 *
 *   out  owned: aet_db_close(), which leaves db open
 *
 * Fails with AET_EINVAL, AET_ENOMEM. Thread-safe; does not block.
 */
AET_API AET_MUST_USE aet_status aet_db_limit(
    aet_db *db, int timeout_ms, aet_db **out, aet_error *err);

/* What a pool is doing, for a metrics page. Thread-safe; does not block. */
typedef struct aet_db_stats {
	size_t size; /* sizeof(aet_db_stats), set by the caller */
	int open;    /* connections, idle or in use or being dialled */
	int idle;
	int waiting; /* calls waiting for a connection */
	uint64_t opened;
	uint64_t timeouts; /* calls that gave up waiting for a connection */
} aet_db_stats;

/* Fails with AET_EINVAL (out->size). Thread-safe; does not block. */
AET_API AET_MUST_USE aet_status aet_db_get_stats(
    aet_db *db, aet_db_stats *out, aet_error *err);

/* ---- transactions ----------------------------------------------------- */

typedef enum aet_isolation {
	AET_ISOLATION_DEFAULT =
	    0, /* what the server is set to: READ COMMITTED, usually */
	AET_READ_COMMITTED = 1,
	AET_REPEATABLE_READ = 2,
	AET_SERIALIZABLE = 3
} aet_isolation;

typedef struct aet_begin_options {
	size_t size; /* sizeof(aet_begin_options); 0 is AET_EINVAL */
	aet_isolation isolation;
	bool read_only;
	bool deferrable;  /* with AET_SERIALIZABLE and read_only */
	int timeout_ms;   /* the whole transaction, the wait for its connection and
			     aet_db_transaction's attempts included; 0: no limit but that
			     of each call */
	int max_attempts; /* aet_db_transaction only; 0: 8 */
} aet_begin_options;

/* clang-format off */
#define AET_BEGIN_OPTIONS_INIT { sizeof(aet_begin_options), AET_ISOLATION_DEFAULT, false, false, 0, 0 }
/* clang-format on */

/*
 * Begins a transaction on a connection of its own; on a transaction, a
 * savepoint. While a savepoint is open, calls on its parent are AET_EINVAL.
 * The result is used by one thread at a time, and ends with aet_db_commit or
 * aet_db_rollback.
 *
 *   opts  NULL: defaults. Isolation and modes are the outermost's: on a
 *         savepoint they are AET_EINVAL
 *   out   owned: aet_db_commit(), aet_db_rollback(). Untouched on failure
 *
 * Blocks for at most call_timeout_ms, and timeout_ms. Fails as every call may.
 */
AET_API AET_MUST_USE aet_status aet_db_begin(
    aet_db *db, const aet_begin_options *opts, aet_db **out, aet_error *err);

/*
 * Commits (a savepoint: releases) and ends the handle, also on failure; *tx is
 * NULL afterwards, and NULL going in is AET_EINVAL. Blocks for at most
 * call_timeout_ms.
 *
 * AET_EUNKNOWN: the connection went while COMMIT was under way, and only a
 * look at the database can tell. A transaction that an earlier statement had
 * failed cannot commit: the server rolls it back, and the status is that of
 * the earlier failure (AET_ERETRY where trying again may help). Deferred
 * constraints fail here, with AET_ECONFLICT or AET_ECONSTRAINT. AET_EINVAL: a
 * COMMIT or ROLLBACK among its statements had ended it before. AET_ETIMEOUT:
 * its timeout_ms had passed before, and it was rolled back.
 */
AET_API AET_MUST_USE aet_status aet_db_commit(aet_db **tx, aet_error *err);

/*
 * Rolls back and ends the handle; *tx is NULL afterwards, NULL going in is
 * harmless. Savepoints that are open inside end with it, and their handles are
 * gone. A connection that cannot even roll back is closed, which rolls back as
 * well, so there is nothing left to fail. Blocks for at most call_timeout_ms.
 */
AET_API void aet_db_rollback(aet_db **tx);

/*
 * One attempt at a transaction's work. AET_OK commits, anything else rolls
 * back. It may run several times, so it should have no effect outside the
 * database, and must neither commit nor roll back tx itself.
 */
typedef aet_status (*aet_db_transaction_fn)(aet_db *tx, void *ctx, aet_error *err);

/*
 * Runs fn in a transaction, and again, the whole of it, as long as it or the
 * commit says AET_ERETRY: at most max_attempts times, with growing, jittered
 * pauses. On a transaction it is a savepoint and is never retried. Returns
 * fn's status, or that of begin or commit. Thread-safe on a pool; blocks.
 */
AET_API AET_MUST_USE aet_status aet_db_transaction(aet_db *db,
    const aet_begin_options *opts, aet_db_transaction_fn fn, void *ctx, aet_error *err);

AET_END_DECLS

#endif
