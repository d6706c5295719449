/* SPDX-License-Identifier: MIT */
/* One statement over many items in a pipeline, each item for itself. */
#ifndef AET_PG_BATCH_H
#define AET_PG_BATCH_H

#include <aeturnis/statement.h>

#include "pg/connection.h"

/*
 * Runs statement once for each of count items. Each has a Sync of its own, and
 * so, unless a transaction is open, a transaction of its own.
 *
 *   statuses   count places, each written
 *   out        count places for what an item was answered with, NULL before:
 *              aet_block_free(). NULL: nothing is read
 *   failed_at  on failure, the first item that failed
 *
 * Returns the status of that item, and its error. An item whose answer did not
 * come is AET_EUNKNOWN if its write may have happened, else AET_ETIMEOUT or
 * AET_ECONNECT, like those that were never sent.
 */
aet_status aet__statement_batch(aet__connection *connection,
    const aet_statement *statement, aet_args_binder bind, const void *items, size_t count,
    size_t size, aet__deadline deadline, aet_batch answer, aet_status *statuses,
    void **out, size_t *failed_at, aet_error *err);

#endif
