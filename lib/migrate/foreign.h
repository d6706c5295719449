/* SPDX-License-Identifier: MIT */
/*
 * The journals of other migrators, as they lie in the database: which one it is,
 * and what it says was applied. Nothing of theirs is ever changed.
 */
#ifndef AET_MIGRATE_FOREIGN_H
#define AET_MIGRATE_FOREIGN_H

#include <stdbool.h>
#include <stddef.h>

#include <aeturnis/adopt.h>

#include "migrate/source.h"
#include "pg/connection.h"

typedef struct aet__foreign_row {
	bool numbered;
	int64_t version;
	const char *name;     /* of the file or folder, where they keep one; else NULL */
	const char *checksum; /* as they write it; NULL: they keep none */
	const char *trouble;  /* why it cannot be taken over: "it failed"; else NULL */
	bool up_to;           /* everything up to version was applied, itself too */
} aet__foreign_row;

typedef struct aet__foreign {
	aet_journal_kind kind;
	char table[AET_JOURNAL_TABLE_SIZE]; /* "public.schema_migrations", quoted */
	aet__foreign_row *rows;
	size_t count;
	aet__result *result; /* what the texts lie in */
} aet__foreign;

/*
 * Finds the journal, and reads it.
 *
 *   table    "schema.name" of one; NULL: there must be one only
 *   journal  the schema of this migrator's own, which is passed over
 *   out      owned: aet__foreign_free()
 *
 * AET_EADOPT where there is none, or more than one.
 */
aet_status aet__foreign_read(aet__connection *connection, const char *table,
    const char *journal, aet__deadline deadline, aet__foreign *out, aet_error *err);

void aet__foreign_free(aet__foreign *foreign);

/* Whether the file, as it lies on disk, has their checksum; *same is true for a kind that
 * keeps none. */
aet_status aet__foreign_same(aet_journal_kind kind, const char *checksum,
    const aet__migration_file *file, bool *same, aet_error *err);

#endif
