/* SPDX-License-Identifier: MIT */
/*
 * What is to be run, and why not: the files known here against the journal's
 * rows, as two sets of versions. Pure: no database, no clock, no file.
 */
#ifndef AET_MIGRATE_PLAN_H
#define AET_MIGRATE_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <aeturnis/migrate.h>

#include "migrate/source.h"

/* A row of aeturnis.schema_migrations. Texts are borrowed; none is NULL. */
typedef struct aet__journal_row {
	int64_t version;
	const char *name;
	const char *checksum;
	const char *library_version;
	const char *applied_by;
	aet_timestamp applied_at;
	int64_t duration_us;
	bool finished; /* false: a non-transactional file stopped part of the way */
	bool adopted;
	int statements_done; /* of one that is not finished */
	const char *gone;    /* a table it made, which is gone; NULL: none */
	int statement_begun; /* one that commits by itself was sent: it may have happened */
} aet__journal_row;

/* One source's rows, in order of version. */
typedef struct aet__journal {
	const aet__journal_row *rows;
	size_t count;
} aet__journal;

typedef struct aet__plan_policy {
	bool out_of_order;
	bool accept_unknown;
	const int64_t *to; /* nothing newer runs, and no repeatable; NULL: no bound */
	bool resume;       /* a half-done file whose text is unchanged may be continued */
} aet__plan_policy;

/* One version. At least one of file and row is there. */
typedef struct aet__plan_entry {
	aet_migration_state state;
	const aet__migration_file *file;
	const aet__journal_row *row;
	bool runs;     /* pending and allowed, or half-done and to be continued */
	bool accepted; /* a newer release's, and that is allowed */
	bool contract; /* of that phase, as far as it was looked at (migrate/hold.h) */
} aet__plan_entry;

typedef struct aet__plan {
	aet__plan_entry *entries; /* in order of version, then the repeatable ones */
	size_t count;
	int applied; /* finished rows of files known here */
	int pending; /* files without a row, half-done ones, changed repeatable ones */
	aet_status verdict; /* AET_OK: the entries that run may run */
	aet_error error;    /* the verdict in a sentence */
} aet__plan;

/*
 * Compares. What stands in the way is in plan->verdict, by the precedence that
 * <aeturnis/migrate.h> gives; the call itself fails with AET_ENOMEM only. Both
 * inputs are borrowed by the plan: aet__plan_free().
 */
aet_status aet__plan_make(const aet__source *source, const aet__journal *journal,
    aet__plan_policy policy, aet__plan *out, aet_error *err);

/* The verdict for one who will not migrate: also AET_EBEHIND. */
aet_status aet__plan_check(const aet__plan *plan, aet_error *err);

void aet__plan_free(aet__plan *plan);

#endif
