/* SPDX-License-Identifier: MIT */
/* Whether the roles of roles.sql have in a database what it gives them. */
#ifndef AET_DB_ROLES_GRANTS_H
#define AET_DB_ROLES_GRANTS_H

#include <aeturnis/error.h>

#include "pg/connection.h"

/* Takes what is otherwise: "table public.users", and a sentence. */
typedef void (*grants_say)(void *ctx, const char *object, const char *sentence);

/*
 * Applies the roles to scratch, a private database with the schema as it should
 * be, and says what roles and owners of actual differ in; nothing where
 * the roles were never applied there, and nothing of objects that scratch has
 * not. What is missing as a whole is the catalogue's to tell.
 */
aet_status grants_compare(aet__connection *scratch, aet__connection *actual,
    aet__deadline deadline, grants_say say, void *ctx, aet_error *err);

#endif
