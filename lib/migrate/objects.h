/* SPDX-License-Identifier: MIT */
/*
 * What migrations have made: the table schema_objects beside the journal, filled by
 * comparing the catalogues before and after each. An object's kind and
 * identity are pg_identify_object's, fit for DROP kind identity. What goes
 * with its table (constraints, its indexes, owned sequences) or with its
 * extension is left out; so is what a migration adds to a table, but for an
 * index on one that no migration made.
 */
#ifndef AET_MIGRATE_OBJECTS_H
#define AET_MIGRATE_OBJECTS_H

#include <stdint.h>

#include "pg/connection.h"

/* What there is; owned: free(). */
aet_status aet__objects_list(aet__connection *connection, char **out, aet_error *err);

/* Records what is new since before, under source and version, and follows what
 * of the recorded was renamed or dropped. Inside a transaction. *after is what
 * there is now, owned: free(). */
aet_status aet__objects_record(aet__connection *connection, const char *journal,
    const char *source, int64_t version, const char *before, char **after,
    aet_error *err);

/* Records a table that was there before. Inside a transaction. */
aet_status aet__objects_add_table(aet__connection *connection, const char *journal,
    const char *source, int64_t version, const char *schema, const char *table,
    aet_error *err);

#endif
