/* SPDX-License-Identifier: MIT */
/*
 * Bringing a database up to date with migration files, safely from every
 * server at once, and saying where a database stands. Files are plain SQL,
 * NNNN_name.sql or NNNN_name.up.sql (the number may be a timestamp; 0000
 * counts), append-only once applied; and R__name.sql, repeatable: views and
 * functions that run after the numbered ones, again whenever their text has
 * changed. What was applied is in the table aeturnis.schema_migrations (or in
 * another schema: options.journal), under (source, version).
 */
#ifndef AETURNIS_MIGRATE_H
#define AETURNIS_MIGRATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <aeturnis/database.h>
#include <aeturnis/error.h>
#include <aeturnis/statement.h>
#include <aeturnis/types.h>

AET_BEGIN_DECLS

/* ---- progress --------------------------------------------------------- */

typedef enum aet_migrate_event_kind {
	AET_MIGRATE_WAITING = 1,   /* another migrator is at work; detail: who */
	AET_MIGRATE_PLANNED = 2,   /* what is to be done is known: total */
	AET_MIGRATE_STARTED = 3,   /* a file begins */
	AET_MIGRATE_STATEMENT = 4, /* a statement begins: statement of statements, line */
	AET_MIGRATE_APPLIED = 5,   /* a file and its journal row are committed */
	AET_MIGRATE_ADOPTED = 6,   /* a file was found done already, and is recorded */
	AET_MIGRATE_RETRY = 7, /* a table was busy, and what had been done rolled back: it
				    begins anew after a pause; or an index that was left
				    half-built is dropped first; detail: why */
	AET_MIGRATE_WARNING = 8, /* the file was run to the letter, which may not be what
				    was meant; detail: what, and where */
	AET_MIGRATE_ROLLED_BACK = 9, /* a file's .down.sql ran, and its row is gone */
	AET_MIGRATE_DIFFERENCE =
	    10, /* what speaks against adopting; detail: a sentence */
	AET_MIGRATE_STATEMENT_DONE =
	    11, /* with tell_locks: a statement has ended; detail: the locks that it took
		   on what was there before the file, NULL for none */
	AET_MIGRATE_BREAKS =
	    12, /* with statements or manifest: one of this release that no longer works
		   on the newer database; detail: a sentence */
	AET_MIGRATE_HELD = 13 /* a file of the phase contract waits, since servers of an
				 older release live; detail: which */
} aet_migrate_event_kind;

/* A field that does not apply is zero. Strings are borrowed for the call. */
typedef struct aet_migrate_event {
	size_t size; /* sizeof(aet_migrate_event), as the library knows it */
	aet_migrate_event_kind kind;
	const char *source;
	int64_t version;    /* negative: repeatable */
	const char *name;   /* the file's name, "0001_users.sql" */
	int index;          /* which of those to run, from 1 */
	int total;          /* how many there are to run */
	int statement;      /* within the file, from 1 */
	int line;           /* where the statement begins, from 1 */
	int attempt;        /* RETRY: which attempt has failed, from 1 */
	int64_t elapsed_us; /* APPLIED, RETRY: the file's; STATEMENT: its time so far;
			       STATEMENT_DONE: the statement's; WAITING: the wait's */
	const char *detail;
	int statements; /* how many the file has */
} aet_migrate_event;

/*
 * Told of each step, on the thread that called. It must not use the database
 * handle; what it takes is time under the migrator's lock.
 */
typedef void (*aet_migrate_progress_fn)(void *ctx, const aet_migrate_event *event);

/* ---- options ---------------------------------------------------------- */

/*
 * Which migrations, and how. Start from AET_MIGRATE_OPTIONS_INIT (or set size
 * by hand); a field left at zero has the default named beside it. Strings are
 * borrowed for the call.
 */
