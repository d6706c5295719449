/* SPDX-License-Identifier: MIT */
/*
 * The library's own tables below somebody's schema: a game's keys refer to
 * users(id). They are there, and queries see them, but their models are the
 * library's: keys to them have its types.
 */
#ifndef AET_DB_CODEGEN_LIBRARY_H
#define AET_DB_CODEGEN_LIBRARY_H

#include "core/deadline.h"
#include "model.h"
#include "pg/connection.h"

/* Whether a schema that failed so may want the library's tables. */
bool codegen_library_may_help(const char *sqlstate);

/* Runs the library's migrations in the database of url. */
aet_status codegen_library_migrate(const char *url, aet_error *err);

/* Remembers what is there now as the library's. */
aet_status codegen_library_note(codegen_model *model, aet__connection *connection,
    aet__deadline deadline, aet_error *err);

/* Where the tables were there before: goes by their names. */
void codegen_library_assume(codegen_model *model);

/* A relation, or a type. */
bool codegen_library_has(const codegen_model *model, uint32_t oid);

/* What pg_dump is told for the schema that stands on it; up to a NULL. */
extern const char *const codegen_library_dump_flags[];

/* Its nouns, which others refer to (after the package's own). */
void codegen_model_library(codegen_model *model);

#endif
