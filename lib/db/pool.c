/* SPDX-License-Identifier: MIT */
#include "db/pool.h"

#include <errno.h>
#include <stdlib.h>

#include "core/error.h"
#include "core/memory.h"
#include "db/pool_private.h"

/* An idle connection is asked for a sign of life after so long, and has so
 * long to give it. */
#define CHECK_AFTER_MS 1000
#define CHECK_WITHIN_MS 500

void
aet__member_free(aet__member *member)
{
	if (member == NULL)
		return;
	aet__connection_close(member->connection);
	free(member);
}

/* ---- making and ending ------------------------------------------------ */

static void
condition_init(pthread_cond_t *condition)
{
	pthread_condattr_t clock;

	pthread_condattr_init(&clock);
	pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
	pthread_cond_init(condition, &clock);
	pthread_condattr_destroy(&clock);
}

static void
pool_free(aet__pool *pool)
{
	union {
		const char *in;
		char *out;
	} url = { .in = pool->options.url },
	  name = { .in = pool->options.application_name };

	if (pool->guest_kind != NULL)
		pool->guest_kind->free(pool->guest);
	aet__memory_wipe_text(url.out);
	free(url.out);
	free(name.out);
	free(pool->owner);
	pthread_cond_destroy(&pool->drained);
	pthread_mutex_destroy(&pool->mutex);
	free(pool);
}

aet_status
aet__pool_new(const aet_db_options *options, void *owner, aet__pool **out, aet_error *err)
{
	aet__pool *pool = aet__memory_array(1, sizeof(*pool));
	aet_status status;

	if (pool == NULL)
		return aet__error_memory(err);
	pthread_mutex_init(&pool->mutex, NULL);
	condition_init(&pool->drained);
	pool->options = *options;
	pool->holders = 1;
	pool->options.url = aet__memory_text(options->url);
	if (options->application_name != NULL)
		pool->options.application_name =
		    aet__memory_text(options->application_name);
	if (pool->options.url == NULL ||
	    (options->application_name != NULL && pool->options.application_name == NULL))
		status = aet__error_memory(err);
	else
		status = aet__pool_upkeep_start(pool, err);
	if (status != AET_OK) {
		pool_free(pool);
		return status;
	}
	pool->owner = owner;
	*out = pool;
	return AET_OK;
}

/* Unlocks; frees the pool where that was the last hold on it. */
static void
release_locked(aet__pool *pool)
{
	bool last = --pool->holders == 0;

	pthread_mutex_unlock(&pool->mutex);
	if (last)
		pool_free(pool);
}

void
aet__pool_hold(aet__pool *pool)
{
	pthread_mutex_lock(&pool->mutex);
	pool->holders++;
	pthread_mutex_unlock(&pool->mutex);
}

void
aet__pool_release(aet__pool *pool)
{
	pthread_mutex_lock(&pool->mutex);
	release_locked(pool);
}

static void
dismiss_waiters(aet__pool *pool)
{
	for (aet__waiter *waiter = pool->waiters; waiter != NULL; waiter = waiter->next) {
		waiter->closed = true;
		pthread_cond_signal(&waiter->served);
	}
	pool->waiters = NULL;
	pool->waiters_last = NULL;
}

aet_status
aet__pool_close(aet__pool *pool)
{
	struct timespec until =
	    aet__deadline_timespec(aet__deadline_in(pool->options.drain_timeout_ms));
	aet__member *idle;
	aet__member *next;
	int in_use;

	pthread_mutex_lock(&pool->mutex);
	pool->closing = true;
	dismiss_waiters(pool);
	idle = pool->idle;
	pool->idle = NULL;
	pool->idle_last = NULL;
	pool->open -= pool->idle_count;
	pool->idle_count = 0;
	pthread_cond_broadcast(&pool->drained);
	while (pool->open > 0 &&
	       pthread_cond_timedwait(&pool->drained, &pool->mutex, &until) != ETIMEDOUT)
		continue;
	in_use = pool->open;
	pthread_mutex_unlock(&pool->mutex);
	for (; idle != NULL; idle = next) {
		next = idle->next;
		aet__member_free(idle);
	}
	if (in_use > 0) { /* the thread watches their deadlines, and holds the pool */
		pthread_detach(pool->upkeep);
		aet__pool_log(pool, AET_LOG_WARNING,
		    "closed with %d connections in use: they end when they are returned",
		    in_use);
	} else {
		pthread_join(pool->upkeep, NULL);
	}
	aet__pool_release(pool);
	return in_use > 0 ? AET_EBUSY : AET_OK;
}

/* ---- the lists, with the mutex held ----------------------------------- */

static void
push_idle(aet__pool *pool, aet__member *member)
{
	member->previous = NULL;
	member->next = pool->idle;
	if (pool->idle != NULL)
		pool->idle->previous = member;
	else
		pool->idle_last = member;
	pool->idle = member;
	pool->idle_count++;
}

