/* SPDX-License-Identifier: MIT */
/* What the two ways of aet__statement_execute_all (execute.h) share: an item a
 * command (insert_all.c), or many items in arrays (insert_arrays.c). */
#ifndef AET_PG_INSERT_ALL_H
#define AET_PG_INSERT_ALL_H

#include "pg/private.h"

typedef struct aet__items {
	const aet_statement *statement;
	aet_args_binder bind;
	const char *items;
	size_t count;
	size_t size;
} aet__items;

/* Binds one and checks it. args is to be cleared, also on failure. */
aet_status aet__items_bind(
    const aet__items *items, size_t item, aet_args *args, aet_error *err);

/*
 * INSERT ... SELECT from unnest: one command for some thousand items in a row that
 * give the same columns.
 *
 *   done  whether it was done, or failed for good; if not, nothing has happened,
 *         and each item must go for itself
 */
aet_status aet__insert_arrays(aet__connection *connection, const aet__items *items,
    aet__deadline deadline, aet__result **out, bool *done, aet_error *err);

#endif
