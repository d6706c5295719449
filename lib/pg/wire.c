/* SPDX-License-Identifier: MIT */
/*
 * Waiting for the server. libpq's blocking calls know no deadline, so that
 * every exchange goes through its non-blocking ones and poll(2). The system
 * calls are the same as PQexec's: send, poll, recv.
 */
#include <errno.h>
#include <poll.h>

#include "pg/private.h"

/*
 * Bytes that TLS has decrypted but libpq has not yet taken do not make the
 * socket readable, and libpq does not say that they are there: with TLS a
 * wait is cut into slices, so that such bytes are found.
 */
#define TLS_SLICE_MS 50

/* 1: ready; 0: the deadline passed, or its watcher says so; -1: poll failed. */
static int
wait_socket(aet__connection *connection, short events, aet__deadline deadline)
{
	struct pollfd pfd = { .fd = PQsocket(connection->pq), .events = events };
	int left;
	int ready;

	for (;;) {
		left =
		    deadline == connection->watched ? -1 : aet__deadline_left(deadline);
		if (PQsslInUse(connection->pq) && (left < 0 || left > TLS_SLICE_MS))
			ready = poll(&pfd, 1, TLS_SLICE_MS) < 0 ? -1 : 1;
		else
			ready = poll(&pfd, 1, left);
		if (atomic_load(&connection->interrupted))
			return 0;
		if (ready >= 0)
			return ready;
		if (errno != EINTR)
			return -1;
	}
}

void
aet__wire_block(aet__connection *connection, bool large, aet__deadline deadline)
{
	if (large && aet__connection_is_watched(connection) &&
	    deadline == connection->watched)
		(void)PQsetnonblocking(
		    connection->pq, 0); /* the other way is slow only */
}

void
aet__wire_unblock(aet__connection *connection)
{
	/* Nothing is left to be sent, so that this cannot wait. */
	if (!PQisnonblocking(connection->pq) && PQsetnonblocking(connection->pq, 1) != 0)
		connection->broken = true;
}

aet_status
aet__wire_flush(aet__connection *connection, const aet__operation *operation,
    aet__deadline deadline, aet_error *err)
{
	int pending;
	int ready;

	while ((pending = PQflush(connection->pq)) != 0) {
		if (pending < 0)
			return aet__sql_lost(connection, operation, err);
		ready = wait_socket(connection, POLLIN | POLLOUT, deadline);
		if (ready == 0)
			return aet__sql_timeout(connection, operation, err);
		/* Reading as well: a server that waits for us to read would
		 * otherwise never read what we send. */
		if (ready < 0 || !PQconsumeInput(connection->pq))
			return aet__sql_lost(connection, operation, err);
	}
	return AET_OK;
}

aet_status
aet__wire_result(aet__connection *connection, const aet__operation *operation,
    aet__deadline deadline, PGresult **out, aet_error *err)
{
	int ready;

	while (PQisBusy(connection->pq)) {
		ready = wait_socket(connection, POLLIN, deadline);
		if (ready == 0)
			return aet__sql_timeout(connection, operation, err);
		if (ready < 0)
			return aet__sql_lost(connection, operation, err);
		if (PQconsumeInput(connection->pq))
			continue;
		/* PQgetResult says so too, with the server's last words if it had
		 * any; but if libpq only lacked memory, it would block for more. */
		if (PQstatus(connection->pq) != CONNECTION_BAD)
			return aet__sql_lost(connection, operation, err);
		break;
	}
	*out = PQgetResult(connection->pq);
	return AET_OK;
}

static bool
is_good(const PGresult *result)
{
	switch (PQresultStatus(result)) {
	case PGRES_COMMAND_OK:
	case PGRES_TUPLES_OK:
	case PGRES_EMPTY_QUERY:
		return true;
	default:
		return false;
	}
}

/* COPY would leave the connection waiting for data that nobody has. */
static bool
is_copy(const PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);

	return status == PGRES_COPY_IN || status == PGRES_COPY_OUT ||
	       status == PGRES_COPY_BOTH;
}

static aet_status
refuse_copy(aet__connection *connection, aet_error *err)
{
	connection->broken = true;
	return aet_error_set(
	    err, AET_EINVAL, "COPY to or from the client is not possible here");
}

/*
 * An autocommitted write commits between its CommandComplete and the end of
 * the exchange: a session that the server ends in between may have committed.
 */
static aet_status
result_error(aet__connection *connection, const PGresult *result, const PGresult *before,
    const aet__operation *operation, aet_error *err)
{
	aet__operation late = *operation;

	if (before != NULL && operation->writes)
		late.commits = true;
	return aet__sql_error(connection, result, &late, err);
}

aet_status
aet__wire_finish(aet__connection *connection, const aet__operation *operation,
    aet__deadline deadline, PGresult **out, aet_error *err)
{
	PGresult *last = NULL;
	PGresult *next = NULL;
	aet_status outcome = AET_OK;
	aet_status status;

	for (;;) {
		status = aet__wire_result(connection, operation, deadline, &next, err);
		if (status != AET_OK || next == NULL)
			break;
		if (is_copy(next))
			status = refuse_copy(connection, err);
		else if (!is_good(next) && outcome == AET_OK)
			outcome = result_error(connection, next, last, operation, err);
		PQclear(last);
		last = next;
		if (status != AET_OK || PQstatus(connection->pq) == CONNECTION_BAD)
			break;
	}
	if (PQstatus(connection->pq) == CONNECTION_BAD)
		connection->broken = true;
	if (status == AET_OK)
		status = outcome;
	if (status == AET_OK && last == NULL)
		status = aet__sql_lost(connection, operation, err);
	if (status == AET_OK)
		*out = last;
	else
		PQclear(last);
	return status;
}
