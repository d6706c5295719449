/* SPDX-License-Identifier: MIT */
#include "pg/prepare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/memory.h"
#include "pg/args.h"
#include "pg/row.h"
#include "pg/statement_text.h"
#include "pg/type_names.h"

static bool
bound_place(aet__bound *bound, size_t count)
{
	char *block;

	bound->count = 0;
	bound->heap = NULL;
	if (count <= AET_ARGS_ROOM) {
		bound->values = bound->value_room;
		bound->lengths = bound->length_room;
		bound->formats = bound->format_room;
		return true;
	}
	block = aet__memory_array(count, sizeof(char *) + 2 * sizeof(int));
	if (block == NULL)
		return false;
	bound->heap = block;
	bound->values = (const char **)(void *)block;
	bound->lengths = (int *)(void *)(block + count * sizeof(char *));
	bound->formats = bound->lengths + count;
	return true;
}

bool
aet__bound_make(aet__bound *bound, const aet_statement *statement, const aet_args *args)
{
	const aet_arg *arg;
	int at;

	if (!bound_place(bound, args->count))
		return false;
	for (size_t i = 0; i < args->count; i++) {
		arg = aet__args_at(args, i);
		if (arg->state == AET__ARG_UNSET &&
		    statement->kind != AET_STATEMENT_PIECES)
			continue;
		at = bound->count++;
		bound->values[at] = arg->data;
		if (arg->state == AET__ARG_SCALAR)
			bound->values[at] = (const char *)arg->scalar;
		bound->lengths[at] = arg->len;
		bound->formats[at] = 1;
	}
	return true;
}

void
aet__bound_free(aet__bound *bound)
{
	free(bound->heap);
}

static aet_status
resolve_types(aet__connection *connection, aet__prepared *prepared,
    const aet_statement *statement, aet__deadline deadline, aet_error *err)
{
	aet_status status = AET_OK;

	for (size_t i = 0; i < prepared->given_count && status == AET_OK; i++) {
		const aet_type *type = &statement->parameters[i].type;
		uint32_t oid = type->oid;

		if (!prepared->given[i] && statement->kind != AET_STATEMENT_PIECES)
			continue;
		if (oid == 0 && type->name != NULL)
			status =
			    aet__type_oid(connection, type->name, deadline, &oid, err);
		prepared->elements[prepared->type_count] = oid;
		if (status == AET_OK && prepared->choice == AET__AS_ARRAYS)
			status = aet__type_array(connection, oid, deadline, &oid, err);
		prepared->types[prepared->type_count++] = oid;
	}
	return status;
}

static aet_status
prepare_on_server(aet__connection *connection, const aet__prepared *prepared,
    aet__deadline deadline, aet_error *err)
{
	const aet__operation operation = {
		.name = prepared->statement->name, .sql = prepared->sql, .generated = true
	};
	PGresult *result = NULL;
	aet_status status;

	if (!PQsendPrepare(connection->pq, prepared->name, prepared->sql,
		(int)prepared->type_count, prepared->types))
		return aet__sql_lost(connection, &operation, err);
	status = aet__wire_flush(connection, &operation, deadline, err);
	if (status == AET_OK)
		status = aet__wire_finish(connection, &operation, deadline, &result, err);
	PQclear(result);
	return status;
}

/* Makes room in a full cache. What the server could not be made to drop, in a
 * failed transaction for one, stays in the cache. */
static aet_status
evict(aet__connection *connection, aet__deadline deadline, aet_error *err)
{
	aet__prepared *surplus = aet__statement_cache_surplus(&connection->cache);
	char sql[AET__STATEMENT_NAME_SIZE + 16];
	aet_status status;

	if (surplus == NULL)
		return AET_OK;
	snprintf(sql, sizeof(sql), "DEALLOCATE %s", surplus->name);
	status = aet__connection_command(connection, sql, false, deadline, err);
	if (status == AET_OK)
		aet__statement_cache_remove(&connection->cache, surplus);
	return status;
}

aet_status
aet__prepared_get(aet__connection *connection, const aet_statement *statement,
    const aet_args *args, aet__deadline deadline, aet__prepared **out, aet_error *err)
{
	aet__prepared *prepared =
	    aet__statement_cache_find(&connection->cache, statement, args);
	aet_status status;

	if (statement->kind == AET_STATEMENT_COPY)
		return aet_error_set(err, AET_EINVAL,
		    "%s: is a COPY: run it with aet_statement_copy", statement->name);
	if (prepared != NULL) {
		*out = prepared;
		return aet__args_resolve(connection, args, deadline, err);
	}
	status = evict(connection, deadline, err);
	if (status != AET_OK)
		return status;
	prepared = aet__prepared_new(&connection->cache, statement, args);
	if (prepared != NULL)
		prepared->sql = aet__statement_text(statement, args);
	if (prepared == NULL || prepared->sql == NULL) {
		aet__prepared_free(prepared);
		return aet__error_memory(err);
	}
	status = resolve_types(connection, prepared, statement, deadline, err);
	if (status == AET_OK)
		status = aet__args_resolve(connection, args, deadline, err);
	if (status == AET_OK)
		status = prepare_on_server(connection, prepared, deadline, err);
	if (status != AET_OK) {
		aet__prepared_free(prepared);
		return status;
	}
	aet__statement_cache_add(&connection->cache, prepared);
	*out = prepared;
	return AET_OK;
}

aet_status
aet__prepared_check(aet__prepared *prepared, aet__result **result, aet_error *err)
{
	aet_status status;

	if (prepared->checked || prepared->statement->read == NULL)
		return AET_OK;
	status = aet__row_check(prepared->statement, *result, err);
	if (status == AET_OK) {
		prepared->checked = true;
		return AET_OK;
	}
	aet__result_free(*result);
	*result = NULL;
	return status;
}

#define TYPE_GONE "cache lookup failed for type "

/*
 * 26000: the server has no statement of that name (DISCARD ALL, a pooler).
 * 0A000 from RevalidateCachedQuery: "cached plan must not change result type".
 * The function's name is the same in every language; the message is not.
 * XX000: a parameter's type was dropped and made anew, under another oid. Such
 * internal errors are in English always.
 */
bool
aet__prepared_is_forgotten(const aet__connection *connection, aet_status status)
{
	const aet__failure *failure = &connection->failure;

	if (status != AET_EDB || connection->broken)
		return false;
	return strcmp(failure->sqlstate, "26000") == 0 ||
	       (strcmp(failure->sqlstate, "0A000") == 0 &&
		   strcmp(failure->function, "RevalidateCachedQuery") == 0) ||
	       (strcmp(failure->sqlstate, "XX000") == 0 &&
		   strncmp(failure->message, TYPE_GONE, sizeof(TYPE_GONE) - 1) == 0);
}

aet_status
aet__prepared_forget(aet__connection *connection, const aet_statement *statement,
    aet__deadline deadline, aet_error *err)
{
	aet__statement_cache *cache = &connection->cache;

	while (cache->newest != NULL)
		aet__statement_cache_remove(cache, cache->newest);
	aet__type_names_free(&connection->type_names);
	if (PQtransactionStatus(connection->pq) != PQTRANS_IDLE)
		return aet__error_sql(err, AET_ERETRY, connection->failure.sqlstate,
		    "%s: must be prepared again, which this transaction can no longer do",
		    statement->name);
	return aet__connection_command(
	    connection, "DEALLOCATE ALL", false, deadline, err);
}
