/* SPDX-License-Identifier: MIT */
/* Where in a file a statement failed, and why: for whoever runs SQL from files. */
#ifndef AET_MIGRATE_FAILURE_H
#define AET_MIGRATE_FAILURE_H

#include <aeturnis/migrate.h>

#include "migrate/script.h"
#include "pg/connection.h"

/*
 * Overwrites out with the server's words and their place: where in the statement
 * the server found its error, else where the statement begins.
 *
 *   text       the file's
 *   statement  NULL: it is about the file as a whole
 */
void aet__migrate_failure_fill(aet_migrate_failure *out, const char *file,
    const char *text, const aet__statement *statement, const aet__failure *failure);

/* The same for a refusal of one's own, whose message begins with the place. */
void aet__migrate_failure_refused(
    aet_migrate_failure *out, const char *file, const aet_error *err);

/*
 * Fills err with status, "file:line:column: message" of the failure and what the
 * server named in err before; returns status.
 */
aet_status aet__migrate_failure_error(
    const aet_migrate_failure *failure, aet_status status, aet_error *err);

#endif
