/* SPDX-License-Identifier: MIT */
/* A baseline behind migrations that were applied. */
#ifndef AET_MIGRATE_AMEND_H
#define AET_MIGRATE_AMEND_H

#include <aeturnis/migrate.h>

/*
 * As aet_db_migrate_baseline, also where the journal has rows: what is pending up
 * to version is recorded. Whoever calls has made sure that the database has it.
 *
 * AET_EINVAL: no file has that number, or none up to it is pending; or a file
 * that was applied is not as it was, is half-done or is missing.
 */
AET_MUST_USE aet_status aet__migrate_baseline_on(aet_db *db,
    const aet_migrate_options *opts, int64_t version, aet_migrate_report *report,
    aet_error *err);

#endif
