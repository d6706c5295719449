/* SPDX-License-Identifier: MIT */
/*
 * One migrator at a time. The lock is an advisory one of the session that does
 * the work, so that it outlives a killed client for as long as the server is
 * still at work for it. It is polled: a session that waits inside
 * pg_advisory_lock holds a snapshot, and would deadlock with a holder that
 * builds an index concurrently.
 */
#ifndef AET_MIGRATE_LOCK_H
#define AET_MIGRATE_LOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "pg/connection.h"

/* Told who has it, first at once and then every second. */
typedef void (*aet__lock_waiting_fn)(void *ctx, const char *who, int64_t waited_us);

typedef struct aet__lock_wait {
	int wait_ms;         /* 0 or less: now or never */
	const char *journal; /* the time begins anew as often as the rows in this schema's
				journal move: a long history is no reason to give up.
				NULL: it does not */
	aet__lock_waiting_fn waiting; /* NULL: nobody is told */
	void *ctx;                    /* for waiting */
} aet__lock_wait;

/*
 * Takes it, or waits for it as long as wait says.
 *
 *   waited_us  also written on failure
 *
 * AET_ELOCKED names the holder. Outside a transaction.
 */
aet_status aet__migrate_lock(aet__connection *connection, const aet__lock_wait *wait,
    int64_t *waited_us, aet_error *err);

/* Whether the session that serves the transaction under way has it. */
aet_status aet__migrate_lock_is_ours(
    aet__connection *connection, bool *ours, aet_error *err);

/* *held is false where it had been lost meanwhile (a pooler between). */
aet_status aet__migrate_unlock(aet__connection *connection, bool *held, aet_error *err);

#endif
