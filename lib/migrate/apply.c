/* SPDX-License-Identifier: MIT */
/*
 * Running a file in one transaction together with its journal row. Its
 * statements are sent one by one, as psql does, so that a failure is one
 * statement's.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/memory.h"
#include "migrate/blockers.h"
#include "migrate/defaults.h"
#include "migrate/hold.h"
#include "migrate/journal_sql.h"
#include "migrate/lock.h"
#include "migrate/migrator.h"
#include "migrate/pooler.h"

#define ATTEMPTS 10
#define PAUSE_LEAST_MS 50
#define PAUSE_MOST_MS 1000

/* ---- steps ------------------------------------------------------------ */

aet_status
aet__apply_note(aet__migrator *m, aet_status status)
{
	const aet__failure *failure = aet__connection_failure(m->connection);

	aet__error_copy(m->sqlstate, sizeof(m->sqlstate),
	    status == AET_OK ? NULL : failure->sqlstate);
	return status;
}

aet_status
aet__apply_command(aet__migrator *m, const char *sql, aet_error *err)
{
	return aet__apply_note(
	    m, aet__connection_command(m->connection, sql, false, AET__NEVER, err));
}

/* The fence comes before the first snapshot, so that what is seen behind it is
 * what the one before has committed, at any isolation level. */
static void
add_begin(aet__text *sql, const aet__migrator *m, const char *modes, size_t len)
{
	if (!m->within) {
		aet__text_add(sql, "BEGIN ");
		aet__text_add_n(sql, modes, len);
		aet__text_add(sql, "\n; "); /* the modes may end in a comment */
	}
	aet__text_addf(sql,
	    "SET LOCAL lock_timeout = %d; SET LOCAL statement_timeout = %d;"
	    " SET LOCAL idle_in_transaction_session_timeout = 0;",
	    m->options.lock_timeout_ms, m->options.statement_timeout_ms);
	if (aet__migrate_is_own(m->source))
		aet__text_add(sql, " SET LOCAL search_path = public;");
	aet__journal_sql_add(sql, AET__JOURNAL_FENCE, m->options.journal);
	if (m->contract)
		aet__journal_sql_add(sql, "; " AET__SERVERS_FENCE, m->options.journal);
}

/* In the transaction, where even a pooler stays with one session. */
static aet_status
check_lock(aet__migrator *m, aet_error *err)
{
	bool ours = true;
	aet_status status = AET_OK;

	if (m->pooled)
		status = aet__apply_note(
		    m, aet__migrate_lock_is_ours(m->connection, &ours, err));
	if (status == AET_OK && !ours)
		status = aet_error_set(err, AET_EINVAL, AET__POOLER_REFUSAL);
	return status;
}

aet_status
aet__apply_begin(
    aet__migrator *m, const char *modes, size_t len, bool *already, aet_error *err)
{
	aet__text sql = { 0 };
	aet_status status;

	add_begin(&sql, m, modes, len);
	if (aet__text_ok(&sql))
		status = aet__apply_command(m, aet__text_view(&sql), err);
	else
		status = aet__error_memory(err);
	aet__text_free(&sql);
	if (status == AET_OK)
		status = check_lock(m, err);
	if (status != AET_OK)
		return status;
	return aet__apply_note(m, aet__journal_has(m->connection, m->options.journal,
				      m->source->name, m->entry->file, already, err));
}

aet_status
aet__apply_commit(aet__migrator *m, aet_error *err)
{
	bool rolled_back = false;
	aet_status status = aet__apply_note(
	    m, aet__connection_commit(m->connection, AET__NEVER, &rolled_back, err));

	if (status == AET_OK && rolled_back)
		return aet_error_set(err, AET_EMIGRATION,
		    "%s: the server rolled back instead of committing",
		    m->entry->file->path);
	if (status == AET_OK || status == AET_EUNKNOWN || status == AET_ECONNECT ||
	    status == AET_ENOMEM)
		return status;
	return aet__migrate_fail(m, AET_EMIGRATION, NULL, NULL, err);
}

void
aet__apply_rollback(aet__migrator *m)
{
	aet__transaction_state state = aet__connection_transaction(m->connection);

	free(m->objects);
	free(m->locks);
	m->objects = m->locks = NULL;
	if (!m->within &&
	    (state == AET__TRANSACTION_OPEN || state == AET__TRANSACTION_FAILED))
		(void)aet__connection_command(
		    m->connection, "ROLLBACK", false, AET__NEVER, NULL);
}

