/* SPDX-License-Identifier: MIT */
/* What the files of lib/pg share of a connection; nobody else includes it. */
#ifndef AET_PG_PRIVATE_H
#define AET_PG_PRIVATE_H

#include <stdatomic.h>

#include <libpq-fe.h>

#include "pg/connection.h"
#include "pg/statement_cache.h"
#include "pg/type_names.h"

struct aet__connection {
	PGconn *pq;
	bool broken; /* a wait failed: only closing is left */
	atomic_bool interrupted;
	int guard; /* a duplicate of the socket, or -1: libpq closes its own when it likes */
	aet__deadline watched;
	aet_log_fn log;
	void *log_ctx;
	void (*detail)(void *ctx, const char *message, const char *detail);
	void *detail_ctx;
	aet__failure failure;
	aet__statement_cache cache;
	aet__type_names type_names;
};

/* What is being done, for the message and the status when it fails. */
typedef struct aet__operation {
	const char *name; /* the statement's; NULL: no prefix */
	const char *sql;
	bool writes;
	bool commits;    /* COMMIT itself: any loss of the connection is AET_EUNKNOWN */
	bool parameters; /* values are bound: the server's words may repeat them */
	bool generated;  /* an unknown column or table is drift: AET_EDATA */
} aet__operation;

/* ---- sql_error.c ---- */

/* Turns the server's error into a status, fills err and connection->failure. */
aet_status aet__sql_error(aet__connection *connection, const PGresult *result,
    const aet__operation *operation, aet_error *err);

/* The connection went, or its deadline passed, while operation was under way. */
aet_status aet__sql_lost(
    aet__connection *connection, const aet__operation *operation, aet_error *err);
aet_status aet__sql_timeout(
    aet__connection *connection, const aet__operation *operation, aet_error *err);

/* The deadline had passed before operation was sent: nothing has happened. */
aet_status aet__sql_too_late(const aet__operation *operation, aet_error *err);

/* ---- wire.c ---- */

/*
 * Has what is queued from now on sent at once where it is large and somebody
 * watches deadline, and ends that. libpq's non-blocking way moves what is left
 * to the front of its buffer after each part that the socket takes, which is
 * quadratic: over a unix socket 128 MB took 9.6 s so, and 1.2 s blocking.
 */
void aet__wire_block(aet__connection *connection, bool large, aet__deadline deadline);
void aet__wire_unblock(aet__connection *connection);

/* Waits until everything queued is sent. */
aet_status aet__wire_flush(aet__connection *connection, const aet__operation *operation,
    aet__deadline deadline, aet_error *err);

/* Waits for the next result; *out is NULL at the end of a command's results. */
aet_status aet__wire_result(aet__connection *connection, const aet__operation *operation,
    aet__deadline deadline, PGresult **out, aet_error *err);

/*
 * Waits for a command's last result and hands it over when it is good. An
 * error among the results, a deferred constraint's at the very end included,
 * is the outcome.
 */
aet_status aet__wire_finish(aet__connection *connection, const aet__operation *operation,
    aet__deadline deadline, PGresult **out, aet_error *err);

#endif