typedef struct aet_migrate_options {
	size_t size;     /* sizeof(aet_migrate_options); 0 is AET_EINVAL */
	const char *dir; /* a folder of files; NULL: those compiled into the library */
	const char *
	    source; /* whose versions they are in the journal; NULL: "app" with dir, else "aeturnis" */
	int lock_wait_ms; /* for another migrator to finish; -1: not at all. 0: 60,000, anew
			     as often as it is seen to get on */
	int lock_timeout_ms; /* 3,000: for a lock on a table, in each of ten attempts; so
				long at most does the game queue behind a migration */
	int statement_timeout_ms; /* 0: none */
	bool out_of_order;   /* apply a file although a newer one is applied already */
	bool accept_unknown; /* a database that a newer release has migrated will do */
	aet_migrate_progress_fn progress; /* NULL: nobody is told */
	void *progress_ctx;               /* passed to progress */
	const char *journal; /* the schema that the journal lies in: "aeturnis". A role
				that may not create one names a schema of its own */
	const int64_t *to;   /* no newer version runs, and no repeatable; NULL: all do */
	bool tell_locks; /* after each statement tell progress of its time and locks: for
			    a rehearsal, since it asks the server each time */
	const aet_statement_set
	    *statements; /* all that this release runs, generated: game_statements(). A
			   database that a newer release has migrated will do where each
			   of them still works; NULL: see accept_unknown */
	const char *manifest; /* the same for a program that is not in C: the text of the
				 file that aet-db codegen --manifest writes */
	const char *release;  /* this server's, such as "1.4.2": it is announced, and
				 counts as alive until the pool is closed
				 (<aeturnis/release.h>). NULL: it is not */
	int beat_ms; /* with release: 10,000, between its signs of life; after six that
			are missing it counts as gone. The pool's first call decides */
	int hold_wait_ms;    /* for older servers to leave, whom a file of the phase
				contract waits for; 0: not at all, -1: however long */
	bool force_contract; /* run such files whoever lives */
} aet_migrate_options;

/* clang-format off */
#define AET_MIGRATE_OPTIONS_INIT \
	{ sizeof(aet_migrate_options), NULL, NULL, 0, 0, 0, false, false, NULL, NULL, NULL, NULL, false, NULL, NULL, NULL, 0, 0, false }
/* clang-format on */

/* ---- migrating -------------------------------------------------------- */

#define AET_FILE_SIZE 256
#define AET_EXCERPT_SIZE 256

/*
 * Where a migration failed; all zero when none did. Lines and columns count
 * from 1, columns in characters; 0 where the place is not known. detail and
 * hint are the server's own words: detail may quote what is in a row.
 */
typedef struct aet_migrate_failure {
	char file[AET_FILE_SIZE];
	int line;
	int column;
	int statement; /* within the file, from 1 */
	char sqlstate[6];
	char excerpt[AET_EXCERPT_SIZE]; /* the start of the statement, on one line */
	char message[AET_MESSAGE_SIZE];
	char detail[AET_MESSAGE_SIZE];
	char hint[AET_MESSAGE_SIZE];
} aet_migrate_failure;

/*
 * What a call has done, also one that failed: files applied before the failure
 * stay applied. The caller's own; it owns nothing and may be copied.
 */
typedef struct aet_migrate_report {
	size_t size; /* sizeof(aet_migrate_report), set by the caller; 0 is AET_EINVAL */
	int applied; /* run and recorded by this call */
	int adopted; /* found done and recorded by this call */
	int already; /* applied before this call, or by another server meanwhile */
	int remaining; /* still to be run; above 0 on failure, and where some are held */
	int64_t elapsed_us;
	int64_t waited_us; /* of these, for another migrator */
	aet_migrate_failure failure;
	int held; /* of those remaining: they wait until no older server lives, and so
		     does what comes after them. All zero where none is */
	char held_file[AET_FILE_SIZE];  /* the first of them */
	char held_by[AET_MESSAGE_SIZE]; /* "1.4.1 on alpha (process 12, last heard of 3 s
					   ago) and 2 more" */
} aet_migrate_report;

/* clang-format off */
#define AET_MIGRATE_REPORT_INIT \
	{ sizeof(aet_migrate_report), 0, 0, 0, 0, 0, 0, { "", 0, 0, 0, "", "", "", "", "" }, 0, "", "" }
/* clang-format on */

