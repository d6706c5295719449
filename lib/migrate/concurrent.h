/* SPDX-License-Identifier: MIT */
/* CREATE INDEX CONCURRENTLY, which may stop half-way and leave an index that
 * nothing uses, that every write pays for, and over which IF NOT EXISTS passes. */
#ifndef AET_MIGRATE_CONCURRENT_H
#define AET_MIGRATE_CONCURRENT_H

#include "migrate/migrator.h"

/*
 * Drops the invalid index of the name that statement is about to make, if there is
 * one, and tells. Outside a transaction.
 *
 *   begun  a run that did not see its end has sent statement already: then one
 *          without a name is found, too
 *   *done  set to true where it had come to its end all the same
 */
aet_status aet__concurrent_clear(aet__migrator *m, const char *text,
    const aet__statement *statement, bool begun, bool *done, aet_error *err);

/* After statement failed: drops the invalid index that nobody would find again,
 * since the server has named it. */
void aet__concurrent_abandon(
    aet__migrator *m, const char *text, const aet__statement *statement);

#endif
