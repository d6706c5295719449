/* SPDX-License-Identifier: MIT */
#include "diff/guard.h"

static void
watched(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
}

static void *
keep_watch(void *argument)
{
	diff_guard *guard = argument;
	sigset_t set;
	int signal = 0;

	watched(&set);
	while (sigwait(&set, &signal) != 0)
		;
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
	guard->tidy(guard->context);
	raise(signal);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	return NULL;
}

aet_status
diff_guard_start(
    diff_guard *guard, void (*tidy)(void *context), void *context, aet_error *err)
{
	sigset_t set;

	guard->tidy = tidy;
	guard->context = context;
	watched(&set);
	pthread_sigmask(SIG_BLOCK, &set, &guard->before);
	guard->started = pthread_create(&guard->thread, NULL, keep_watch, guard) == 0;
	if (guard->started)
		return AET_OK;
	pthread_sigmask(SIG_SETMASK, &guard->before, NULL);
	return aet_error_set(err, AET_ENOMEM, "no thread can be started");
}

void
diff_guard_stop(diff_guard *guard)
{
	if (!guard->started)
		return;
	pthread_cancel(guard->thread);
	pthread_join(guard->thread, NULL);
	guard->started = false;
	pthread_sigmask(SIG_SETMASK, &guard->before, NULL);
}
