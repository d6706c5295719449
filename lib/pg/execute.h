/* SPDX-License-Identifier: MIT */
/* Running statements on one connection: prepared on first use, prepared again
 * where the server has forgotten them. */
#ifndef AET_PG_EXECUTE_H
#define AET_PG_EXECUTE_H

#include <aeturnis/statement.h>

#include "pg/connection.h"

/*
 * Runs statement with args (checked already: aet__args_check) and gives its
 * answer in binary. A statement that the server has forgotten, or whose
 * columns a migration has changed under it, is prepared again at once; inside
 * a transaction, which that error has failed, it is AET_ERETRY.
 *
 *   out  owned: aet__result_free()
 */
aet_status aet__statement_execute(aet__connection *connection,
    const aet_statement *statement, const aet_args *args, aet__deadline deadline,
    aet__result **out, aet_error *err);

/*
 * Runs statement once for each of count items, in one pipeline and, unless a
 * transaction is open, in one implicit transaction: all or none.
 *
 *   out        count places; each owned: aet__result_free()
 *   failed_at  on failure, which item it was; SIZE_MAX: none in particular
 */
aet_status aet__statement_execute_all(aet__connection *connection,
    const aet_statement *statement, aet_args_binder bind, const void *items, size_t count,
    size_t size, aet__deadline deadline, aet__result **out, size_t *failed_at,
    aet_error *err);

#endif
