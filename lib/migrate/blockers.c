/* SPDX-License-Identifier: MIT */
#include "migrate/blockers.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/error.h"
#include "core/memory.h"

#define CONNECT_MS 2000
#define ANSWER_MS 1000

struct aet__blockers {
	aet__connection_options connect;
	char pid[16];
	int every_ms;
	atomic_bool over;
	pthread_mutex_t mutex; /* of who */
	char who[AET__BLOCKERS_SIZE];
	pthread_t thread;
};

static const char ask_who[] =
    "SELECT pg_catalog.string_agg(pg_catalog.format('process %s (%s%s, %s)', a.pid,"
    " COALESCE(a.usename, a.backend_type), COALESCE(', ' ||"
    " NULLIF(a.application_name, ''), ''), COALESCE(a.state, 'at work')), ', ')"
    " FROM pg_catalog.pg_stat_activity AS a"
    " WHERE a.pid = ANY (pg_catalog.pg_blocking_pids($1::integer))";

static aet_status
look(aet__blockers *watch, aet__connection *connection)
{
	const char *const parameters[] = { watch->pid };
	aet__result *result = NULL;
	aet_status status = aet__connection_query(connection, ask_who, parameters, 1,
	    aet__deadline_in(ANSWER_MS), &result, NULL);
	const char *who = status == AET_OK ? aet__result_text(result, 0, 0) : NULL;

	if (who != NULL) {
		pthread_mutex_lock(&watch->mutex);
		aet__error_copy(watch->who, sizeof(watch->who), who);
		pthread_mutex_unlock(&watch->mutex);
	}
	aet__result_free(result);
	return status;
}

static void *
run(void *arg)
{
	aet__blockers *watch = arg;
	aet__connection *connection = NULL;
	aet_status status = aet__connection_open(
	    &watch->connect, aet__deadline_in(CONNECT_MS), &connection, NULL);

	while (status == AET_OK && !atomic_load(&watch->over)) {
		status = look(watch, connection);
		aet__sleep_ms(watch->every_ms, AET__NEVER);
	}
	aet__connection_close(connection);
	return NULL;
}

/* Signals are for the caller's own threads. */
static bool
start(aet__blockers *watch)
{
	sigset_t all;
	sigset_t before;
	bool started;

	sigfillset(&all);
	if (pthread_sigmask(SIG_SETMASK, &all, &before) != 0)
		return false;
	started = pthread_create(&watch->thread, NULL, run, watch) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return started;
}

aet__blockers *
aet__blockers_watch(
    const aet__connection *waiter, const aet_db_options *options, int every_ms)
{
	aet__blockers *watch = aet__memory_array(1, sizeof(*watch));

	if (watch == NULL)
		return NULL;
	watch->connect = (aet__connection_options){ .url = options->url,
		.application_name = options->application_name };
	watch->every_ms = every_ms;
	snprintf(
	    watch->pid, sizeof(watch->pid), "%d", aet__connection_backend_pid(waiter));
	if (pthread_mutex_init(&watch->mutex, NULL) != 0) {
		free(watch);
		return NULL;
	}
	if (start(watch))
		return watch;
	pthread_mutex_destroy(&watch->mutex);
	free(watch);
	return NULL;
}

void
aet__blockers_last(aet__blockers *watch, char who[AET__BLOCKERS_SIZE])
{
	who[0] = '\0';
	if (watch == NULL)
		return;
	pthread_mutex_lock(&watch->mutex);
	aet__error_copy(who, AET__BLOCKERS_SIZE, watch->who);
	pthread_mutex_unlock(&watch->mutex);
}

void
aet__blockers_stop(aet__blockers *watch)
{
	if (watch == NULL)
		return;
	atomic_store(&watch->over, true);
	pthread_join(watch->thread, NULL);
	pthread_mutex_destroy(&watch->mutex);
	free(watch);
}
