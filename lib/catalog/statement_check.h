/* SPDX-License-Identifier: MIT */
/*
 * Whether the statements that are compiled into a program work on a database that
 * it was not made for: each is prepared there in the texts that it may be run
 * with, with the types that it declares; nothing is run.
 */
#ifndef AET_CATALOG_STATEMENT_CHECK_H
#define AET_CATALOG_STATEMENT_CHECK_H

#include <aeturnis/statement.h>

#include "catalog/manifest.h"

/*
 * Looks at all statements of the set: can each be prepared, with as many
 * parameters and the same columns, and does an insert still give all that its
 * table demands? NULLs in the answer are not looked at, nor what only a run
 * meets: constraints, triggers, rights.
 *
 *   out  wholly overwritten: aet__manifest_report_free(), on failure too
 *
 * AET_OK whether or not something would break: out->count says. Fails with
 * AET_EINVAL (a statement of an unknown size), AET_ENOMEM, and where the
 * connection does, which must have no transaction.
 */
aet_status aet__statements_check(const aet_statement_set *set,
    aet__connection *connection, aet__deadline deadline, aet__manifest_report *out,
    aet_error *err);

#endif
