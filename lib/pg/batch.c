/* SPDX-License-Identifier: MIT */
/*
 * Items go in segments: what a segment needs is prepared, its items are sent,
 * each with a Sync behind it, and then its answers are read. What the server
 * has forgotten meanwhile (see execute.h) is prepared and sent again: an item
 * that failed so has done nothing.
 */
#include "pg/batch.h"

#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/memory.h"
#include "pg/args.h"
#include "pg/prepare.h"
#include "pg/row.h"

#define SEGMENT 256

typedef enum item_state {
	WAITING,
	PREPARED, /* of this segment, and to be sent */
	SENT,
	FORGOTTEN, /* by the server: to be sent again */
	SETTLED
} item_state;

typedef struct batch {
	aet__connection *connection;
	const aet_statement *statement;
	aet_args_binder bind;
	const char *items;
	size_t count;
	size_t size;
	aet__deadline deadline;
	aet_batch answer;
	aet_status *statuses;
	void **out;
	uint8_t *states;
	size_t failed_at;
	aet_error *err;
	bool open;   /* a transaction is: no Sync commits, and a failure ends it */
	bool writes; /* of its own: each Sync commits */
	bool again;  /* this segment's second attempt */
	bool stale;  /* what is prepared must be forgotten */
	aet__operation operation;
} batch;

/* The error of the first of the items that failed is the batch's. */
static void
settle(batch *run, size_t item, aet_status status, const aet_error *failure)
{
	run->states[item] = SETTLED;
	run->statuses[item] = status;
	if (status == AET_OK || item >= run->failed_at)
		return;
	run->failed_at = item;
	if (run->err != NULL)
		*run->err = *failure;
}

/* The connection is gone: lost is the status of an item that was under way. */
static void
settle_rest(batch *run, aet_status lost, const aet_error *failure)
{
	aet_status unsent = lost;
	aet_error words = *failure;

	if (lost == AET_EUNKNOWN)
		unsent =
		    aet__deadline_passed(run->deadline) ? AET_ETIMEOUT : AET_ECONNECT;
	for (size_t i = 0; i < run->count; i++) {
		if (run->states[i] == SETTLED)
			continue;
		words.status = run->states[i] == SENT ? lost : unsent;
		settle(run, i, words.status, &words);
	}
}

static aet_status
bind_item(const batch *run, size_t item, aet_args *args, aet_error *err)
{
	memset(args, 0, sizeof(*args));
	run->bind(args, run->items + item * run->size);
	return aet__args_check(args, run->statement, err);
}

/* ---- before a segment --------------------------------------------------- */

/* Whether one more text would put another of the segment's out of the cache. */
static bool
is_full(const batch *run, const aet_args *args, uint64_t number, size_t texts)
{
	aet__statement_cache *cache = &run->connection->cache;
	const aet__prepared *prepared;

	if (texts < cache->limit)
		return false;
	prepared = aet__statement_cache_find(cache, run->statement, args);
	return prepared == NULL || prepared->batch != number;
}

static aet_status
prepare_item(batch *run, size_t item, const aet_args *args, uint64_t number,
    size_t *texts, aet_error *err)
{
	aet__prepared *prepared = NULL;
	aet_status status = aet__prepared_get(
	    run->connection, run->statement, args, run->deadline, &prepared, err);

	if (status != AET_OK)
		return status;
	*texts += prepared->batch != number;
	prepared->batch = number;
	run->states[item] = PREPARED;
	return AET_OK;
}

/* Prepares what the items from from on need; *until is where the segment ends. */
static void
prepare_segment(batch *run, size_t from, size_t *until)
{
	uint64_t number = ++run->connection->cache.batches;
	size_t texts = 0;
	aet_error failure;
	aet_args args;

	for (size_t i = from; i < *until && !run->connection->broken; i++) {
		aet_status status;

		if (run->states[i] == SETTLED)
			continue;
		status = bind_item(run, i, &args, &failure);
		if (status == AET_OK && is_full(run, &args, number, texts))
			*until = i;
		else if (status == AET_OK)
			status = prepare_item(run, i, &args, number, &texts, &failure);
		aet_args_clear(&args);
		if (status != AET_OK)
			settle(run, i, status, &failure);
		if (run->connection->broken)
			settle_rest(run, status, &failure);
	}
}

/* ---- sending -------------------------------------------------------------- */

