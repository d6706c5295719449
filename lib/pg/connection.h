/* SPDX-License-Identifier: MIT */
/*
 * One connection to one server, used by one thread at a time. Every wait ends
 * at the deadline; after a wait that failed the connection is broken, and only
 * closing it is left, so that a late answer is never another query's.
 */
#ifndef AET_PG_CONNECTION_H
#define AET_PG_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <aeturnis/database.h>
#include <aeturnis/error.h>

#include "core/deadline.h"
#include "pg/result.h"

typedef struct aet__connection aet__connection;

typedef struct aet__connection_options {
	const char *url;
	const char *application_name; /* NULL: the url's, else "libaeturnis-db" */
	size_t statement_cache;
	aet_log_fn log; /* the server's notices; NULL: dropped */
	void *log_ctx;
	/* What a notice has in DETAIL, which log never sees: it may hold values. */
	void (*detail)(void *ctx, const char *message, const char *detail);
	void *detail_ctx;
} aet__connection_options;

/* What the server said of the last statement that failed on a connection. */
typedef struct aet__failure {
	char sqlstate[6];
	char severity[16];
	int position; /* in the statement's text, in characters from 1; 0: unknown */
	char message[1024];
	char detail[1024];
	char hint[1024];
	char context[1024];
	char function[64]; /* of the server's source: the same in every language */
} aet__failure;

typedef enum aet__transaction_state {
	AET__TRANSACTION_NONE,
	AET__TRANSACTION_OPEN,
	AET__TRANSACTION_FAILED,
	AET__TRANSACTION_UNKNOWN /* the connection is broken, or busy */
} aet__transaction_state;

/* Fails with AET_ECONNECT, AET_ETIMEOUT, AET_EINVAL (url), AET_ENOMEM. */
aet_status aet__connection_open(const aet__connection_options *options,
    aet__deadline deadline, aet__connection **out, aet_error *err);

/* Never waits for the server. NULL is nothing. */
void aet__connection_close(aet__connection *connection);

bool aet__connection_is_broken(const aet__connection *connection);

/* Marks it broken, so that whoever gets it back closes it. */
void aet__connection_retire(aet__connection *connection);

/*
 * Somebody watches deadline from now on, and interrupts when it passes: waits
 * that end then go without a timer of their own, which is some 5 % of a point
 * select's CPU time (bench/find.c). AET__NEVER: nobody does.
 */
void aet__connection_watch(aet__connection *connection, aet__deadline deadline);

bool aet__connection_is_watched(const aet__connection *connection);

/* From any thread: ends what waits on a watched connection, as its deadline does. */
void aet__connection_interrupt(aet__connection *connection);

/* Looks at an idle connection's socket without waiting: has the server hung up? */
bool aet__connection_is_live(aet__connection *connection);
aet__transaction_state aet__connection_transaction(const aet__connection *connection);
int aet__connection_server_version(const aet__connection *connection);
int aet__connection_backend_pid(const aet__connection *connection);

/* libpq's parameter_status: "in_hot_standby"; NULL if the server did not say. */
const char *aet__connection_parameter(
    const aet__connection *connection, const char *name);

/*
 * Sends sql as one simple-protocol message, which may hold several statements
 * (then one implicit transaction), and drops what it answers. COPY is refused.
 * writes: see aet_statement.
 */
aet_status aet__connection_command(aet__connection *connection, const char *sql,
    bool writes, aet__deadline deadline, aet_error *err);

/*
 * COMMIT. rolled_back: the server had failed the transaction before, and
 * answered with ROLLBACK. AET_EUNKNOWN where the connection goes meanwhile.
 */
aet_status aet__connection_commit(aet__connection *connection, aet__deadline deadline,
    bool *rolled_back, aet_error *err);

/*
 * Runs one statement with text parameters (NULL for SQL NULL; types are left
 * to the server) and gives its answer as text.
 *
 *   out  owned: aet__result_free(). Untouched on failure
 */
aet_status aet__connection_query(aet__connection *connection, const char *sql,
    const char *const *parameters, size_t parameter_count, aet__deadline deadline,
    aet__result **out, aet_error *err);

/*
 * Sends up to eight commands at once, before the first is answered: what has
 * reached the server it does, also where this side is gone by then. They are one
 * transaction, except that the first may be one that commits by itself (CALL, DO):
 * what it has not committed is then committed with the others. Whatever fails,
 * the failure is the sequence's.
 *
 *   affected  the rows that the last one changed
 */
aet_status aet__connection_sequence(aet__connection *connection,
    const char *const *commands, size_t count, aet__deadline deadline, int64_t *affected,
    aet_error *err);

/* The last failure; borrowed until the next call on the connection. */
const aet__failure *aet__connection_failure(const aet__connection *connection);

#endif
