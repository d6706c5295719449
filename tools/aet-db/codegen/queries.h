/* SPDX-License-Identifier: MIT */
/*
 * Query files: sqlc's annotations ("-- name: find_it :one") and its ways to
 * name a parameter (@name, sqlc.arg(name), sqlc.narg(name)), each made $n.
 * What the SQL means is left to PostgreSQL (describe.h).
 */
#ifndef AET_DB_CODEGEN_QUERIES_H
#define AET_DB_CODEGEN_QUERIES_H

#include "model.h"

/* Reads the package's query files into model->queries. */
void codegen_queries_read(codegen_model *model, const char *folder);

/* The names in a query's SQL: rewrites it and fills its parameters. */
void codegen_query_rewrite(
    codegen_model *model, codegen_query *query, size_t start, size_t end);

/* Whether at is an annotation's comment; name and kind are written then. */
typedef struct codegen_annotation {
	const char *name;
	size_t name_len;
	const char *kind;
	size_t kind_len;
} codegen_annotation;

bool codegen_annotation_read(const char *comment, size_t len, codegen_annotation *out);

#endif
