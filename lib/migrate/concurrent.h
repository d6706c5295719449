/* SPDX-License-Identifier: MIT */
/*
 * What ... CONCURRENTLY leaves behind when it stops half-way. CREATE INDEX and REINDEX:
 * an index that nothing uses, that every write pays for, and over which IF NOT EXISTS
 * passes. DETACH PARTITION: a partition that is neither in nor out.
 */
#ifndef AET_MIGRATE_CONCURRENT_H
#define AET_MIGRATE_CONCURRENT_H

#include "migrate/migrator.h"

/*
 * Drops the invalid index of the name that statement is about to make, if there is
 * one, and tells; of REINDEX, where begun, the copies that it left. Outside a
 * transaction.
 *
 *   begun  a run that did not see its end has sent statement already: then one
 *          without a name is found, too
 *   *done  set to true where it had come to its end all the same
 */
aet_status aet__concurrent_clear(aet__migrator *m, const char *text,
    const aet__statement *statement, bool begun, bool *done, aet_error *err);

/* After statement failed: drops the invalid indexes that nobody would find again,
 * since the server has named them. False where one could not be dropped. */
bool aet__concurrent_abandon(
    aet__migrator *m, const char *text, const aet__statement *statement);

/* ALTER TABLE ... DETACH PARTITION ... CONCURRENTLY. */
bool aet__concurrent_detaches(const char *text, const aet__statement *statement);

/* Ends such a one that is pending. */
aet_status aet__concurrent_finalize(
    aet__migrator *m, const char *text, const aet__statement *statement, aet_error *err);

#endif
