/* SPDX-License-Identifier: MIT */
/*
 * The SQL that mends a difference, where the expected side's definition is all
 * of it: constraints, indexes, functions and triggers. Each speaks of the
 * difference that was added last; actual is NULL where it is missing.
 */
#ifndef AET_CATALOG_MEND_H
#define AET_CATALOG_MEND_H

#include "catalog/comparison.h"

void aet__mend_constraint(aet__comparison *c, const aet__table_pair *pair,
    const aet__constraint *expected, const aet__constraint *actual);
void aet__mend_unvalidated(
    aet__comparison *c, const aet__table_pair *pair, const aet__constraint *actual);
void aet__mend_index(aet__comparison *c, const aet__table_pair *pair,
    const aet__index *expected, const aet__index *actual);
void aet__mend_object(
    aet__comparison *c, const aet__object *expected, const aet__object *actual);

#endif
