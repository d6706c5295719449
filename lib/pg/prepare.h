/* SPDX-License-Identifier: MIT */
/* From a statement and its arguments to a name on the server. */
#ifndef AET_PG_PREPARE_H
#define AET_PG_PREPARE_H

#include "pg/private.h"

/* The arguments given, in libpq's arrays; those of many are on the heap. */
typedef struct aet__bound {
	const char **values;
	int *lengths;
	int *formats;
	int count;
	void *heap;
	const char *value_room[AET_ARGS_ROOM];
	int length_room[AET_ARGS_ROOM];
	int format_room[AET_ARGS_ROOM];
} aet__bound;

/* false when memory is out. What it points to is borrowed from args. Parameters
 * that are not given are no parameters, or, where they keep their numbers, NULL. */
bool aet__bound_make(
    aet__bound *bound, const aet_statement *statement, const aet_args *args);
void aet__bound_free(aet__bound *bound);

/* The prepared statement for these arguments, from the cache or made now. */
aet_status aet__prepared_get(aet__connection *connection, const aet_statement *statement,
    const aet_args *args, aet__deadline deadline, aet__prepared **out, aet_error *err);

/* Looks at a statement's first answer; one that does not fit is freed. */
aet_status aet__prepared_check(
    aet__prepared *prepared, aet__result **result, aet_error *err);

/*
 * Whether status came of a statement that the server no longer has, or whose
 * columns have changed under it.
 */
bool aet__prepared_is_forgotten(const aet__connection *connection, aet_status status);

/*
 * Forgets every statement, here and on the server, so that the call can be
 * made again. Inside a transaction, which that failure has ended, there is no
 * "again" but for the whole of it: AET_ERETRY.
 */
aet_status aet__prepared_forget(aet__connection *connection,
    const aet_statement *statement, aet__deadline deadline, aet_error *err);

#endif
