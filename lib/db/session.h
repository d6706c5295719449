/* SPDX-License-Identifier: MIT */
/*
 * One call's use of a handle: a connection that is borrowed from a pool or is
 * a transaction's own, and the deadline of the call. Begin, use, end.
 */
#ifndef AET_DB_SESSION_H
#define AET_DB_SESSION_H

#include "db/handle.h"

typedef struct aet__session {
	aet_db *db; /* the target: a pool or a transaction */
	aet__member *member;
	aet__connection *connection;
	aet__deadline deadline;
	bool watched; /* a transaction's connection, for this call */
} aet__session;

/* Whether a statement of the caller's own has ended the transaction; then err says
 * so, and what is run would be committed by itself. */
bool aet__session_ended_by_hand(const aet_db *tx, aet_error *err);

/* Fails with AET_EINVAL (no handle, a savepoint is open inside), AET_ETIMEOUT
 * (the transaction's time is over), and as borrowing does. */
aet_status aet__session_begin(aet_db *db, aet__session *out, aet_error *err);

/* As begin, for a call all of whose waits end at the session's deadline: a pool
 * watches it for them. */
aet_status aet__session_begin_call(aet_db *db, aet__session *out, aet_error *err);

/* Has the pool watch the deadline for the rest of the session, in a transaction
 * too: sending what is large wants it (pg/private.h). */
void aet__session_watch(aet__session *session);

/* What is to come may take as long as it takes: no leak is to be warned of. */
void aet__session_take_time(aet__session *session);

/*
 * Gives the connection back. status and err are the outcome: where it failed a
 * transaction, the transaction remembers. Returns status.
 */
aet_status aet__session_end(
    aet__session *session, aet_status status, const aet_error *err);

/* As end, but the connection is closed: its settings were changed. */
void aet__session_discard(aet__session *session);

/*
 * Begins a transaction on a pool's session, which becomes the transaction's: no
 * session is left to end. Its connection is closed in the end. On failure the
 * session has been ended.
 */
aet_status aet__session_begin_transaction(
    aet__session *session, aet_db **out, aet_error *err);

#endif
