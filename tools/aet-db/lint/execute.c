/* SPDX-License-Identifier: MIT */
/* Runs one file as the migrator would, and looks before and after each statement. */
#include <string.h>

#include "core/error.h"
#include "lint/work.h"
#include "migrate/directives.h"
#include "migrate/envelope.h"
#include "migrate/failure.h"

static aet_status
command(lint_state *state, const char *sql, aet_error *err)
{
	return aet__connection_command(
	    state->connection, sql, true, state->deadline, err);
}

static bool
in_transaction(const lint_state *state)
{
	return aet__connection_transaction(state->connection) != AET__TRANSACTION_NONE;
}

/* Fills report->failure from what the server said. */
static aet_status
fail(lint_state *state, const lint_statement *statement, aet_error *err)
{
	if (state->said.sqlstate[0] == '\0')
		return err != NULL ? err->status : AET_EDB;
	aet__migrate_failure_fill(&state->report->failure, state->file->path,
	    state->file->text, &statement->place, &state->said);
	return aet_error_set(err, AET_EMIGRATION, "%s", state->said.message);
}

/* ---- looking ---------------------------------------------------------------- */

aet_status
lint_look_again(lint_state *state, lint_look **out, aet_error *err)
{
	lint_look *fresh = NULL;
	aet_status status =
	    lint_look_take(state->connection, state->deadline, &fresh, err);

	if (status != AET_OK)
		return status;
	lint_look_drop(out);
	*out = fresh;
	return AET_OK;
}

/* A transaction begins: nothing is locked, and counters may have been reset. */
static aet_status
begin(lint_state *state, aet_error *err)
{
	aet_status status = command(state, "BEGIN", err);

	state->locks = (lint_events){ 0 };
	state->order_told = false;
	if (status == AET_OK && state->file->judged)
		status = lint_look_again(state, &state->before, err);
	return status;
}

/* Rows by the thousand, each in a statement of its own, are not worth a look. */
static bool
is_plain_insert(const lint_statement *statement)
{
	return aet__statement_begins(&statement->place, "insert") &&
	       strcasestr(statement->text, "select") == NULL;
}

static aet_status
judge(lint_state *state, lint_statement *statement, aet_error *err)
{
	aet_status status;

	if (is_plain_insert(statement))
		return AET_OK;
	status = lint_look_again(state, &state->after, err);
	if (status != AET_OK)
		return status;
	lint_judge_failure(state, statement);
	lint_judge_changes(state, statement);
	lint_judge_locks(state, statement);
	lint_judge_rows(state, statement);
	lint_follow(state, statement);
	if (lint_differs(state->before, state->after))
		status = lint_manifest_try(state, statement, err);
	lint_look_drop(&state->before);
	state->before = lint_look_hold(state->after);
	return status;
}

/* ---- one statement ------------------------------------------------------------ */

static aet_status
run_alone(lint_state *state, lint_statement *statement, bool within, aet_error *err)
{
	aet_status status = command(state, within ? "COMMIT" : "ROLLBACK", err);

	state->locks = (lint_events){ 0 };
	if (within && state->file->judged)
		lint_say(state, HAZARD_NEEDS_NO_TRANSACTION, statement,
		    statement->place.head, NULL,
		    codegen_format(
			state->memory, "the migration fails: %s", state->said.message),
		    NULL);
	if (status == AET_OK)
		status = lint_try_alone(state, statement, err);
	return status;
}

/* DEALLOCATE ALL and DISCARD ALL take what lint has prepared along. */
static aet_status
prepare_again(lint_state *state, const lint_statement *statement, aet_error *err)
{
	if (!aet__statement_begins(&statement->place, "deallocate") &&
	    !aet__statement_begins(&statement->place, "discard"))
		return AET_OK;
	if (lint_ask(state, "SELECT name FROM pg_prepared_statements WHERE name = $1",
		LINT_LOOK, NULL)[0] != '\0')
		return AET_OK;
	return lint_look_prepare(
	    state->connection, state->options->journal, state->deadline, err);
}

/* A statement of the file, in the transaction that is open or in one of its own. */
static aet_status
run_plain(lint_state *state, lint_statement *statement, aet_error *err)
{
	bool within = in_transaction(state);
	aet_status status = within ? AET_OK : begin(state, err);

	if (status == AET_OK)
		status = lint_try(state, statement, err);
	if (status != AET_OK && lint_try_refused(state))
		status = run_alone(state, statement, within, err);
	if (status != AET_OK)
		return fail(state, statement, err);
	status = prepare_again(state, statement, err);
	if (status == AET_OK && state->file->judged)
		status = judge(state, statement, err);
	if (status == AET_OK && !within && in_transaction(state))
		status = command(state, "COMMIT", err);
	if (status == AET_OK && within && !in_transaction(state))
		status = begin(state, err);
	return status;
}

