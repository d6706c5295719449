/* SPDX-License-Identifier: MIT */
/* Which of a plan's troubles is told first, and in which words. */
#ifndef AET_MIGRATE_VERDICT_H
#define AET_MIGRATE_VERDICT_H

#include "migrate/plan.h"

/* AET_OK, or the first of AET_EHALFDONE, AET_ECHECKSUM, AET_EDIVERGED,
 * AET_EMISSING, AET_EAHEAD, AET_EORDER that holds and is not allowed. */
aet_status aet__verdict(const aet__plan *plan, aet_error *err);

#endif
