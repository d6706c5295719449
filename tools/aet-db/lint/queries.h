/* SPDX-License-Identifier: MIT */
/* lint's own SQL, embedded from the files beside. */
#ifndef AET_DB_LINT_QUERIES_H
#define AET_DB_LINT_QUERIES_H

extern const char *const lint_queries[]; /* NULL-ended */
extern const char lint_query_look[];
extern const char lint_query_plant[]; /* what makes, and removes, rows to try on */
extern const char lint_query_types[]; /* what becomes of a value that changes its type */

#endif
