/* SPDX-License-Identifier: MIT */
/* The values of the configuration's enums held against the schema's CHECKs. */
#ifndef AET_DB_CODEGEN_CHECK_VALUES_H
#define AET_DB_CODEGEN_CHECK_VALUES_H

#include "core/deadline.h"
#include "model.h"
#include "pg/connection.h"

/* An enum that is not open and a CHECK that lists values must have the same ones. A
 * constraint that says something else is none of this one's. */
aet_status codegen_check_values(codegen_model *model, aet__connection *connection,
    aet__deadline deadline, aet_error *err);

#endif
