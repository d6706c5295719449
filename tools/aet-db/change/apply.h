/* SPDX-License-Identifier: MIT */
/* A change run on a database in use. */
#ifndef AET_DB_CHANGE_APPLY_H
#define AET_DB_CHANGE_APPLY_H

#include "change/change.h"

/*
 * What a hazard takes with it, counted. Rows of -1: it is nothing that can be
 * counted (a sequence's place, what an extension holds).
 */
typedef struct change_loss {
	const diff_hazard *hazard;
	int64_t rows;
} change_loss;

typedef struct change_losses {
	change_loss *items;
	size_t count;
} change_losses;

/* Counts each loss in the database of the connection, exactly. */
aet_status change_count_losses(
    change *work, aet__connection *connection, change_losses *out, aet_error *err);

/* Where an application stands, also where it failed. */
typedef struct change_applied {
	size_t parts;          /* that are committed */
	const char *statement; /* that failed; NULL: none */
	const char *detail;    /* in the server's words, "" or NULL: none */
	const char *hint;
} change_applied;

/*
 * Runs the parts, each in a transaction, or by statements. Before a part loses
 * rows its tables are locked and counted again: AET_EREFUSED where there are
 * more than losses say. AET_ELOCKED: a lock was not to be had in time.
 */
aet_status change_apply(change *work, aet__connection *connection,
    const change_losses *losses, change_applied *applied, aet_error *err);

#endif