static aet_status
run_one(lint_state *state, lint_statement *statement, bool no_transaction, aet_error *err)
{
	if (statement->place.kind == AET__STATEMENT_PLAIN)
		return run_plain(state, statement, err);
	if (!no_transaction && statement->place.kind != AET__STATEMENT_SAVEPOINT)
		return AET_OK; /* the envelope's: the transaction is ours */
	state->own_transactions = true;
	if (statement->place.kind == AET__STATEMENT_BEGIN)
		return begin(state, err);
	return command(state, statement->text, err);
}

static lint_statement *
keep_statement(lint_state *state, const aet__statement *place)
{
	lint_statement *kept = codegen_room(state->memory, 1, sizeof(*kept));

	kept->place = *place;
	kept->text =
	    codegen_copy_n(state->memory, state->file->text + place->start, place->len);
	kept->words = lint_words_read(state->memory, kept->text, place->len);
	state->statements = codegen_append(state->memory, state->statements,
	    &state->statement_count, sizeof(*state->statements));
	state->statements[state->statement_count - 1] = kept;
	return kept;
}

static aet_status
run_all(lint_state *state, bool no_transaction, aet_error *err)
{
	aet__statement place;
	aet__script script;
	bool found = true;

	aet__script_init(&script, state->file->path, state->file->text, state->file->len);
	for (;;) {
		aet_status status = aet__script_next(&script, &place, &found, err);

		if (status != AET_OK || !found)
			return status;
		status =
		    run_one(state, keep_statement(state, &place), no_transaction, err);
		if (status != AET_OK)
			return status;
	}
}

/* ---- the file ------------------------------------------------------------------- */

/* What can be said of the file before anything of it runs. */
static aet_status
prepare(lint_state *state, aet__directives *directives, aet_error *err)
{
	const lint_file *file = state->file;
	aet__envelope envelope;
	aet_status status =
	    aet__directives_read(file->path, file->text, file->len, directives, err);

	state->statements = NULL;
	state->statement_count = 0;
	state->locks = state->required = state->secured = (lint_events){ 0 };
	state->labels_added = state->own_transactions = state->order_told = false;
	state->contract = directives->contract;
	state->allows = (lint_allows){ 0 };
	if (status == AET_OK && file->judged)
		status = lint_allows_read(state->memory, file->path, file->text,
		    file->len, &state->allows, err);
	if (status == AET_OK && !directives->no_transaction)
		status = aet__envelope_read(
		    file->path, file->text, file->len, false, &envelope, err);
	return status;
}

/* Looks in the file's own transaction, where counters are not reset meanwhile. */
static aet_status
start(lint_state *state, bool no_transaction, aet_error *err)
{
	aet_status status = no_transaction ? AET_OK : command(state, "BEGIN", err);

	if (status != AET_OK || !state->file->judged)
		return status;
	status = lint_look_again(state, &state->start, err);
	if (status != AET_OK)
		return status;
	lint_look_drop(&state->before);
	lint_look_drop(&state->after);
	state->before = lint_look_hold(state->start);
	state->after = lint_look_hold(state->start);
	if (state->base == NULL)
		state->base = lint_look_hold(state->start);
	state->vanished =
	    codegen_room(state->memory, state->start->count, sizeof(*state->vanished));
	return lint_manifest_try(state, NULL, err);
}

/* A file that ends inside its own BEGIN is rolled back, as psql does. */
static aet_status
finish(lint_state *state, bool no_transaction, aet_error *err)
{
	aet_status status = AET_OK;

	if (in_transaction(state))
		status = command(state, no_transaction ? "ROLLBACK" : "COMMIT", err);
	if (status == AET_OK)
		status = lint_world_reset(state, err);
	if (status == AET_OK && state->file->judged && state->own_transactions)
		status = lint_look_again(state, &state->after, err);
	if (status == AET_OK && state->file->judged)
		lint_judge_file(state, no_transaction);
	return status;
}

aet_status
lint_execute(lint_state *state, aet_error *err)
{
	aet__directives directives = { 0 };
	aet_status status = prepare(state, &directives, err);

	if (status == AET_OK)
		status = start(state, directives.no_transaction, err);
	if (status == AET_OK)
		status = run_all(state, directives.no_transaction, err);
	if (status == AET_OK)
		status = finish(state, directives.no_transaction, err);
	return status;
}
