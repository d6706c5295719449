/* SPDX-License-Identifier: MIT */
/*
 * Something is tidied up when the process is interrupted, too. A thread of its
 * own waits for the signal: what it does then may be anything, as no handler's
 * may.
 */
#ifndef AET_DB_DIFF_GUARD_H
#define AET_DB_DIFF_GUARD_H

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>

#include <aeturnis/error.h>

typedef struct diff_guard {
	pthread_t thread;
	bool started;
	sigset_t before;
	void (*tidy)(void *context);
	void *context;
} diff_guard;

/*
 * On SIGINT and SIGTERM, tidy is called by another thread, and then the signal
 * does what it would have done. Threads that are started later are spared it. guard
 * stays where it is until diff_guard_stop.
 */
aet_status diff_guard_start(
    diff_guard *guard, void (*tidy)(void *context), void *context, aet_error *err);

/* A guard that was not started is left alone. Does not return where the signal came
 * first. */
void diff_guard_stop(diff_guard *guard);

#endif
