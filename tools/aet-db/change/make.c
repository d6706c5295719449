/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "change/change.h"
#include "diff/diff.h"

/* What one plan could not foresee, default privileges say, the next one mends. */
#define MOST_ROUNDS 4

diff_hazard *
change_warn(change *work, hazard_id id, const char *text)
{
	work->hazards = codegen_append(
	    work->memory, work->hazards, &work->hazard_count, sizeof(*work->hazards));
	work->hazards[work->hazard_count - 1] =
	    (diff_hazard){ .code = hazard_kinds[id].code,
		    .text = text,
		    .instead = hazard_kinds[id].safe };
	return &work->hazards[work->hazard_count - 1];
}

void
change_add_problem(change *work, const char *text)
{
	work->problems = codegen_append(
	    work->memory, work->problems, &work->problem_count, sizeof(*work->problems));
	work->problems[work->problem_count - 1] = text;
}

/* ---- what is left alone -------------------------------------------------- */

static bool
is_left_alone(const change *work, const diff_object *object)
{
	static const char *const kinds[] = { "table", "view", "materialized view",
		"sequence", "enum", "domain", "composite", "range", "base type",
		"function", "procedure", "aggregate", "extension", "schema", NULL };

	for (; object != NULL; object = object->parent)
		for (size_t i = 0; kinds[i] != NULL; i++)
			if (diff_is(object, kinds[i]) &&
			    diff_lookup_find(&work->left_alone, object->name) != NULL)
				return true;
	return false;
}

void
change_leave_alone(change *work, diff_schema *schema)
{
	size_t kept = 0;

	if (work->left_alone.count == 0 && !work->leaves_roles)
		return;
	for (size_t i = 0; i < schema->count; i++)
		if (!is_left_alone(work, schema->objects[i]) &&
		    !(work->leaves_roles && change_is_right_of_roles(schema->objects[i])))
			schema->objects[kept++] = schema->objects[i];
	schema->count = kept;
}

/* A schema that is there for what is left alone, and that the target lacks. */
static void
leave_schemas(change *work)
{
	for (size_t i = 0; i < work->from->count; i++) {
		const diff_object *object = work->from->objects[i];
		const diff_object *schema = object->parent;

		if (schema != NULL && diff_is(schema, "schema") &&
		    diff_schema_find(work->to, "schema", schema->name) == NULL &&
		    diff_lookup_find(&work->left_alone, object->name) != NULL)
			change_leave(work, schema->name);
	}
}

/* ---- reading ------------------------------------------------------------- */

/* The target, which nothing changes, is read once. */
static aet_status
read_target(change *work, aet_error *err)
{
	aet_status status = AET_OK;

	if (work->to == NULL)
		status = diff_schema_read_url(work->memory, work->target,
		    work->target_loaded, work->deadline, &work->to, err);
	if (status != AET_OK)
		return status;
	leave_schemas(work);
	change_leave_alone(work, work->from);
	change_leave_alone(work, work->to);
	return AET_OK;
}

static aet_status
read_both(change *work, aet_error *err)
{
	aet_status status = diff_schema_read(work->memory, work->copy,
	    work->working_loaded, work->deadline, &work->from, err);

	return status == AET_OK ? read_target(work, err) : status;
}

static aet_status
open_copy(change *work, aet_error *err)
{
	aet__connection *target = NULL;
	aet_status status = diff_connect(work->working, work->deadline, &work->copy, err);

	if (status == AET_OK)
		status = aet__connection_command(
		    work->copy, DIFF_HEAD, true, work->deadline, err);
	if (status == AET_OK)
		status = change_see_tables(work, err);
	if (status == AET_OK)
		status = diff_connect(work->target, work->deadline, &target, err);
	if (status == AET_OK)
		status = change_read_unique(work, target, err);
	aet__connection_close(target);
	return status;
}

/* ---- the title ----------------------------------------------------------- */

static const char *
verb_of(const diff_step *step)
{
	switch (step->object->action) {
	case DIFF_CREATE:
		return diff_is(step->object, "table") ? "create" : "add";
	case DIFF_DROP:
		return "drop";
	default:
		return "change";
	}
}

/* "users email" of public.users.email. */
static const char *
words_of(codegen_memory *memory, const diff_object *object)
{
	const diff_object *table = diff_table_of(object);

	if (table == NULL || table == object)
		return diff_last_name(object->name);
	return codegen_format(memory, "%s %s", diff_last_name(table->name),
	    strlen(object->name) > strlen(table->name)
		? object->name + strlen(table->name) + 1
		: object->kind);
}

