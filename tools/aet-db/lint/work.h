/* SPDX-License-Identifier: MIT */
/* One run of lint: the private server, the file under way, and what was seen. */
#ifndef AET_DB_LINT_WORK_H
#define AET_DB_LINT_WORK_H

#include <stdint.h>

#include "diff/lookup.h"
#include "diff/servers.h"
#include "lint/allow.h"
#include "lint/facts.h"
#include "lint/lint.h"
#include "lint/manifest.h"
#include "lint/words.h"
#include "migrate/script.h"

#define LINT_READERS_WAIT "AccessExclusiveLock"

/* A statement of the file under way. */
typedef struct lint_statement {
	aet__statement place;
	const char *text;
	lint_words words;
	bool alone;          /* it ran outside a transaction */
	bool locks;          /* what the game uses, other than to write rows */
	bool failed_on_rows; /* and was run again without them */
	aet_error failure;   /* then: what it failed with */
	const char *said;    /* in the server's words */
} lint_statement;

/* What a statement began, to be looked at again when the file is through. */
typedef struct lint_event {
	const lint_statement *statement;
	const char *id;
	bool told;
} lint_event;

typedef struct lint_events {
	lint_event *items;
	size_t count;
} lint_events;

typedef struct lint_state {
	const lint_options *options;
	lint_report *report;
	codegen_memory *memory;
	aet__deadline deadline;
	diff_scratch scratch;
	aet__connection *connection;
	bool with_library;  /* the library's own migrations come first */
	diff_lookup counts; /* of a table's name: a double */
	lint_manifest manifest;
	lint_look *base; /* what the game uses */

	const lint_file *file;
	lint_allows allows;
	lint_look *start; /* of the file */
	lint_look *before;
	lint_look *after;
	lint_statement **statements; /* so far */
	size_t statement_count;
	const lint_statement **vanished; /* of each fact of start: who removed its name */
	lint_events locks;               /* of this transaction: relations */
	lint_events required; /* columns that an INSERT must name from then on */
	lint_events secured;  /* tables whose row security was enabled */
	diff_lookup mended;   /* tables whose rows the migrations have changed: by id */
	bool order_told;      /* of this transaction: lock-order */
	bool labels_added;
	bool own_transactions; /* the file has some */
	bool contract;         /* the file waits until no older release lives */
	aet__failure said;     /* of the last statement of the file's that failed */
} lint_state;

/* ---- say.c ----------------------------------------------------------------- */

/* One finding; a second of the same hazard, statement and object is dropped.
 * relation, by id, is whose rows are counted; NULL: nobody's. */
void lint_say(lint_state *state, hazard_id hazard, const lint_statement *statement,
    const char *object, const char *relation, const char *what, const char *instead);

/* Whether the statement has that finding about the object (NULL: any). */
bool lint_said(const lint_state *state, hazard_id hazard, const lint_statement *statement,
    const char *object);

/* " (about 1,200,000 rows)", or nothing. */
const char *lint_rows_text(lint_state *state, const char *relation);

/* What the game calls the relation: its name at the start. */
const char *lint_name(const lint_state *state, const char *relation);

/* The first column of the first row; "" where there is none, or on failure. */
const char *lint_ask(
    lint_state *state, const char *sql, const char *first, const char *second);

/* ---- judge_*.c: of one statement, between before and after ------------------ */

/* A table or materialised view that the game uses, and that is still there. */
bool lint_is_used(const lint_state *state, const char *relation);

/* First: that it failed on planted rows. */
void lint_judge_failure(lint_state *state, lint_statement *statement);

/* Whether all its rows went at once: by TRUNCATE, which may be within DO. */
bool lint_is_emptied(
    lint_state *state, const lint_statement *statement, const lint_fact *used);

void lint_judge_locks(lint_state *state, lint_statement *statement);
void lint_judge_changes(lint_state *state, lint_statement *statement);
void lint_judge_rows(lint_state *state, lint_statement *statement);

/* Notes what the file's end is judged by. */
void lint_follow(lint_state *state, const lint_statement *statement);

/* ---- judge_file.c: of a whole file, between start and after ----------------- */

void lint_judge_file(lint_state *state, bool no_transaction);

/* ---- try.c --------------------------------------------------------------------- */

/* Runs a statement in the transaction that is open. What it does is undone where
 * it fails, and state->said is why. */
aet_status lint_try(lint_state *state, lint_statement *statement, aet_error *err);

/* Whether that was because of the transaction. */
bool lint_try_refused(const lint_state *state);

/* Runs it outside of one. */
aet_status lint_try_alone(lint_state *state, lint_statement *statement, aet_error *err);

/* ---- execute.c --------------------------------------------------------------- */

/* Looks, in place of *out. */
aet_status lint_look_again(lint_state *state, lint_look **out, aet_error *err);

/* Runs state->file. */
aet_status lint_execute(lint_state *state, aet_error *err);

/* ---- world.c ------------------------------------------------------------------ */

/* The private server, and on it the schema to begin with. */
aet_status lint_world_open(lint_state *state, aet_error *err);
void lint_world_close(lint_state *state);
aet_status lint_world_plant(lint_state *state, aet_error *err);

/* The session's settings, as a file meets them. */
aet_status lint_world_reset(lint_state *state, aet_error *err);

#endif