void
aet__pool_unlink_idle(aet__pool *pool, aet__member *member)
{
	if (member->previous != NULL)
		member->previous->next = member->next;
	else
		pool->idle = member->next;
	if (member->next != NULL)
		member->next->previous = member->previous;
	else
		pool->idle_last = member->previous;
	pool->idle_count--;
}

static void
push_used(aet__pool *pool, aet__member *member, int64_t now, aet__deadline watched)
{
	aet__connection_watch(member->connection, watched);
	member->watched = watched;
	if (watched < pool->upkeep_ms)
		pthread_cond_broadcast(&pool->drained);
	member->since_ms = now;
	member->leak_logged = false;
	member->previous = NULL;
	member->next = pool->used;
	if (pool->used != NULL)
		pool->used->previous = member;
	pool->used = member;
}

static void
unlink_used(aet__pool *pool, aet__member *member)
{
	aet__connection_watch(member->connection, AET__NEVER);
	if (member->previous != NULL)
		member->previous->next = member->next;
	else
		pool->used = member->next;
	if (member->next != NULL)
		member->next->previous = member->previous;
}

static aet__waiter *
pop_waiter(aet__pool *pool)
{
	aet__waiter *waiter = pool->waiters;

	if (waiter != NULL) {
		pool->waiters = waiter->next;
		if (pool->waiters == NULL)
			pool->waiters_last = NULL;
	}
	return waiter;
}

static void
unlink_waiter(aet__pool *pool, const aet__waiter *gone)
{
	aet__waiter *before = NULL;

	for (aet__waiter *at = pool->waiters; at != NULL; before = at, at = at->next) {
		if (at != gone)
			continue;
		if (before != NULL)
			before->next = at->next;
		else
			pool->waiters = at->next;
		if (pool->waiters_last == at)
			pool->waiters_last = before;
		return;
	}
}

void
aet__pool_slot_freed(aet__pool *pool)
{
	aet__waiter *waiter = pop_waiter(pool);

	pool->open--;
	if (waiter != NULL) {
		pool->open++;
		waiter->may_dial = true;
		pthread_cond_signal(&waiter->served);
	}
	pthread_cond_broadcast(&pool->drained);
}

/* ---- borrowing -------------------------------------------------------- */

/* Closes what was to be a connection, gives its place to the next, and lets go
 * of the pool; takes the mutex. */
static void
give_up(aet__pool *pool, aet__member *member)
{
	aet__member_free(member);
	pthread_mutex_lock(&pool->mutex);
	aet__pool_slot_freed(pool);
	release_locked(pool);
}

/* A lifetime apart from its fellows', so that they do not all end at once. */
static int64_t
lifetime_end(const aet__pool *pool)
{
	int64_t tenth = pool->options.lifetime_ms / 10;

	return aet__clock_ms() + pool->options.lifetime_ms + aet__jitter(-tenth, tenth);
}

/* On failure the call has let go of the pool. */
static aet_status
dial(aet__pool *pool, aet__deadline deadline, aet__member **out, aet_error *err)
{
	const aet__connection_options options = {
		.url = pool->options.url,
		.application_name = pool->options.application_name,
		.statement_cache = (size_t)pool->options.statement_cache,
		.log = pool->options.log,
		.log_ctx = pool->options.log_ctx,
	};
	aet__member *member = aet__memory_array(1, sizeof(*member));
	aet_status status;

	if (member == NULL)
		status = aet__error_memory(err);
	else if (aet__deadline_passed(deadline))
		status = aet_error_set(
		    err, AET_ETIMEOUT, "the time was over before a connection was free");
	else
		status =
		    aet__connection_open(&options, deadline, &member->connection, err);
	if (status != AET_OK) {
		give_up(pool, member);
		return status;
	}
	member->expires_ms = lifetime_end(pool);
	pthread_mutex_lock(&pool->mutex);
	pool->opened++;
	pthread_mutex_unlock(&pool->mutex);
	*out = member;
	return AET_OK;
}

/* Whether an idle connection may be used without asking the server; with the
 * mutex held. */
static bool
is_fresh(const aet__pool *pool, const aet__member *member, int64_t now)
{
	return now < member->expires_ms && now - member->since_ms < CHECK_AFTER_MS &&
	       member->since_ms >= pool->suspect_ms;
}

/* Asks for a sign of life. */
static bool
is_alive(aet__pool *pool, aet__member *member, aet__deadline deadline)
{
	int64_t now = aet__clock_ms();
	aet__deadline soon = aet__deadline_earlier(deadline, now + CHECK_WITHIN_MS);

	if (now >= member->expires_ms)
		return false;
	if (aet__connection_command(member->connection, "", false, soon, NULL) == AET_OK)
		return true;
	pthread_mutex_lock(&pool->mutex);
	pool->suspect_ms = now;
	pthread_mutex_unlock(&pool->mutex);
	return false;
}

