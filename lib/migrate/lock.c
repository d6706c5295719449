/* SPDX-License-Identifier: MIT */
#include "migrate/lock.h"

#include <string.h>

#include "core/error.h"
#include "migrate/journal_sql.h"

/* "aeturnis" in ASCII; advisory locks are per database. */
#define KEY "7018143642106620275"

#define POLL_LEAST_MS 20
#define POLL_MOST_MS 120
#define TELL_EVERY_MS 1000

/* A single answer is never waited for longer. */
#define ANSWER_MS 30000

#define WHO_SIZE 200
#define STATE_SIZE 100

static aet_status
ask(aet__connection *connection, const char *sql, bool *out, aet_error *err)
{
	aet__result *result = NULL;
	aet_status status = aet__connection_query(
	    connection, sql, NULL, 0, aet__deadline_in(ANSWER_MS), &result, err);

	if (status == AET_OK)
		*out = aet__result_bool(result, 0, 0);
	aet__result_free(result);
	return status;
}

/* objsubid 1: the key is one bigint (PostgreSQL manual, pg_locks). */
static const char who_holds[] =
    "SELECT pg_catalog.format('%s, process %s on the server%s',"
    " COALESCE(NULLIF(a.application_name, ''), 'somebody'), l.pid,"
    " COALESCE(', from ' || pg_catalog.host(a.client_addr), ''))"
    " FROM pg_catalog.pg_locks AS l"
    " LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid"
    " WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1"
    " AND l.database = (SELECT oid FROM pg_catalog.pg_database"
    " WHERE datname = pg_catalog.current_database())"
    " AND (l.classid::bigint << 32) | l.objid::bigint = " KEY;

/* "" where nobody has it any more. */
static aet_status
find_holder(aet__connection *connection, char who[WHO_SIZE], aet_error *err)
{
	aet__result *result = NULL;
	aet_status status = aet__connection_query(
	    connection, who_holds, NULL, 0, aet__deadline_in(ANSWER_MS), &result, err);

	if (status != AET_OK)
		return status;
	aet__error_copy(who, WHO_SIZE,
	    aet__result_rows(result) > 0 ? aet__result_text(result, 0, 0) : NULL);
	aet__result_free(result);
	return AET_OK;
}

static aet_status
refuse(const char *who, int wait_ms, aet_error *err)
{
	if (wait_ms <= 0)
		return aet_error_set(err, AET_ELOCKED,
		    "another migrator is at work (%s): call again when it is done", who);
	return aet_error_set(err, AET_ELOCKED,
	    "another migrator was at work for all of %d ms (%s): wait longer, or see "
	    "what it does",
	    wait_ms, who);
}

/* One wait, from its begin. */
typedef struct waiting {
	const aet__lock_wait *wait;
	int64_t started, told;
	aet__deadline end;
	char who[WHO_SIZE];
	char seen[STATE_SIZE]; /* the journal's state, as it was last looked at */
} waiting;

/* A journal that is not there, or that the holder has locked, does not move. */
static void
follow_journal(aet__connection *connection, waiting *w)
{
	aet__result *result = NULL;
	const char *state;

	if (w->wait->journal == NULL ||
	    aet__journal_query(connection, w->wait->journal,
		"SELECT pg_catalog.concat_ws(' ', pg_catalog.count(*),"
		" pg_catalog.sum(statements_done), pg_catalog.max(applied_at))"
		" FROM {journal}.schema_migrations",
		NULL, 0, aet__deadline_in(ANSWER_MS), &result, NULL) != AET_OK)
		return;
	state = aet__result_text(result, 0, 0);
	if (strcmp(state, w->seen) != 0 && w->seen[0] != '\0')
		w->end = aet__clock_ms() + w->wait->wait_ms;
	aet__error_copy(w->seen, sizeof(w->seen), state);
	aet__result_free(result);
}

/* Each second. */
static aet_status
look_around(aet__connection *connection, waiting *w, aet_error *err)
{
	aet_status status = find_holder(connection, w->who, err);

	if (status != AET_OK)
		return status;
	follow_journal(connection, w);
	if (aet__connection_is_broken(connection))
		return aet_error_set(err, AET_ECONNECT,
		    "the connection was lost while another migrator was waited for");
	w->told = aet__clock_ms();
	if (w->wait->waiting != NULL && w->wait->wait_ms > 0)
		w->wait->waiting(w->wait->ctx, w->who, (w->told - w->started) * 1000);
	return AET_OK;
}

static aet_status
poll_lock(aet__connection *connection, waiting *w, int64_t *waited_us, aet_error *err)
{
	bool got = false;
	aet_status status;

	for (;;) {
		status = ask(connection,
		    "SELECT pg_catalog.pg_try_advisory_lock(" KEY ")", &got, err);
		if (status != AET_OK || got)
			return status;
		if (aet__clock_ms() - w->told >= TELL_EVERY_MS)
			status = look_around(connection, w, err);
		if (status != AET_OK)
			return status;
		if (aet__deadline_passed(w->end))
			return refuse(w->who, w->wait->wait_ms, err);
		aet__sleep_ms(aet__jitter(POLL_LEAST_MS, POLL_MOST_MS), w->end);
		*waited_us = (aet__clock_ms() - w->started) * 1000;
	}
}

aet_status
aet__migrate_lock(aet__connection *connection, const aet__lock_wait *wait,
    int64_t *waited_us, aet_error *err)
{
	waiting w = { .wait = wait, .started = aet__clock_ms() };
	aet_status status;

	w.told = w.started - TELL_EVERY_MS;
	w.end = w.started + (wait->wait_ms > 0 ? wait->wait_ms : 0);
	*waited_us = 0;
	status = aet__connection_command(connection, "SET lock_timeout = 500", false,
	    aet__deadline_in(ANSWER_MS), err);
	if (status == AET_OK)
		status = poll_lock(connection, &w, waited_us, err);
	if (status == AET_OK)
		status = aet__connection_command(connection, "RESET lock_timeout", false,
		    aet__deadline_in(ANSWER_MS), err);
	return status;
}

aet_status
aet__migrate_lock_is_ours(aet__connection *connection, bool *ours, aet_error *err)
{
	return ask(connection,
	    "SELECT EXISTS (SELECT FROM pg_catalog.pg_locks AS l"
	    " WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'advisory'"
	    " AND l.granted AND l.objsubid = 1 AND (l.classid::bigint << 32) |"
	    " l.objid::bigint = " KEY ")",
	    ours, err);
}

aet_status
aet__migrate_unlock(aet__connection *connection, bool *held, aet_error *err)
{
	return ask(
	    connection, "SELECT pg_catalog.pg_advisory_unlock(" KEY ")", held, err);
}
