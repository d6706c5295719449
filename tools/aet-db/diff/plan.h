/* SPDX-License-Identifier: MIT */
/*
 * The way from one schema to another: what happens to each object, the
 * statements that do it, and their order, which is that of what stands on what.
 */
#ifndef AET_DB_DIFF_PLAN_H
#define AET_DB_DIFF_PLAN_H

#include "diff/facts.h"
#include "hazard/hazard.h"

typedef struct diff_step {
	const char *text;
	size_t rank;               /* of those that could come next, the lowest does */
	const diff_object *object; /* that it is about, of the older schema if it drops */
	struct diff_step **after;  /* those that wait for this one */
	size_t after_count;
	size_t waits; /* for so many */
	size_t seen;  /* by the search of that number */
	bool drops;
} diff_step;

/* What a plan may do besides what it is for. Texts that do not apply are NULL. */
typedef struct diff_hazard {
	const char *code; /* of hazard/hazard.h */
	const char *text;
	const char *object;  /* its name in the facts */
	const char *table;   /* whose rows it is about, as SQL writes its name */
	const char *instead; /* what to do about it */
	const char *rename;  /* the --rename that may have been meant */
	const char *lost;    /* what count() is to count, for what goes: "*", a column */
	const char *rows;    /* how many the table has; NULL: not asked */
	size_t part;         /* of a change, from 1, where one is known; see change/ */
} diff_hazard;

/* How the statements are run: what one by one is safe locks all the while in a
 * transaction. */
typedef enum diff_form {
	DIFF_PLAIN,
	DIFF_TRIED, /* plainly, and change/trial.c tells what is rewritten */
	DIFF_LIVE   /* as change/live.c writes them, and tried */
} diff_form;

typedef struct diff_plan {
	codegen_memory *memory;
	diff_schema *from;
	diff_schema *to;
	diff_step **steps; /* in their order, once diff_plan_order is through */
	size_t count;
	diff_hazard *hazards;
	size_t hazard_count;
	const char **refusals; /* what there is no SQL for */
	size_t refusal_count;
} diff_plan;

/*
 * The whole plan. Fails with AET_EDATA where objects need each other in a
 * circle; what cannot be planned is in refusals.
 */
aet_status diff_plan_make(codegen_memory *memory, diff_schema *from, diff_schema *to,
    diff_plan **out, aet_error *err);

/* ---- its parts, in their order ------------------------------------------- */

/* Matches the objects of both sides, and gives each its action. */
void diff_plan_decide(diff_plan *plan);

/* Makes the steps. */
void diff_plan_build(diff_plan *plan);

/* Lets them wait for each other, and sorts them. */
void diff_plan_connect(diff_plan *plan);
aet_status diff_plan_order(diff_plan *plan, aet_error *err);

/* Anew: those that were found before are forgotten. */
void diff_plan_find_hazards(diff_plan *plan, diff_form form);

/* ---- shared between them --------------------------------------------------- */

/* Whether object, of the older schema, is dropped, to come back or not. */
bool diff_goes(const diff_object *object);

/* Whether object, of the newer schema, is created. */
bool diff_comes(const diff_object *object);

/* The object that takes this one along when it is dropped; NULL: none. */
diff_object *diff_taken_by(const diff_object *object);

/* Whether it comes and goes with its like on a table that stays inherited from. */
bool diff_is_inherited(const diff_object *object);

/* Whether other types can be made of it. */
bool diff_is_type(const diff_object *object);

/* Whether a column of that type changes to a new type of that name in place. */
bool diff_retypes(const diff_object *user, const diff_object *type);

/* Whether the older object can be made like the newer one in place. */
bool diff_can_change(
    codegen_memory *memory, const diff_object *older, const diff_object *newer);

/* The statements that do that. */
const char *diff_change_text(
    codegen_memory *memory, const diff_object *older, const diff_object *newer);

/* What a change of a column's type does to the values that are there. */
typedef enum diff_risk {
	DIFF_RISK_NONE,
	DIFF_RISK_FAILS,  /* where a value does not fit, which PostgreSQL says */
	DIFF_RISK_SHIFTS, /* a time is read in the session's zone */
	DIFF_RISK_LOSES   /* rounds or cuts without a word */
} diff_risk;

diff_risk diff_retype_risk(const diff_object *older, const diff_object *newer);

/* Names the pairs of one dropped and one created that may be a rename. */
void diff_plan_find_renames(diff_plan *plan);

diff_hazard *diff_plan_warn(diff_plan *plan, hazard_id id, const char *text);

/* Whether object, of the newer schema, is on a table that is made with it. */
bool diff_comes_with_table(const diff_object *object);

/* The table, or materialised view, that object is or belongs to; NULL: none. */
const diff_object *diff_table_of(const diff_object *object);

/* The last part of a qualified name, quotes and all. */
const char *diff_last_name(const char *name);

/* The type under another name, so that the new one can have its own, and the
 * statement that drops it. */
const char *diff_aside_text(codegen_memory *memory, const diff_object *type);
const char *diff_aside_drop(codegen_memory *memory, const diff_object *type);

/* Its oid: a word of its own for what makes room. */
const char *diff_number_of(codegen_memory *memory, const diff_object *object);

/* The expression behind USING; NULL: none is needed. */
const char *diff_using_text(
    codegen_memory *memory, const diff_object *older, const diff_object *newer);

/* The number behind a word of a sequence's or an identity's settings. */
long long diff_setting(const diff_object *sequence, const char *word);

/* Whether it is a table with rows that are its own, not a foreign one's. */
bool diff_holds_rows(const diff_object *object);

/* Whether the rows of a table of the older schema, which goes, are laid aside
 * and put back: by itself, or with the whole table that it is a partition of. */
bool diff_keeps_rows(const diff_object *older);
bool diff_rows_are_kept_by_whole(const diff_object *older);

/* The table that table is a partition of; NULL: none. */
const diff_object *diff_whole_of(const diff_object *table);

/* Where the rows of a table of the newer schema are put back: it, or the whole
 * table that it was and is a partition of. */
const diff_object *diff_way_in(const diff_object *newer);

/* Moves the rows that belong to a new partition out of the one with the rest;
 * NULL: there is none, or nothing that can take them. */
const char *diff_make_room_text(codegen_memory *memory, const diff_object *link);

/* The statements that lay rows aside and put them back; both are about the older
 * table. */
const char *diff_keep_text(codegen_memory *memory, const diff_object *table);
const char *diff_restore_text(codegen_memory *memory, const diff_object *table);

/* Makes a step of the plan. */
diff_step *diff_plan_add_step(
    diff_plan *plan, const diff_object *object, const char *text, size_t rank);

#endif
