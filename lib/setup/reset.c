/* SPDX-License-Identifier: MIT */
/*
 * Starting a database over. Consent is checked first, hashing is done next, and
 * then everything happens in one transaction under the migrator's lock, on a
 * connection that is closed in the end. Only what no transaction holds comes
 * after it.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <aeturnis/setup.h>

#include "core/error.h"
#include "core/memory.h"
#include "db/session.h"
#include "migrate/journal_sql.h"
#include "migrate/lock.h"
#include "migrate/migrator.h"
#include "pg/url.h"
#include "setup/drop.h"
#include "setup/seed.h"

#define SHORT_QUERY_MS 10000

typedef struct resetting {
	const aet_reset_options *opts;
	aet_reset_report *report; /* never NULL */
	aet_migrate_options migrate;
	aet__source source;
	aet__source own; /* the library's */
	bool own_here;   /* the library's tables are part of it */
	size_t most;     /* so many of source's files in the transaction */
	aet__seeding seedings[AET__SEED_USERS];
} resetting;

/* ---- consent ---------------------------------------------------------- */

static aet_status
check_sizes(const aet_reset_options *opts, const aet_reset_report *report, aet_error *err)
{
	if (opts == NULL || opts->size != sizeof(*opts) ||
	    (report != NULL && report->size != sizeof(*report)))
		return aet_error_set(err, AET_EINVAL,
		    "reset options or report without their size: start from the _INIT "
		    "macros");
	return AET_OK;
}

/* What can be refused without asking the database. */
static aet_status
check_consent(const aet_db *db, const aet_reset_options *opts, aet_error *err)
{
	const char *url = aet__pool_options(db->pool)->url;
	char host[AET__HOST_SIZE];
	bool local = false;

	if (opts->production)
		return aet_error_set(
		    err, AET_EREFUSED, "a production database is never reset");
	if (opts->confirm == NULL)
		return aet_error_set(err, AET_EREFUSED,
		    "reset drops tables: confirm it with the database's name");
	if (aet__url_is_local(url, &local, host) != AET_OK ||
	    (!local && !opts->allow_remote))
		return aet_error_set(err, AET_EREFUSED,
		    "host \"%s\" is another machine: resetting it must be allowed", host);
	return AET_OK;
}

/* The server's word on which database this is, not the url's. */
static aet_status
check_database(aet__session *session, const char *confirm, aet_error *err)
{
	aet__result *result = NULL;
	aet_status status = aet__connection_query(session->connection,
	    "SELECT pg_catalog.current_database()", NULL, 0, session->deadline, &result,
	    err);

	if (status == AET_OK && strcmp(aet__result_text(result, 0, 0), confirm) != 0)
		status = aet_error_set(err, AET_EREFUSED,
		    "the database is \"%s\", which is not the name given to confirm",
		    aet__result_text(result, 0, 0));
	aet__result_free(result);
	return status;
}

/* ---- the work --------------------------------------------------------- */

/*
 * Tables that are there, and that no migration made as far as the journal
 * knows, are met as "relation already exists" (42P07).
 */
static aet_status
explain(const resetting *work, aet_status status, aet_error *err)
{
	if (status != AET_EMIGRATION || work->report->dropped > 0 ||
	    strcmp(work->report->migrated.failure.sqlstate, "42P07") != 0)
		return status;
	return aet__error_sql(err, AET_EREFUSED, "42P07",
	    "the tables here are in no journal, so nothing says that they may go: "
	    "migrate "
	    "first, which adopts them");
}

static aet_status
check_source(resetting *work, const char *source, aet_error *err)
{
	if (strcmp(source, AET__OWN_SOURCE) == 0)
		work->own_here = true;
	else if (strcmp(source, work->source.name) != 0)
		return aet_error_set(err, AET_EREFUSED,
		    "migrations of source \"%s\" are applied here, too: reset with their "
		    "folder, so that they are run again",
		    source);
	return AET_OK;
}

/*
 * Sources reference each other's tables, so that all of them go and come back
 * together. One whose files are not given could only go.
 */
static aet_status
check_sources(aet__connection *connection, resetting *work, aet_error *err)
{
	const char *journal = work->migrate.journal;
	aet__deadline deadline = aet__deadline_in(SHORT_QUERY_MS);
	aet__result *result = NULL;
	aet_status status = aet__connection_query(connection,
	    "SELECT FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n"
	    " ON n.oid = c.relnamespace"
	    " WHERE n.nspname = $1 AND c.relname = 'schema_migrations'",
	    &journal, 1, deadline, &result, err);
	bool any = status == AET_OK && aet__result_rows(result) > 0;

	aet__result_free(result);
	result = NULL;
	work->own_here = aet__migrate_is_own(&work->source);
	if (status != AET_OK || !any)
		return status;
	status = aet__journal_query(connection, journal,
	    "SELECT DISTINCT source FROM {journal}.schema_migrations", NULL, 0, deadline,
	    &result, err);
	for (size_t i = 0; status == AET_OK && i < aet__result_rows(result); i++)
		status = check_source(work, aet__result_text(result, i, 0), err);
	aet__result_free(result);
	return status;
}

