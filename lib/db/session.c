/* SPDX-License-Identifier: MIT */
#include "db/session.h"

#include "core/error.h"

aet_db *
aet__handle_target(aet_db *db)
{
	while (db->kind == AET__HANDLE_LIMITED)
		db = db->base;
	return db;
}

aet__deadline
aet__handle_deadline(const aet_db *db, int64_t now)
{
	aet__deadline deadline = now + db->call_timeout_ms;

	while (db->kind == AET__HANDLE_LIMITED)
		db = db->base;
	if (db->kind == AET__HANDLE_TRANSACTION)
		return aet__deadline_earlier(deadline, db->deadline);
	return deadline;
}

bool
aet__session_ended_by_hand(const aet_db *tx, aet_error *err)
{
	if (aet__connection_transaction(tx->member->connection) != AET__TRANSACTION_NONE)
		return false;
	aet_error_set(err, AET_EINVAL,
	    "this transaction was ended by a COMMIT or ROLLBACK among its statements: "
	    "use aet_db_commit or aet_db_rollback");
	return true;
}

static aet_status
begin_in_transaction(aet__session *session, aet_error *err)
{
	const aet_db *tx = session->db;

	if (tx->child != NULL)
		return aet_error_set(err, AET_EINVAL,
		    "a savepoint is open inside this transaction: use its handle, or end "
		    "it");
	if (tx->reading)
		return aet_error_set(err, AET_EINVAL,
		    "rows are being read one by one on this transaction, which can do "
		    "nothing else meanwhile");
	if (aet__deadline_passed(session->deadline))
		return aet_error_set(err, AET_ETIMEOUT, "the transaction's time is over");
	if (aet__session_ended_by_hand(tx, err))
		return AET_EINVAL;
	session->member = tx->member;
	return AET_OK;
}

static aet_status
begin(aet_db *db, bool watched, aet__session *out, aet_error *err)
{
	aet__session session = { 0 };
	int64_t now = aet__clock_ms();
	aet_status status;

	if (db == NULL)
		return aet_error_set(err, AET_EINVAL, "no database handle");
	session.db = aet__handle_target(db);
	session.deadline = aet__handle_deadline(db, now);
	if (session.db->kind == AET__HANDLE_TRANSACTION)
		status = begin_in_transaction(&session, err);
	else
		status = aet__pool_borrow(session.db->pool, now, session.deadline,
		    watched, &session.member, err);
	if (status != AET_OK)
		return status;
	session.connection = session.member->connection;
	*out = session;
	return AET_OK;
}

aet_status
aet__session_begin(aet_db *db, aet__session *out, aet_error *err)
{
	return begin(db, false, out, err);
}

aet_status
aet__session_begin_call(aet_db *db, aet__session *out, aet_error *err)
{
	return begin(db, true, out, err);
}

void
aet__session_watch(aet__session *session)
{
	if (aet__connection_is_watched(session->connection))
		return;
	aet__pool_watch(session->db->pool, session->member, session->deadline);
	session->watched = true;
}

void
aet__session_take_time(aet__session *session)
{
	aet__pool_expect(session->db->pool, session->member);
}

/* The first failure that the transaction cannot outlive. */
static void
remember(aet_db *tx, const aet__session *session, aet_status status, const aet_error *err)
{
	aet__transaction_state state = aet__connection_transaction(session->connection);

	if (tx->failed.status != AET_OK || status == AET_OK ||
	    state == AET__TRANSACTION_OPEN)
		return;
	if (err != NULL)
		tx->failed = *err;
	else
		aet_error_set(&tx->failed, status, "%s", aet_status_text(status));
}

aet_status
aet__session_end(aet__session *session, aet_status status, const aet_error *err)
{
	if (session->watched)
		aet__pool_watch(session->db->pool, session->member, AET__NEVER);
	if (session->db->kind == AET__HANDLE_TRANSACTION)
		remember(session->db, session, status, err);
	else
		aet__pool_return(session->db->pool, session->member);
	session->member = NULL;
	session->connection = NULL;
	return status;
}

void
aet__session_discard(aet__session *session)
{
	aet__connection_retire(session->connection);
	aet__session_end(session, AET_OK, NULL);
}
