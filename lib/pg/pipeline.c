/* SPDX-License-Identifier: MIT */
#include "pg/pipeline.h"

/* One unit's answer: its result, then the NULL that ends it. */
static aet_status
read_unit(aet__pipeline *run, aet_error *err)
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
close_pipeline(aet__pipeline *run, aet_error *err)
{
	if (run->closed)
		return AET_OK;
	run->closed = true;
	run->operation.writes = run->writes;
	if (!PQpipelineSync(run->connection->pq))
		return aet__sql_lost(run->connection, &run->operation, err);
	return AET_OK;
}

/* Sends and reads every unit; asks the server to send what it has at each
 * window's end. */
static aet_status
exchange(aet__pipeline *run, aet_error *err)
{
	aet_status status = AET_OK;

	while (status == AET_OK && run->read < run->count) {
		while (status == AET_OK && run->sent < run->count &&
		       run->sent - run->read < run->window)
			status = run->send(run, run->sent++, err);
		if (status == AET_OK && run->sent < run->count &&
		    !PQsendFlushRequest(run->connection->pq))
			return aet__sql_lost(run->connection, &run->operation, err);
		if (status == AET_OK && run->sent == run->count)
			status = close_pipeline(run, err);
		if (status == AET_OK)
			status = aet__wire_flush(
			    run->connection, &run->operation, run->deadline, err);
		for (size_t until = run->sent; status == AET_OK && run->read < until;)
			status = read_unit(run, err);
	}
	return status;
}

/* Reads up to the Sync's answer. A deferred constraint fails here. One NULL ends
 * a command's results; after another there is nothing to come. */
static aet_status
read_sync(aet__pipeline *run, aet_error *err)
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
drain(aet__pipeline *run, aet_status before, aet_error *err)
{
	aet__connection *connection = run->connection;
	aet_error *first = before == AET_OK ? err : NULL;
	aet_status status;

	if (connection->broken)
		return before;
	status = close_pipeline(run, first);
	/* Each unit has said that it is done: what ends now may have committed. */
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

aet_status
aet__pipeline_run(aet__pipeline *run, aet_error *err)
{
	aet__connection *connection = run->connection;
	aet_status status = AET_OK;

	run->sent = 0;
	run->read = 0;
	run->closed = false;
	run->failed_at = SIZE_MAX;
	if (!PQenterPipelineMode(connection->pq))
		status = aet__sql_lost(connection, &run->operation, err);
	if (PQpipelineStatus(connection->pq) != PQ_PIPELINE_OFF)
		status = drain(run, exchange(run, err), err);
	if (status != AET_OK)
		while (run->read > 0) {
			aet__result_free(run->results[--run->read]);
			run->results[run->read] = NULL;
		}
	return status;
}
