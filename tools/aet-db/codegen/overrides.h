/* SPDX-License-Identifier: MIT */
/* "overrides" of the configuration, as the schema's columns and types have them. */
#ifndef AET_DB_CODEGEN_OVERRIDES_H
#define AET_DB_CODEGEN_OVERRIDES_H

#include "model.h"

/* Finds the column or type of each, and takes what they say of NULL into
 * pg_types. What is not there is a message. After the registry has begun. */
void codegen_overrides_resolve(codegen_model *model);

/* "use one of: id, name": a table's columns, for a hint. */
const char *codegen_column_names(codegen_memory *memory, const aet__table *table);

/* What is said of a column; NULL: nothing. */
const codegen_override *codegen_override_of(
    const codegen_model *model, uint32_t relation, int number);

/* The C type of a column: as it is said, or its type's. NULL: it has none. */
const codegen_type *codegen_override_column(
    codegen_model *model, uint32_t relation, int number);

/* What is said of the column that a value of type feeds, or of its domain; NULL. */
const codegen_type *codegen_override_fed(
    const codegen_model *model, uint32_t relation, int number, uint32_t type);

/* The C type that is said of an SQL type; NULL: nothing is said. */
const codegen_type *codegen_override_type(const codegen_model *model, uint32_t type);

/* Whether a key of this column's type is to have a type of its own. */
bool codegen_override_is_id(
    const codegen_model *model, uint32_t relation, int number, uint32_t type);

#endif
