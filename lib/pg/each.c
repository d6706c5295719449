/* SPDX-License-Identifier: MIT */
#include "pg/each.h"

#include "core/error.h"
#include "pg/prepare.h"
#include "pg/row.h"

/* How long the rest of an answer that nobody wants is worth a connection. */
#define MOMENT_MS 100

typedef struct reading {
	aet__connection *connection;
	const aet_statement *statement;
	const aet_args *args;
	aet_each_fn each;
	void *ctx;
	aet__deadline deadline; /* of the wait that comes next */
	int wait_ms;
	aet__deadline last;
	bool keep; /* a transaction is open, or something is written */
	bool began;
	bool ended; /* the server has said that there are no more rows */
	aet__operation operation;
} reading;

static void
renew(reading *run)
{
	run->deadline = aet__deadline_earlier(run->last, aet__deadline_in(run->wait_ms));
}

static aet_status
start(reading *run, const aet__prepared *prepared, aet_error *err)
{
	PGconn *pq = run->connection->pq;
	aet__bound bound;
	int sent;

	run->operation = (aet__operation){ .name = run->statement->name,
		.sql = prepared->sql,
		.writes =
		    run->statement->writes && PQtransactionStatus(pq) == PQTRANS_IDLE,
		.parameters = true,
		.generated = true };
	run->keep = run->statement->writes || PQtransactionStatus(pq) != PQTRANS_IDLE;
	if (run->operation.writes && aet__deadline_passed(run->deadline))
		return aet__sql_too_late(&run->operation, err);
	if (!aet__bound_make(&bound, run->statement, run->args))
		return aet__error_memory(err);
	sent = PQsendQueryPrepared(pq, prepared->name, bound.count, bound.values,
	    bound.lengths, bound.formats, 1);
	aet__bound_free(&bound);
	if (!sent || !PQsetSingleRowMode(pq))
		return aet__sql_lost(run->connection, &run->operation, err);
	return aet__wire_flush(run->connection, &run->operation, run->deadline, err);
}

static aet_status
give_row(reading *run, const PGresult *result, aet_error *err)
{
	aet_error failure = { 0 };
	void *row = NULL;
	aet_status status = aet__row_read_one(run->statement, result, &row, err);

	if (status != AET_OK)
		return status;
	status = run->each(row, run->ctx, &failure);
	aet_block_free(row);
	if (status == AET_OK)
		return AET_OK;
	if (failure.status != status)
		aet_error_set(&failure, status, "%s", aet_status_text(status));
	if (err != NULL)
		*err = failure;
	return status;
}

/* One result of the answer: a row, its end, or an error. */
static aet_status
take(reading *run, aet__prepared *prepared, PGresult **result, aet_error *err)
{
	aet__operation late = run->operation;
	aet_status status;

	switch (PQresultStatus(*result)) {
	case PGRES_SINGLE_TUPLE:
	case PGRES_TUPLES_OK:
		status = aet__prepared_check(prepared, result, err);
		if (status != AET_OK || PQresultStatus(*result) == PGRES_TUPLES_OK) {
			run->ended = status == AET_OK;
			return status;
		}
		run->began = true;
		status = give_row(run, *result, err);
		renew(run);
		return status;
	case PGRES_FATAL_ERROR:
		late.commits = run->operation.writes && run->ended;
		run->ended = true;
		return aet__sql_error(run->connection, *result, &late, err);
	default:
		run->connection->broken = true;
		return aet_error_set(
		    err, AET_EINVAL, "%s: has no rows to read", run->statement->name);
	}
}

/* Drops what is left, and ends the exchange. */
static void
drain(reading *run)
{
	PGresult *result = NULL;

	run->deadline = aet__deadline_earlier(run->last, aet__deadline_in(MOMENT_MS));
	do {
		if (run->keep)
			renew(run);
		PQclear(result);
		result = NULL;
		if (!run->keep && aet__deadline_passed(run->deadline))
			run->connection->broken = true;
	} while (!run->connection->broken &&
		 aet__wire_result(run->connection, &run->operation, run->deadline,
		     &result, NULL) == AET_OK &&
		 result != NULL);
	PQclear(result);
}

/* libpq leaves single-row mode on for a pipeline that is entered next. What
 * begins a query turns it off, also one that is refused for having no text. */
static void
leave_mode(const reading *run)
{
	if (!run->connection->broken)
		(void)PQsendQueryParams(
		    run->connection->pq, NULL, 0, NULL, NULL, NULL, NULL, 1);
}

static aet_status
read_rows(reading *run, aet__prepared *prepared, aet_error *err)
{
	PGresult *result = NULL;
	aet_status status;

	for (;;) {
		status = aet__wire_result(
		    run->connection, &run->operation, run->deadline, &result, err);
		if (status != AET_OK || result == NULL)
			break;
		status = take(run, prepared, &result, err);
		PQclear(result);
		if (status != AET_OK)
			break;
	}
	if (status == AET_OK && !run->ended)
		return aet__sql_lost(run->connection, &run->operation, err);
	if (PQstatus(run->connection->pq) == CONNECTION_BAD)
		run->connection->broken = true;
	if (status != AET_OK && !run->connection->broken)
		drain(run);
	leave_mode(run);
	return status;
}

static aet_status
run_once(reading *run, aet_error *err)
{
	aet__prepared *prepared = NULL;
	aet_status status = aet__prepared_get(
	    run->connection, run->statement, run->args, run->deadline, &prepared, err);

	run->ended = false;
	if (status == AET_OK)
		status = start(run, prepared, err);
	if (status == AET_OK)
		status = read_rows(run, prepared, err);
	return status;
}

aet_status
aet__statement_each(aet__connection *connection, const aet_statement *statement,
    const aet_args *args, aet_each_fn each, void *ctx, aet__deadline first, int wait_ms,
    aet__deadline last, aet_error *err)
{
	reading run = { .connection = connection,
		.statement = statement,
		.args = args,
		.each = each,
		.ctx = ctx,
		.deadline = first,
		.wait_ms = wait_ms,
		.last = last };
	aet_error failure; /* err is left alone where the second attempt succeeds */
	aet_status status;

	connection->failure.sqlstate[0] = '\0';
	status = run_once(&run, &failure);
	if (run.began || !aet__prepared_is_forgotten(connection, status)) {
		if (status != AET_OK && err != NULL)
			*err = failure;
		return status;
	}
	status = aet__prepared_forget(connection, statement, first, err);
	if (status == AET_OK)
		status = run_once(&run, err);
	return status;
}
