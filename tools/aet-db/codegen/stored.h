/* SPDX-License-Identifier: MIT */
/* Columns whose rows are worked out from others and stored: what the expression of
 * a generated column, or a materialized view's definition, never makes NULL. */
#ifndef AET_DB_CODEGEN_STORED_H
#define AET_DB_CODEGEN_STORED_H

#include "functions.h"
#include "model.h"

/* Marks them among the attributes of the model's pg_types. */
aet_status codegen_stored_read(codegen_model *model, const codegen_function_facts *facts,
    aet__connection *connection, aet__deadline deadline, aet_error *err);

#endif
