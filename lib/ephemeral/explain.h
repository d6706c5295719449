/* SPDX-License-Identifier: MIT */
/* Why a recipe did not come to its end, in a sentence. */
#ifndef AET_EPHEMERAL_EXPLAIN_H
#define AET_EPHEMERAL_EXPLAIN_H

#include "ephemeral/recipe.h"
#include "ephemeral/supervision.h"

/* Reads the log of the step that failed, so the supervisor must not have
 * cleaned up yet. AET_ECONNECT, or AET_EINVAL for data of another version. */
aet_status aet__start_explain(
    const aet__recipe *recipe, const aet__report *report, aet_error *err);

#endif
