/* SPDX-License-Identifier: MIT */
/*
 * Every name that a package's headers define, and whose it is. What somebody
 * wrote (a query's name, a table's row, a configured enum) is claimed and stays
 * as it is; where two such meet, that is an error. What is made up (a query's
 * row, an array's struct, a constant) takes the next name that is free.
 */
#ifndef AET_DB_CODEGEN_REGISTRY_H
#define AET_DB_CODEGEN_REGISTRY_H

#include "model.h"

/* What stands before and behind a stem: { "field_", "" }. The package's prefix
 * comes before all of it. */
typedef struct codegen_form {
	const char *before;
	const char *behind;
} codegen_form;

/* All that one thing is called. */
typedef struct codegen_forms {
	const codegen_form *items;
	size_t count;
} codegen_forms;

extern const codegen_forms codegen_enum_forms;  /* PostgreSQL's own */
extern const codegen_forms codegen_value_forms; /* an enum of the configuration */
extern const codegen_forms codegen_noun_forms;
extern const codegen_forms codegen_id_forms;
extern const codegen_forms codegen_custom_forms; /* what holds a type of the caller's */
extern const codegen_forms codegen_made_forms;
extern const codegen_forms codegen_row_forms; /* of a query */
extern const codegen_forms codegen_one_form;  /* the stem alone */

/* Include guards, the functions of the queries that were read, and the one that
 * gives all statements. */
void codegen_registry_begin(codegen_model *model);

bool codegen_registry_is_free(
    const codegen_model *model, const char *stem, codegen_forms forms);

/* Takes every form of stem; one that is taken already is an error, which names
 * both. */
void codegen_registry_claim(
    const codegen_model *model, const char *stem, codegen_forms forms, const char *owner);

/* Takes every form of stem, or else of stem_2, stem_3, ..., and returns that. */
const char *codegen_registry_unique(
    const codegen_model *model, const char *stem, codegen_forms forms, const char *owner);

/* A constant: a whole name, to be made unique. */
const char *codegen_registry_constant(
    const codegen_model *model, const char *c, const char *owner);

#endif
