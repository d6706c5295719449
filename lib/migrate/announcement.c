/* SPDX-License-Identifier: MIT */
#include "migrate/announcement.h"

#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/memory.h"

#define ANSWER_MS 2000 /* for one beat, and for leaving */

/* One source's row. */
typedef struct announced {
	struct announced *next;
	aet__server server; /* its texts are owned */
	char *texts[4];
	bool withdrawn;
	bool failing; /* the last beat failed, and that was told */
	bool swept;
} announced;

/* Rows are added in front and stay, so that whoever walks needs the mutex only for
 * the first. */
typedef struct presence {
	aet_db *db; /* the pool's handle */
	char id[AET_UUID_TEXT_SIZE];
	pthread_mutex_t mutex;
	pthread_cond_t woken;
	pthread_t thread;
	announced *rows;
	int beat_ms; /* of the call that came first */
	bool stopping;
} presence;

static void log_line(const presence *p, aet_log_level level, const char *format, ...)
    AET_PRINTF(3, 4);

static void
log_line(const presence *p, aet_log_level level, const char *format, ...)
{
	const aet_db_options *options = aet__pool_options(p->db->pool);
	char message[AET_MESSAGE_SIZE];
	va_list list;

	if (options->log == NULL)
		return;
	va_start(list, format);
	vsnprintf(message, sizeof(message), format, list);
	va_end(list);
	options->log(options->log_ctx, level, message);
}

/* ---- beating ---------------------------------------------------------- */

static bool
is_withdrawn(presence *p, const announced *row)
{
	bool withdrawn;

	pthread_mutex_lock(&p->mutex);
	withdrawn = row->withdrawn;
	pthread_mutex_unlock(&p->mutex);
	return withdrawn;
}

/* It was given up, since nothing was heard of it for too long: a contract
 * migration may have passed it by. */
static aet_status
come_back(presence *p, const announced *row, aet__connection *connection,
    aet__deadline deadline, aet_error *err)
{
	const aet__server *server = &row->server;
	char name[AET__SERVER_TEXT_SIZE] = "";
	aet_status status =
	    aet__server_announce(connection, server, ANSWER_MS, deadline, err);

	if (status == AET_OK)
		status = aet__server_passed(connection, server, deadline, name, err);
	if (status != AET_OK)
		return status;
	if (name[0] != '\0')
		log_line(p, AET_LOG_ERROR,
		    "this server was taken for gone, and the database has been migrated "
		    "past its release (%s): it has \"%s\"; update and restart it",
		    server->release, name);
	else
		log_line(p, AET_LOG_WARNING,
		    "this server was taken for gone, and is announced anew");
	return AET_OK;
}

static aet_status
beat_on(presence *p, announced *row, const aet__session *session, aet_error *err)
{
	bool alive = true;
	aet_status status = aet__server_beat(
	    session->connection, &row->server, session->deadline, &alive, err);

	if (status == AET_OK && !alive && !is_withdrawn(p, row))
		status = come_back(p, row, session->connection, session->deadline, err);
	if (status == AET_OK && !row->swept) {
		row->swept = true; /* once will do, whatever comes of it */
		(void)aet__server_sweep(
		    session->connection, &row->server, session->deadline, NULL);
	}
	return status;
}

static void
beat(presence *p, announced *row)
{
	aet_db limited = { .kind = AET__HANDLE_LIMITED,
		.base = p->db,
		.pool = p->db->pool,
		.call_timeout_ms = ANSWER_MS };
	aet__session session;
	aet_error failed = { 0 };
	aet_status status = aet__session_begin(&limited, &session, &failed);

	if (status == AET_OK) {
		status = beat_on(p, row, &session, &failed);
		aet__session_end(&session, status, &failed);
	}
	if (status != AET_OK && !row->failing && !is_withdrawn(p, row))
		log_line(p, AET_LOG_WARNING,
		    "the server's sign of life did not get through, and after %d it "
		    "counts as gone: %s",
		    AET__BEATS_MISSED, failed.message);
	row->failing = status != AET_OK;
}

