/* SPDX-License-Identifier: MIT */
#include "pg/connection.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/error.h"
#include "core/memory.h"
#include "pg/dial.h"
#include "pg/private.h"

/* The server ends what a client has abandoned once it looks (PostgreSQL 14 and
 * later; manual, "client_connection_check_interval"). */
#define SESSION_SETTINGS "SET client_connection_check_interval = '5s'"
#define SETTINGS_VERSION 140000

/* Notices go to the log callback, without the DETAIL that may hold values. */
static void
receive_notice(void *argument, const PGresult *result)
{
	const aet__connection *connection = argument;
	const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
	const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	const char *detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL);
	aet_log_level level = AET_LOG_INFO;

	if (connection->detail != NULL && message != NULL && detail != NULL)
		connection->detail(connection->detail_ctx, message, detail);
	if (connection->log == NULL || message == NULL)
		return;
	if (severity != NULL && strcmp(severity, "WARNING") == 0)
		level = AET_LOG_WARNING;
	connection->log(connection->log_ctx, level, message);
}

/* A server whose platform cannot look refuses the setting, and does without. */
static aet_status
set_session(aet__connection *connection, aet__deadline deadline, aet_error *err)
{
	aet_error refused;
	aet_status status;

	if (PQserverVersion(connection->pq) < SETTINGS_VERSION)
		return AET_OK;
	status = aet__connection_command(
	    connection, SESSION_SETTINGS, false, deadline, &refused);
	if (status == AET_OK || status == AET_EDB)
		return AET_OK;
	if (err != NULL)
		*err = refused;
	return status;
}

aet_status
aet__connection_open(const aet__connection_options *options, aet__deadline deadline,
    aet__connection **out, aet_error *err)
{
	aet__connection *connection = aet__memory_array(1, sizeof(*connection));
	aet_status status = AET_OK;

	if (connection == NULL)
		return aet__error_memory(err);
	connection->guard = -1;
	connection->watched = AET__NEVER;
	connection->log = options->log;
	connection->log_ctx = options->log_ctx;
	connection->detail = options->detail;
	connection->detail_ctx = options->detail_ctx;
	if (!aet__statement_cache_init(&connection->cache, options->statement_cache))
		status = aet__error_memory(err);
	if (status == AET_OK)
		status = aet__dial(
		    options, receive_notice, connection, deadline, &connection->pq, err);
	if (status == AET_OK) {
		connection->guard = fcntl(PQsocket(connection->pq), F_DUPFD_CLOEXEC, 0);
		status = set_session(connection, deadline, err);
	}
	if (status == AET_OK)
		*out = connection;
	else
		aet__connection_close(connection);
	return status;
}

void
aet__connection_close(aet__connection *connection)
{
	if (connection == NULL)
		return;
	aet__statement_cache_free(&connection->cache);
	aet__type_names_free(&connection->type_names);
	PQfinish(connection->pq);
	if (connection->guard >= 0)
		close(connection->guard);
	free(connection);
}

bool
aet__connection_is_broken(const aet__connection *connection)
{
	return connection->broken || atomic_load(&connection->interrupted) ||
	       PQstatus(connection->pq) != CONNECTION_OK;
}

void
aet__connection_watch(aet__connection *connection, aet__deadline deadline)
{
	connection->watched = connection->guard >= 0 ? deadline : AET__NEVER;
}

bool
aet__connection_is_watched(const aet__connection *connection)
{
	return connection->watched != AET__NEVER;
}

void
aet__connection_interrupt(aet__connection *connection)
{
	if (connection->guard < 0)
		return;
	atomic_store(&connection->interrupted, true);
	shutdown(connection->guard, SHUT_RDWR);
}

void
aet__connection_retire(aet__connection *connection)
{
	connection->broken = true;
}

bool
aet__connection_is_live(aet__connection *connection)
{
	struct pollfd pfd = { .fd = PQsocket(connection->pq), .events = POLLIN };

	if (poll(&pfd, 1, 0) > 0 && !PQconsumeInput(connection->pq))
		return false;
	return !aet__connection_is_broken(connection);
}

aet__transaction_state
aet__connection_transaction(const aet__connection *connection)
{
	if (aet__connection_is_broken(connection))
		return AET__TRANSACTION_UNKNOWN;
	switch (PQtransactionStatus(connection->pq)) {
	case PQTRANS_IDLE:
		return AET__TRANSACTION_NONE;
	case PQTRANS_INTRANS:
		return AET__TRANSACTION_OPEN;
	case PQTRANS_INERROR:
		return AET__TRANSACTION_FAILED;
	case PQTRANS_ACTIVE:
	case PQTRANS_UNKNOWN:
		break;
	}
	return AET__TRANSACTION_UNKNOWN;
}

int
aet__connection_server_version(const aet__connection *connection)
{
	return PQserverVersion(connection->pq);
}

int
aet__connection_backend_pid(const aet__connection *connection)
{
	return PQbackendPID(connection->pq);
}

const char *
aet__connection_parameter(const aet__connection *connection, const char *name)
{
	return PQparameterStatus(connection->pq, name);
}

const aet__failure *
aet__connection_failure(const aet__connection *connection)
{
	return &connection->failure;
}

static aet_status
run_simple(aet__connection *connection, const aet__operation *operation,
    aet__deadline deadline, PGresult **out, aet_error *err)
{
	aet_status status;

	memset(&connection->failure, 0, sizeof(connection->failure));
	if (!PQsendQuery(connection->pq, operation->sql))
		return aet__sql_lost(connection, operation, err);
	status = aet__wire_flush(connection, operation, deadline, err);
	if (status != AET_OK)
		return status;
	return aet__wire_finish(connection, operation, deadline, out, err);
}

aet_status
aet__connection_command(aet__connection *connection, const char *sql, bool writes,
    aet__deadline deadline, aet_error *err)
{
	const aet__operation operation = { .sql = sql, .writes = writes };
	PGresult *result = NULL;
	aet_status status = run_simple(connection, &operation, deadline, &result, err);

	PQclear(result);
	return status;
}

aet_status
aet__connection_commit(aet__connection *connection, aet__deadline deadline,
    bool *rolled_back, aet_error *err)
{
	const aet__operation operation = { .sql = "COMMIT", .commits = true };
	PGresult *result = NULL;
	aet_status status = run_simple(connection, &operation, deadline, &result, err);

	*rolled_back = status == AET_OK && strcmp(PQcmdStatus(result), "ROLLBACK") == 0;
	PQclear(result);
	return status;
}

aet_status
aet__connection_query(aet__connection *connection, const char *sql,
    const char *const *parameters, size_t parameter_count, aet__deadline deadline,
    aet__result **out, aet_error *err)
{
	const aet__operation operation = { .sql = sql,
		.parameters = parameter_count > 0 };
	aet_status status;

	memset(&connection->failure, 0, sizeof(connection->failure));
	if (!PQsendQueryParams(connection->pq, sql, (int)parameter_count, NULL,
		parameters, NULL, NULL, 0))
		return aet__sql_lost(connection, &operation, err);
	status = aet__wire_flush(connection, &operation, deadline, err);
	if (status != AET_OK)
		return status;
	return aet__wire_finish(connection, &operation, deadline, out, err);
}
