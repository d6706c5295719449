/* SPDX-License-Identifier: MIT */
/*
 * COPY's binary format (PostgreSQL manual, "COPY", "Binary Format") is a head, a
 * row's fields each behind its length, and an end: the fields are what a bound
 * argument is. Rows leave in chunks, each of which must have gone before the
 * next is made, so that memory does not grow with the number of items.
 */
#include "pg/copy.h"

#include <stdlib.h>
#include <string.h>

#include "core/ascii.h"
#include "core/error.h"
#include "core/text.h"
#include "pg/args.h"
#include "pg/binary.h"
#include "pg/oid.h"
#include "pg/private.h"

#define CHUNK 65536
#define GIVEN_UP "57014" /* what a COPY that the client gives up fails with */

/* A signature of eleven bytes, no flags, nothing more in the head. */
static const char head[19] = "PGCOPY\n\377\r\n";

typedef struct copying {
	aet__connection *connection;
	const aet_statement *statement;
	aet_args_binder bind;
	const char *items;
	size_t count;
	size_t size;
	aet__deadline deadline;
	bool writes; /* of its own: the end of the data commits */
	aet__operation operation;
	char *chunk;
	size_t used;
	size_t failed_at;
} copying;

/* ---- before anything is sent -------------------------------------------- */

static aet_status
bind_item(const copying *run, size_t item, aet_args *args, aet_error *err)
{
	aet_status status;

	memset(args, 0, sizeof(*args));
	run->bind(args, run->items + item * run->size);
	status = aet__args_check(args, run->statement, err);
	for (size_t i = 0; i < args->count && status == AET_OK; i++)
		if (!aet__args_is_given(args, i))
			status = aet_error_set(err, AET_EINVAL,
			    "%s: \"%s\" is not set, and COPY has no DEFAULT",
			    run->statement->name, run->statement->parameters[i].name);
	return status;
}

/* Types are looked up now, since COPY leaves no room for a question. */
static aet_status
check_items(copying *run, aet_error *err)
{
	aet_status status = AET_OK;
	aet_args args;

	for (size_t i = 0; i < run->count && status == AET_OK; i++) {
		run->failed_at = i;
		status = bind_item(run, i, &args, err);
		if (status == AET_OK)
			status =
			    aet__args_resolve(run->connection, &args, run->deadline, err);
		aet_args_clear(&args);
	}
	if (status == AET_OK)
		run->failed_at = SIZE_MAX;
	return status;
}

static void
add_columns(aet__text *sql, const aet_statement *statement)
{
	for (size_t i = 0; i < statement->parameter_count; i++) {
		aet__text_add(sql, i > 0 ? ", " : "");
		aet__text_add_identifier(sql, statement->parameters[i].name);
	}
}

static aet_status
finish(copying *run, int sent, PGresult **out, aet_error *err)
{
	aet_status status;

	if (!sent)
		return aet__sql_lost(run->connection, &run->operation, err);
	status = aet__wire_flush(run->connection, &run->operation, run->deadline, err);
	if (status != AET_OK)
		return status;
	return aet__wire_finish(
	    run->connection, &run->operation, run->deadline, out, err);
}

static aet_status
describe_columns(copying *run, PGresult **out, aet_error *err)
{
	PGconn *pq = run->connection->pq;
	PGresult *prepared = NULL;
	aet__text sql = { 0 };
	aet_status status;

	aet__text_add(&sql, "SELECT ");
	add_columns(&sql, run->statement);
	aet__text_addf(&sql, " FROM %s", run->statement->sql);
	if (!aet__text_ok(&sql)) {
		aet__text_free(&sql);
		return aet__error_memory(err);
	}
	run->operation.sql = aet__text_view(&sql);
	status = finish(
	    run, PQsendPrepare(pq, "", run->operation.sql, 0, NULL), &prepared, err);
	PQclear(prepared);
	if (status == AET_OK)
		status = finish(run, PQsendDescribePrepared(pq, ""), out, err);
	run->operation.sql = NULL;
	aet__text_free(&sql);
	return status;
}

static bool
is_text(uint32_t type)
{
	return type == AET__OID_TEXT || type == AET__OID_VARCHAR ||
	       type == AET__OID_BPCHAR || type == AET__OID_NAME;
}

static aet_status
check_type(const copying *run, size_t column, const PGresult *described, aet_error *err)
{
	const aet_parameter *parameter = &run->statement->parameters[column];
	uint32_t found = PQftype(described, (int)column);
	uint32_t oid = parameter->type.oid;
	aet_status status = AET_OK;

	if (oid == 0 && parameter->type.name != NULL)
		status = aet__type_oid(
		    run->connection, parameter->type.name, run->deadline, &oid, err);
	if (status != AET_OK || oid == found || oid == 0 ||
	    (is_text(oid) && is_text(found)))
		return status;
	aet_error_set(err, AET_EDATA,
	    "%s: column \"%s\": has another type than the generated code expects",
	    run->statement->name, parameter->name);
	if (err != NULL)
		aet__error_copy(err->column, sizeof(err->column), parameter->name);
	return AET_EDATA;
}

