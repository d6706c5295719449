/* SPDX-License-Identifier: MIT */
/*
 * Connections to share. Idle ones are taken last-in first-out, so that the
 * surplus ages and is closed; waiting calls are served first-in first-out.
 * Nothing that may block happens under the pool's mutex.
 */
#ifndef AET_DB_POOL_H
#define AET_DB_POOL_H

#include <aeturnis/database.h>

#include "pg/connection.h"

typedef struct aet__pool aet__pool;

/* A connection while somebody has it. */
typedef struct aet__member {
	struct aet__member *next; /* among the idle, or among those in use */
	struct aet__member *previous;
	aet__connection *connection;
	int64_t expires_ms;
	int64_t since_ms;      /* idle, or in use, since */
	aet__deadline watched; /* in use: interrupted then */
	bool leak_logged;
} aet__member;

/*
 * Options with every default filled in; the strings are the caller's. owner is
 * what the pool's users reach it through: it is free()d with the pool, which
 * may be after aet__pool_close, when the last call has let go of it.
 */
aet_status aet__pool_new(
    const aet_db_options *options, void *owner, aet__pool **out, aet_error *err);

/*
 * Borrows a connection: an idle one, or a new one, or that which the next call
 * gives back. Fails with AET_EBUSY (none came free in time), AET_EINVAL (the
 * pool is closed), and as dialling does. The queue and the dial together take
 * at most connect_timeout_ms, and never longer than deadline. now is the
 * clock's, read once a call. watched: all that is done with the connection
 * ends at deadline, and the pool interrupts it then.
 */
aet_status aet__pool_borrow(aet__pool *pool, int64_t now, aet__deadline deadline,
    bool watched, aet__member **out, aet_error *err);

/*
 * Has the pool interrupt a borrowed connection at deadline, as borrowing it
 * watched does; AET__NEVER ends that. Not while the pool closes.
 */
void aet__pool_watch(aet__pool *pool, aet__member *member, aet__deadline deadline);

/* Warns of no leak while it is borrowed. */
void aet__pool_expect(aet__pool *pool, aet__member *member);

/* Gives it back; one that is broken, in a transaction or too old is closed. */
void aet__pool_return(aet__pool *pool, aet__member *member);

/* Lets nobody in, waits for those in use, closes the rest. AET_EBUSY: some are
 * in use still, and will be closed on return, the pool with the last. */
aet_status aet__pool_close(aet__pool *pool);

/* Keeps the pool and its owner in memory across several calls, and ends that. */
void aet__pool_hold(aet__pool *pool);
void aet__pool_release(aet__pool *pool);

/*
 * Who lives as long as a pool and uses its connections: one at most, that a layer
 * above has put there. aet_db_close calls stop before the pool closes, after
 * which the guest uses none by itself, and leave when it has: drained is false
 * where calls are still under way, which may use the guest as they end. free comes
 * with the end of the last.
 */
typedef struct aet__pool_guest {
	void (*stop)(void *guest);
	void (*leave)(void *guest, bool drained);
	void (*free)(void *guest);
} aet__pool_guest;

/* NULL: there is none. Lives as long as the caller's session. */
void *aet__pool_guest_get(aet__pool *pool);

/* False, and nothing is done, where there is one, or aet_db_close has begun. kind is
 * static. */
bool aet__pool_guest_put(aet__pool *pool, const aet__pool_guest *kind, void *guest);

/* Closes with the guest, if there is one, stopped before and leaving after. */
aet_status aet__pool_close_with_guest(aet__pool *pool);

const aet_db_options *aet__pool_options(const aet__pool *pool);
void aet__pool_stats(aet__pool *pool, aet_db_stats *out);

#endif
