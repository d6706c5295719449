/* SPDX-License-Identifier: MIT */
/* The inside of a pool, for pool.c (borrowing) and pool_upkeep.c (the thread
 * that closes what is old and tells of what leaks). */
#ifndef AET_DB_POOL_PRIVATE_H
#define AET_DB_POOL_PRIVATE_H

#include <pthread.h>

#include "db/pool.h"

/* A call in the queue. It is handed a member, or the right to dial one. */
typedef struct aet__waiter {
	struct aet__waiter *next;
	pthread_cond_t served;
	aet__member *member;
	bool may_dial;
	bool closed;
} aet__waiter;

struct aet__pool {
	pthread_mutex_t mutex;
	aet_db_options options; /* url and application_name are owned */
	aet__member *idle;      /* the last returned first */
	aet__member *idle_last;
	aet__member *used;
	aet__waiter *waiters;
	aet__waiter *waiters_last;
	int open; /* idle, in use, or being dialled */
	int idle_count;
	int waiting;
	int holders;        /* the handle, and each call that is under way */
	int64_t suspect_ms; /* what was last used before then is checked first */
	bool closing;
	pthread_cond_t drained; /* and: something for upkeep to do */
	pthread_t upkeep;
	int64_t upkeep_ms;                 /* when it looks next */
	void *owner;                       /* free()d with the pool */
	const aet__pool_guest *guest_kind; /* NULL: no guest */
	void *guest;
	bool guest_barred; /* closing has begun: none is let in */
	uint64_t opened;
	uint64_t timeouts;
};

/* ---- pool_upkeep.c ---- */

aet_status aet__pool_upkeep_start(aet__pool *pool, aet_error *err);
void aet__pool_log(const aet__pool *pool, aet_log_level level, const char *format, ...)
    AET_PRINTF(3, 4);

/* ---- pool.c, with the mutex held ---- */

void aet__pool_unlink_idle(aet__pool *pool, aet__member *member);

/* A connection less: the first in the queue may dial instead. */
void aet__pool_slot_freed(aet__pool *pool);

void aet__member_free(aet__member *member);

#endif