static aet_status
check_types(const copying *run, const PGresult *described, aet_error *err)
{
	aet_status status = AET_OK;

	for (size_t i = 0; i < run->statement->parameter_count && status == AET_OK; i++)
		status = check_type(run, i, described, err);
	return status;
}

/* A type that was dropped and made anew has another oid than was looked up. */
static aet_status
check_columns(copying *run, aet_error *err)
{
	PGresult *described = NULL;
	aet_status status = describe_columns(run, &described, err);

	if (status != AET_OK)
		return status;
	status = check_types(run, described, err);
	if (status == AET_EDATA) {
		aet__type_names_free(&run->connection->type_names);
		status = check_types(run, described, err);
		if (status == AET_OK)
			status = check_items(run, err);
	}
	PQclear(described);
	return status;
}

/* ---- COPY ---------------------------------------------------------------- */

static aet_status
read_start(copying *run, aet_error *err)
{
	PGresult *result = NULL;
	PGresult *rest = NULL;
	aet_status status = aet__wire_result(
	    run->connection, &run->operation, run->deadline, &result, err);

	if (status != AET_OK)
		return status;
	if (PQresultStatus(result) == PGRES_COPY_IN) {
		PQclear(result);
		return AET_OK;
	}
	if (result == NULL || PQresultStatus(result) != PGRES_FATAL_ERROR) {
		PQclear(result);
		return aet__sql_lost(run->connection, &run->operation, err);
	}
	status = aet__sql_error(run->connection, result, &run->operation, err);
	do {
		PQclear(result);
		result = NULL;
		if (aet__wire_result(run->connection, &run->operation, run->deadline,
			&rest, NULL) == AET_OK)
			result = rest;
	} while (result != NULL);
	return status;
}

static aet_status
start(copying *run, aet_error *err)
{
	aet__text sql = { 0 };
	aet_status status;

	aet__text_addf(&sql, "COPY %s (", run->statement->sql);
	add_columns(&sql, run->statement);
	aet__text_add(&sql, ") FROM STDIN (FORMAT binary)");
	if (!aet__text_ok(&sql)) {
		aet__text_free(&sql);
		return aet__error_memory(err);
	}
	run->operation.sql = aet__text_view(&sql);
	if (!PQsendQuery(run->connection->pq, run->operation.sql))
		status = aet__sql_lost(run->connection, &run->operation, err);
	else
		status =
		    aet__wire_flush(run->connection, &run->operation, run->deadline, err);
	if (status == AET_OK)
		status = read_start(run, err);
	run->operation.sql = NULL;
	aet__text_free(&sql);
	return status;
}

static aet_status
put(copying *run, const char *data, size_t len, aet_error *err)
{
	if (aet__deadline_passed(run->deadline))
		return aet__sql_timeout(run->connection, &run->operation, err);
	if (PQputCopyData(run->connection->pq, data, (int)len) != 1)
		return aet__sql_lost(run->connection, &run->operation, err);
	return aet__wire_flush(run->connection, &run->operation, run->deadline, err);
}

static aet_status
send_chunk(copying *run, aet_error *err)
{
	size_t len = run->used;

	run->used = 0;
	return len > 0 ? put(run, run->chunk, len, err) : AET_OK;
}

/* What is longer than a chunk goes by itself, a chunk's worth at a time: libpq
 * would copy all of it, and move what is left after each part that has gone. */
static aet_status
put_long(copying *run, const char *data, size_t len, aet_error *err)
{
	aet_status status = AET_OK;

	while (len > 0 && status == AET_OK) {
		size_t part = len < CHUNK ? len : CHUNK;

		status = put(run, data, part, err);
		data += part;
		len -= part;
	}
	return status;
}

static aet_status
add(copying *run, const void *data, size_t len, aet_error *err)
{
	aet_status status = AET_OK;

	if (len > CHUNK - run->used)
		status = send_chunk(run, err);
	if (status != AET_OK || len > CHUNK)
		return status == AET_OK ? put_long(run, data, len, err) : status;
	memcpy(run->chunk + run->used, data, len);
	run->used += len;
	return AET_OK;
}

