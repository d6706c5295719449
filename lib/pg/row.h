/* SPDX-License-Identifier: MIT */
/* Reading binary results, once checked, into the structs of a statement. */
#ifndef AET_PG_ROW_H
#define AET_PG_ROW_H

#include <aeturnis/statement.h>

#include "pg/result.h"

/*
 * Whether the answer has the columns that the statement's reader expects, by
 * number and type: AET_EDATA if not. Once for each prepared statement will do,
 * since the server refuses to change its columns (0A000).
 */
aet_status aet__row_check(
    const aet_statement *statement, const aet__result *result, aet_error *err);

/* Whether code that expects the one reads the other. */
bool aet__row_same_type(uint32_t expected, uint32_t found);

/*
 * The first row in a block of its own; AET_ENOTFOUND without one. result stays
 * the caller's.
 */
aet_status aet__row_read_one(const aet_statement *statement, const aet__result *result,
    void **out, aet_error *err);

/* The first row into a struct that the caller holds; it must borrow nothing. */
aet_status aet__row_read_into(
    const aet_statement *statement, const aet__result *result, void *out, aet_error *err);

/*
 * Every row of count results, in their order, in one list. With one result the
 * list borrows its text and takes it over (results[0] becomes NULL); with
 * several it copies, and they stay the caller's.
 */
aet_status aet__row_read_list(const aet_statement *statement, aet__result **results,
    size_t count, void **out, aet_error *err);

#endif
