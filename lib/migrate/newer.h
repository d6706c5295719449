/* SPDX-License-Identifier: MIT */
/*
 * A database that a newer release has migrated, and whether it will do for this
 * one: where it says what it runs, that is asked of the database.
 */
#ifndef AET_MIGRATE_NEWER_H
#define AET_MIGRATE_NEWER_H

#include "catalog/manifest.h"
#include "migrate/plan.h"

/*
 * Where plan was refused for nothing but migrations of a newer release, and
 * options say what this one runs: asks, and makes the plan anew under which
 * they are accepted. One that breaks is AET_EAHEAD, and is in *out; anything
 * else leaves plan as it is.
 *
 *   options  as aet__migrate_options_read gives them
 *   policy   that plan was made by
 *   out      wholly overwritten: aet__manifest_report_free(), on failure too
 *
 * The connection has no transaction. Fails where it does, with AET_ENOMEM, and
 * with AET_EINVAL where statements or manifest are none.
 */
aet_status aet__newer_judge(aet__connection *connection,
    const aet_migrate_options *options, const aet__source *source,
    const aet__journal *journal, aet__plan_policy policy, aet__deadline deadline,
    aet__plan *plan, aet__manifest_report *out, aet_error *err);

#endif
