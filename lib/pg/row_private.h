/* SPDX-License-Identifier: MIT */
/* The inside of aet_row, for row.c (the loops) and row_values.c (the types). */
#ifndef AET_PG_ROW_PRIVATE_H
#define AET_PG_ROW_PRIVATE_H

#include <aeturnis/statement.h>

#include "pg/result.h"

/* A value inside another; data is NULL for SQL NULL. */
typedef struct aet__cell {
	const char *data;
	size_t len;
} aet__cell;

struct aet_row {
	const aet_statement *statement;
	const aet__result *result;
	void *block; /* what the row's pointers may lead to */
	int number;
	bool copies; /* the result goes before the row does: copy what is borrowed */
	aet_status failed;
	size_t failed_column;
	const char *what;       /* static text */
	const aet__cell *cells; /* of a value's inside; NULL: the columns of result */
	size_t cell_count;
	aet_row *outer; /* whose column outer_column this is the inside of */
	size_t outer_column;
};

/* The bytes of a column, "" and 0 for NULL. */
const char *aet__row_raw(aet_row *row, size_t column, size_t *len);

/* The same of exactly size bytes that are not NULL; NULL with the row failed. */
const char *aet__row_fixed(aet_row *row, size_t column, size_t size);

/* An array of text of any dimensions that is not NULL (row_nested.c). */
aet_text_array aet__row_text_array(aet_row *row, size_t column);

/* len bytes that live as long as the row, with a NUL behind them. */
const char *aet__row_borrow(aet_row *row, const char *value, size_t len);

#endif
