/* SPDX-License-Identifier: MIT */
/* roles.sql and look.sql, embedded. */
#ifndef AET_DB_ROLES_QUERIES_H
#define AET_DB_ROLES_QUERIES_H

extern const char *const roles_queries[]; /* NULL-ended */
extern const char roles_query_look[];
extern const char roles_query_roles[];

#endif
