/* SPDX-License-Identifier: MIT */
/*
 * One run of the migrator: which connection it works on, what it was asked,
 * what it has done. Its files: run.c frames a call, migrate.c decides, text.c reads a
 * file, apply.c, apply_script.c and apply_alone.c run it, adopt.c finds one done
 * already, amend.c and rollback.c set right, progress.c tells.
 */
#ifndef AET_MIGRATE_MIGRATOR_H
#define AET_MIGRATE_MIGRATOR_H

#include <stdbool.h>

#include "core/text.h"
#include "migrate/directives.h"
#include "migrate/envelope.h"
#include "migrate/journal.h"
#include "migrate/plan.h"
#include "migrate/script.h"
#include "migrate/servers.h"
#include "migrate/source.h"
#include "pg/connection.h"

typedef struct aet__migrator {
	aet__connection *connection;
	aet_migrate_options options; /* with every default filled in */
	const aet_db_options *pool;  /* for a second connection; NULL: there is none */
	const aet__source *source;
	aet_migrate_report *report; /* never NULL */
	aet_log_fn log;             /* NULL: silent */
	void *log_ctx;
	bool patient;     /* another migrator that gets on is waited for, however long */
	bool within;      /* all of it in a transaction of the caller's */
	size_t most;      /* within: so many files at most */
	bool pooled;      /* there is a pooler between: the lock is looked after */
	bool announced;   /* by this call, and not before */
	const void *what; /* the call's */
	char *objects;    /* owned: what there is (migrate/objects.h); NULL: not known */
	char *defaults;   /* owned: of the session (migrate/defaults.h); NULL: not read */

	/* The file under way. */
	const aet__plan_entry *entry;
	bool contract;                       /* older servers may have to leave first */
	char held_by[AET__SERVER_TEXT_SIZE]; /* which; "": none has to */
	int64_t held_told_us;                /* when that was told last; 0: never */
	int index, total;
	int statements; /* that it has */
	char *locks;    /* owned: held by the file so far, JSON; NULL: none */
	int64_t began_us;
	char sqlstate[6]; /* of the last failure on the connection */
} aet__migrator;

/* ---- options.c: what every call asks ------------------------------------ */

/* Checks, and fills in the defaults. in may be NULL. AET_EINVAL. */
aet_status aet__migrate_options_read(
    const aet_migrate_options *in, aet_migrate_options *out, aet_error *err);

/* The files that options (as read) name: aet__source_free(). */
aet_status aet__migrate_source(
    const aet_migrate_options *options, aet__source *out, aet_error *err);

/* The library's own files, and what they are called in the journal. */
#define AET__OWN_SOURCE "aeturnis"
aet_status aet__migrate_own_source(aet__source *out, aet_error *err);

/* The pool that db is: a transaction is AET_EINVAL. */
aet_status aet__migrate_pool(aet_db *db, aet_error *err);

/* Whether the library's own files are meant. */
bool aet__migrate_is_own(const aet__source *source);

/* ---- run.c --------------------------------------------------------------- */

typedef struct aet__migrate_call {
	/* Asked before the lock whether there is nothing to do; NULL: there is. */
	aet_status (*idle)(
	    aet__migrator *m, aet__deadline deadline, bool *idle, aet_error *err);
	/* Under the lock, where the journal is there. */
	aet_status (*work)(
	    aet__migrator *m, aet__deadline deadline, const void *what, aet_error *err);
	const void *what; /* for work */
	bool announces;   /* with options.release: the server lives from then on */
} aet__migrate_call;

/* One public call: reads opts and the files, connects, takes the lock, works.
 * report may be NULL. */
aet_status aet__migrate_run(aet_db *db, const aet_migrate_options *opts,
    aet_migrate_report *report, const aet__migrate_call *call, aet_error *err);

/* The same for the files of m->source, with m->options as read. */
aet_status aet__migrate_run_files(
    aet_db *db, aet__migrator *m, const aet__migrate_call *call, aet_error *err);

/* ---- migrate.c ----------------------------------------------------------- */

/* aet_db_migrate's. */
extern const aet__migrate_call aet__migrate_pending;

/* What was read of the database, and what follows from it. */
typedef struct aet__view {
	aet__journal_copy journal;
	aet__plan plan;
} aet__view;

/* Reads the journal and plans; what the plan's verdict is does not matter. *out
 * wants aet__view_free() in any case. */
aet_status aet__migrate_see(
    aet__migrator *m, aet__deadline deadline, aet__view *out, aet_error *err);

/* As above; a verdict that nothing may be run is the status. */
aet_status aet__migrate_look(
    aet__migrator *m, aet__deadline deadline, aet__view *out, aet_error *err);

void aet__view_free(aet__view *seen);

/*
 * Migrates inside the caller's open transaction, under the migrator's lock
 * (migrate/lock.h), and leaves both to the caller; also resets the session's
 * settings. It ends before the first file that cannot run in a transaction, and
 * after most files: report->remaining says how many are left. After a failure
 * only rolling back is left.
 *
 *   options  as aet__migrate_options_read gives them
 *   report   never NULL; zeroed first, but for its size
 */