static aet_status
send_bound(batch *run, const aet_args *args, aet_error *err)
{
	PGconn *pq = run->connection->pq;
	const aet__prepared *prepared =
	    aet__statement_cache_find(&run->connection->cache, run->statement, args);
	aet__bound bound;
	int sent;

	if (prepared == NULL || !aet__bound_make(&bound, run->statement, args))
		return aet__error_memory(err);
	sent = PQsendQueryPrepared(pq, prepared->name, bound.count, bound.values,
	    bound.lengths, bound.formats, 1);
	aet__bound_free(&bound);
	if (!sent)
		return aet__sql_lost(run->connection, &run->operation, err);
	return AET_OK;
}

/* From the Sync on, what the item writes may be written. */
static aet_status
send_item(batch *run, size_t item, aet_error *err)
{
	aet_args args;
	aet_status status = bind_item(run, item, &args, err);

	if (status == AET_OK)
		status = aet__args_resolve(run->connection, &args, run->deadline, err);
	if (status != AET_OK) { /* memory: nothing of it has been sent */
		aet_args_clear(&args);
		settle(run, item, status, err);
		return AET_OK;
	}
	status = send_bound(run, &args, err);
	aet_args_clear(&args);
	if (status != AET_OK) {
		run->connection->broken = true;
		return status;
	}
	run->states[item] = SENT;
	run->operation.writes = run->writes;
	if (!PQpipelineSync(run->connection->pq))
		return aet__sql_lost(run->connection, &run->operation, err);
	return aet__wire_flush(run->connection, &run->operation, run->deadline, err);
}

static aet_status
send_segment(batch *run, size_t from, size_t until, aet_error *err)
{
	aet_status status = AET_OK;

	for (size_t i = from; i < until && status == AET_OK; i++) {
		if (run->states[i] != PREPARED)
			continue;
		if (aet__deadline_passed(run->deadline))
			return aet__sql_timeout(run->connection, &run->operation, err);
		status = send_item(run, i, err);
	}
	return status;
}

/* ---- reading -------------------------------------------------------------- */

/* What an item answered with. */
typedef struct answered {
	PGresult *result;
	aet_status failed;
	aet_error failure;
} answered;

static void
take_result(batch *run, PGresult *result, answered *out)
{
	aet__operation late = run->operation;

	switch (PQresultStatus(result)) {
	case PGRES_TUPLES_OK:
	case PGRES_COMMAND_OK:
	case PGRES_EMPTY_QUERY:
		PQclear(out->result);
		out->result = result;
		return;
	case PGRES_FATAL_ERROR:
		late.commits = run->writes && out->result != NULL;
		if (out->failed == AET_OK)
			out->failed =
			    aet__sql_error(run->connection, result, &late, &out->failure);
		break;
	default:
		run->connection->broken = true;
		out->failed = aet_error_set(&out->failure, AET_EINVAL,
		    "%s: COPY to or from the client is not possible here",
		    run->statement->name);
		break;
	}
	PQclear(result);
}

/* Reads up to the Sync's answer, behind which an item is done: a deferred
 * constraint fails there. Two NULLs in turn: there is nothing to come. */
static aet_status
read_results(batch *run, answered *out, aet_error *err)
{
	PGresult *result = NULL;
	aet_status status;

	for (int ends = 0; ends < 2 && !run->connection->broken;) {
		status = aet__wire_result(
		    run->connection, &run->operation, run->deadline, &result, err);
		if (status != AET_OK)
			return status;
		ends = result == NULL ? ends + 1 : 0;
		if (PQresultStatus(result) == PGRES_PIPELINE_SYNC && result != NULL) {
			PQclear(result);
			return AET_OK;
		}
		if (result != NULL)
			take_result(run, result, out);
	}
	if (out->failed != AET_OK) {
		*err = out->failure;
		return out->failed;
	}
	return aet__sql_lost(run->connection, &run->operation, err);
}

static aet_status
read_answer(batch *run, size_t item, aet__result **result, aet_error *err)
{
	const aet_statement *statement = run->statement;
	aet_status status = AET_OK;

	if (statement->read != NULL)
		status = aet__row_check(statement, *result, err);
	if (status != AET_OK || run->out == NULL)
		return status;
	if (run->answer == AET_BATCH_ROWS)
		return aet__row_read_one(statement, *result, &run->out[item], err);
	if (run->answer == AET_BATCH_LISTS)
		return aet__row_read_list(statement, result, 1, &run->out[item], err);
	return AET_OK;
}

/* In a transaction, which that failure has ended, there is no "again". */
static void
settle_failure(batch *run, size_t item, answered *said)
{
	aet__connection *connection = run->connection;
	bool forgotten = aet__prepared_is_forgotten(connection, said->failed);

	run->stale = run->stale || forgotten;
	if (forgotten && !run->again && !run->open) {
		run->states[item] = FORGOTTEN;
		return;
	}
	if (forgotten && run->open)
		said->failed = aet__error_sql(&said->failure, AET_ERETRY,
		    connection->failure.sqlstate,
		    "%s: must be prepared again, which this transaction can no longer do",
		    run->statement->name);
	settle(run, item, said->failed, &said->failure);
}

