/* SPDX-License-Identifier: MIT */
/*
 * The part of <aeturnis/statement.h> that takes many items: all or none in a
 * pipeline or in a COPY, or each for itself.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <aeturnis/statement.h>

#include "core/error.h"
#include "core/memory.h"
#include "db/session.h"
#include "pg/batch.h"
#include "pg/copy.h"
#include "pg/execute.h"
#include "pg/row.h"

static aet_status
refuse_nothing(aet_error *err)
{
	return aet_error_set(
	    err, AET_EINVAL, "no database handle, statement, binder or items");
}

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

	if (db == NULL || statement == NULL || bind == NULL ||
	    (items == NULL && count > 0))
		return refuse_nothing(err);
	if (out != NULL && statement->read == NULL)
		return aet_error_set(
		    err, AET_EINVAL, "%s: has no columns to read", statement->name);
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

aet_status
aet_statement_copy(aet_db *db, const aet_statement *statement, aet_args_binder bind,
    const void *items, size_t count, size_t size, aet_error *err)
{
	aet__session session;
	size_t failed_at = SIZE_MAX;
	aet_status status;

	if (db == NULL || statement == NULL || bind == NULL ||
	    (items == NULL && count > 0))
		return refuse_nothing(err);
	if (statement->kind != AET_STATEMENT_COPY)
		return aet_error_set(err, AET_EINVAL, "%s: is no COPY", statement->name);
	if (count == 0)
		return AET_OK;
	status = aet__session_begin(db, &session, err);
	if (status != AET_OK)
		return status;
	status = aet__statement_copy(session.connection, statement, bind, items, count,
	    size, session.deadline, &failed_at, err);
	if (status != AET_OK)
		name_item(err, failed_at);
	return aet__session_end(&session, status, err);
}

/* ---- each for itself ------------------------------------------------------ */

/* Every item's status is one and the same: none was run. */
static aet_status
fail_all(aet_status *statuses, size_t count, aet_status status)
{
	for (size_t i = 0; i < count; i++)
		statuses[i] = status;
	return status;
}

static aet_status
run_batch(aet_db *db, const aet_statement *statement, aet_args_binder bind,
    const void *items, size_t count, size_t size, aet_batch answer, aet_status *statuses,
    void **out, aet_error *err)
{
	aet__session session;
	size_t failed_at = SIZE_MAX;
	aet_status status = aet__session_begin(db, &session, err);

	if (status != AET_OK)
		return fail_all(statuses, count, status);
	status = aet__statement_batch(session.connection, statement, bind, items, count,
	    size, session.deadline, answer, statuses, out, &failed_at, err);
	if (status != AET_OK)
		name_item(err, failed_at);
	return aet__session_end(&session, status, err);
}

/* The caller's pointers, each of a type of its own, are written as bytes. */
static aet_status
run_batch_into(aet_db *db, const aet_statement *statement, aet_args_binder bind,
    const void *items, size_t count, size_t size, aet_batch answer, aet_status *statuses,
    void *out, aet_error *err)
{
	void **answers = aet__memory_array(count, sizeof(*answers));
	aet_status status;

	memset(out, 0, count * sizeof(*answers));
	if (answers == NULL)
		return fail_all(statuses, count, aet__error_memory(err));
	status = run_batch(
	    db, statement, bind, items, count, size, answer, statuses, answers, err);
	memcpy(out, answers, count * sizeof(*answers));
	free(answers);
	return status;
}

aet_status
aet_statement_batch(aet_db *db, const aet_statement *statement, aet_args_binder bind,
    const void *items, size_t count, size_t size, aet_batch answer, aet_status *statuses,
    void *out, aet_error *err)
{
	aet_status *own = NULL;
	aet_status status;

	if (db == NULL || statement == NULL || bind == NULL ||
	    (items == NULL && count > 0))
		return refuse_nothing(err);
	if (out != NULL && answer != AET_BATCH_NOTHING && statement->read == NULL)
		return aet_error_set(
		    err, AET_EINVAL, "%s: has no columns to read", statement->name);
	if (count == 0)
		return AET_OK;
	if (statuses == NULL) {
		own = aet__memory_array(count, sizeof(*own));
		if (own == NULL)
			return aet__error_memory(err);
		statuses = own;
	}
	if (out != NULL)
		status = run_batch_into(
		    db, statement, bind, items, count, size, answer, statuses, out, err);
	else
		status = run_batch(
		    db, statement, bind, items, count, size, answer, statuses, NULL, err);
	free(own);
	return status;
}
