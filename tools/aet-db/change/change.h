/* SPDX-License-Identifier: MIT */
/*
 * From a difference to something that is run: what generate writes into files
 * and push applies. It stands on diff/: a plan's steps, here with declared
 * renames before them, in forms that a table in use bears, and grouped by what
 * may share a transaction.
 */
#ifndef AET_DB_CHANGE_CHANGE_H
#define AET_DB_CHANGE_CHANGE_H

#include "change/rename.h"
#include "diff/plan.h"
#include "diff/servers.h"

/* Beside a column or table in a schema file: "-- aet: renamed from old_name". */
#define CHANGE_DIRECTIVE "renamed from "

typedef enum change_mode {
	CHANGE_TOGETHER, /* in one transaction with its neighbours */
	CHANGE_BEFORE,   /* committed before what uses it: an enum's new labels */
	CHANGE_ALONE     /* each statement by itself, outside a transaction */
} change_mode;

/* Statements that are run in one way: a file of a migration. */
typedef struct change_part {
	change_mode mode;
	const char **statements;
	size_t count;
	bool allowed[HAZARD_COUNT]; /* lint finds it, and has to bear it */
} change_part;

typedef struct change {
	/* Given. */
	codegen_memory *memory;
	aet__deadline deadline;
	const char *working; /* url: the schema as it is, in a copy that is changed */
	const char *target;  /* url: the schema as it should be */
	bool working_loaded; /* from files: see diff_schema_read */
	bool target_loaded;
	bool transactional; /* no form of a live table's */
	change_renames renames;
	diff_schema *seen; /* the database that is changed, when all began; NULL: none */
	diff_lookup left_alone; /* names of what is nobody's business here */
	bool leaves_roles;      /* and what aet-db roles has given */

	/* Made. */
	change_part *parts;
	size_t part_count;
	diff_hazard *hazards;
	size_t hazard_count;
	const char **problems; /* why there is no plan */
	size_t problem_count;
	diff_lookup renamed; /* from a table's new name to its old one */
	bool has_tables;     /* some may be in use */
	const char *title;   /* a name of words for what changes: "add users email" */

	/* While it is made. */
	aet__connection *copy;
	diff_schema *from;
	diff_schema *to;
	diff_lookup unique;  /* definitions of the indexes behind constraints */
	diff_lookup swapped; /* indexes that make room first, and their new names */
	diff_lookup aside;   /* from a constraint to the index that is built for it */
	size_t swap_count;
	size_t search_count;
	int64_t newest; /* no table with a higher oid was there before */
} change;

/*
 * Makes the parts, trying each statement on the working copy, which has the
 * target's schema then. No parts: there is no difference. AET_EDATA: there is
 * no plan, and problems say why where err does not.
 */
aet_status change_make(change *work, aet_error *err);

/*
 * Whether the database of url has the target's schema. AET_EDATA where it does
 * not; problems say what remains.
 */
aet_status change_compare(change *work, const char *url, bool loaded, aet_error *err);

/* Reads the database of url as from, and the target as to, without what is left
 * alone. */
aet_status change_read(change *work, const char *url, bool loaded, aet_error *err);

/* ---- its parts ----------------------------------------------------------- */

/* Makes the declared renames in the working copy, and those that follow: an
 * index, a constraint or a sequence that differs by its name alone. */
aet_status change_follow(change *work, bool *again, aet_error *err);

/* Appends one statement. */
void change_add(change *work, change_mode mode, const char *text);

/* Appends the plan's statements, in their forms and an order that keeps those
 * of one mode together. */
void change_add_plan(change *work, diff_plan *plan);

/* A step's mode, and its statements in it. */
change_mode change_step_mode(change *work, const diff_step *step);
void change_add_step(change *work, const diff_step *step, change_mode mode);

/* Reads the definitions of the indexes behind the target's constraints. */
aet_status change_read_unique(change *work, aet__connection *connection, aet_error *err);

/* Runs what was added since *done on the working copy; a table that is rewritten
 * meanwhile is a hazard. */
aet_status change_try(change *work, size_t *part, size_t *statement, aet_error *err);

diff_hazard *change_warn(change *work, hazard_id id, const char *text);
void change_add_problem(change *work, const char *text);

/* Remembers which tables were there before anything was tried. */
aet_status change_see_tables(change *work, aet_error *err);

/* What a table was called before anything was renamed. */
const char *change_old_name(const change *work, const char *table);

/* The part that a hazard has to do with. */
size_t change_part_of(const change *work, const diff_hazard *hazard);

/* Leaves a thing alone, by its name in the facts, with all that it holds. */
void change_leave(change *work, const char *name);

/* Leaves a migrator's tables alone, and their schema where the target has none
 * of that name. journal: the schema that they are in. */
void change_leave_journal(change *work, const char *journal);

/* Leaves alone what migrations of other sources made, as the journal in the
 * database of the connection says; no journal is nothing. */
aet_status change_leave_others(change *work, aet__connection *connection,
    const char *journal, const char *source, aet_error *err);

/* Whether the journal has migrations of the source. */
aet_status change_has_history(change *work, aet__connection *connection,
    const char *journal, const char *source, bool *has, aet_error *err);

/* Leaves alone what aet-db roles has given, if it was applied in the database of the
 * connection. */
aet_status change_leave_roles(change *work, aet__connection *connection, aet_error *err);

/* Whether it is about who may do what, and of those that aet-db roles gives. */
bool change_is_right_of_roles(const diff_object *object);

/* Takes what is left alone out of a schema that was read. */
void change_leave_alone(change *work, diff_schema *schema);

#endif