/* Sleeps until the next beat; false when there is none any more. */
static bool
sleep_until_next(presence *p, aet__deadline next, announced **rows)
{
	struct timespec until = aet__deadline_timespec(next);
	bool on;

	pthread_mutex_lock(&p->mutex);
	while (!p->stopping && !aet__deadline_passed(next))
		pthread_cond_timedwait(&p->woken, &p->mutex, &until);
	on = !p->stopping;
	*rows = p->rows;
	pthread_mutex_unlock(&p->mutex);
	return on;
}

static void *
run(void *arg)
{
	presence *p = arg;
	announced *rows;
	aet__deadline next = aet__clock_ms() + p->beat_ms;

	while (sleep_until_next(p, next, &rows)) {
		next = aet__clock_ms() + p->beat_ms;
		for (announced *row = rows; row != NULL; row = row->next)
			if (!is_withdrawn(p, row))
				beat(p, row);
	}
	return NULL;
}

/* ---- the guest -------------------------------------------------------- */

static void
row_free(announced *row)
{
	for (size_t i = 0; i < sizeof(row->texts) / sizeof(row->texts[0]); i++)
		free(row->texts[i]);
	free(row);
}

static void
presence_free(void *guest)
{
	presence *p = guest;
	announced *next;

	for (announced *row = p->rows; row != NULL; row = next) {
		next = row->next;
		row_free(row);
	}
	pthread_cond_destroy(&p->woken);
	pthread_mutex_destroy(&p->mutex);
	free(p);
}

static void
stop(void *guest)
{
	presence *p = guest;

	pthread_mutex_lock(&p->mutex);
	p->stopping = true;
	pthread_cond_signal(&p->woken);
	pthread_mutex_unlock(&p->mutex);
	pthread_join(p->thread, NULL);
}

/* Over a connection of its own, as the pool has none any more: the last call that
 * may need what a contract migration drops has ended by then. Calls that are
 * still under way are no reason to say that the server has left. */
static void
leave(void *guest, bool drained)
{
	presence *p = guest;
	const aet_db_options *options = aet__pool_options(p->db->pool);
	const aet__connection_options connect = { .url = options->url,
		.application_name = options->application_name };
	aet__deadline deadline = aet__deadline_in(ANSWER_MS);
	aet__connection *connection = NULL;
	bool there = false;

	for (const announced *row = p->rows; row != NULL; row = row->next)
		there = there || !row->withdrawn;
	if (there && drained)
		(void)aet__connection_open(&connect, deadline, &connection, NULL);
	for (announced *row = p->rows; row != NULL; row = row->next)
		if (connection != NULL && !row->withdrawn)
			(void)aet__server_leave(connection, &row->server, deadline, NULL);
	aet__connection_close(connection);
}

static const aet__pool_guest guest_kind = { .stop = stop,
	.leave = leave,
	.free = presence_free };

/* No signal of the host program's is delivered to the thread. */
static bool
start_thread(presence *p)
{
	sigset_t all, before;
	bool started;

	sigfillset(&all);
	if (pthread_sigmask(SIG_SETMASK, &all, &before) != 0)
		return false;
	started = pthread_create(&p->thread, NULL, run, p) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return started;
}

static presence *
presence_new(aet_db *db, int beat_ms)
{
	presence *p = aet__memory_array(1, sizeof(*p));
	pthread_condattr_t clock;
	aet_uuid id;

	if (p == NULL)
		return NULL;
	p->db = db;
	p->beat_ms = beat_ms;
	pthread_mutex_init(&p->mutex, NULL);
	pthread_condattr_init(&clock);
	pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
	pthread_cond_init(&p->woken, &clock);
	pthread_condattr_destroy(&clock);
	if (aet_uuid_random(&id, NULL) == AET_OK) {
		aet_uuid_format(id, p->id);
		if (start_thread(p))
			return p;
	}
	presence_free(p);
	return NULL;
}