aet_status
aet__apply_statement(aet__migrator *m, const char *text, const aet__statement *statement,
    bool writes, aet_error *err)
{
	char *sql = aet__memory_text_n(text + statement->start, statement->len);
	int64_t began = aet__migrate_clock_us();
	aet_status status;

	if (sql == NULL)
		return aet__error_memory(err);
	status = aet__apply_note(
	    m, aet__connection_command(m->connection, sql, writes, AET__NEVER, err));
	free(sql);
	if (status == AET_OK && m->options.tell_locks)
		return aet__migrate_tell_locks(m, statement, began, err);
	if (status == AET_OK || status == AET_ENOMEM || status == AET_EUNKNOWN)
		return status;
	if (aet__connection_is_broken(m->connection)) {
		(void)aet__migrate_fail(m, status, text, statement, NULL);
		return status;
	}
	return aet__migrate_fail(m, AET_EMIGRATION, text, statement, err);
}

/* ---- one attempt ------------------------------------------------------ */

aet_status
aet__apply_statements(
    aet__migrator *m, const char *text, const aet__envelope *envelope, aet_error *err)
{
	aet__statement statement;
	aet__script script;
	aet_status status;
	bool found = false;

	/* From the file's beginning, so that places and numbers are the file's. */
	aet__script_init(
	    &script, m->entry->file->path, text, envelope->start + envelope->len);
	script.mapped = envelope->mapped;
	for (;;) {
		status = aet__script_next(&script, &statement, &found, err);
		if (status != AET_OK || !found)
			return status;
		if (statement.start < envelope->start)
			continue;
		aet__migrate_tell_statement(m, &statement);
		status = aet__apply_statement(m, text, &statement, false, err);
		if (status != AET_OK)
			return status;
	}
}

static aet_status
record(aet__migrator *m, int statements, aet_error *err)
{
	const aet__journal_entry row = { .journal = m->options.journal,
		.source = m->source->name,
		.file = m->entry->file,
		.duration_us = aet__migrate_clock_us() - m->began_us,
		.finished = true,
		.statements_done = statements };
	aet_status status = aet__apply_command(m, AET__APPLY_RESET, err);

	if (status == AET_OK)
		status = aet__apply_collect(m, err);
	if (status == AET_OK)
		status =
		    aet__apply_note(m, aet__journal_insert(m->connection, &row, err));
	if (status != AET_OK && strcmp(m->sqlstate, "25006") == 0)
		return aet__error_sql(err, AET_EMIGRATION, m->sqlstate,
		    "%s: it makes its transaction read only, in which it cannot be "
		    "recorded: take that out",
		    m->entry->file->path);
	return status;
}

/* One run of a transactional file. */
typedef struct one_run {
	const aet__migration_text *text;
	bool already; /* somebody else has applied it meanwhile */
} one_run;

static aet_status
run_inside(aet__migrator *m, one_run *run, aet_error *err)
{
	const aet__envelope *envelope = &run->text->envelope;
	const char *text = aet__spool_view(&run->text->text);
	aet_status status = aet__apply_begin(
	    m, text + envelope->modes_start, envelope->modes_len, &run->already, err);

	if (status != AET_OK || run->already)
		return status;
	if (m->contract)
		status = aet__hold_behind_fence(m, err);
	if (status != AET_OK || m->held_by[0] != '\0')
		return status;
	status = aet__apply_watch(m, err);
	if (status == AET_OK)
		status = aet__apply_statements(m, text, envelope, err);
	if (status == AET_OK)
		status = record(m, envelope->statements, err);
	if (status == AET_OK && !m->within)
		status = aet__apply_commit(m, err);
	return status;
}

static aet_status
attempt(aet__migrator *m, void *ctx, aet_error *err)
{
	one_run *run = ctx;
	aet_status status = run_inside(m, run, err);

	if (status != AET_OK || run->already || m->held_by[0] != '\0')
		aet__apply_rollback(m);
	return status;
}

/* ---- again, while a table is busy ------------------------------------- */

/* A lock that was not to be had in time, or only by a deadlock or by
 * serialising: what was done is rolled back, and may succeed later. */
static bool
is_busy(const aet__migrator *m)
{
	return !aet__connection_is_broken(m->connection) &&
	       (strcmp(m->sqlstate, "55P03") == 0 || strcmp(m->sqlstate, "40P01") == 0 ||
		   strcmp(m->sqlstate, "40001") == 0);
}

static aet_status
give_up(aet__migrator *m, int attempts, const aet_error *failed, aet_error *err)
{
	aet_error why = *failed;

	return aet__error_sql(err, AET_ELOCKED, m->sqlstate,
	    "a table stayed busy through %d attempt%s of %d ms: %s", attempts,
	    attempts > 1 ? "s" : "", m->options.lock_timeout_ms, why.message);
}

#define LOOKS 5 /* at who is in the way, in the time of one lock_timeout */
#define LOOK_LEAST_MS 5
#define LOOK_MOST_MS 200

