/* SPDX-License-Identifier: MIT */
/* The SQL of a statement for the parameters that are given. */
#ifndef AET_PG_STATEMENT_TEXT_H
#define AET_PG_STATEMENT_TEXT_H

#include <aeturnis/statement.h>

/* An insert's args.choice for the text that takes an array of each parameter, and
 * inserts a row for each element. */
#define AET__AS_ARRAYS UINT32_MAX

/* Owned: free(). NULL when memory is out. */
char *aet__statement_text(const aet_statement *statement, const aet_args *args);

#endif