/*
 * Applies every pending migration, each file in one transaction together with
 * its journal row; a file whose first lines say `-- aet: no-transaction` is run
 * statement by statement, and continued where it stopped when it was killed.
 * Nothing to do costs one round trip, or two with a release to announce, and takes
 * no lock. Safe to call from any
 * number of servers at once, at every start: one works, the others wait and
 * then find nothing to do. Every file to be run is read and checked before the
 * first one runs. A database whose tables were made by Drizzle is adopted: the
 * journal gets its rows, the tables stay untouched.
 *
 * A file whose first lines say `-- aet: phase contract` takes something away that
 * an older release still uses. It is held while a server lives that was announced
 * (release) without knowing the file; this is no failure: all before it is
 * applied, the status is AET_OK, and the report says who holds it. It runs with a
 * later call. Files are never applied around it (<aeturnis/release.h>).
 *
 *   db      a pool; a transaction is AET_EINVAL
 *   opts    NULL: defaults, the library's own migrations
 *   report  may be NULL; filled on failure, too
 *
 * Thread-safe. Blocks for as long as the migrations take, and lock_wait_ms:
 * the pool's call_timeout_ms does not end it. The status is the first that
 * applies of
 *
 *   AET_EHALFDONE   a non-transactional file stopped part of the way, and cannot
 *                   be continued: it was changed since, or is gone, or a CALL or
 *                   DO in it that commits in parts is not known to have ended
 *                   (aet_db_migrate_resolve)
 *   AET_ECHECKSUM   an applied file's text has changed (line ends and a
 *                   byte-order mark are not its text)
 *   AET_EDIVERGED   the database has a migration that is not known here, and
 *                   lacks one that is: two histories, however many each has
 *   AET_EMISSING    the database has a migration that is not known here, older
 *                   than one that is
 *   AET_EAHEAD      the database has a migration newer than all known here;
 *                   with accept_unknown it is no failure, nor is it then
 *                   AET_EDIVERGED. With statements or manifest it is none
 *                   where each of these can be prepared there as this release
 *                   does, with the same columns, and inserts give all that
 *                   their tables demand: two round trips a statement, in
 *                   call_timeout_ms. Else the message says how many cannot and
 *                   why the first; report->failure.detail has as many as fit,
 *                   progress and the pool's log have all
 *   AET_EORDER      a pending file is older than an applied one; with
 *                   out_of_order it is applied
 *
 *   AET_EHELD       a file that is not of the phase contract comes after one
 *                   that is held, or hold_wait_ms was not enough: everything
 *                   before is applied, and this release lacks something
 *
 * all of which but the last change nothing, then AET_EDATA (a table that a migration made is
 * gone, and no migration has dropped it) and AET_EADOPT (tables exist without a
 * journal, and differ from the migrations; report->failure.detail has as many of
 * the differences as fit, the pool's log has all), AET_ELOCKED (another migrator
 * worked for longer than lock_wait_ms, or a table stayed busy through ten
 * attempts), AET_EMIGRATION (a file's SQL failed; report->failure says where).
 * AET_EINVAL names a folder or file that cannot be read, two files of one
 * version, a malformed name, an unknown directive, text that is not UTF-8, or
 * SQL that cannot be run this way, or refuses a pooler in transaction mode
 * between here and the server. AET_EUNKNOWN, AET_ECONNECT, AET_EBUSY,
 * AET_EDB, AET_ENOMEM as elsewhere: what a file had done is rolled back, and
 * calling again continues.
 */
AET_API AET_MUST_USE aet_status aet_db_migrate(aet_db *db,
    const aet_migrate_options *opts, aet_migrate_report *report, aet_error *err);

/* ---- setting right ---------------------------------------------------- */

/*
 * Records every numbered file up to version as applied, without running any: for
 * a database that had them before it had a journal. Nothing checks that it
 * truly has them; aet-db check does, afterwards.
 *
 *   report  may be NULL; adopted counts them
 *
 * AET_EINVAL: no file has that number, or the journal has rows already. Else
 * fails, locks and blocks as aet_db_migrate does.
 */
AET_API AET_MUST_USE aet_status aet_db_migrate_baseline(aet_db *db,
    const aet_migrate_options *opts, int64_t version, aet_migrate_report *report,
    aet_error *err);

