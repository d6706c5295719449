/* SPDX-License-Identifier: MIT */
/*
 * Statements that commit by themselves. That one was begun is noted before it is
 * sent: if it is found so later, it may have happened. What the catalogue shows, or
 * what does no harm twice, is then sent again; the rest is somebody's to say.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/memory.h"
#include "migrate/apply_script.h"
#include "migrate/concurrent.h"
#include "migrate/journal_sql.h"

/* What the server says of something that is there already, or gone already. */
static bool
has_happened(const aet__migrator *m, const aet__statement *statement)
{
	static const char *const made[] = { "42P07", "42P04", "42710" };
	static const char *const dropped[] = { "42P01", "42704", "3D000" };
	const char *const *states = aet__statement_begins(statement, "create") ? made
				    : aet__statement_begins(statement, "drop") ? dropped
									       : NULL;

	for (int i = 0; states != NULL && i < 3; i++)
		if (strcmp(m->sqlstate, states[i]) == 0)
			return true;
	return false;
}

static aet_status
note_begun(aet__migrator *m, const aet__script_run *run, int statement, aet_error *err)
{
	const aet__journal_entry row = aet__script_row(m, run, run->done);
	aet_status status =
	    aet__apply_command(m, AET__SCRIPT_BEGIN "; " AET__SCRIPT_OWN_ROLE, err);

	if (status == AET_OK)
		status = aet__apply_note(
		    m, aet__journal_begin_statement(m->connection, &row, statement, err));
	if (status == AET_OK)
		return aet__apply_commit(m, err);
	aet__apply_rollback(m);
	return status;
}

/* Whether the statement that failed has done its work all the same: a run before
 * did it, or it is brought to its end here. */
static bool
is_done_now(aet__migrator *m, const aet__script_run *run, const aet__statement *statement,
    bool interrupted)
{
	if (aet__concurrent_detaches(run->text, statement)) {
		if (strcmp(m->sqlstate, "55000") == 0) /* it is pending */
			return aet__concurrent_finalize(m, run->text, statement, NULL) ==
			       AET_OK;
		return interrupted && strcmp(m->sqlstate, "42P01") == 0;
	}
	return interrupted && has_happened(m, statement);
}

static aet_status
send_alone(aet__migrator *m, aet__script_run *run, const aet__statement *statement,
    aet_error *err)
{
	bool interrupted = run->begun == statement->number;
	char sqlstate[sizeof(m->sqlstate)];
	aet_status status = AET_OK;

	if (!interrupted)
		status = note_begun(m, run, statement->number, err);
	if (status != AET_OK)
		return status;
	status = aet__apply_statement(m, run->text, statement, true, err);
	if (status == AET_OK || aet__connection_is_broken(m->connection))
		return status;
	if (is_done_now(m, run, statement, interrupted)) {
		m->report->failure = (aet_migrate_failure){ 0 };
		return AET_OK;
	}
	memcpy(sqlstate, m->sqlstate, sizeof(sqlstate));
	aet__apply_rollback(m);
	/* What could not be cleared is found by the mark that it was begun. */
	run->begun =
	    aet__concurrent_abandon(m, run->text, statement) ? 0 : statement->number;
	if (run->begun == 0)
		(void)note_begun(m, run, 0, NULL);
	memcpy(m->sqlstate, sqlstate, sizeof(sqlstate));
	return status;
}

aet_status
aet__script_run_alone(aet__migrator *m, aet__script_run *run,
    const aet__statement *statement, aet_error *err)
{
	bool begun = run->begun == statement->number;
	bool done = false;
	aet_status status =
	    aet__concurrent_clear(m, run->text, statement, begun, &done, err);

	if (status == AET_OK)
		status = aet__apply_watch(m, err);
	if (status == AET_OK && !done)
		status = send_alone(m, run, statement, err);
	if (status == AET_OK)
		status = aet__apply_command(m, AET__SCRIPT_BEGIN, err);
	if (status == AET_OK)
		status = aet__script_move_on(m, run, statement->number, err);
	if (status == AET_OK)
		status = aet__apply_commit(m, err);
	return status;
}

/* ---- one that commits what it does in parts --------------------------- */

/* The number of this session's transaction, of its own count: each that it begins
 * has the next one. 0: not known. */
static int64_t
transactions_begun(aet__migrator *m)
{
	aet__result *result = NULL;
	int64_t number = 0;

	if (aet__connection_query(m->connection,
		"SELECT pg_catalog.split_part(virtualtransaction, '/', 2)"
		" FROM pg_catalog.pg_locks WHERE pid = pg_catalog.pg_backend_pid()"
		" AND locktype = 'virtualxid'",
		NULL, 0, AET__NEVER, &result, NULL) == AET_OK &&
	    aet__result_rows(result) > 0)
		number = aet__result_int64(result, 0, 0);
	aet__result_free(result);
	return number;
}

