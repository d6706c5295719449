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

static aet_status
refuse_call(aet_args *args, aet_error *err)
{
	if (args != NULL)
		aet_args_clear(args);
	return aet_error_set(err, AET_EINVAL, "no statement to run, or no arguments");
}

/* Runs and empties args. */
static aet_status
run(aet_db *db, const aet_statement *statement, aet_args *args, aet__result **out,
    aet_error *err)
{
	aet__session session;
	aet_status status;

	if (statement == NULL || args == NULL)
		return refuse_call(args, err);
	status = aet__args_check(args, statement, err);
	if (status == AET_OK)
		status = aet__session_begin_call(db, &session, err);
	if (status == AET_OK) {
		if (aet__args_are_large(args))
			aet__session_watch(&session);
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
	if (statement == NULL || args == NULL || statement->read != NULL)
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
	if (statement == NULL || args == NULL)
		return refuse_call(args, err);
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
