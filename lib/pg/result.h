/* SPDX-License-Identifier: MIT */
/*
 * The answer to a query whose values are text: what the migrator, the
 * catalogue and the tools read. Generated code reads binary rows (row.h).
 */
#ifndef AET_PG_RESULT_H
#define AET_PG_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct pg_result aet__result; /* libpq's PGresult */

size_t aet__result_rows(const aet__result *result);
size_t aet__result_columns(const aet__result *result);
const char *aet__result_column_name(const aet__result *result, size_t column);
uint32_t aet__result_column_type(const aet__result *result, size_t column);

/* Borrowed until the result is freed; NULL for SQL NULL. */
const char *aet__result_text(const aet__result *result, size_t row, size_t column);

/* 0 and false for NULL. The column must hold a whole number, a bool. */
int64_t aet__result_int64(const aet__result *result, size_t row, size_t column);
bool aet__result_bool(const aet__result *result, size_t row, size_t column);

/* The command tag, "INSERT 0 1". Borrowed. */
const char *aet__result_tag(const aet__result *result);

/* Rows that the command changed or found. */
int64_t aet__result_affected(const aet__result *result);

void aet__result_free(aet__result *result);

#endif
