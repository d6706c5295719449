/* SPDX-License-Identifier: MIT */
/*
 * Running a file statement by statement, so that it can go on where it was
 * killed. What can run in a transaction commits together with its progress;
 * the server says what cannot (apply_alone.c).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "migrate/apply_script.h"

/* ---- the journal's row ------------------------------------------------ */

aet__journal_entry
aet__script_row(const aet__migrator *m, const aet__script_run *run, int done)
{
	return (aet__journal_entry){ .journal = m->options.journal,
		.source = m->source->name,
		.file = m->entry->file,
		.duration_us = aet__migrate_clock_us() - run->told_us,
		.statements_done = done };
}

/* In the transaction under way. */
aet_status
aet__script_move_on(
    aet__migrator *m, const aet__script_run *run, int done, aet_error *err)
{
	const aet__journal_entry row = aet__script_row(m, run, done);
	aet_status status = aet__apply_command(m, AET__SCRIPT_OWN_ROLE, err);

	if (status == AET_OK && run->makes)
		status = aet__apply_collect(m, err);
	if (status == AET_OK)
		status = aet__apply_note(
		    m, aet__journal_advance(m->connection, &row, run->done, err));
	return status;
}

static void
moved_on(aet__script_run *run, int done)
{
	run->done = done;
	run->begun = 0;
	run->unseen = !run->makes;
	if (!run->late)
		run->told_us = aet__migrate_clock_us();
	run->late = false;
}

/* ---- a statement, a block --------------------------------------------- */

/* What such a statement makes all the same, by a trigger, is recorded with the
 * next one that may, or at the file's end: to look costs more than to insert. */
static bool
may_make(const aet__statement *statement)
{
	static const char *const data[] = { "insert", "update", "delete", "set", "reset",
		"show", "comment", "grant", "revoke", "analyze", "vacuum", "truncate",
		"lock", "reindex", "refresh", NULL };

	for (int i = 0; data[i] != NULL; i++)
		if (aet__statement_begins(statement, data[i]))
			return false;
	return true;
}

/* Runs one statement together with its progress. */
static aet_status
run_single(aet__migrator *m, aet__script_run *run, const aet__statement *statement,
    aet_error *err)
{
	aet_status status = aet__apply_command(m, AET__SCRIPT_BEGIN, err);

	if (status == AET_OK)
		status = aet__apply_watch(m, err);
	if (status == AET_OK)
		status = aet__apply_statement(m, run->text, statement, false, err);
	if (status == AET_OK)
		status = aet__script_move_on(m, run, statement->number, err);
	if (status == AET_OK)
		status = aet__apply_commit(m, err);
	return status;
}

/* Runs one that no transaction can hold, as the server has said. */
static aet_status
run_outside(aet__migrator *m, aet__script_run *run, const aet__statement *statement,
    aet_error *err)
{
	bool commits = strcmp(m->sqlstate, "2D000") == 0 ||
		       aet__statement_begins(statement, "call") ||
		       aet__statement_begins(statement, "do");

	aet__apply_rollback(m);
	m->report->failure = (aet_migrate_failure){ 0 };
	return commits ? aet__script_run_committing(m, run, statement, err)
		       : aet__script_run_alone(m, run, statement, err);
}

/* 25001: cannot run inside a transaction block. 2D000: a procedure commits. */
static bool
wants_to_be_alone(const aet__migrator *m)
{
	return strcmp(m->sqlstate, "25001") == 0 || strcmp(m->sqlstate, "2D000") == 0;
}

static aet_status
run_statement(aet__migrator *m, aet__script_run *run, const aet__statement *statement,
    aet_error *err)
{
	aet_error failed = { 0 };
	aet_status status;

	/* Outside a transaction the server ignores these, with a warning. */
	if (statement->kind == AET__STATEMENT_COMMIT ||
	    statement->kind == AET__STATEMENT_ROLLBACK)
		return AET_OK;
	run->makes = may_make(statement);
	status = run_single(m, run, statement, &failed);
	if (status != AET_OK && wants_to_be_alone(m))
		status = run_outside(m, run, statement, &failed);
	if (status == AET_OK)
		moved_on(run, statement->number);
	else if (err != NULL)
		*err = failed;
	return status;
}

