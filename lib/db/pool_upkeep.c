/* SPDX-License-Identifier: MIT */
/*
 * One thread a pool. Without it an idle game would keep its connections, and a
 * leak would be noticed by nobody, until the next call came along. It keeps the
 * calls' deadlines too: one sleep here for a timer in each of their waits.
 */
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>

#include "core/error.h"
#include "db/pool_private.h"

void
aet__pool_log(const aet__pool *pool, aet_log_level level, const char *format, ...)
{
	char message[AET_MESSAGE_SIZE];
	va_list args;

	if (pool->options.log == NULL)
		return;
	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	pool->options.log(pool->options.log_ctx, level, message);
}

/* How often it looks: often enough for the shortest of the periods. */
static int64_t
period_ms(const aet_db_options *options)
{
	int64_t shortest = options->idle_timeout_ms;

	if (options->leak_warning_ms < shortest)
		shortest = options->leak_warning_ms;
	if (options->lifetime_ms < shortest)
		shortest = options->lifetime_ms;
	shortest /= 4;
	if (shortest < 20)
		return 20;
	return shortest < 1000 ? shortest : 1000;
}

/* Takes out of the idle what is too old, idle for too long, or dead: the
 * longest idle come first, from the end of the list. */
static aet__member *
take_surplus(aet__pool *pool, int64_t now)
{
	aet__member *surplus = NULL;
	aet__member *member = pool->idle_last;
	aet__member *before;

	for (; member != NULL; member = before) {
		bool idle_for_long =
		    now - member->since_ms >= pool->options.idle_timeout_ms &&
		    pool->open > pool->options.min_connections;

		before = member->previous;
		if (!idle_for_long && now < member->expires_ms &&
		    aet__connection_is_live(member->connection))
			continue;
		aet__pool_unlink_idle(pool, member);
		aet__pool_slot_freed(pool);
		member->next = surplus;
		surplus = member;
	}
	return surplus;
}

static int
count_leaks(aet__pool *pool, int64_t now)
{
	int leaks = 0;

	for (aet__member *member = pool->used; member != NULL; member = member->next) {
		if (member->leak_logged ||
		    now - member->since_ms < pool->options.leak_warning_ms)
			continue;
		member->leak_logged = true;
		leaks++;
	}
	return leaks;
}

/* Of the calls that rely on this thread; AET__NEVER: there are none. */
static aet__deadline
next_deadline(const aet__pool *pool)
{
	aet__deadline next = AET__NEVER;

	for (const aet__member *member = pool->used; member != NULL;
	     member = member->next)
		next = aet__deadline_earlier(next, member->watched);
	return next;
}

static void
interrupt_overdue(aet__pool *pool, int64_t now)
{
	for (aet__member *member = pool->used; member != NULL; member = member->next) {
		if (now < member->watched)
			continue;
		member->watched = AET__NEVER;
		aet__connection_interrupt(member->connection);
	}
}

void
aet__pool_watch(aet__pool *pool, aet__member *member, aet__deadline deadline)
{
	pthread_mutex_lock(&pool->mutex);
	/* While it closes, the thread goes with the last deadline that it knows. */
	if (!pool->closing || deadline == AET__NEVER) {
		aet__connection_watch(member->connection, deadline);
		member->watched = deadline;
		if (deadline < pool->upkeep_ms)
			pthread_cond_broadcast(&pool->drained);
	}
	pthread_mutex_unlock(&pool->mutex);
}

void
aet__pool_expect(aet__pool *pool, aet__member *member)
{
	pthread_mutex_lock(&pool->mutex);
	member->leak_logged = true;
	pthread_mutex_unlock(&pool->mutex);
}

/* Sleeps until something is to be done; the mutex is held, and let go meanwhile. */
static void
sleep_until_next(aet__pool *pool)
{
	struct timespec until;

	pool->upkeep_ms = aet__deadline_earlier(
	    aet__clock_ms() + period_ms(&pool->options), next_deadline(pool));
	until = aet__deadline_timespec(pool->upkeep_ms);
	pthread_cond_timedwait(&pool->drained, &pool->mutex, &until);
}

static void *
upkeep_thread(void *argument)
{
	aet__pool *pool = argument;
	aet__member *surplus;
	aet__member *next;
	int leaks;

	pthread_mutex_lock(&pool->mutex);
	while (!pool->closing || next_deadline(pool) != AET__NEVER) {
		sleep_until_next(pool);
		interrupt_overdue(pool, aet__clock_ms());
		surplus = take_surplus(pool, aet__clock_ms());
		leaks = count_leaks(pool, aet__clock_ms());
		pthread_mutex_unlock(&pool->mutex);
		for (; surplus != NULL; surplus = next) {
			next = surplus->next;
			aet__member_free(surplus);
		}
		if (leaks > 0)
			aet__pool_log(pool, AET_LOG_WARNING,
			    "%d connection%s been in use for over %d ms: is a "
			    "transaction left open?",
			    leaks, leaks == 1 ? " has" : "s have",
			    pool->options.leak_warning_ms);
		pthread_mutex_lock(&pool->mutex);
	}
	pthread_mutex_unlock(&pool->mutex);
	aet__pool_release(pool);
	return NULL;
}

/* The thread holds the pool. No signal of the host program's is delivered to it. */
aet_status
aet__pool_upkeep_start(aet__pool *pool, aet_error *err)
{
	sigset_t all, before;
	int failed;

	pool->holders++;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	failed = pthread_create(&pool->upkeep, NULL, upkeep_thread, pool);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (!failed)
		return AET_OK;
	pool->holders--;
	return aet_error_set(err, AET_ENOMEM, "no thread for the pool's upkeep");
}