static aet_status
add_field(copying *run, const aet_arg *arg, aet_error *err)
{
	const void *data = arg->state == AET__ARG_SCALAR ? (const void *)arg->scalar
							 : (const void *)arg->data;
	uint8_t len[4];
	aet_status status;

	aet__binary_put32(
	    len, arg->state == AET__ARG_NULL ? UINT32_MAX : (uint32_t)arg->len);
	status = add(run, len, sizeof(len), err);
	if (status != AET_OK || arg->state == AET__ARG_NULL)
		return status;
	return add(run, data, (size_t)arg->len, err);
}

static aet_status
add_item(copying *run, size_t item, aet_error *err)
{
	uint8_t fields[2];
	aet_args args;
	aet_status status = bind_item(run, item, &args, err);

	if (status == AET_OK)
		status = aet__args_resolve(run->connection, &args, run->deadline, err);
	aet__binary_put16(fields, (uint16_t)args.count);
	if (status == AET_OK)
		status = add(run, fields, sizeof(fields), err);
	for (size_t i = 0; i < args.count && status == AET_OK; i++)
		status = add_field(run, aet__args_at(&args, i), err);
	aet_args_clear(&args);
	return status;
}

static aet_status
add_all(copying *run, aet_error *err)
{
	static const char end[] = "\377\377";
	aet_status status = add(run, head, sizeof(head), err);

	for (size_t i = 0; i < run->count && status == AET_OK; i++)
		status = add_item(run, i, err);
	if (status == AET_OK)
		status = add(run, end, 2, err);
	if (status == AET_OK)
		status = send_chunk(run, err);
	return status;
}

/* The server counts lines from 1 and names one in CONTEXT: "COPY t, line 3". In
 * a language that says it otherwise no item is named. */
static size_t
failed_item(const aet__failure *failure)
{
	const char *at = failure->context;

	while (at != NULL && strncmp(at, "COPY ", 5) != 0) {
		at = strchr(at, '\n');
		at = at != NULL ? at + 1 : NULL;
	}
	at = at != NULL ? strchr(at, ',') : NULL;
	while (at != NULL && *at != '\0' && *at != '\n' && !aet__ascii_is_digit(*at))
		at++;
	if (at == NULL || !aet__ascii_is_digit(*at))
		return SIZE_MAX;
	return (size_t)strtoull(at, NULL, 10) - 1;
}

/* Nothing is written until the server reads the end. A failure of this side's
 * tells the server so, which keeps the connection. */
static aet_status
end(copying *run, aet_status before, aet_error *err)
{
	aet__connection *connection = run->connection;
	PGresult *result = NULL;
	aet_status status;

	if (connection->broken)
		return before;
	run->operation.writes = run->writes && before == AET_OK;
	status = finish(run,
	    PQputCopyEnd(connection->pq, before != AET_OK ? "given up" : NULL) == 1,
	    &result, before == AET_OK ? err : NULL);
	PQclear(result);
	if (before != AET_OK)
		return before;
	if (status != AET_OK && !connection->broken)
		run->failed_at = failed_item(&connection->failure);
	return status;
}

static aet_status
copy(copying *run, aet_error *err)
{
	aet_status status = check_items(run, err);

	if (status == AET_OK)
		status = check_columns(run, err);
	if (status == AET_OK)
		status = start(run, err);
	if (status != AET_OK)
		return status;
	return end(run, add_all(run, err), err);
}

aet_status
aet__statement_copy(aet__connection *connection, const aet_statement *statement,
    aet_args_binder bind, const void *items, size_t count, size_t size,
    aet__deadline deadline, size_t *failed_at, aet_error *err)
{
	copying run = { .connection = connection,
		.statement = statement,
		.bind = bind,
		.items = items,
		.count = count,
		.size = size,
		.deadline = deadline,
		.writes = PQtransactionStatus(connection->pq) == PQTRANS_IDLE,
		.operation = { .name = statement->name,
		    .parameters = true,
		    .generated = true },
		.chunk = malloc(CHUNK),
		.failed_at = SIZE_MAX };
	aet_status status;

	memset(&connection->failure, 0, sizeof(connection->failure));
	status = run.chunk != NULL ? copy(&run, err) : aet__error_memory(err);
	free(run.chunk);
	*failed_at = run.failed_at;
	return status;
}

aet_status
aet__statement_copy_try(
    aet__connection *connection, const aet_statement *statement, aet__deadline deadline)
{
	copying run = { .connection = connection,
		.statement = statement,
		.deadline = deadline,
		.operation = { .name = statement->name } };
	aet_status status = check_columns(&run, NULL);

	if (status == AET_OK)
		status = start(&run, NULL);
	/* A view is refused behind the head only. */
	if (status == AET_OK)
		status = put(&run, head, sizeof(head), NULL);
	if (status != AET_OK)
		return status;
	(void)end(&run, AET_ENOTFOUND, NULL);
	return strcmp(connection->failure.sqlstate, GIVEN_UP) == 0 ? AET_OK : AET_EDB;
}
