/* SPDX-License-Identifier: MIT */
/*
 * What an aet_db is: a pool, a transaction on one of its connections, or
 * either of the two under a shorter deadline. Layers above use a session
 * (session.h) and need not know which.
 */
#ifndef AET_DB_HANDLE_H
#define AET_DB_HANDLE_H

#include <aeturnis/database.h>

#include "db/pool.h"

typedef enum aet__handle_kind {
	AET__HANDLE_POOL,
	AET__HANDLE_TRANSACTION,
	AET__HANDLE_LIMITED
} aet__handle_kind;

struct aet_db {
	aet__handle_kind kind;
	aet__pool *pool;
	int call_timeout_ms;
	aet_db *base; /* limited: the handle that it limits */

	/* Of a transaction. */
	aet__member *member;
	aet_db *parent; /* NULL for the outermost */
	aet_db *child;  /* the savepoint that is open inside, or NULL */
	int depth;      /* 0 for the outermost */
	aet__deadline deadline;
	bool reading;     /* aet_statement_each runs on it: nothing else may */
	bool retire;      /* its connection is closed at the end: settings, locks */
	aet_error failed; /* what failed the transaction first; AET_OK: nothing did */
};

/* The pool or transaction that a handle stands for. */
aet_db *aet__handle_target(aet_db *db);

/* When a call that starts now must end. */
aet__deadline aet__handle_deadline(const aet_db *db, int64_t now);

#endif
