/* SPDX-License-Identifier: MIT */
/*
 * One statement over many items in libpq's pipeline mode. Items are sent in
 * windows: what has been answered is read before more is sent, so that neither
 * side's buffers grow with the number of items. No Sync is sent until the end,
 * which makes the whole one implicit transaction (manual, "Pipeline Mode").
 */
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "pg/args.h"
#include "pg/execute.h"
#include "pg/prepare.h"
#include "pg/row.h"

#define WINDOW 256

typedef struct pipeline {
	aet__connection *connection;
	const aet_statement *statement;
	aet_args_binder bind;
	const char *items;
	size_t count;
	size_t size;
	aet__deadline deadline;
	aet__result **results;
	size_t sent;
	size_t read;
	size_t failed_at;
	bool closed; /* the Sync is queued: no item follows */
	bool writes; /* of its own, which the Sync commits */
	aet__operation operation;
} pipeline;

static aet_status
bind_item(const pipeline *run, size_t item, aet_args *args, aet_error *err)
{
	memset(args, 0, sizeof(*args));
	run->bind(args, run->items + item * run->size);
	return aet__args_check(args, run->statement, err);
}

/*
 * Before the pipeline opens, every item is checked and every text that the
 * items need is prepared, since preparing waits for an answer. More texts than
 * the cache holds would evict each other.
 */
static aet_status
prepare_all(pipeline *run, aet_error *err)
{
	aet__statement_cache *cache = &run->connection->cache;
	uint64_t batch = ++cache->batches;
	size_t texts = 0;
	aet__prepared *prepared = NULL;
	aet_status status = AET_OK;
	aet_args args;

	for (run->failed_at = 0; run->failed_at < run->count; run->failed_at++) {
		status = bind_item(run, run->failed_at, &args, err);
		if (status == AET_OK)
			status = aet__prepared_get(run->connection, run->statement, &args,
			    run->deadline, &prepared, err);
		aet_args_clear(&args);
		if (status != AET_OK)
			return status;
		texts += prepared->batch != batch;
		prepared->batch = batch;
		if (texts > cache->limit)
			return aet_error_set(err, AET_EINVAL,
			    "%s: the items set more different columns than %zu "
			    "statements can hold",
			    run->statement->name, cache->limit);
	}
	run->failed_at = SIZE_MAX;
	return AET_OK;
}

/* A failure on this side must not let the Sync commit what was sent before: the
 * connection is closed without one. */
static aet_status
send_item(pipeline *run, aet_error *err)
{
	aet__prepared *prepared;
	aet__bound bound;
	aet_args args;
	aet_status status = bind_item(run, run->sent, &args, err);
	int sent = 0;

	if (status == AET_OK) {
		prepared = aet__statement_cache_find(
		    &run->connection->cache, run->statement, &args);
		if (prepared != NULL)
			status =
			    aet__args_resolve(run->connection, &args, run->deadline, err);
		if (status == AET_OK &&
		    (prepared == NULL || !aet__bound_make(&bound, run->statement, &args)))
			status = aet__error_memory(err);
		if (status == AET_OK) {
			sent = PQsendQueryPrepared(run->connection->pq, prepared->name,
			    bound.count, bound.values, bound.lengths, bound.formats, 1);
			aet__bound_free(&bound);
		}
	}
	aet_args_clear(&args);
	if (status != AET_OK)
		run->connection->broken = true;
	else if (!sent)
		status = aet__sql_lost(run->connection, &run->operation, err);
	run->sent++;
	return status;
}

/* One item's answer: its result, then the NULL that ends it. */
static aet_status
read_item(pipeline *run, aet_error *err)
{
	PGresult *result = NULL;
	PGresult *end = NULL;
	aet_status status = aet__wire_result(
	    run->connection, &run->operation, run->deadline, &result, err);

	if (status != AET_OK)
		return status;
	if (result == NULL)
		return aet__sql_lost(run->connection, &run->operation, err);
	switch (PQresultStatus(result)) {
	case PGRES_TUPLES_OK:
	case PGRES_COMMAND_OK:
		run->results[run->read++] = result;
		break;
	default:
		run->failed_at = run->read;
		status = aet__sql_error(run->connection, result, &run->operation, err);
		PQclear(result);
		return status;
	}
	status =
	    aet__wire_result(run->connection, &run->operation, run->deadline, &end, err);
	PQclear(end);
	return status;
}

/* Nothing is written until the server reads the Sync. */
static aet_status
close_pipeline(pipeline *run, aet_error *err)
{
	if (run->closed)
		return AET_OK;
	run->closed = true;
	run->operation.writes = run->writes;
	if (!PQpipelineSync(run->connection->pq))
		return aet__sql_lost(run->connection, &run->operation, err);
	return AET_OK;
}

/* Sends and reads every item; asks the server to send what it has at each
 * window's end. */
