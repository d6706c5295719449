/* SPDX-License-Identifier: MIT */
#ifndef AET_DB_CODEGEN_CHECK_NAMES_H
#define AET_DB_CODEGEN_CHECK_NAMES_H

#include "plan.h"

/* Says which names two things of the package would share. */
void codegen_check_names(const codegen_model *model, const codegen_plan *plan);

#endif