/* From the second attempt on: the first is seldom the last. Behind a pooler the
 * session's number is not known. */
static void
watch_blockers(const aet__migrator *m, aet__blockers **watch)
{
	int every = m->options.lock_timeout_ms / LOOKS;

	if (*watch == NULL && m->pool != NULL && !m->pooled)
		*watch = aet__blockers_watch(m->connection, m->pool,
		    every < LOOK_LEAST_MS  ? LOOK_LEAST_MS
		    : every > LOOK_MOST_MS ? LOOK_MOST_MS
					   : every);
}

static void
name_blockers(aet__blockers *watch, aet_error *failed)
{
	char who[AET__BLOCKERS_SIZE];
	aet_error before = *failed;

	aet__blockers_last(watch, who);
	if (who[0] != '\0')
		snprintf(failed->message, sizeof(failed->message), "%.*s; held by %s",
		    (int)(sizeof(failed->message) - sizeof(who) - 16), before.message,
		    who);
}

static void
pause_between(const aet__migrator *m, int number, const aet_error *failed)
{
	int64_t most = (int64_t)PAUSE_LEAST_MS << number;

	aet__migrate_tell(m, (aet_migrate_event){ .kind = AET_MIGRATE_RETRY,
				 .attempt = number,
				 .statement = m->report->failure.statement,
				 .line = m->report->failure.line,
				 .elapsed_us = aet__migrate_clock_us() - m->began_us,
				 .detail = failed->message });
	aet__sleep_ms(
	    aet__jitter(PAUSE_LEAST_MS, most < PAUSE_MOST_MS ? most : PAUSE_MOST_MS),
	    AET__NEVER);
}

aet_status
aet__apply_retried(
    aet__migrator *m, aet__attempt_fn attempt_once, void *ctx, aet_error *err)
{
	int most = m->within ? 1 : ATTEMPTS;
	aet__blockers *watch = NULL;
	aet_error failed = { 0 };
	aet_status status;

	for (int number = 1;; number++) {
		status = attempt_once(m, ctx, &failed);
		if (status == AET_OK || !is_busy(m))
			break;
		name_blockers(watch, &failed);
		if (number == most) {
			status = give_up(m, number, &failed, &failed);
			break;
		}
		pause_between(m, number, &failed);
		watch_blockers(m, &watch);
	}
	aet__blockers_stop(watch);
	if (status == AET_OK)
		m->report->failure = (aet_migrate_failure){ 0 };
	else if (err != NULL)
		*err = failed;
	return status;
}

/* ---- one file --------------------------------------------------------- */

/* What a file before has left in the session, other than settings of its own. */
static aet_status
tidy_session(aet__migrator *m, aet_error *err)
{
	aet_status status;

	if (m->within)
		return AET_OK;
	status = aet__apply_command(
	    m, "DISCARD TEMP; DEALLOCATE ALL; CLOSE ALL; UNLISTEN *", err);
	if (status == AET_OK && m->defaults == NULL)
		return aet__apply_note(
		    m, aet__defaults_read(m->connection, &m->defaults, err));
	if (status == AET_OK)
		status = aet__apply_note(
		    m, aet__defaults_apply(m->connection, m->defaults, err));
	return status;
}

static aet_status
run_file(aet__migrator *m, const aet__migration_text *text, aet_error *err)
{
	one_run run = { .text = text };
	aet_status status = tidy_session(m, err);

	if (status != AET_OK)
		return status;
	if (text->directives.no_transaction)
		status = aet__apply_script(m, text, err);
	else
		status = aet__apply_retried(m, attempt, &run, err);
	if (status != AET_OK || m->held_by[0] != '\0')
		return status;
	m->report->already += run.already;
	m->report->applied += !run.already;
	if (!run.already)
		aet__migrate_tell(
		    m, (aet_migrate_event){ .kind = AET_MIGRATE_APPLIED,
			   .elapsed_us = aet__migrate_clock_us() - m->began_us });
	return AET_OK;
}

aet_status
aet__apply(aet__migrator *m, const aet__plan_entry *entry, aet_error *err)
{
	aet__migration_text text;
	aet_status status;

	m->entry = entry;
	m->began_us = aet__migrate_clock_us();
	status = aet__migration_text_read(m, entry->file, &text, err);
	if (status != AET_OK)
		return status;
	m->statements = text.statements;
	m->contract =
	    text.directives.contract && !m->within && !m->options.force_contract;
	m->held_by[0] = '\0';
	free(m->locks);
	m->locks = NULL;
	aet__migrate_tell(m, (aet_migrate_event){ .kind = AET_MIGRATE_STARTED });
	status = run_file(m, &text, err);
	aet__migration_text_free(&text);
	return status;
}
