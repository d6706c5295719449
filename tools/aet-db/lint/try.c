/* SPDX-License-Identifier: MIT */
/* Gets one statement to run: with the role that it names, without the rows that
 * stand in its way, outside a transaction. */
#include <string.h>

#include "core/error.h"
#include "lint/work.h"
#include "pg/result.h"

#define UNDEFINED_OBJECT "42704"
#define MOST_ROLES 64

static aet_status
command(lint_state *state, const char *sql, aet_error *err)
{
	aet_status status =
	    aet__connection_command(state->connection, sql, true, state->deadline, err);

	if (status != AET_OK)
		state->said = *aet__connection_failure(state->connection);
	return status;
}

/* One try; what it did is undone where it fails. Keeps the server's words. */
static aet_status
try_once(lint_state *state, const lint_statement *statement, aet_error *err)
{
	aet_status status = command(state, "SAVEPOINT aet_lint", err);

	if (status != AET_OK)
		return status;
	status = command(state, statement->text, err);
	if (status == AET_OK)
		return command(state, "RELEASE SAVEPOINT aet_lint", err);
	if (!aet__connection_is_broken(state->connection))
		(void)aet__connection_command(state->connection,
		    "ROLLBACK TO SAVEPOINT aet_lint; RELEASE SAVEPOINT aet_lint", true,
		    state->deadline, NULL);
	return status;
}

/* On the private server nobody has made the roles that migrations name. */
static bool
make_role(lint_state *state)
{
	const char *start = strstr(state->said.message, "role \"");
	const char *end = start != NULL ? strchr(start + 6, '"') : NULL;

	return strcmp(state->said.sqlstate, UNDEFINED_OBJECT) == 0 && end != NULL &&
	       lint_ask(state, "SELECT aet_lint.make_role($1)",
		   codegen_copy_n(state->memory, start + 6, (size_t)(end - start - 6)),
		   NULL)[0] == 't';
}

/* Takes planted rows away: those of the table that the failure names, then all
 * that were planted, then all rows. False where there was nothing to take. */
static bool
clear_rows(lint_state *state, const aet_error *failure, int step)
{
	const char *parameters[] = { failure->schema, step == 0 ? failure->table : "",
		step == 2 ? "true" : "false" };
	aet__result *result = NULL;
	bool cleared = false;

	if (step == 0 && failure->table[0] == '\0')
		return false;
	if (aet__connection_query(state->connection, "SELECT aet_lint.clear($1, $2, $3)",
		parameters, 3, state->deadline, &result, NULL) != AET_OK)
		return false;
	cleared = aet__result_bool(result, 0, 0);
	aet__result_free(result);
	/* What clearing has scanned and locked is not the statement's doing. */
	return cleared && (!state->file->judged ||
			      lint_look_again(state, &state->before, NULL) == AET_OK);
}

typedef aet_status (*try_fn)(
    lint_state *state, const lint_statement *statement, aet_error *err);

/* After a failure: once more, with fewer and fewer rows in the way. */
static aet_status
try_without_rows(lint_state *state, lint_statement *statement, try_fn again,
    const aet_error *failure, aet_error *err)
{
	aet__failure said = state->said;
	aet_status status = failure->status;

	for (int step = 0; step < 3 && status != AET_OK; step++)
		if (clear_rows(state, failure, step))
			status = again(state, statement, err);
	if (status != AET_OK) {
		state->said = said;
	} else {
		statement->failed_on_rows = true;
		statement->failure = *failure;
		statement->said = codegen_copy(state->memory, said.message);
	}
	return status;
}

bool
lint_try_refused(const lint_state *state)
{
	/* Inside a transaction; and a label of an enum that the same one has added. */
	return strcmp(state->said.sqlstate, "25001") == 0 ||
	       strcmp(state->said.sqlstate, "55P04") == 0;
}

aet_status
lint_try(lint_state *state, lint_statement *statement, aet_error *err)
{
	aet_error failure = { 0 };
	aet_status status = try_once(state, statement, &failure);

	for (int i = 0; i < MOST_ROLES && status != AET_OK && make_role(state); i++)
		status = try_once(state, statement, &failure);
	if (status != AET_OK && !lint_try_refused(state) &&
	    !aet__connection_is_broken(state->connection))
		status = try_without_rows(state, statement, try_once, &failure, &failure);
	if (status != AET_OK && err != NULL)
		*err = failure;
	return status;
}

/* What a CONCURRENTLY that failed has left would be in its own way. A partitioned
 * table's index is not valid before all its partitions' are. */
static void
drop_invalid(lint_state *state)
{
	const char *sql;

	while ((sql = lint_ask(state,
		    "SELECT 'DROP INDEX ' || indexrelid::regclass FROM pg_index AS i"
		    " JOIN pg_class AS c ON c.oid = indexrelid WHERE NOT indisvalid"
		    " AND c.relkind = 'i' AND $1 = '' LIMIT 1",
		    "", NULL))[0] != '\0' &&
	       command(state, sql, NULL) == AET_OK)
		;
}

static aet_status
run_alone(lint_state *state, const lint_statement *statement, aet_error *err)
{
	drop_invalid(state);
	return command(state, statement->text, err);
}

aet_status
lint_try_alone(lint_state *state, lint_statement *statement, aet_error *err)
{
	aet_error failure = { 0 };
	aet_status status = command(state, statement->text, &failure);

	statement->alone = true;
	if (status != AET_OK && !aet__connection_is_broken(state->connection))
		status =
		    try_without_rows(state, statement, run_alone, &failure, &failure);
	if (status != AET_OK && err != NULL)
		*err = failure;
	return status;
}
