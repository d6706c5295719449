/* SPDX-License-Identifier: MIT */
/* An answer read row by row as it comes (libpq's single-row mode). */
#ifndef AET_PG_EACH_H
#define AET_PG_EACH_H

#include <aeturnis/statement.h>

#include "pg/connection.h"

/*
 * Runs statement with args (checked already: aet__args_check) and hands each row
 * to each, whose first failure ends it.
 *
 *   first  the deadline up to the first row
 *   wait_ms, last  each wait for a later row ends after wait_ms, and at last
 *
 * Where each has ended it, what is left of the answer is read and dropped, for
 * as long as a wait may take if a transaction or a write would be lost
 * otherwise, else for a moment; then the connection is broken.
 */
aet_status aet__statement_each(aet__connection *connection,
    const aet_statement *statement, const aet_args *args, aet_each_fn each, void *ctx,
    aet__deadline first, int wait_ms, aet__deadline last, aet_error *err);

#endif
