/* SPDX-License-Identifier: MIT */
/* One statement over many items, all or none, in the order of the items. */
#include "pg/insert_all.h"

#include <string.h>

#include "core/error.h"
#include "pg/args.h"
#include "pg/execute.h"
#include "pg/pipeline.h"
#include "pg/prepare.h"
#include "pg/row.h"

#define WINDOW 256

aet_status
aet__items_bind(const aet__items *items, size_t item, aet_args *args, aet_error *err)
{
	memset(args, 0, sizeof(*args));
	items->bind(args, items->items + item * items->size);
	return aet__args_check(args, items->statement, err);
}

/*
 * Before the pipeline opens, every item is checked and every text that the
 * items need is prepared, since preparing waits for an answer. More texts than
 * the cache holds would evict each other.
 */
static aet_status
prepare_all(aet__pipeline *run, aet_error *err)
{
	const aet__items *items = run->source;
	aet__statement_cache *cache = &run->connection->cache;
	uint64_t batch = ++cache->batches;
	size_t texts = 0;
	aet__prepared *prepared = NULL;
	aet_status status = AET_OK;
	aet_args args;

	for (run->failed_at = 0; run->failed_at < items->count; run->failed_at++) {
		status = aet__items_bind(items, run->failed_at, &args, err);
		if (status == AET_OK)
			status = aet__prepared_get(run->connection, items->statement,
			    &args, run->deadline, &prepared, err);
		aet_args_clear(&args);
		if (status != AET_OK)
			return status;
		texts += prepared->batch != batch;
		prepared->batch = batch;
		if (texts > cache->limit)
			return aet_error_set(err, AET_EINVAL,
			    "%s: the items set more different columns than %zu "
			    "statements can hold",
			    items->statement->name, cache->limit);
	}
	run->failed_at = SIZE_MAX;
	return AET_OK;
}

static aet_status
send_item(aet__pipeline *run, size_t item, aet_error *err)
{
	const aet__items *items = run->source;
	aet__prepared *prepared;
	aet__bound bound;
	aet_args args;
	aet_status status = aet__items_bind(items, item, &args, err);
	int sent = 0;

	if (status == AET_OK) {
		prepared = aet__statement_cache_find(
		    &run->connection->cache, items->statement, &args);
		if (prepared != NULL)
			status =
			    aet__args_resolve(run->connection, &args, run->deadline, err);
		if (status == AET_OK &&
		    (prepared == NULL ||
			!aet__bound_make(&bound, items->statement, &args)))
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
	return status;
}

/* One attempt; leaves no result behind when it fails. */
static aet_status
run_items(aet__pipeline *run, aet_error *err)
{
	const aet__items *items = run->source;
	aet_status status = prepare_all(run, err);

	if (status == AET_OK)
		status = aet__pipeline_run(run, err);
	if (status != AET_OK || items->statement->read == NULL)
		return status;
	status = aet__row_check(items->statement, run->results[0], err);
	for (size_t i = 0; i < run->count && status != AET_OK; i++) {
		aet__result_free(run->results[i]);
		run->results[i] = NULL;
	}
	return status;
}

static aet_status
execute_items(aet__connection *connection, aet__items *items, aet__deadline deadline,
    aet__result **out, size_t *failed_at, aet_error *err)
{
	const aet_statement *statement = items->statement;
	aet__pipeline run = { .connection = connection,
		.deadline = deadline,
		.count = items->count,
		.window = WINDOW,
		.send = send_item,
		.source = items,
		.results = out,
		.writes = statement->writes &&
			  PQtransactionStatus(connection->pq) == PQTRANS_IDLE,
		.operation = {
		    .name = statement->name, .parameters = true, .generated = true } };
	const aet__operation operation = run.operation;
	aet_error first; /* err is left alone where the second attempt succeeds */
	aet_status status;

	connection->failure.sqlstate[0] = '\0';
	status = run_items(&run, &first);
	if (aet__prepared_is_forgotten(connection, status)) {
		status = aet__prepared_forget(connection, statement, deadline, err);
		run.operation = operation;
		if (status == AET_OK)
			status = run_items(&run, err);
	} else if (status != AET_OK && err != NULL) {
		*err = first;
	}
	*failed_at = run.failed_at;
	return status;
}

aet_status
aet__statement_execute_all(aet__connection *connection, const aet_statement *statement,
    aet_args_binder bind, const void *items, size_t count, size_t size,
    aet__deadline deadline, aet__result **out, size_t *failed_at, aet_error *err)
{
	aet__items all = { statement, bind, items, count, size };
	bool done = false;
	aet_status status =
	    aet__insert_arrays(connection, &all, deadline, out, &done, err);

	*failed_at = SIZE_MAX;
	if (done)
		return status;
	return execute_items(connection, &all, deadline, out, failed_at, err);
}
