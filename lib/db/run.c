/* SPDX-License-Identifier: MIT */
/*
 * The running part of <aeturnis/statement.h>: a session, a statement, a row.
 * Rows are read after the connection has been given back.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <aeturnis/statement.h>

#include "core/error.h"
#include "core/memory.h"
#include "db/session.h"
#include "pg/args.h"
#include "pg/execute.h"
#include "pg/row.h"

/* Runs and empties args. */
static aet_status
run(aet_db *db, const aet_statement *statement, aet_args *args, aet__result **out,
    aet_error *err)
{
	aet__session session;
	aet_status status = aet__args_check(args, statement, err);

	if (status == AET_OK)
		status = aet__session_begin_call(db, &session, err);
	if (status == AET_OK) {
		status = aet__statement_execute(
		    session.connection, statement, args, session.deadline, out, err);
		status = aet__session_end(&session, status, err);
	}
	aet_args_clear(args);
	return status;
}

static aet_status
unreadable(const aet_statement *statement, aet_error *err)
{
	return aet_error_set(err, AET_EINVAL,
	    "%s: has no columns to read: run it with aet_statement_exec",
	    statement->name);
}

static aet_status
run_to_read(aet_db *db, const aet_statement *statement, aet_args *args, aet__result **out,
    aet_error *err)
{
	if (statement->read != NULL)
		return run(db, statement, args, out, err);
	aet_args_clear(args);
	return unreadable(statement, err);
}

aet_status
aet_statement_find_one(
    aet_db *db, const aet_statement *statement, aet_args *args, void *out, aet_error *err)
{
	aet__result *result = NULL;
	void *row = NULL;
	aet_status status = run_to_read(db, statement, args, &result, err);

	if (status == AET_OK)
		status = aet__row_read_one(statement, result, &row, err);
	aet__result_free(result);
	if (status != AET_OK)
		return status;
	if (out != NULL)
		memcpy(out, &row, sizeof(row)); /* a pointer of the caller's own type */
	else
		aet_block_free(row);
	return AET_OK;
}

static aet_status
refuse_no_output(const aet_statement *statement, aet_args *args, aet_error *err)
{
	aet_args_clear(args);
	return aet_error_set(
	    err, AET_EINVAL, "%s: nowhere to put what is read", statement->name);
}

aet_status
aet_statement_read_one(
    aet_db *db, const aet_statement *statement, aet_args *args, void *row, aet_error *err)
{
	aet__result *result = NULL;
	aet_status status;

	if (row == NULL)
		return refuse_no_output(statement, args, err);
	status = run_to_read(db, statement, args, &result, err);
	if (status == AET_OK)
		status = aet__row_read_into(statement, result, row, err);
	aet__result_free(result);
	return status;
}

aet_status
aet_statement_list(
    aet_db *db, const aet_statement *statement, aet_args *args, void *out, aet_error *err)
{
	aet__result *result = NULL;
	void *list = NULL;
	aet_status status;

	if (out == NULL)
		return refuse_no_output(statement, args, err);
	status = run_to_read(db, statement, args, &result, err);
	if (status == AET_OK)
		status = aet__row_read_list(statement, &result, 1, &list, err);
	aet__result_free(result);
	if (status == AET_OK)
		memcpy(out, &list, sizeof(list));
	return status;
}

aet_status
aet_statement_exec(aet_db *db, const aet_statement *statement, aet_args *args,
    int64_t *rows, aet_error *err)
{
	aet__result *result = NULL;
	aet_status status = run(db, statement, args, &result, err);

	if (status == AET_OK && rows != NULL)
		*rows = aet__result_affected(result);
	aet__result_free(result);
	return status;
}

/* ---- many at once ----------------------------------------------------- */

/* Which of the items it was stands before the message. */
static void
name_item(aet_error *err, size_t item)
{
	char message[AET_MESSAGE_SIZE + 32];

	if (err == NULL || item == SIZE_MAX)
		return;
	snprintf(message, sizeof(message), "item %zu: %s", item, err->message);
	aet__error_copy(err->message, sizeof(err->message), message);
}

static aet_status
run_all(aet_db *db, const aet_statement *statement, aet_args_binder bind,
    const void *items, size_t count, size_t size, aet__result **results, aet_error *err)
{
	aet__session session;
	size_t failed_at = SIZE_MAX;
	aet_status status;

	if (count == 0)
		return AET_OK;
	status = aet__session_begin(db, &session, err);
	if (status != AET_OK)
		return status;
	status = aet__statement_execute_all(session.connection, statement, bind, items,
	    count, size, session.deadline, results, &failed_at, err);
	if (status != AET_OK)
		name_item(err, failed_at);
	return aet__session_end(&session, status, err);
}

aet_status
aet_statement_insert_all(aet_db *db, const aet_statement *statement, aet_args_binder bind,
    const void *items, size_t count, size_t size, void *out, aet_error *err)
{
	aet__result **results;
	void *list = NULL;
	aet_status status;

	if (db == NULL || (items == NULL && count > 0))
		return aet_error_set(err, AET_EINVAL, "no database handle, or no items");
	if (out != NULL && statement->read == NULL)
		return unreadable(statement, err);
	results = aet__memory_array(count, sizeof(aet__result *));
	if (results == NULL)
		return aet__error_memory(err);
	status = run_all(db, statement, bind, items, count, size, results, err);
	if (status == AET_OK && out != NULL)
		status = aet__row_read_list(statement, results, count, &list, err);
	if (status == AET_OK && out != NULL)
		memcpy(out, &list, sizeof(list));
	for (size_t i = 0; i < count; i++)
		aet__result_free(results[i]);
	free(results);
	return status;
}

/* ---- many, each for itself ---------------------------------------------- */

static aet_status
read_answer(const aet_statement *statement, aet_batch answer, aet__result **result,
    void **out, aet_error *err)
{
	switch (answer) {
	case AET_BATCH_ROWS:
		return aet__row_read_one(statement, *result, out, err);
	case AET_BATCH_LISTS:
		return aet__row_read_list(statement, result, 1, out, err);
	case AET_BATCH_NOTHING:
		break;
	}
	return AET_OK;
}

static aet_status
run_item(aet_db *db, const aet_statement *statement, aet_args_binder bind,
    const void *item, aet_batch answer, void **out, aet_error *err)
{
	aet__result *result = NULL;
	aet_args args = { 0 };
	aet_status status;

	bind(&args, item);
	status = run(db, statement, &args, &result, err);
	if (status == AET_OK && out != NULL)
		status = read_answer(statement, answer, &result, out, err);
	aet__result_free(result);
	return status;
}

aet_status
aet_statement_batch(aet_db *db, const aet_statement *statement, aet_args_binder bind,
    const void *items, size_t count, size_t size, aet_batch answer, aet_status *statuses,
    void *out, aet_error *err)
{
	aet_status first = AET_OK;
	aet_error failure;

	if (db == NULL || (items == NULL && count > 0))
		return aet_error_set(err, AET_EINVAL, "no database handle, or no items");
	for (size_t i = 0; i < count; i++) {
		const char *item = (const char *)items + i * size;
		void *answered = NULL;
		aet_status status = run_item(db, statement, bind, item, answer,
		    out != NULL ? &answered : NULL, &failure);

		if (statuses != NULL)
			statuses[i] = status;
		if (out != NULL)
			memcpy((char *)out + i * sizeof(answered), &answered,
			    sizeof(answered));
		if (status != AET_OK && first == AET_OK) {
			first = status;
			name_item(&failure, i);
			if (err != NULL)
				*err = failure;
		}
	}
	return first;
}
