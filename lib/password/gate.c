/* SPDX-License-Identifier: MIT */
#include "password/gate.h"

#include <sched.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/error.h"

#define PLACES_MAX 4
#define QUEUE 64

/* On the waiting thread's stack. A condition each, so that a place freed wakes
 * the one whose turn it is and nobody else. */
struct aet__gate_waiter {
	pthread_cond_t turn;
	bool admitted;
	aet__gate_waiter *next;
};

static pthread_once_t process_once = PTHREAD_ONCE_INIT;
static aet__gate process_gate;

/* ---- the process's own ------------------------------------------------ */

/* What the scheduler lets the process have, which in a container may be less
 * than the machine has. The call fails where there are over 1,024. */
static int
usable_processors(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set) != 0)
		return PLACES_MAX;
	return CPU_COUNT(&set) < PLACES_MAX ? CPU_COUNT(&set) : PLACES_MAX;
}

/* Also the child's after fork(2): the threads that were inside are not in it. */
static void
process_init(void)
{
	aet__gate_init(&process_gate, usable_processors(), QUEUE);
}

static void
process_start(void)
{
	process_init();
	/* Without memory for this, a child finds the gate as its parent left it. */
	(void)pthread_atfork(NULL, NULL, process_init);
}

aet__gate *
aet__gate_of_process(void)
{
	pthread_once(&process_once, process_start);
	return &process_gate;
}

void
aet__gate_init(aet__gate *gate, int places, int queue)
{
	*gate = (aet__gate){ .places = places, .queue = queue };
	pthread_mutex_init(&gate->mutex, NULL);
}

void
aet__gate_destroy(aet__gate *gate)
{
	pthread_mutex_destroy(&gate->mutex);
}

/* ---- the queue -------------------------------------------------------- */

static bool
waiter_init(aet__gate_waiter *waiter)
{
	pthread_condattr_t monotonic;
	int failed;

	*waiter = (aet__gate_waiter){ .admitted = false };
	if (pthread_condattr_init(&monotonic) != 0)
		return false;
	failed = pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) != 0 ||
		 pthread_cond_init(&waiter->turn, &monotonic) != 0;
	pthread_condattr_destroy(&monotonic);
	return !failed;
}

static void
queue_append(aet__gate *gate, aet__gate_waiter *waiter)
{
	aet__gate_waiter **last = &gate->first;

	while (*last != NULL)
		last = &(*last)->next;
	*last = waiter;
	gate->waiting++;
}

static void
queue_remove(aet__gate *gate, const aet__gate_waiter *waiter)
{
	aet__gate_waiter **at = &gate->first;

	while (*at != waiter)
		at = &(*at)->next;
	*at = waiter->next;
	gate->waiting--;
}

/* With the mutex held. A place that comes free just as the deadline passes has
 * been handed over already, and is taken. */
static aet_status
wait_in_queue(aet__gate *gate, aet__deadline deadline, aet_error *err)
{
	struct timespec until = aet__deadline_timespec(deadline);
	aet__gate_waiter self;
	int failed = 0;

	if (!waiter_init(&self))
		return aet__error_memory(err);
	queue_append(gate, &self);
	while (!self.admitted && failed == 0)
		failed = pthread_cond_timedwait(&self.turn, &gate->mutex, &until);
	if (!self.admitted)
		queue_remove(gate, &self);
	pthread_cond_destroy(&self.turn);
	if (!self.admitted)
		return aet_error_set(err, AET_EBUSY,
		    "no processor came free for password hashing within wait_ms; try "
		    "again later");
	return AET_OK;
}

static aet_status
enter_locked(aet__gate *gate, aet__deadline deadline, aet_error *err)
{
	if (gate->inside == gate->places) {
		if (gate->waiting >= gate->queue)
			return aet_error_set(err, AET_EBUSY,
			    "the queue for password hashing is full; try again later");
		return wait_in_queue(gate, deadline, err);
	}
	gate->inside++;
	if (gate->inside > gate->peak)
		gate->peak = gate->inside;
	return AET_OK;
}

aet_status
aet__gate_enter(aet__gate *gate, aet__deadline deadline, aet_error *err)
{
	aet_status status;

	pthread_mutex_lock(&gate->mutex);
	status = enter_locked(gate, deadline, err);
	pthread_mutex_unlock(&gate->mutex);
	return status;
}

/* The place goes to the first in the queue without being free in between, so
 * that nobody who comes later slips past. */
void
aet__gate_leave(aet__gate *gate)
{
	aet__gate_waiter *next;

	pthread_mutex_lock(&gate->mutex);
	next = gate->first;
	if (next != NULL) {
		queue_remove(gate, next);
		next->admitted = true;
		pthread_cond_signal(&next->turn);
	} else {
		gate->inside--;
	}
	pthread_mutex_unlock(&gate->mutex);
}

void
aet__gate_count(aet__gate *gate, int *inside, int *waiting, int *peak)
{
	pthread_mutex_lock(&gate->mutex);
	*inside = gate->inside;
	*waiting = gate->waiting;
	*peak = gate->peak;
	pthread_mutex_unlock(&gate->mutex);
}