/*
 * Accepts the text that the applied file of that name has now; runs nothing. The name
 * is as the journal has it, or the file's number, or a path to the file. Of
 * a file that stopped part of the way (to correct the statement that failed),
 * the next migrate goes on after the statements that are done, which the caller
 * answers for being the same. AET_EINVAL: there is no such file, or it has not
 * changed. Else as above.
 */
AET_API AET_MUST_USE aet_status aet_db_migrate_repair(
    aet_db *db, const aet_migrate_options *opts, const char *name, aet_error *err);

/*
 * Says what became of a statement in doubt: a CALL or DO that commits what it does
 * in parts, of a non-transactional file, which was begun and not seen to end. It is
 * never sent again by itself, since parts of it would then be done twice. Runs
 * nothing: the next migrate goes on.
 *
 *   name  the file's, as for aet_db_migrate_repair
 *   done  true: go on behind the statement. false: run it again
 *
 * AET_EINVAL: there is no such file, or no statement of it is in doubt. Else as above.
 */
AET_API AET_MUST_USE aet_status aet_db_migrate_resolve(aet_db *db,
    const aet_migrate_options *opts, const char *name, bool done, aet_error *err);

/*
 * Takes back the newest applied migration by its .down.sql: one transaction, in
 * which its row goes, too. Never more than one.
 *
 *   report  may be NULL; failure says where the .down.sql failed
 *
 * AET_EINVAL: nothing is applied, or there is no .down.sql; what stands in the
 * way of migrating does here, too. Else as aet_db_migrate.
 */
AET_API AET_MUST_USE aet_status aet_db_migrate_rollback(aet_db *db,
    const aet_migrate_options *opts, aet_migrate_report *report, aet_error *err);

/* ---- status ----------------------------------------------------------- */

typedef enum aet_migration_state {
	AET_MIGRATION_APPLIED = 1,
	AET_MIGRATION_PENDING = 2,
	AET_MIGRATION_OUT_OF_ORDER = 3, /* pending, and older than an applied one */
	AET_MIGRATION_CHANGED = 4,      /* applied, with another text than the file's */
	AET_MIGRATION_MISSING = 5, /* applied, not known here, older than one that is */
	AET_MIGRATION_UNKNOWN = 6, /* applied, not known here, newer than all that are */
	AET_MIGRATION_HALF_DONE = 7, /* non-transactional, and stopped part of the way */
	AET_MIGRATION_GONE =
	    8, /* applied, and a table that it made is there no more, which
				  no migration has dropped */
	AET_MIGRATION_HELD =
	    9 /* pending, of the phase contract or behind one that is, and
				  an older server lives */
} aet_migration_state;

#define AET_CHECKSUM_SIZE 65 /* 64 lower-case hex digits and the NUL */

/*
 * One migration, known here or recorded in the database or both. Strings
 * borrow from the list; NULL or zero is what the side that lacks it would say.
 */
typedef struct aet_migration {
	const char *source;
	int64_t version;  /* negative: repeatable */
	const char *name; /* the file's; as recorded, where there is no file */
	aet_migration_state state;
	const char *checksum;      /* as recorded: SHA-256 */
	const char *file_checksum; /* of the file here */
	aet_timestamp applied_at;  /* zero when never */
	int64_t duration_us;
	const char *library_version; /* of the library that applied it */
	const char *applied_by;      /* the role and host that did */
	int statements_done;         /* HALF_DONE: so many are behind it */
	bool adopted;                /* recorded, not run */
	const char *gone;            /* GONE: the table, "public.users" */
	int statement_in_doubt; /* HALF_DONE: this one commits what it does in parts, was
				   begun, and is not known to have ended; 0: none is */
	bool contract;          /* of those that are to be run: of that phase */
	const char *held_by;    /* HELD: the servers, or the file that it comes after */
} aet_migration;

/* In order of version. Owned by the caller: aet_migration_list_free(). */
typedef struct aet_migration_list {
	size_t len;
	const aet_migration *const *items;
} aet_migration_list;