static aet_status
exchange(pipeline *run, aet_error *err)
{
	aet_status status = AET_OK;

	while (status == AET_OK && run->read < run->count) {
		while (status == AET_OK && run->sent < run->count &&
		       run->sent - run->read < WINDOW)
			status = send_item(run, err);
		if (status == AET_OK && run->sent < run->count &&
		    !PQsendFlushRequest(run->connection->pq))
			return aet__sql_lost(run->connection, &run->operation, err);
		if (status == AET_OK && run->sent == run->count)
			status = close_pipeline(run, err);
		if (status == AET_OK)
			status = aet__wire_flush(
			    run->connection, &run->operation, run->deadline, err);
		for (size_t until = run->sent; status == AET_OK && run->read < until;)
			status = read_item(run, err);
	}
	return status;
}

/* Reads up to the Sync's answer. A deferred constraint fails here. One NULL ends
 * a command's results; after another there is nothing to come. */
static aet_status
read_sync(pipeline *run, aet_error *err)
{
	aet__connection *connection = run->connection;
	PGresult *result = NULL;
	aet_status outcome = AET_OK;
	aet_status status = AET_OK;
	bool synced = false;

	for (int ends = 0; status == AET_OK && !synced && ends < 2;) {
		status = aet__wire_result(connection, &run->operation, run->deadline,
		    &result, outcome == AET_OK ? err : NULL);
		if (status != AET_OK)
			break;
		ends = result == NULL ? ends + 1 : 0;
		synced = PQresultStatus(result) == PGRES_PIPELINE_SYNC;
		if (PQresultStatus(result) == PGRES_FATAL_ERROR && result != NULL &&
		    outcome == AET_OK)
			outcome =
			    aet__sql_error(connection, result, &run->operation, err);
		PQclear(result);
	}
	if (outcome != AET_OK || status != AET_OK) {
		connection->broken |= !synced;
		return outcome != AET_OK ? outcome : status;
	}
	if (!synced || PQstatus(connection->pq) == CONNECTION_BAD)
		return aet__sql_lost(connection, &run->operation, err);
	return AET_OK;
}

/* Ends the pipeline, so that the connection can be used again. Returns before's
 * failure if there was one. */
static aet_status
drain(pipeline *run, aet_status before, aet_error *err)
{
	aet__connection *connection = run->connection;
	aet_error *first = before == AET_OK ? err : NULL;
	aet_status status;

	if (connection->broken)
		return before;
	status = close_pipeline(run, first);
	/* Each item has said that it is done: what ends now may have committed. */
	run->operation.commits = run->operation.writes && run->read == run->count;
	if (status == AET_OK)
		status =
		    aet__wire_flush(connection, &run->operation, run->deadline, first);
	if (status == AET_OK)
		status = read_sync(run, first);
	if (!connection->broken && !PQexitPipelineMode(connection->pq))
		connection->broken = true;
	return before != AET_OK ? before : status;
}

/* One attempt; leaves no result behind when it fails. */
static aet_status
run_pipeline(pipeline *run, aet_error *err)
{
	aet__connection *connection = run->connection;
	aet_status status;

	run->sent = 0;
	run->closed = false;
	run->operation = (aet__operation){
		.name = run->statement->name, .parameters = true, .generated = true
	};
	status = prepare_all(run, err);
	if (status == AET_OK && !PQenterPipelineMode(connection->pq))
		status = aet__sql_lost(connection, &run->operation, err);
	if (PQpipelineStatus(connection->pq) != PQ_PIPELINE_OFF)
		status = drain(run, exchange(run, err), err);
	if (status == AET_OK && run->statement->read != NULL)
		status = aet__row_check(run->statement, run->results[0], err);
	if (status != AET_OK)
		while (run->read > 0) {
			aet__result_free(run->results[--run->read]);
			run->results[run->read] = NULL;
		}
	return status;
}

aet_status
aet__statement_execute_all(aet__connection *connection, const aet_statement *statement,
    aet_args_binder bind, const void *items, size_t count, size_t size,
    aet__deadline deadline, aet__result **out, size_t *failed_at, aet_error *err)
{
	pipeline run = { .connection = connection,
		.statement = statement,
		.bind = bind,
		.items = items,
		.count = count,
		.size = size,
		.deadline = deadline,
		.results = out,
		.failed_at = SIZE_MAX,
		.writes = statement->writes &&
			  PQtransactionStatus(connection->pq) == PQTRANS_IDLE };
	aet_error first; /* err is left alone where the second attempt succeeds */
	aet_status status;

	connection->failure.sqlstate[0] = '\0';
	status = run_pipeline(&run, &first);
	if (aet__prepared_is_forgotten(connection, status)) {
		status = aet__prepared_forget(connection, statement, deadline, err);
		if (status == AET_OK)
			status = run_pipeline(&run, err);
	} else if (status != AET_OK && err != NULL) {
		*err = first;
	}
	*failed_at = run.failed_at;
	return status;
}
