/* SPDX-License-Identifier: MIT */
/* The inside of aet_row, for row.c (the loops) and row_values.c (the types). */
#ifndef AET_PG_ROW_PRIVATE_H
#define AET_PG_ROW_PRIVATE_H

#include <aeturnis/statement.h>

#include "pg/result.h"

struct aet_row {
	const aet_statement *statement;
	const aet__result *result;
	void *block; /* what the row's pointers may lead to */
	int number;
	bool copies; /* the result goes before the row does: copy what is borrowed */
	aet_status failed;
	size_t failed_column;
	const char *what; /* static text */
};

#endif
