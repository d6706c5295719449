/* SPDX-License-Identifier: MIT */
/*
 * Taking over a database that another migrator has made: its journal is read and
 * checked, this library's is written, and from then on aet_db_migrate() goes on
 * with the same folder. Nothing that was there is touched.
 */
#ifndef AETURNIS_ADOPT_H
#define AETURNIS_ADOPT_H

#include <aeturnis/migrate.h>

AET_BEGIN_DECLS

/* Whose journal it is, and the table it is known by. */
typedef enum aet_journal_kind {
	AET_JOURNAL_DRIZZLE = 1,        /* __drizzle_migrations, of either shape */
	AET_JOURNAL_GOLANG_MIGRATE = 2, /* schema_migrations (version, dirty) */
	AET_JOURNAL_GOOSE = 3,          /* goose_db_version */
	AET_JOURNAL_DBMATE = 4,         /* schema_migrations (version) */
	AET_JOURNAL_FLYWAY = 5,         /* flyway_schema_history */
	AET_JOURNAL_SQLX = 6,           /* _sqlx_migrations */
	AET_JOURNAL_PRISMA = 7          /* _prisma_migrations */
} aet_journal_kind;

/* "drizzle", "golang-migrate", ...; "?" for a number that is none. Static storage;
 * thread-safe; does not block. */
AET_API const char *aet_journal_kind_text(aet_journal_kind kind);

/* Start from AET_ADOPT_OPTIONS_INIT. Strings are borrowed for the call. */
typedef struct aet_adopt_options {
	size_t size;        /* sizeof(aet_adopt_options); 0 is AET_EINVAL */
	const char *table;  /* their journal, "schema.table"; NULL: it is looked for */
	bool dry_run;       /* check everything, and record nothing */
	bool skip_replay;   /* believe the files: do not run them on a private server */
	const char *bindir; /* where initdb and postgres are; NULL: they are looked for */
} aet_adopt_options;

/* clang-format off */
#define AET_ADOPT_OPTIONS_INIT { sizeof(aet_adopt_options), NULL, false, false, NULL }
/* clang-format on */

#define AET_JOURNAL_TABLE_SIZE 140

typedef struct aet_adopt_report {
	size_t size; /* sizeof(aet_adopt_report), set by the caller; 0 is AET_EINVAL */
	aet_journal_kind kind;              /* 0: none was found */
	char table[AET_JOURNAL_TABLE_SIZE]; /* in the quotes that SQL wants */
	int recorded;    /* files found applied; recorded, unless dry_run */
	int pending;     /* files that their journal does not have: migrate runs them */
	bool replayed;   /* the files make what is there */
	int differences; /* what speaks against it: each was told as an event */
	aet_migrate_failure failure; /* where the replay failed, if it did */
} aet_adopt_report;

/* clang-format off */
#define AET_ADOPT_REPORT_INIT \
	{ sizeof(aet_adopt_report), (aet_journal_kind)0, "", 0, 0, false, 0, \
		{ "", 0, 0, 0, "", "", "", "", "" } }
/* clang-format on */

/*
 * Records in the journal what another migrator has applied. It believes nothing
 * unseen: each of their rows must have its file in opts->dir, with the checksum
 * where they keep one (Drizzle, Flyway, Prisma, sqlx); none may be failed, dirty
 * or unfinished; and the files, run on a private PostgreSQL, must make what is in
 * the database, compared by definition. What is extra there is no obstacle.
 *
 * Of folders, theirs may stay as they are: NNNN_name.sql, NNNN_name.up.sql,
 * VNNNN__name.sql, NNNN_name/migration.sql; the marks of goose, dbmate and
 * sql-migrate are understood.
 *
 *   db      a pool; a transaction is AET_EINVAL
 *   opts    the folder (dir), and what aet_db_migrate asks; progress is told of each
 *           difference (AET_MIGRATE_DIFFERENCE) and file (AET_MIGRATE_ADOPTED)
 *   adopt   NULL: defaults
 *   report  may be NULL; filled on failure, too
 *
 * AET_EADOPT: there is no such journal, or more than one, or something speaks
 * against it; then nothing is recorded. AET_EINVAL: no dir, or the library's
 * journal has rows of this source already. Else fails, locks and blocks as
 * aet_db_migrate does, and for as long as the replay takes. Thread-safe.
 */
AET_API AET_MUST_USE aet_status aet_db_migrate_adopt(aet_db *db,
    const aet_migrate_options *opts, const aet_adopt_options *adopt,
    aet_adopt_report *report, aet_error *err);

AET_END_DECLS

#endif
