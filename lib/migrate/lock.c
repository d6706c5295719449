/* SPDX-License-Identifier: MIT */
#include "migrate/lock.h"

#include "core/error.h"

/* "aeturnis" in ASCII; advisory locks are per database. */
#define KEY "7018143642106620275"

#define POLL_LEAST_MS 20
#define POLL_MOST_MS 120
#define TELL_EVERY_MS 1000

/* A single answer is never waited for longer. */
#define ANSWER_MS 30000

#define WHO_SIZE 200

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

static aet_status
poll_lock(aet__connection *connection, int wait_ms, aet__lock_waiting_fn waiting,
    void *ctx, int64_t *waited_us, aet_error *err)
{
	int64_t started = aet__clock_ms();
	aet__deadline end = started + (wait_ms > 0 ? wait_ms : 0);
	int64_t told = started - TELL_EVERY_MS;
	char who[WHO_SIZE] = "";
	bool got = false;
	aet_status status;

	for (;;) {
		status = ask(connection,
		    "SELECT pg_catalog.pg_try_advisory_lock(" KEY ")", &got, err);
		if (status != AET_OK || got)
			return status;
		if (aet__clock_ms() - told >= TELL_EVERY_MS) {
			status = find_holder(connection, who, err);
			if (status != AET_OK)
				return status;
			told = aet__clock_ms();
			if (waiting != NULL && wait_ms > 0)
				waiting(ctx, who, (told - started) * 1000);
		}
		if (aet__deadline_passed(end))
			return refuse(who, wait_ms, err);
		aet__sleep_ms(aet__jitter(POLL_LEAST_MS, POLL_MOST_MS), end);
		*waited_us = (aet__clock_ms() - started) * 1000;
	}
}

aet_status
aet__migrate_lock(aet__connection *connection, int wait_ms, aet__lock_waiting_fn waiting,
    void *ctx, int64_t *waited_us, aet_error *err)
{
	*waited_us = 0;
	return poll_lock(connection, wait_ms, waiting, ctx, waited_us, err);
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
