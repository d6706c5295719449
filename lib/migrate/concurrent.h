/* SPDX-License-Identifier: MIT */
/* CREATE INDEX CONCURRENTLY, which may stop half-way and leave an index that
 * nothing uses, that every write pays for, and over which IF NOT EXISTS passes. */
#ifndef AET_MIGRATE_CONCURRENT_H
#define AET_MIGRATE_CONCURRENT_H

#include "migrate/migrator.h"

/* Drops the invalid index of the name that statement is about to make, if
 * there is one, and tells. Outside a transaction. */
aet_status aet__concurrent_clear(
    aet__migrator *m, const char *text, const aet__statement *statement, aet_error *err);

#endif
