/* SPDX-License-Identifier: MIT */
/* COPY ... FROM STDIN in binary, from a statement and items that are bound as an
 * insert's are. */
#ifndef AET_PG_COPY_H
#define AET_PG_COPY_H

#include <aeturnis/statement.h>

#include "pg/connection.h"

/*
 * Copies count items into the statement's table, all or none. Every item is
 * bound and checked before the server is asked for anything, and the table's
 * columns must have the parameters' types: binary data of another type could
 * be read as something else.
 *
 *   failed_at  on failure, which item it was; SIZE_MAX: none in particular
 */
aet_status aet__statement_copy(aet__connection *connection,
    const aet_statement *statement, aet_args_binder bind, const void *items, size_t count,
    size_t size, aet__deadline deadline, size_t *failed_at, aet_error *err);

/* Whether the server would: begins the COPY, and gives it up before the first
 * row, which is AET_OK. */
aet_status aet__statement_copy_try(
    aet__connection *connection, const aet_statement *statement, aet__deadline deadline);

#endif
