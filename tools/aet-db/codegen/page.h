/* SPDX-License-Identifier: MIT */
/* A list that is read page by page: shared by lists of all rows and of one
 * parent's. */
#ifndef AET_DB_CODEGEN_PAGE_H
#define AET_DB_CODEGEN_PAGE_H

#include "plan.h"

#define CODEGEN_PAGE_DEFAULT "50"
#define CODEGEN_PAGE_MOST "1000"

/* The two statements of a list, the first page's and the next ones', where the
 * rows are those whose fields equal what the function is given; and the
 * function. name has no prefix: "list_newest". */
void codegen_page_list(codegen_unit *unit, const char *name, codegen_field *const *fields,
    size_t count, const char *about);

/* " ORDER BY created_at DESC, id DESC" */
const char *codegen_page_order(codegen_unit *unit);

/* The helper that checks a limit. */
void codegen_page_limit_helper(codegen_unit *unit);

#endif
