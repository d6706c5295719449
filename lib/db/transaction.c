/* SPDX-License-Identifier: MIT */
/* Transactions, and savepoints inside them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/memory.h"
#include "core/text.h"
#include "db/handle.h"
#include "db/session.h"

#define SAVEPOINT_SIZE 64

static aet_status
check_options(const aet_begin_options *opts, const aet_db *target, aet_error *err)
{
	if (opts == NULL)
		return AET_OK;
	if (opts->size != sizeof(*opts))
		return aet_error_set(err, AET_EINVAL,
		    "aet_begin_options has no size: start from AET_BEGIN_OPTIONS_INIT");
	if (opts->isolation < AET_ISOLATION_DEFAULT || opts->isolation > AET_SERIALIZABLE)
		return aet_error_set(err, AET_EINVAL, "unknown isolation level");
	if (opts->timeout_ms < 0 || opts->max_attempts < 0)
		return aet_error_set(
		    err, AET_EINVAL, "an option of aet_db_begin is negative");
	if (target->kind == AET__HANDLE_TRANSACTION &&
	    (opts->isolation != AET_ISOLATION_DEFAULT || opts->read_only ||
		opts->deferrable))
		return aet_error_set(err, AET_EINVAL,
		    "isolation and modes are the outermost transaction's: a savepoint "
		    "has none");
	return AET_OK;
}

static aet_db *
handle_new(const aet_db *from, aet__member *member)
{
	aet_db *tx = aet__memory_array(1, sizeof(*tx));

	if (tx == NULL)
		return NULL;
	tx->kind = AET__HANDLE_TRANSACTION;
	tx->pool = from->pool;
	tx->call_timeout_ms = from->call_timeout_ms;
	tx->member = member;
	tx->deadline = AET__NEVER;
	return tx;
}

static const char *
begin_text(const aet_begin_options *opts, char *text, size_t size)
{
	static const char *const levels[] = { "", " ISOLATION LEVEL READ COMMITTED",
		" ISOLATION LEVEL REPEATABLE READ", " ISOLATION LEVEL SERIALIZABLE" };

	if (opts == NULL)
		return "BEGIN";
	snprintf(text, size, "BEGIN%s%s%s", levels[opts->isolation],
	    opts->read_only ? " READ ONLY" : "", opts->deferrable ? " DEFERRABLE" : "");
	return text;
}

/* The session becomes the transaction's, or is ended. */
static aet_status
begin_on(aet__session *session, const aet_db *from, const aet_begin_options *opts,
    aet__deadline until, aet_db **out, aet_error *err)
{
	char sql[96];
	aet_db *tx = handle_new(from, session->member);
	aet_status status;

	if (tx == NULL)
		return aet__session_end(session, aet__error_memory(err), err);
	tx->deadline = until;
	status = aet__connection_command(session->connection,
	    begin_text(opts, sql, sizeof(sql)), false, session->deadline, err);
	if (status != AET_OK) {
		free(tx);
		return aet__session_end(session, status, err);
	}
	*out = tx;
	return AET_OK;
}

static aet_status
begin_outermost(aet_db *db, const aet_begin_options *opts, aet_db **out, aet_error *err)
{
	int timeout_ms = opts != NULL ? opts->timeout_ms : 0;
	aet__deadline until = aet__deadline_in(timeout_ms);
	aet_db limited = { .kind = AET__HANDLE_LIMITED,
		.base = db,
		.pool = db->pool,
		.call_timeout_ms = db->call_timeout_ms };
	aet__session session;
	aet_status status;

	/* The wait for a connection is a part of the transaction's time. */
	if (timeout_ms > 0 && timeout_ms < limited.call_timeout_ms)
		limited.call_timeout_ms = timeout_ms;
	status = aet__session_begin(&limited, &session, err);
	if (status != AET_OK)
		return status;
	return begin_on(&session, db, opts, until, out, err);
}

aet_status
aet__session_begin_transaction(aet__session *session, aet_db **out, aet_error *err)
{
	aet_status status;

	session->deadline = aet__handle_deadline(session->db, aet__clock_ms());
	status = begin_on(session, session->db, NULL, AET__NEVER, out, err);
	if (status == AET_OK)
		(*out)->retire = true;
	return status;
}

static void
savepoint_name(const aet_db *tx, char *name, size_t size)
{
	snprintf(name, size, "aet_savepoint_%d", tx->depth);
}

/* verb, and the savepoint's name after it. */
static aet_status
savepoint_command(
    const char *verb, const aet_db *tx, aet__deadline deadline, aet_error *err)
{
	char name[SAVEPOINT_SIZE];
	char sql[2 * SAVEPOINT_SIZE];

	savepoint_name(tx, name, sizeof(name));
	snprintf(sql, sizeof(sql), "%s %s", verb, name);
	return aet__connection_command(tx->member->connection, sql, false, deadline, err);
}

