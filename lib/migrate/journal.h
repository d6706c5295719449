/* SPDX-License-Identifier: MIT */
/*
 * The journal: the table schema_migrations, one row a migration. It lies in a
 * schema of its own ("aeturnis" unless the caller names another), so that \dt
 * shows the application's tables only, and is made when the first migration
 * runs. Below, journal is that schema's name.
 */
#ifndef AET_MIGRATE_JOURNAL_H
#define AET_MIGRATE_JOURNAL_H

#include <stdbool.h>

#include "migrate/plan.h"
#include "pg/connection.h"

/* One source's rows as they were read. */
typedef struct aet__journal_copy {
	aet__journal journal; /* for aet__plan_make */
	bool absent;          /* nothing has ever been migrated here */
	bool read_only;       /* a standby, or set to read only */
	bool outdated;        /* an earlier library made it: parts are missing, which this
				 role may make (aet__journal_ensure) */
	const char *gone;     /* a table that a migration made and nobody knows the end
				 of: "public.users"; NULL: none */
	const char *gone_by;  /* that migration's name */
	aet__journal_row *rows;
	aet__result *result; /* what all the texts lie in */
} aet__journal_copy;

/*
 * Reads it, in one round trip; a database without one has no rows. Not inside
 * a transaction, unless the journal is known to be there.
 *
 *   out  owned: aet__journal_free(). Untouched on failure
 */
aet_status aet__journal_read(aet__connection *connection, const char *journal,
    const char *source, aet__deadline deadline, aet__journal_copy *out, aet_error *err);

/* AET_EDATA where a table of the journal's is gone. */
aet_status aet__journal_check_tables(const aet__journal_copy *copy, aet_error *err);

/* Harmless on {0}. */
void aet__journal_free(aet__journal_copy *copy);

/*
 * Makes what of it is not there yet. A role that may not create a schema needs
 * one that somebody made for it, and nothing else. Under the migrator's lock.
 */
aet_status aet__journal_ensure(aet__connection *connection, const char *journal,
    aet__deadline deadline, aet_error *err);

/* A row about to be written. */
typedef struct aet__journal_entry {
	const char *journal;
	const char *source;
	const aet__migration_file *file;
	int64_t duration_us; /* of this run */
	bool adopted;
	bool finished;
	int statements_done;
} aet__journal_entry;

/*
 * The fence: SQL for aet__journal_sql_add that, inside a transaction, lets one migrator past at a time,
 * also where the advisory lock is lost (a pooler between). Readers may pass.
 */
#define AET__JOURNAL_FENCE \
	"LOCK TABLE {journal}.schema_migrations IN SHARE ROW EXCLUSIVE MODE"

/* Behind the fence: does the migration have a row by now, and a repeatable one
 * that of this text? */
aet_status aet__journal_has(aet__connection *connection, const char *journal,
    const char *source, const aet__migration_file *file, bool *out, aet_error *err);

/* Inside the migration's transaction. A repeatable one's row is written anew. */
aet_status aet__journal_insert(
    aet__connection *connection, const aet__journal_entry *entry, aet_error *err);

/*
 * Moves an unfinished row from done statements on to now (or marks it
 * finished). AET_ELOCKED where it is not at done any more: another migrator
 * has it.
 */
aet_status aet__journal_advance(aet__connection *connection,
    const aet__journal_entry *entry, int done, aet_error *err);

/* Writes what the file is called and hashes to now; inside a transaction. */
aet_status aet__journal_accept(aet__connection *connection, const char *journal,
    const char *source, const aet__migration_file *file, aet_error *err);

/* Takes the doubt off a statement, which counts as done or not; inside a
 * transaction. AET_EINVAL where there is none. */
aet_status aet__journal_resolve(aet__connection *connection, const char *journal,
    const char *source, const aet__migration_file *file, bool done, aet_error *err);

/* Inside a transaction. */
aet_status aet__journal_delete(aet__connection *connection, const char *journal,
    const char *source, int64_t version, aet_error *err);

/* Marks that statement was sent, which commits by itself, negative where it does so in
 * parts; 0: that it failed. */
aet_status aet__journal_begin_statement(aet__connection *connection,
    const aet__journal_entry *entry, int statement, aet_error *err);

#endif