/* Waits in the queue; the mutex is held, and let go while waiting. */
static aet_status
wait_for_turn(
    aet__pool *pool, aet__waiter *waiter, aet__deadline deadline, aet_error *err)
{
	struct timespec until = aet__deadline_timespec(deadline);
	int waited = 0;

	condition_init(&waiter->served);
	if (pool->waiters_last != NULL)
		pool->waiters_last->next = waiter;
	else
		pool->waiters = waiter;
	pool->waiters_last = waiter;
	pool->waiting++;
	while (waiter->member == NULL && !waiter->may_dial && !waiter->closed &&
	       waited != ETIMEDOUT)
		waited = pthread_cond_timedwait(&waiter->served, &pool->mutex, &until);
	pool->waiting--;
	pthread_cond_destroy(&waiter->served);
	if (waiter->member != NULL || waiter->may_dial)
		return AET_OK;
	if (waiter->closed)
		return aet_error_set(err, AET_EINVAL, "the database handle is closed");
	unlink_waiter(pool, waiter);
	pool->timeouts++;
	return aet_error_set(err, AET_EBUSY, "all %d connections of the pool are in use",
	    pool->options.max_connections);
}

/*
 * A member that is the caller's from now on, and is fresh or else to be asked
 * for a sign of life; or the right to dial one (*out is NULL); or a failure.
 * Unless it fails, the call holds the pool from now on.
 */
static aet_status
take_turn(aet__pool *pool, int64_t now, aet__deadline deadline, aet__deadline watched,
    aet__member **out, bool *fresh, aet_error *err)
{
	aet__waiter waiter = { 0 };
	aet_status status = AET_OK;

	*fresh = false;
	pthread_mutex_lock(&pool->mutex);
	pool->holders++;
	if (pool->closing) {
		status = aet_error_set(err, AET_EINVAL, "the database handle is closed");
	} else if (pool->idle != NULL) {
		waiter.member = pool->idle;
		aet__pool_unlink_idle(pool, waiter.member);
		*fresh = is_fresh(pool, waiter.member, now);
	} else if (pool->open < pool->options.max_connections) {
		pool->open++;
	} else {
		status = wait_for_turn(pool, &waiter, deadline, err);
		now = aet__clock_ms();
		*fresh = waiter.member != NULL && is_fresh(pool, waiter.member, now);
	}
	if (status != AET_OK) {
		release_locked(pool);
		return status;
	}
	if (*fresh)
		push_used(pool, waiter.member, now, watched);
	pthread_mutex_unlock(&pool->mutex);
	*out = waiter.member;
	return AET_OK;
}

aet_status
aet__pool_borrow(aet__pool *pool, int64_t now, aet__deadline deadline, bool watched,
    aet__member **out, aet_error *err)
{
	aet__deadline connect =
	    aet__deadline_earlier(deadline, now + pool->options.connect_timeout_ms);
	aet__deadline watch = watched ? deadline : AET__NEVER;
	aet__member *member = NULL;
	bool fresh;
	aet_status status = take_turn(pool, now, connect, watch, &member, &fresh, err);

	if (status != AET_OK)
		return status;
	if (!fresh && member != NULL && !is_alive(pool, member, connect)) {
		aet__member_free(member);
		member = NULL;
	}
	if (member == NULL)
		status = dial(pool, connect, &member, err);
	if (status != AET_OK)
		return status;
	if (!fresh) {
		pthread_mutex_lock(&pool->mutex);
		push_used(pool, member, aet__clock_ms(), watch);
		pthread_mutex_unlock(&pool->mutex);
	}
	*out = member;
	return AET_OK;
}

void
aet__pool_return(aet__pool *pool, aet__member *member)
{
	aet__waiter *waiter;
	bool broken, usable;

	pthread_mutex_lock(&pool->mutex);
	unlink_used(pool, member); /* from here on nobody interrupts it */
	broken = aet__connection_is_broken(member->connection);
	usable = !broken &&
		 aet__connection_transaction(member->connection) == AET__TRANSACTION_NONE;
	member->since_ms = aet__clock_ms();
	if (broken) /* the server may have gone from under all of them */
		pool->suspect_ms = member->since_ms;
	if (!usable || pool->closing || member->since_ms >= member->expires_ms) {
		pthread_mutex_unlock(&pool->mutex);
		aet__member_free(member);
		pthread_mutex_lock(&pool->mutex);
		aet__pool_slot_freed(pool);
	} else if ((waiter = pop_waiter(pool)) != NULL) {
		waiter->member = member;
		pthread_cond_signal(&waiter->served);
	} else {
		push_idle(pool, member);
	}
	release_locked(pool);
}

const aet_db_options *
aet__pool_options(const aet__pool *pool)
{
	return &pool->options;
}

void
aet__pool_stats(aet__pool *pool, aet_db_stats *out)
{
	pthread_mutex_lock(&pool->mutex);
	out->open = pool->open;
	out->idle = pool->idle_count;
	out->waiting = pool->waiting;
	out->opened = pool->opened;
	out->timeouts = pool->timeouts;
	pthread_mutex_unlock(&pool->mutex);
}