/* The library's own tables first: the game's reference them. */
static aet_status
migrate_again(aet__connection *connection, resetting *work, aet_error *err)
{
	aet_migrate_report *report = &work->report->migrated;
	aet_status status = AET_OK;
	int applied = 0;

	if (work->own_here && !aet__migrate_is_own(&work->source)) {
		status = aet__migrate_within(
		    connection, &work->own, &work->migrate, SIZE_MAX, report, err);
		applied = report->applied;
	}
	if (status == AET_OK)
		status = aet__migrate_within(
		    connection, &work->source, &work->migrate, work->most, report, err);
	report->applied += applied;
	return explain(work, status, err);
}

static aet_status
reset_within(aet_db *tx, resetting *work, aet_error *err)
{
	aet__connection *connection = tx->member->connection;
	aet_status status = check_sources(connection, work, err);

	if (status == AET_OK)
		status = aet__drop_owned(connection, work->migrate.journal,
		    work->migrate.lock_timeout_ms, &work->report->dropped, err);
	if (status == AET_OK)
		status = migrate_again(connection, work, err);
	if (status == AET_OK && work->opts->seed != NULL && work->own_here)
		status = aet__seed_insert(tx, work->seedings, err);
	return status;
}

static aet_status
reset_locked(aet__session *session, resetting *work, aet_error *err)
{
	aet_db *tx = NULL;
	aet_status status = aet__session_begin_transaction(session, &tx, err);

	if (status != AET_OK)
		return status;
	status = reset_within(tx, work, err);
	if (status == AET_OK)
		return aet_db_commit(&tx, err);
	aet_db_rollback(&tx);
	return status;
}

/*
 * A label that an enum gets cannot be used before it is committed (55P04): with the
 * file that does, the part outside the transaction begins. False where that is not
 * what has failed.
 */
static bool
must_part(resetting *work, aet_status status)
{
	const aet_migrate_failure *failure = &work->report->migrated.failure;
	size_t at = 0;

	if (status != AET_EMIGRATION || strcmp(failure->sqlstate, "55P04") != 0)
		return false;
	while (
	    at < work->source.count && strncmp(work->source.files[at].path, failure->file,
					   sizeof(failure->file) - 1) != 0)
		at++;
	if (at == 0 || at >= work->most || at == work->source.count)
		return false;
	work->most = at;
	return true;
}

static aet_status
reset(aet_db *db, resetting *work, aet_error *err)
{
	aet__session session;
	const aet__lock_wait wait = { .wait_ms = work->migrate.lock_wait_ms };
	int64_t waited_us = 0;
	aet_status status = aet__session_begin(db, &session, err);

	if (status != AET_OK)
		return status;
	status = check_database(&session, work->opts->confirm, err);
	if (status == AET_OK)
		status = aet__migrate_lock(session.connection, &wait, &waited_us, err);
	if (status != AET_OK) {
		aet__session_discard(&session);
		return status;
	}
	return reset_locked(&session, work, err);
}

static aet_status
reset_whole(aet_db *db, resetting *work, aet_error *err)
{
	aet_status status;

	work->most = SIZE_MAX;
	do
		status = reset(db, work, err);
	while (must_part(work, status));
	work->report->committed = status == AET_OK;
	work->report->has_users = work->own_here;
	return status;
}

/* What the transaction could not hold, as aet_db_migrate runs it. */
static aet_status
go_on(aet_db *db, resetting *work, aet_error *err)
{
	aet_migrate_report *report = &work->report->migrated;
	int applied = report->applied;
	aet_status status;

	if (report->remaining == 0)
		return AET_OK;
	*report = (aet_migrate_report)AET_MIGRATE_REPORT_INIT;
	status = aet_db_migrate(db, work->opts->migrate, report, err);
	report->applied += applied;
	report->already -= report->already < applied ? report->already : applied;
	return status;
}

static aet_status
prepare_seeds(resetting *work, aet_error *err)
{
	aet_status status;

	if (work->opts->seed == NULL)
		return AET_OK;
	status = aet__seed_check(work->opts->seed, &work->report->seeded, err);
	for (size_t i = 0; i < AET__SEED_USERS; i++)
		work->seedings[i].absent = true;
	if (status == AET_OK)
		status = aet__seed_hash(work->seedings, work->opts->seed, err);
	return status;
}

aet_status
aet_db_reset(
    aet_db *db, const aet_reset_options *opts, aet_reset_report *report, aet_error *err)
{
	aet_reset_report unwanted = AET_RESET_REPORT_INIT;
	resetting work = { .opts = opts, .report = report != NULL ? report : &unwanted };
	aet_status status = check_sizes(opts, report, err);

	if (status == AET_OK)
		status = aet__migrate_pool(db, err);
	if (status == AET_OK)
		status = check_consent(aet__handle_target(db), opts, err);
	if (status == AET_OK)
		status = aet__migrate_options_read(opts->migrate, &work.migrate, err);
	if (status == AET_OK)
		status = aet__migrate_source(&work.migrate, &work.source, err);
	if (status == AET_OK)
		status = aet__migrate_own_source(&work.own, err);
	if (status == AET_OK)
		status = prepare_seeds(&work, err);
	if (status == AET_OK)
		status = reset_whole(db, &work, err);
	if (status == AET_OK && opts->seed != NULL)
		aet__seed_tell(work.seedings, &work.report->seeded);
	if (status == AET_OK)
		status = go_on(db, &work, err);
	aet__memory_wipe(work.seedings, sizeof(work.seedings));
	aet__memory_wipe(&unwanted, sizeof(unwanted));
	aet__source_free(&work.source);
	aet__source_free(&work.own);
	return status;
}