/*
 * Compares the files with the journal; changes nothing, takes no lock. A
 * database without a journal has everything pending.
 *
 *   db    a pool; a transaction is AET_EINVAL
 *   opts  NULL: defaults. Of them dir and source matter
 *   out   owned: aet_migration_list_free(). Untouched on failure
 *
 * Thread-safe; blocks for at most call_timeout_ms. Fails with AET_EINVAL for
 * files as aet_db_migrate does, and as every call may.
 */
AET_API AET_MUST_USE aet_status aet_db_migrations(aet_db *db,
    const aet_migrate_options *opts, aet_migration_list **out, aet_error *err);

/* NULL is nothing. */
AET_API void aet_migration_list_free(aet_migration_list *list);

/* "applied", "out of order", ...; "?" for a number that is none. Static
 * storage; thread-safe; does not block. */
AET_API const char *aet_migration_state_text(aet_migration_state state);

/* ---- health ----------------------------------------------------------- */

typedef enum aet_health_kind {
	AET_HEALTH_OK = 0,
	AET_HEALTH_DOWN = 1,          /* AET_ECONNECT: nobody answers */
	AET_HEALTH_AUTH = 2,          /* AET_ECONNECT, 28xxx: role or password refused */
	AET_HEALTH_NO_DATABASE = 3,   /* AET_ECONNECT, 3D000 */
	AET_HEALTH_BUSY = 4,          /* AET_EBUSY: no connection is free */
	AET_HEALTH_SLOW = 5,          /* AET_ETIMEOUT: no answer in time */
	AET_HEALTH_READ_ONLY = 6,     /* AET_EDB, 25006: a standby, or set to read only */
	AET_HEALTH_BEHIND = 7,        /* AET_EBEHIND: migrations are pending */
	AET_HEALTH_AHEAD = 8,         /* AET_EAHEAD: a newer release has migrated it */
	AET_HEALTH_CHANGED = 9,       /* AET_ECHECKSUM */
	AET_HEALTH_MISSING = 10,      /* AET_EMISSING */
	AET_HEALTH_DIVERGED = 11,     /* AET_EDIVERGED */
	AET_HEALTH_OUT_OF_ORDER = 12, /* AET_EORDER */
	AET_HEALTH_HALF_DONE = 13,    /* AET_EHALFDONE */
	AET_HEALTH_BROKEN = 14,       /* anything else; error.status says what */
	AET_HEALTH_GONE = 15          /* AET_EDATA: a migration's table is gone */
} aet_health_kind;

typedef struct aet_health {
	size_t size; /* sizeof(aet_health), set by the caller; 0 is AET_EINVAL */
	aet_health_kind kind;
	aet_status status;
	int applied; /* migrations; 0 where the journal could not be read */
	int pending;
	int64_t elapsed_us;             /* of the round trip */
	char message[AET_MESSAGE_SIZE]; /* one sentence: what is wrong, what to do */
} aet_health;

/* clang-format off */
#define AET_HEALTH_INIT { sizeof(aet_health), AET_HEALTH_OK, AET_OK, 0, 0, 0, "" }
/* clang-format on */

/*
 * Whether the game can work: the server answers, takes writes, and has exactly
 * the migrations known here (with accept_unknown, at least these; with
 * statements or manifest, at least these where all of them work, as
 * aet_db_migrate says). Pending files of the phase contract are in nobody's way,
 * as long as nothing else comes after them. One round trip, where the database is not ahead;
 * changes nothing, takes no lock.
 *
 *   db    a pool; a transaction is AET_EINVAL
 *   opts  NULL: defaults. Of them dir, source, journal, out_of_order,
 *         accept_unknown, statements and manifest matter
 *   out   may be NULL; filled whether healthy or not
 *
 * Returns AET_OK only for AET_HEALTH_OK, else the status beside the kind above,
 * by the same precedence as aet_db_migrate's, AET_EBEHIND last. Thread-safe;
 * blocks for at most call_timeout_ms.
 */
AET_API AET_MUST_USE aet_status aet_db_health(
    aet_db *db, const aet_migrate_options *opts, aet_health *out, aet_error *err);

/* "ok", "read only", ...; "?" for a number that is none. Static storage;
 * thread-safe; does not block. */
AET_API const char *aet_health_kind_text(aet_health_kind kind);

AET_END_DECLS

#endif