aet_status aet__migrate_within(aet__connection *connection, const aet__source *source,
    const aet_migrate_options *options, size_t most, aet_migrate_report *report,
    aet_error *err);

/* ---- text.c ---------------------------------------------------------------- */

/* A file ready to run. */
typedef struct aet__migration_text {
	aet__spool text;
	aet__directives directives;
	aet__envelope envelope; /* unless no_transaction */
	int statements;
} aet__migration_text;

/* Reads a file and checks that it can be run: aet__migration_text_free(). */
aet_status aet__migration_text_read(aet__migrator *m, const aet__migration_file *file,
    aet__migration_text *out, aet_error *err);

void aet__migration_text_free(aet__migration_text *text);

/* ---- apply.c: files that run in one transaction -------------------------- */

/* Runs the file of entry and records it. */
aet_status aet__apply(aet__migrator *m, const aet__plan_entry *entry, aet_error *err);

/* Begins the transaction in which a file runs, behind the fence; modes are
 * BEGIN's, len bytes. *already: the migration has a row by now. */
aet_status aet__apply_begin(
    aet__migrator *m, const char *modes, size_t len, bool *already, aet_error *err);

/* COMMIT; AET_EMIGRATION where the file's deferred constraints refuse. */
aet_status aet__apply_commit(aet__migrator *m, aet_error *err);

/* ROLLBACK, where there is anything left to roll back; forgets the objects. Keeps
 * m->sqlstate. */
void aet__apply_rollback(aet__migrator *m);

/* Before what may make objects: what there is already is known from here on. */
aet_status aet__apply_watch(aet__migrator *m, aet_error *err);

/* Records what the file of m->entry has made since, in the transaction under way. */
aet_status aet__apply_collect(aet__migrator *m, aet_error *err);

/* Runs a command of the migrator's own, noting the SQLSTATE if it fails. */
aet_status aet__apply_command(aet__migrator *m, const char *sql, aet_error *err);

/* Runs one of the file's statements; a failure is told in the report. writes:
 * it commits by itself. */
aet_status aet__apply_statement(aet__migrator *m, const char *text,
    const aet__statement *statement, bool writes, aet_error *err);

/* Runs what the envelope encloses, in the transaction under way. */
aet_status aet__apply_statements(
    aet__migrator *m, const char *text, const aet__envelope *envelope, aet_error *err);

/* Notes the SQLSTATE of a failure and returns status. */
aet_status aet__apply_note(aet__migrator *m, aet_status status);

/*
 * Runs attempt_once, and again as long as a table is busy: ten times, with growing,
 * jittered pauses. AET_ELOCKED if it stays busy. Each attempt leaves no
 * transaction behind when it fails.
 */
typedef aet_status (*aet__attempt_fn)(aet__migrator *m, void *ctx, aet_error *err);
aet_status aet__apply_retried(
    aet__migrator *m, aet__attempt_fn attempt_once, void *ctx, aet_error *err);

/* What ends a file: no setting of its own reaches the next one. The server is
 * to go on noticing when its client dies (lib/pg sets that, too). */
#define AET__APPLY_RESET                                      \
	"RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL;" \
	" SET client_connection_check_interval = '5s'"

/* ---- locks.c --------------------------------------------------------------- */

/* With tell_locks: a statement has ended, which began then. */
aet_status aet__migrate_tell_locks(
    aet__migrator *m, const aet__statement *statement, int64_t began_us, aet_error *err);

/* ---- apply_script.c: files that run statement by statement ---------------- */

aet_status aet__apply_script(
    aet__migrator *m, const aet__migration_text *text, aet_error *err);

/* ---- adopt.c -------------------------------------------------------------- */

/*
 * Looks whether the baseline is there already, made by somebody else; if so,
 * and if it is the same by definition, records it and sets *adopted. If it is
 * there and differs: AET_EADOPT. Touches nothing but the journal.
 */
aet_status aet__adopt(
    aet__migrator *m, const aet__plan_entry *entry, bool *adopted, aet_error *err);

/* ---- progress.c ----------------------------------------------------------- */

/* Microseconds on the monotonic clock. */
int64_t aet__migrate_clock_us(void);

/* Tells the caller's callback; fills in what every event has. */
void aet__migrate_tell(const aet__migrator *m, aet_migrate_event event);

/* A statement of the file under way begins. */
void aet__migrate_tell_statement(const aet__migrator *m, const aet__statement *statement);

void aet__migrate_log(const aet__migrator *m, aet_log_level level, const char *format,
    ...) AET_PRINTF(3, 4);

/*
 * Fills the report's failure from the connection's, and err: status, the place
 * and the server's words. statement NULL: none in particular. Returns status.
 */
aet_status aet__migrate_fail(aet__migrator *m, aet_status status, const char *text,
    const aet__statement *statement, aet_error *err);

/* As much for a file that was refused before it ran; err says why, and as far as
 * the place is known, begins with it. */
void aet__migrate_refused(
    aet__migrator *m, const aet__migration_file *file, const aet_error *err);

#endif