static void
warn_unfinished(aet__migrator *m, const aet__statement *begin, int lost)
{
	char words[AET_MESSAGE_SIZE];

	snprintf(words, sizeof(words),
	    "%s:%d: the transaction that begins here is never committed: its %d "
	    "statement%s rolled back at the file's end, as psql does; a new migration "
	    "can make up for it",
	    m->entry->file->path, begin->at.line, lost, lost == 1 ? " was" : "s were");
	aet__migrate_log(m, AET_LOG_WARNING, "%s", words);
	aet__migrate_tell(m, (aet_migrate_event){ .kind = AET_MIGRATE_WARNING,
				 .statement = begin->number,
				 .line = begin->at.line,
				 .detail = words });
}

/* A block that the file rolls back. Its progress is then recorded by itself. */
static aet_status
end_undone(aet__migrator *m, aet_error *err)
{
	return aet__apply_command(m, "ROLLBACK; " AET__SCRIPT_BEGIN, err);
}

/* A block that the file's end leaves open ends as in psql, whose session ends
 * there. */
static aet_status
end_unfinished(aet__migrator *m, const aet__script *script, const aet__statement *begin,
    aet_error *err)
{
	int lost = script->count - begin->number;
	aet_status status = end_undone(m, err);

	if (status == AET_OK && lost > 0)
		warn_unfinished(m, begin, lost);
	return status;
}

static bool
ends_block(const aet__statement *statement)
{
	return statement->kind == AET__STATEMENT_COMMIT ||
	       statement->kind == AET__STATEMENT_ROLLBACK;
}

/* A SET TRANSACTION that follows BEGIN must come before any query, ours too. */
static aet_status
run_modes(
    aet__migrator *m, const aet__script_run *run, aet__script *script, aet_error *err)
{
	aet__script ahead = *script;
	aet__statement statement;
	bool found = false;
	aet_status status = aet__script_next(&ahead, &statement, &found, err);

	if (status != AET_OK || !found ||
	    !aet__statement_begins(&statement, "set transaction"))
		return status;
	*script = ahead;
	return aet__apply_statement(m, run->text, &statement, false, err);
}

/* The file's own BEGIN ... COMMIT, or ROLLBACK. */
static aet_status
run_block(aet__migrator *m, aet__script_run *run, aet__script *script,
    const aet__statement *begin, aet_error *err)
{
	aet__statement statement = *begin;
	bool found = true;
	aet_status status = aet__apply_statement(m, run->text, begin, false, err);

	if (status == AET_OK)
		status = run_modes(m, run, script, err);
	if (status == AET_OK)
		status = aet__apply_watch(m, err);
	while (status == AET_OK) {
		status = aet__script_next(script, &statement, &found, err);
		if (status != AET_OK || !found || ends_block(&statement))
			break;
		aet__migrate_tell_statement(m, &statement);
		status = aet__apply_statement(m, run->text, &statement, false, err);
	}
	if (status == AET_OK && !found)
		status = end_unfinished(m, script, begin, err);
	else if (status == AET_OK && statement.kind == AET__STATEMENT_ROLLBACK)
		status = end_undone(m, err);
	if (status == AET_OK)
		status = aet__script_move_on(m, run, script->count, err);
	if (status == AET_OK)
		status = aet__apply_commit(m, err);
	if (status == AET_OK)
		moved_on(run, script->count);
	return status;
}

/* ---- from step to step ------------------------------------------------ */

/* One statement or block; run->script moves past it when it is done. */
static aet_status
attempt_step(aet__migrator *m, void *ctx, aet_error *err)
{
	aet__script_run *run = ctx;
	aet__script script = run->script;
	aet__statement statement;
	bool found = false;
	aet_status status = aet__script_next(&script, &statement, &found, err);

	if (status != AET_OK || !found)
		return status;
	aet__migrate_tell_statement(m, &statement);
	run->makes = true;
	if (statement.kind == AET__STATEMENT_BEGIN)
		status = run_block(m, run, &script, &statement, err);
	else
		status = run_statement(m, run, &statement, err);
	if (status == AET_OK)
		run->script = script;
	else
		aet__apply_rollback(m);
	return status;
}