/* Whether the statement that failed since then has ended a transaction of its
 * own: it was the only one between two looks. */
static bool
has_committed(aet__migrator *m, int64_t before)
{
	int64_t after = transactions_begun(m);

	return before == 0 || after == 0 || after > before + 2;
}

/* Behind the statement, in the same message: role, and row. The row's duration
 * follows with the next step. */
static aet_status
send_with_progress(aet__migrator *m, const aet__script_run *run,
    const aet__statement *statement, const char *sql, aet_error *err)
{
	static const char own_role[] =
	    "SELECT pg_catalog.set_config('session_authorization', NULL, true),"
	    " pg_catalog.set_config('role', NULL, true)";
	aet__text row = { 0 };
	int64_t affected = 0;
	aet_status status;

	aet__journal_sql_add(&row,
	    "UPDATE {journal}.schema_migrations SET statement_begun = 0,",
	    m->options.journal);
	aet__text_addf(&row,
	    " statements_done = %d WHERE version = %lld AND"
	    " statements_done = %d AND NOT finished AND source = ",
	    statement->number, (long long)m->entry->file->version, run->done);
	aet__text_add_literal(&row, m->source->name);
	if (!aet__text_ok(&row))
		return aet__error_memory(err);
	status = aet__connection_sequence(m->connection,
	    (const char *const[]){ sql, own_role, aet__text_view(&row) }, 3, AET__NEVER,
	    &affected, err);
	aet__text_free(&row);
	status = aet__apply_note(m, status);
	if (status == AET_OK && affected != 1)
		status = aet_error_set(err, AET_ELOCKED,
		    "another migrator runs \"%s\" at the same time: let it finish, and "
		    "call again",
		    m->entry->file->name);
	return status;
}

/* It failed, and the connection is there still. */
static aet_status
fail_committing(aet__migrator *m, aet__script_run *run, const aet__statement *statement,
    int64_t before, aet_error *err)
{
	char sqlstate[sizeof(m->sqlstate)];
	char *hint = m->report->failure.hint;
	aet_status status =
	    aet__migrate_fail(m, AET_EMIGRATION, run->text, statement, err);

	memcpy(sqlstate, m->sqlstate, sizeof(sqlstate));
	if (has_committed(m, before)) {
		/* No table that is busy is worth the half of it twice. */
		m->sqlstate[0] = '\0';
		if (hint[0] == '\0')
			snprintf(hint, sizeof(m->report->failure.hint),
			    "it had committed a part of its work: see what it has done, "
			    "then aet-db repair %s --again, or --done",
			    m->entry->file->name);
		return status;
	}
	(void)note_begun(m, run, 0, NULL);
	memcpy(m->sqlstate, sqlstate, sizeof(sqlstate));
	return status;
}

/* What it had committed by then, nobody knows. */
static aet_status
lose_committing(aet__migrator *m, const aet__script_run *run,
    const aet__statement *statement, aet_status status, aet_error *err)
{
	(void)aet__migrate_fail(m, status, run->text, statement, NULL);
	if (status == AET_ENOMEM)
		return status;
	if (err != NULL)
		err->status = AET_EUNKNOWN;
	return AET_EUNKNOWN;
}

/* Whoever dies here, the server is to bring it to its end: the lock stays as long. */
#define KEEP_ON "SET client_connection_check_interval = 0"
#define GIVE_UP "SET client_connection_check_interval = '5s'"

aet_status
aet__script_run_committing(aet__migrator *m, aet__script_run *run,
    const aet__statement *statement, aet_error *err)
{
	char *sql = aet__memory_text_n(run->text + statement->start, statement->len);
	int64_t before = 0;
	aet_status status =
	    sql != NULL ? aet__apply_watch(m, err) : aet__error_memory(err);

	if (status == AET_OK)
		status = note_begun(m, run, -statement->number, err);
	if (status == AET_OK)
		status = aet__apply_command(m, KEEP_ON, err);
	if (status == AET_OK) {
		before = transactions_begun(m);
		status = send_with_progress(m, run, statement, sql, err);
		if (aet__connection_is_broken(m->connection))
			status = lose_committing(m, run, statement, status, err);
		else if (m->sqlstate[0] != '\0')
			status = fail_committing(m, run, statement, before, err);
	}
	if (status == AET_OK)
		status = aet__apply_command(m, GIVE_UP, err);
	run->makes = false; /* what it made, and how long that took, is recorded later */
	run->late = status == AET_OK;
	free(sql);
	return status;
}