static aet_status
begin_savepoint(aet_db *db, const aet_begin_options *opts, aet_db **out, aet_error *err)
{
	aet__session session;
	aet_db *tx;
	aet_status status = aet__session_begin(db, &session, err);

	if (status != AET_OK)
		return status;
	tx = handle_new(db, session.member);
	if (tx == NULL)
		return aet__session_end(&session, aet__error_memory(err), err);
	tx->parent = session.db;
	tx->depth = session.db->depth + 1;
	tx->deadline = session.db->deadline;
	if (opts != NULL)
		tx->deadline = aet__deadline_earlier(
		    tx->deadline, aet__deadline_in(opts->timeout_ms));
	status = savepoint_command(
	    "SAVEPOINT", tx, aet__deadline_earlier(session.deadline, tx->deadline), err);
	status = aet__session_end(&session, status, err);
	if (status != AET_OK) {
		free(tx);
		return status;
	}
	tx->parent->child = tx;
	*out = tx;
	return AET_OK;
}

aet_status
aet_db_begin(aet_db *db, const aet_begin_options *opts, aet_db **out, aet_error *err)
{
	const aet_db *target;
	aet_status status;

	if (db == NULL || out == NULL)
		return aet_error_set(err, AET_EINVAL, "no database handle");
	target = aet__handle_target(db);
	status = check_options(opts, target, err);
	if (status != AET_OK)
		return status;
	if (target->kind == AET__HANDLE_TRANSACTION)
		return begin_savepoint(db, opts, out, err);
	return begin_outermost(db, opts, out, err);
}

/* ---- ending ----------------------------------------------------------- */

/* The connection goes back to the pool, the savepoint's parent goes on. */
static void
handle_end(aet_db *tx)
{
	if (tx->retire)
		aet__connection_retire(tx->member->connection);
	if (tx->parent != NULL)
		tx->parent->child = NULL;
	else
		aet__pool_return(tx->pool, tx->member);
	free(tx);
}

/* What a transaction that had failed earlier says when it is to be committed. */
static aet_status
failed_before(const aet_db *tx, aet_error *err)
{
	aet_status status = tx->failed.status != AET_OK ? tx->failed.status : AET_EDB;
	char message[AET_MESSAGE_SIZE + 64];

	if (err == NULL)
		return status;
	*err = tx->failed;
	err->status = status;
	snprintf(message, sizeof(message),
	    "rolled back, because a statement had failed: %s",
	    tx->failed.message[0] != '\0' ? tx->failed.message
					  : "an error that was not kept");
	aet__error_copy(err->message, sizeof(err->message), message);
	return status;
}

static aet_status
commit_outermost(aet_db *tx, aet__deadline deadline, aet_error *err)
{
	bool rolled_back = false;
	aet_status status =
	    aet__connection_commit(tx->member->connection, deadline, &rolled_back, err);

	if (status == AET_OK && rolled_back)
		return failed_before(tx, err);
	return status;
}

static void
undo_savepoint(const aet_db *tx, aet__deadline deadline)
{
	if (savepoint_command("ROLLBACK TO", tx, deadline, NULL) == AET_OK)
		(void)savepoint_command("RELEASE", tx, deadline, NULL);
}

/* Undoes what is left to undo; a connection that cannot be asked is closed,
 * which undoes it too. */
static void
undo(const aet_db *tx)
{
	aet__connection *connection = tx->member->connection;
	aet__deadline deadline = aet__deadline_in(tx->call_timeout_ms);

	if (aet__connection_is_broken(connection))
		return;
	if (tx->parent != NULL)
		undo_savepoint(tx, deadline);
	else
		(void)aet__connection_command(
		    connection, "ROLLBACK", false, deadline, NULL);
}

/* A failed savepoint cannot be released, only rolled back to. */
static aet_status
release_savepoint(aet_db *tx, aet__deadline deadline, aet_error *err)
{
	if (aet__connection_transaction(tx->member->connection) ==
	    AET__TRANSACTION_FAILED) {
		undo_savepoint(tx, deadline);
		return failed_before(tx, err);
	}
	return savepoint_command("RELEASE", tx, deadline, err);
}

/* A savepoint that is open inside goes with its parent. */
static void
end_children(aet_db *tx)
{
	while (tx->child != NULL) {
		aet_db *last = tx->child;

		while (last->child != NULL)
			last = last->child;
		handle_end(last);
	}
}

/* A callback of aet_statement_each cannot end what it is called from. */
static bool
is_reading(const aet_db *tx)
{
	for (; tx != NULL; tx = tx->child)
		if (tx->reading)
			return true;
	return false;
}

