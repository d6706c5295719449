/* SPDX-License-Identifier: MIT */
/* What the files of a script's run share; nobody else includes it. */
#ifndef AET_MIGRATE_APPLY_SCRIPT_H
#define AET_MIGRATE_APPLY_SCRIPT_H

#include "migrate/migrator.h"

typedef struct aet__script_run {
	const char *text;
	aet__script script; /* before the step under way */
	int done;           /* as the journal has it */
	int begun;          /* was sent by a run that did not see it end; 0: none */
	bool makes;         /* the step may make objects */
	bool unseen;        /* what was made since is not recorded yet */
	bool late;          /* nor will the step's duration be, when it is done */
	int64_t told_us;    /* the duration is in the journal up to then */
} aet__script_run;

/* The file may have changed the role; until the transaction ends it is ours. */
#define AET__SCRIPT_OWN_ROLE \
	"SET LOCAL SESSION AUTHORIZATION DEFAULT; SET LOCAL ROLE TO DEFAULT"

/* The file may have made its session's transactions read only: the row is written. */
#define AET__SCRIPT_BEGIN "BEGIN READ WRITE"

/* The row as it is to be: done statements are behind it. */
aet__journal_entry aet__script_row(
    const aet__migrator *m, const aet__script_run *run, int done);

/* In the transaction under way: writes that done are behind it now. */
aet_status aet__script_move_on(
    aet__migrator *m, const aet__script_run *run, int done, aet_error *err);

/* ---- apply_alone.c ------------------------------------------------------- */

/* A statement that cannot run in a transaction. */
aet_status aet__script_run_alone(aet__migrator *m, aet__script_run *run,
    const aet__statement *statement, aet_error *err);

/*
 * A CALL or DO that commits what it does, in parts. Where it is not known to have
 * ended it is in doubt, and never sent again but at somebody's word
 * (aet_db_migrate_resolve): the journal says so by a negative statement_begun.
 */
aet_status aet__script_run_committing(aet__migrator *m, aet__script_run *run,
    const aet__statement *statement, aet_error *err);

#endif
