/* SPDX-License-Identifier: MIT */
/* The SQL of a statement for the parameters that are given. */
#ifndef AET_PG_STATEMENT_TEXT_H
#define AET_PG_STATEMENT_TEXT_H

#include <aeturnis/statement.h>

/* Owned: free(). NULL when memory is out. */
char *aet__statement_text(const aet_statement *statement, const aet_args *args);

#endif