/* The pool's; another thread may make it at the same time. */
static aet_status
presence_of(aet_db *db, int beat_ms, presence **out, aet_error *err)
{
	presence *p = aet__pool_guest_get(db->pool);

	if (p == NULL) {
		p = presence_new(db, beat_ms);
		if (p == NULL)
			return aet__error_memory(err);
		if (!aet__pool_guest_put(db->pool, &guest_kind, p)) {
			stop(p);
			presence_free(p);
			p = aet__pool_guest_get(db->pool);
		}
	}
	if (p == NULL)
		return aet_error_set(err, AET_EINVAL, "the pool is being closed");
	*out = p;
	return AET_OK;
}

/* ---- announcing ------------------------------------------------------- */

static announced *
row_new(const presence *p, const aet_migrate_options *options, const aet__source *source)
{
	announced *row = aet__memory_array(1, sizeof(*row));

	if (row == NULL)
		return NULL;
	row->texts[0] = aet__memory_text(options->journal);
	row->texts[1] = aet__memory_text(source->name);
	row->texts[2] = aet__memory_text(options->release);
	row->texts[3] = aet__server_knows(source);
	memcpy(row->server.id, p->id, sizeof(p->id));
	row->server.journal = row->texts[0];
	row->server.source = row->texts[1];
	row->server.release = row->texts[2];
	row->server.knows = row->texts[3];
	row->server.beat_ms = p->beat_ms;
	for (size_t i = 0; i < sizeof(row->texts) / sizeof(row->texts[0]); i++) {
		if (row->texts[i] == NULL) {
			row_free(row);
			return NULL;
		}
	}
	return row;
}

/* With the mutex held; NULL where there is none. */
static announced *
find_row(const presence *p, const char *journal, const char *source)
{
	for (announced *row = p->rows; row != NULL; row = row->next)
		if (!row->withdrawn && strcmp(row->server.source, source) == 0 &&
		    strcmp(row->server.journal, journal) == 0)
			return row;
	return NULL;
}

static bool
says_the_same(const announced *a, const announced *b)
{
	return strcmp(a->server.release, b->server.release) == 0 &&
	       strcmp(a->server.knows, b->server.knows) == 0;
}

/* In the place of an older one of the same source; whether there was none. */
static bool
keep_row(presence *p, announced *row)
{
	announced *old;
	bool same;

	pthread_mutex_lock(&p->mutex);
	old = find_row(p, row->server.journal, row->server.source);
	same = old != NULL && says_the_same(old, row);
	if (old != NULL && !same)
		old->withdrawn = true;
	if (!same) {
		row->next = p->rows;
		p->rows = row;
	}
	pthread_mutex_unlock(&p->mutex);
	if (same)
		row_free(row);
	return old == NULL;
}

aet_status
aet__announce(const aet__session *session, const aet_migrate_options *options,
    const aet__source *source, int lock_timeout_ms, aet__deadline deadline, bool *fresh,
    aet_error *err)
{
	presence *p = NULL;
	announced *row;
	aet_status status = presence_of(session->db, options->beat_ms, &p, err);

	if (status != AET_OK)
		return status;
	row = row_new(p, options, source);
	if (row == NULL)
		return aet__error_memory(err);
	status = aet__server_announce(
	    session->connection, &row->server, lock_timeout_ms, deadline, err);
	if (status != AET_OK) {
		row_free(row);
		return status;
	}
	if (keep_row(p, row))
		*fresh = true;
	return AET_OK;
}

void
aet__announce_withdraw(const aet__session *session, const aet_migrate_options *options,
    const aet__source *source)
{
	presence *p = aet__pool_guest_get(session->db->pool);
	announced *row = NULL;

	if (p == NULL)
		return;
	pthread_mutex_lock(&p->mutex);
	row = find_row(p, options->journal, source->name);
	if (row != NULL)
		row->withdrawn = true;
	pthread_mutex_unlock(&p->mutex);
	if (row != NULL && !aet__connection_is_broken(session->connection))
		(void)aet__server_leave(
		    session->connection, &row->server, aet__deadline_in(ANSWER_MS), NULL);
}
