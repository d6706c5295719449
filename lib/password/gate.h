/* SPDX-License-Identifier: MIT */
/*
 * A door with few places behind it: as many callers pass at once as there are
 * places, the next wait in the order in which they came, and whoever finds
 * the queue full is turned away at once.
 */
#ifndef AET_PASSWORD_GATE_H
#define AET_PASSWORD_GATE_H

#include <pthread.h>

#include <aeturnis/error.h>

#include "core/deadline.h"

typedef struct aet__gate_waiter aet__gate_waiter;

typedef struct aet__gate {
	pthread_mutex_t mutex;
	int places;
	int queue;   /* how many may wait */
	int inside;  /* never above places */
	int waiting; /* above 0 only while inside == places */
	int peak;    /* the highest that inside ever was */
	aet__gate_waiter *first;
} aet__gate;

/* The gate that password hashing shares: a place for each processor that the
 * process may use, 4 at most, and a queue of 64. A child of fork(2) starts with
 * an empty one. */
aet__gate *aet__gate_of_process(void);

/* A gate of one's own. */
void aet__gate_init(aet__gate *gate, int places, int queue);
void aet__gate_destroy(aet__gate *gate);

/*
 * Waits for a place; on AET_OK, aet__gate_leave() gives it back. AET_EBUSY: the
 * queue is full, or the deadline passed. AET_ENOMEM.
 */
aet_status aet__gate_enter(aet__gate *gate, aet__deadline deadline, aet_error *err);
void aet__gate_leave(aet__gate *gate);

/* inside, waiting and peak, as they were at one moment. */
void aet__gate_count(aet__gate *gate, int *inside, int *waiting, int *peak);

#endif