/* A setting of the session, which went with the session. */
static bool
is_setting(const char *text, const aet__statement *statement)
{
	static const char function[] = "set_config";

	if (aet__statement_begins(statement, "select"))
		return memmem(text + statement->start, statement->len, function,
			   sizeof(function) - 1) != NULL;
	return (aet__statement_begins(statement, "set") ||
		   aet__statement_begins(statement, "reset")) &&
	       !aet__statement_begins(statement, "set local") &&
	       !aet__statement_begins(statement, "set constraints") &&
	       !aet__statement_begins(statement, "set transaction");
}

/* Passes what is done, but for the settings that the rest may build upon. */
static aet_status
skip_done(aet__migrator *m, aet__script_run *run, aet_error *err)
{
	aet__statement statement;
	aet_status status = AET_OK;
	bool found = true;

	while (status == AET_OK && run->script.count < run->done) {
		status = aet__script_next(&run->script, &statement, &found, err);
		if (status != AET_OK || !found)
			break;
		if (is_setting(run->text, &statement))
			status =
			    aet__apply_statement(m, run->text, &statement, false, err);
	}
	return status;
}

/* The first thing of the file: a row that says that it is not finished. */
static aet_status
attempt_row(aet__migrator *m, void *ctx, aet_error *err)
{
	const aet__journal_entry row = aet__script_row(m, ctx, 0);
	bool already = false;
	aet_status status = aet__apply_begin(m, "", 0, &already, err);

	if (status == AET_OK && already)
		status = aet_error_set(err, AET_ELOCKED,
		    "another migrator runs \"%s\" at the same time: let it finish, and "
		    "call again",
		    row.file->name);
	if (status == AET_OK)
		status =
		    aet__apply_note(m, aet__journal_insert(m->connection, &row, err));
	if (status == AET_OK)
		status = aet__apply_commit(m, err);
	if (status != AET_OK)
		aet__apply_rollback(m);
	return status;
}

static aet_status
set_up(aet__migrator *m, aet_error *err)
{
	char sql[160];

	snprintf(sql, sizeof(sql), "SET lock_timeout = %d; SET statement_timeout = %d%s",
	    m->options.lock_timeout_ms, m->options.statement_timeout_ms,
	    aet__migrate_is_own(m->source) ? "; SET search_path = public" : "");
	return aet__apply_command(m, sql, err);
}

/* The settings go first: the journal may be out of the file's role's reach. */
static aet_status
finish(aet__migrator *m, void *ctx, aet_error *err)
{
	aet__script_run *run = ctx;
	aet__journal_entry row = aet__script_row(m, run, run->script.count);
	aet_status status =
	    aet__apply_command(m, AET__APPLY_RESET "; " AET__SCRIPT_BEGIN, err);

	row.finished = true;
	if (status == AET_OK && run->unseen && m->objects != NULL)
		status = aet__apply_collect(m, err);
	if (status == AET_OK)
		status = aet__apply_note(
		    m, aet__journal_advance(m->connection, &row, run->done, err));
	if (status == AET_OK)
		status = aet__apply_commit(m, err);
	if (status != AET_OK)
		aet__apply_rollback(m);
	return status;
}

aet_status
aet__apply_script(aet__migrator *m, const aet__migration_text *text, aet_error *err)
{
	const aet__journal_row *row = m->entry->row;
	aet__script_run run = { .text = aet__spool_view(&text->text),
		.told_us = m->began_us };
	aet_status status = AET_OK;
	int before;

	aet__script_init(&run.script, m->entry->file->path, run.text, text->text.len);
	run.script.mapped = text->text.mapped;
	if (row == NULL)
		status = aet__apply_retried(m, attempt_row, &run, err);
	else
		run.begun = row->statement_begun;
	run.done = row != NULL ? row->statements_done : 0;
	if (status == AET_OK)
		status = set_up(m, err);
	if (status == AET_OK)
		status = skip_done(m, &run, err);
	do {
		before = run.script.count;
		if (status == AET_OK)
			status = aet__apply_retried(m, attempt_step, &run, err);
	} while (status == AET_OK && run.script.count > before);
	if (status == AET_OK)
		status = finish(m, &run, err);
	return status;
}