aet_status
aet_db_commit(aet_db **tx, aet_error *err)
{
	aet_db *ending = tx != NULL ? *tx : NULL;
	aet__deadline deadline;
	aet_status status;

	if (ending == NULL || ending->kind != AET__HANDLE_TRANSACTION)
		return aet_error_set(err, AET_EINVAL, "no transaction to commit");
	if (is_reading(ending))
		return aet_error_set(err, AET_EINVAL,
		    "rows are being read one by one on this transaction");
	*tx = NULL;
	deadline = aet__handle_deadline(ending, aet__clock_ms());
	if (ending->child != NULL) {
		/* Its owner would be left with a handle to nothing. */
		*tx = ending;
		return aet_error_set(
		    err, AET_EINVAL, "a savepoint is still open inside this transaction");
	}
	if (aet__connection_is_broken(ending->member->connection))
		status = aet_error_set(err, AET_ECONNECT,
		    "the connection was lost before the commit, which rolled the "
		    "transaction back");
	else if (aet__session_ended_by_hand(ending, err))
		status = AET_EINVAL;
	else if (aet__deadline_passed(deadline)) {
		/* Sent now, COMMIT's answer would not be waited for: AET_EUNKNOWN. */
		status = aet_error_set(err, AET_ETIMEOUT,
		    "the transaction's time was over before the commit: it is rolled "
		    "back");
		undo(ending);
	} else if (ending->parent != NULL)
		status = release_savepoint(ending, deadline, err);
	else
		status = commit_outermost(ending, deadline, err);
	handle_end(ending);
	return status;
}

void
aet_db_rollback(aet_db **tx)
{
	aet_db *ending = tx != NULL ? *tx : NULL;

	if (ending == NULL || ending->kind != AET__HANDLE_TRANSACTION ||
	    is_reading(ending))
		return;
	*tx = NULL;
	end_children(ending);
	undo(ending);
	handle_end(ending);
}

/* ---- the whole of it, with retries ------------------------------------ */

#define ATTEMPTS 8
#define FIRST_PAUSE_MS 10
#define LONGEST_PAUSE_MS 1000

/* One attempt; a savepoint that fn has left open ends with it. */
static aet_status
attempt(aet_db *db, const aet_begin_options *opts, aet_db_transaction_fn fn, void *ctx,
    aet_error *err)
{
	aet_db *tx = NULL;
	aet_status status = aet_db_begin(db, opts, &tx, err);

	if (status != AET_OK)
		return status;
	status = fn(tx, ctx, err);
	if (status == AET_OK)
		status = aet_db_commit(&tx, err);
	aet_db_rollback(&tx);
	return status;
}

static aet_status
run_attempts(aet_db *db, const aet_begin_options *opts, aet_db_transaction_fn fn,
    void *ctx, aet_error *err)
{
	aet_begin_options options = *opts;
	aet__deadline deadline = aet__deadline_in(opts->timeout_ms);
	int attempts = opts->max_attempts > 0 ? opts->max_attempts : ATTEMPTS;
	int64_t pause = FIRST_PAUSE_MS;
	aet_status status;

	if (aet__handle_target(db)->kind == AET__HANDLE_TRANSACTION)
		attempts = 1;
	for (int i = 1;; i++) {
		*err = (aet_error){ 0 };
		status = attempt(db, &options, fn, ctx, err);
		if (status != AET_ERETRY || i >= attempts)
			return status;
		aet__sleep_ms(aet__jitter(pause / 2, pause), deadline);
		if (deadline != AET__NEVER)
			options.timeout_ms = aet__deadline_left(deadline);
		if (deadline != AET__NEVER && options.timeout_ms == 0)
			return status;
		pause = pause * 2 < LONGEST_PAUSE_MS ? pause * 2 : LONGEST_PAUSE_MS;
	}
}

aet_status
aet_db_transaction(aet_db *db, const aet_begin_options *opts, aet_db_transaction_fn fn,
    void *ctx, aet_error *err)
{
	const aet_begin_options defaults = AET_BEGIN_OPTIONS_INIT;
	aet__pool *pool;
	aet_error failed;
	aet_status status;

	if (db == NULL || fn == NULL)
		return aet_error_set(
		    err, AET_EINVAL, "no database handle, or no function to run");
	status = check_options(opts, aet__handle_target(db), err);
	if (status != AET_OK)
		return status;
	/* Between two attempts nothing else would keep the handle. */
	pool = db->pool;
	aet__pool_hold(pool);
	status = run_attempts(db, opts != NULL ? opts : &defaults, fn, ctx, &failed);
	aet__pool_release(pool);
	if (status != AET_OK && failed.status != status)
		aet_error_set(&failed, status, "%s", aet_status_text(status));
	if (status != AET_OK && err != NULL)
		*err = failed;
	return status;
}
