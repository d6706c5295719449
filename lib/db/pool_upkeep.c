/* SPDX-License-Identifier: MIT */
/*
 * One thread a pool. Without it an idle game would keep its connections, and a
 * leak would be noticed by nobody, until the next call came along.
 */
#include <signal.h>

#include "core/error.h"
#include "db/pool_private.h"

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

static void *
upkeep_thread(void *argument)
{
	aet__pool *pool = argument;
	aet__member *surplus;
	aet__member *next;
	struct timespec until;
	int leaks;

	pthread_mutex_lock(&pool->mutex);
	while (!pool->closing) {
		until =
		    aet__deadline_timespec(aet__clock_ms() + period_ms(&pool->options));
		pthread_cond_timedwait(&pool->drained, &pool->mutex, &until);
		surplus = take_surplus(pool, aet__clock_ms());
		leaks = count_leaks(pool, aet__clock_ms());
		pthread_mutex_unlock(&pool->mutex);
		for (; surplus != NULL; surplus = next) {
			next = surplus->next;
			aet__member_free(surplus);
		}
		if (leaks > 0)
			aet__pool_log(pool, AET_LOG_WARNING,
			    "%d connections have been in use for over %d ms: is a "
			    "transaction left open?",
			    leaks, pool->options.leak_warning_ms);
		pthread_mutex_lock(&pool->mutex);
	}
	pthread_mutex_unlock(&pool->mutex);
	return NULL;
}

/* No signal of the host program's is delivered to the thread. */
aet_status
aet__pool_upkeep_start(aet__pool *pool, aet_error *err)
{
	sigset_t all, before;
	int failed;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	failed = pthread_create(&pool->upkeep, NULL, upkeep_thread, pool);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return failed ? aet_error_set(err, AET_ENOMEM, "no thread for the pool's upkeep")
		      : AET_OK;
}
