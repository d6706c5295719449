/* SPDX-License-Identifier: MIT */
/*
 * What of a file is to be run inside the migrator's own transaction: all of
 * it, or what an enclosing BEGIN ... COMMIT encloses.
 */
#ifndef AET_MIGRATE_ENVELOPE_H
#define AET_MIGRATE_ENVELOPE_H

#include <stdbool.h>
#include <stddef.h>

#include <aeturnis/error.h>

#include "migrate/position.h"

typedef struct aet__envelope {
	bool mapped;                   /* the text's pages may be forgotten */
	bool present;                  /* the file is one BEGIN ... COMMIT */
	size_t start, len;             /* what to run: without these two */
	size_t modes_start, modes_len; /* of the BEGIN, and of a SET TRANSACTION right
					  after it or in its place: "isolation level
					  serializable" */
	int statements;                /* to run */
	aet__position at;              /* after a failure, the trouble's */
} aet__envelope;

/*
 * Checks that a file can run in one transaction, and finds its envelope. The
 * migrator's own transaction stands in for the file's, since it holds the
 * journal row too: a kill between the file's COMMIT and the row's would part
 * the two. Savepoints stay, they end nothing. Fails as aet__script_next does,
 * and on any other transaction control; out->at is then written.
 */
aet_status aet__envelope_read(const char *file, const char *text, size_t len, bool mapped,
    aet__envelope *out, aet_error *err);

#endif
