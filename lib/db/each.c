/* SPDX-License-Identifier: MIT */
/*
 * Rows one by one (<aeturnis/statement.h>). The connection is the call's until
 * the last row: a transaction that is read from refuses all else meanwhile.
 */
#include <aeturnis/statement.h>

#include "core/error.h"
#include "db/session.h"
#include "pg/args.h"
#include "pg/each.h"

/* A handle's own limit, or a transaction's end, holds for the whole. */
static aet__deadline
last_moment(const aet_db *target)
{
	return target->kind == AET__HANDLE_TRANSACTION ? target->deadline : AET__NEVER;
}

aet_status
aet_statement_each(aet_db *db, const aet_statement *statement, aet_args *args,
    aet_each_fn each, void *ctx, aet_error *err)
{
	aet__session session;
	aet_status status;

	if (statement == NULL || args == NULL) {
		if (args != NULL)
			aet_args_clear(args);
		return aet_error_set(
		    err, AET_EINVAL, "no statement to run, or no arguments");
	}
	status = aet__args_check(args, statement, err);
	if (status == AET_OK && (each == NULL || statement->read == NULL))
		status = aet_error_set(err, AET_EINVAL,
		    "%s: no rows to read, or nobody to give them to", statement->name);
	if (status == AET_OK)
		status = aet__session_begin(db, &session, err);
	if (status == AET_OK) {
		bool is_tx = session.db->kind == AET__HANDLE_TRANSACTION;

		if (is_tx)
			session.db->reading = true;
		status = aet__statement_each(session.connection, statement, args, each,
		    ctx, session.deadline, db->call_timeout_ms, last_moment(session.db),
		    err);
		if (is_tx)
			session.db->reading = false;
		status = aet__session_end(&session, status, err);
	}
	aet_args_clear(args);
	return status;
}