static aet_status
read_item(batch *run, size_t item, aet_error *err)
{
	answered said = { 0 };
	aet_status status = read_results(run, &said, err);

	if (status == AET_OK && said.failed == AET_OK)
		said.failed =
		    said.result != NULL
			? read_answer(run, item, &said.result, &said.failure)
			: aet__sql_lost(run->connection, &run->operation, &said.failure);
	if (status == AET_OK && said.failed == AET_OK)
		settle(run, item, AET_OK, NULL);
	else if (status == AET_OK)
		settle_failure(run, item, &said);
	PQclear(said.result);
	return status;
}

/* The server takes nothing up after a FATAL error, and what is behind the item
 * that met it has not happened. */
static void
settle_lost(batch *run, size_t item, aet_status status, const aet_error *failure)
{
	settle(run, item, status, failure);
	if (failure->sqlstate[0] != '\0' && strcmp(failure->sqlstate, "08006") != 0)
		status = AET_ECONNECT;
	settle_rest(run, status, failure);
}

static void
read_segment(batch *run, size_t from, size_t until)
{
	aet_error failure = { 0 };

	for (size_t i = from; i < until; i++) {
		aet_status status;

		if (run->states[i] != SENT)
			continue;
		status = read_item(run, i, &failure);
		if (status != AET_OK) {
			settle_lost(run, i, status, &failure);
			return;
		}
	}
}

/* ---- segments ------------------------------------------------------------- */

static void
exchange(batch *run, size_t from, size_t until)
{
	aet__connection *connection = run->connection;
	aet_error failure = { 0 };
	aet_status status = AET_OK;

	run->operation = (aet__operation){
		.name = run->statement->name, .parameters = true, .generated = true
	};
	if (!PQenterPipelineMode(connection->pq))
		status = aet__sql_lost(connection, &run->operation, &failure);
	if (status == AET_OK)
		status = send_segment(run, from, until, &failure);
	if (status != AET_OK) {
		settle_rest(run, status, &failure);
		return;
	}
	read_segment(run, from, until);
	if (!connection->broken && !PQexitPipelineMode(connection->pq))
		connection->broken = true;
}

static void
run_once(batch *run, size_t from, size_t *until)
{
	run->stale = false;
	prepare_segment(run, from, until);
	if (!run->connection->broken)
		exchange(run, from, *until);
}

static void
run_segment(batch *run, size_t from, size_t *until)
{
	aet_error failure = { 0 };
	aet_status status;

	run->again = false;
	run_once(run, from, until);
	if (run->connection->broken || !run->stale)
		return;
	status = aet__prepared_forget(
	    run->connection, run->statement, run->deadline, &failure);
	if (run->open)
		return;
	if (status != AET_OK) {
		run->connection->broken = true;
		settle_rest(run, status, &failure);
		return;
	}
	run->again = true;
	run_once(run, from, until);
}

static aet_status
run_segments(batch *run)
{
	for (size_t from = 0; from < run->count && !run->connection->broken;) {
		size_t until = run->count - from > SEGMENT ? from + SEGMENT : run->count;

		run_segment(run, from, &until);
		from = until;
	}
	return run->failed_at == SIZE_MAX ? AET_OK : run->statuses[run->failed_at];
}

aet_status
aet__statement_batch(aet__connection *connection, const aet_statement *statement,
    aet_args_binder bind, const void *items, size_t count, size_t size,
    aet__deadline deadline, aet_batch answer, aet_status *statuses, void **out,
    size_t *failed_at, aet_error *err)
{
	batch run = { .connection = connection,
		.statement = statement,
		.bind = bind,
		.items = items,
		.count = count,
		.size = size,
		.deadline = deadline,
		.answer = answer,
		.statuses = statuses,
		.out = out,
		.states = aet__memory_array(count, 1),
		.failed_at = SIZE_MAX,
		.err = err,
		.open = PQtransactionStatus(connection->pq) != PQTRANS_IDLE };
	aet_status status;

	run.writes = statement->writes && !run.open;
	if (run.states == NULL) {
		for (size_t i = 0; i < count; i++)
			statuses[i] = AET_ENOMEM;
		*failed_at = SIZE_MAX;
		return aet__error_memory(err);
	}
	connection->failure.sqlstate[0] = '\0';
	status = run_segments(&run);
	free(run.states);
	*failed_at = run.failed_at;
	return status;
}