/* The first thing that stands by itself, or the table that all is about. */
static void
make_title(change *work, const diff_plan *plan)
{
	const diff_object *first = NULL;
	const diff_object *table = NULL;
	bool one_table = true;

	for (size_t i = 0; i < plan->count; i++) {
		const diff_object *at = diff_table_of(plan->steps[i]->object);

		if (first == NULL || (at != NULL && at == plan->steps[i]->object &&
					 !diff_is(first, "table")))
			first = plan->steps[i]->object;
		one_table = one_table && at != NULL &&
			    (table == NULL || strcmp(at->name, table->name) == 0);
		table = at;
	}
	if (first == NULL)
		work->title = "rename";
	else if (plan->count == 1 || (one_table && first == diff_table_of(first)))
		work->title = codegen_format(work->memory, "%s %s",
		    verb_of(&(diff_step){ .object = first }),
		    words_of(work->memory, first));
	else if (one_table)
		work->title = codegen_format(
		    work->memory, "change %s", diff_last_name(table->name));
	else
		work->title = codegen_format(work->memory, "%s %s and more",
		    verb_of(&(diff_step){ .object = first }),
		    words_of(work->memory, first));
}

/* ---- rounds -------------------------------------------------------------- */

static aet_status
refuse(change *work, const diff_plan *plan, aet_error *err)
{
	for (size_t i = 0; i < plan->refusal_count; i++)
		change_add_problem(work, plan->refusals[i]);
	return aet_error_set(err, AET_EDATA,
	    "%zu differences are of a kind that there is no statement for",
	    plan->refusal_count);
}

static aet_status
tell_what_remains(change *work, const diff_plan *plan, aet_error *err)
{
	for (size_t i = 0; i < plan->count; i++)
		change_add_problem(
		    work, codegen_format(work->memory, "%s %s remains: %s",
			      plan->steps[i]->object->kind, plan->steps[i]->object->name,
			      plan->steps[i]->text));
	return aet_error_set(err, AET_EDATA,
	    "the plan does not arrive: tried on a copy, %zu statements remain",
	    plan->count);
}

static void
take_hazards(change *work, diff_plan *plan)
{
	diff_plan_find_hazards(plan, work->transactional ? DIFF_TRIED : DIFF_LIVE);
	for (size_t i = 0; i < plan->hazard_count; i++)
		*change_warn(work, HAZARD_DATA_LOSS, NULL) = plan->hazards[i];
}

/* Renames once, and then a plan and its trial, until nothing is left. */
static aet_status
rename_first(change *work, aet_error *err)
{
	bool again = false;
	aet_status status = read_both(work, err);

	if (status == AET_OK)
		status = change_follow(work, &again, err);
	if (status != AET_OK || !again)
		return status;
	/* A sequence that took its name makes its default alike. */
	return read_both(work, err);
}

static void
begin(change *work, const diff_plan *plan)
{
	make_title(work, plan);
	for (size_t i = 0; i < work->from->count; i++)
		work->has_tables |= diff_is(work->from->objects[i], "table") ||
				    diff_is(work->from->objects[i], "materialized view");
}

/* One statement that a transaction bears is best in one. */
static void
spare_parts(change *work)
{
	for (size_t i = 0; i < work->part_count; i++) {
		change_part *part = &work->parts[i];

		if (part->mode == CHANGE_ALONE && part->count == 1 &&
		    strstr(part->statements[0], " CONCURRENTLY ") == NULL)
			part->mode = CHANGE_TOGETHER;
	}
}

static aet_status
make_rounds(change *work, aet_error *err)
{
	size_t part = work->part_count > 0 ? work->part_count - 1 : 0;
	size_t statement =
	    work->part_count > 0 ? work->parts[work->part_count - 1].count : 0;

	for (int round = 0;; round++) {
		diff_plan *plan = NULL;
		aet_status status =
		    diff_plan_make(work->memory, work->from, work->to, &plan, err);

		if (status != AET_OK)
			return status;
		if (plan->refusal_count > 0)
			return refuse(work, plan, err);
		if (round == 0)
			begin(work, plan);
		if (plan->count == 0)
			return AET_OK;
		if (round == MOST_ROUNDS)
			return tell_what_remains(work, plan, err);
		if (round == 0)
			take_hazards(work, plan);
		change_add_plan(work, plan);
		status = change_try(work, &part, &statement, err);
		if (status == AET_OK)
			status = read_both(work, err);
		if (status != AET_OK)
			return status;
	}
}

aet_status
change_make(change *work, aet_error *err)
{
	aet_status status = open_copy(work, err);

	if (status == AET_OK)
		status = rename_first(work, err);
	if (status == AET_OK)
		status = make_rounds(work, err);
	spare_parts(work);
	aet__connection_close(work->copy);
	work->copy = NULL;
	return status;
}

aet_status
change_read(change *work, const char *url, bool loaded, aet_error *err)
{
	aet_status status = diff_schema_read_url(
	    work->memory, url, loaded, work->deadline, &work->from, err);

	return status == AET_OK ? read_target(work, err) : status;
}

aet_status
change_compare(change *work, const char *url, bool loaded, aet_error *err)
{
	diff_plan *plan = NULL;
	aet_status status = change_read(work, url, loaded, err);

	if (status == AET_OK)
		status = diff_plan_make(work->memory, work->from, work->to, &plan, err);
	if (status != AET_OK)
		return status;
	if (plan->refusal_count > 0)
		return refuse(work, plan, err);
	return plan->count > 0 ? tell_what_remains(work, plan, err) : AET_OK;
}
