/* SPDX-License-Identifier: MIT */
/* What generate, push and diff with renames share. */
#ifndef AET_DB_COMMANDS_GENERATING_H
#define AET_DB_COMMANDS_GENERATING_H

#include <aeturnis/migrate.h>

#include "change/change.h"
#include "change/files.h"
#include "change/previous.h"
#include "cli.h"

#define DEFAULT_SCHEMA "schema"

typedef struct generating {
	cli_context *cli;
	codegen_memory memory;
	diff_scratch scratch;
	aet__deadline deadline;
	const char *bindir; /* NULL: looked for */
	const char *schema; /* the files that say how it should be */
	change_replay replay;
	change_renames flags;    /* from --rename, and from answers */
	const char **kept_apart; /* the new sides of pairs that are no renames */
	size_t kept_apart_count;
	change work;
	change_previous previous;
	const char
	    *before; /* url: what generate's files meet, in a copy; NULL: nothing */
	aet_migrate_report migrated;
	size_t shown;     /* hazards */
	size_t consented; /* losses of data */
	int exit; /* where a call returns AET_EREFUSED: told already, with this code */
} generating;

/*
 * Runs body with memory and a scratch server, and frees them; body returns the
 * exit code, or leaves by generating_fail.
 */
int generating_run(cli_context *cli, int (*body)(generating *g));

/* Tells of a failure, and returns the exit code. */
int generating_fail(generating *g, const aet_error *err);

/* An empty scratch database with the schema's files in it, and what they say of
 * renames; the library's tables are there before, where replay.on_library. */
aet_status generating_load_schema(generating *g, const char *source, const char **url,
    change_renames *renames, aet_error *err);

/* A copy of a database's schema, by pg_dump, with the server's roles. */
aet_status generating_copy(
    generating *g, const char *from, const char **url, aet_error *err);

/*
 * Calls load, and where something is missing that the library's own migrations may
 * make, once more with these first. What fails then too, fails as at first.
 */
aet_status generating_with_library(
    generating *g, aet_status (*load)(generating *g, aet_error *err), aet_error *err);

/*
 * Whether the failure was that a role is missing, which now is there: roles are
 * no part of a database, so that a private server has none but its own. Never on
 * a server that --shadow names.
 */
bool generating_makes_role(generating *g, const aet_error *err);

/*
 * Loads the schema's files as the target; where something is missing, with the
 * library's tables before them.
 */
aet_status generating_load_target(generating *g, aet_error *err);

/*
 * Loads both as working and target: the migrations of replay, and the schema's
 * files. A game's tables may refer to the library's: what does not stand alone is
 * tried with these before it.
 */
aet_status generating_load_sides(generating *g, aet_error *err);

/* Makes the change, and holds it against the release that runs: --manifest. */
aet_status generating_make(generating *g, aet_error *err);

/* Leaves alone what migrations of another source made in the database of url:
 * the library's users, say. */
aet_status generating_leave_others(generating *g, const char *url, aet_error *err);

/* As the flags say, or as is usual. */
const char *generating_journal(const generating *g);
const char *generating_source(const generating *g);

/* Whether there is somebody to ask. */
bool generating_may_ask(const cli_context *cli);

/* What was typed, in lower case; '\0' where nothing was. */
char generating_ask(const char *question);

/*
 * Asks of each likely rename what it is. *again: one is, and the plan is to be
 * made anew. AET_EREFUSED: told, with g->exit.
 */
aet_status generating_ask_renames(generating *g, bool *again, aet_error *err);

/* On stderr, and in the document: those that were not shown yet. */
void generating_show_hazards(generating *g);
json_t *generating_hazard_json(const diff_hazard *hazard);

/*
 * Runs lint over files that are about to be written, in the database of before,
 * which has what they meet and is no use afterwards; notes what it finds in the
 * change's parts and hazards. Each file is judged as if those before it had been
 * applied a release ago. That lint fails is told, and no failure.
 */
void generating_judge(generating *g, const change_files *files, const char *before);

/* How many hazards are losses of data. */
size_t generating_losses(const change *work);

/* The exit code of a refusal: nothing was done. */
int generating_refuse(generating *g, const char *next, const char *format, ...)
    AET_PRINTF(3, 4);

#endif
