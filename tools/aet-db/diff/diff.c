/* SPDX-License-Identifier: MIT */
#include "diff/diff.h"

#include <string.h>

#include "core/error.h"
#include "diff/prepare.h"
#include "diff/source.h"

#define PATIENCE_MS (30 * 60 * 1000)
/* What one plan could not foresee, default privileges say, the next one mends. */
#define MOST_ROUNDS 4

typedef struct run {
	diff_report *report;
	codegen_memory *memory;
	diff_prepared sides;
} run;

static void
add_text(run *work, const char ***texts, size_t *count, const char *text)
{
	*texts = codegen_append(work->memory, *texts, count, sizeof(**texts));
	(*texts)[*count - 1] = text;
}

/* The statements as a file would have them. */
static void
write_script(run *work, const diff_plan *plan, diff_script *script)
{
	aet__text text = { 0 };

	for (size_t i = 0; i < plan->count; i++)
		aet__text_addf(&text, "%s;\n", plan->steps[i]->text);
	script->name = "plan";
	script->len = text.len;
	script->text = codegen_keep(work->memory, &text);
}

static aet_status
try_plan(run *work, const diff_plan *plan, aet_error *err)
{
	diff_script script = { 0 };
	aet_error failure;
	aet_status status;

	write_script(work, plan, &script);
	status = diff_script_run(
	    work->memory, work->sides.copy, &script, work->sides.deadline, &failure);
	if (status == AET_OK)
		return AET_OK;
	return aet_error_set(err, AET_EDATA,
	    "the plan does not run on a copy: %s (in: %.*s)", failure.message,
	    (int)strcspn(script.text + script.failed, "\n"), script.text + script.failed);
}

/* Takes the plan over, and runs it on the copy. */
static aet_status
take(run *work, const diff_plan *plan, aet_error *err)
{
	diff_report *report = work->report;

	if (report->statement_count == 0) {
		report->hazards = plan->hazards;
		report->hazard_count = plan->hazard_count;
	}
	for (size_t i = 0; i < plan->count; i++)
		add_text(work, &report->statements, &report->statement_count,
		    plan->steps[i]->text);
	return try_plan(work, plan, err);
}

static aet_status
refuse(run *work, const diff_plan *plan, aet_error *err)
{
	for (size_t i = 0; i < plan->refusal_count; i++)
		add_text(work, &work->report->problems, &work->report->problem_count,
		    plan->refusals[i]);
	return aet_error_set(err, AET_EDATA,
	    "%zu differences are of a kind that diff has no statement for",
	    plan->refusal_count);
}

static aet_status
tell_what_remains(run *work, const diff_plan *plan, aet_error *err)
{
	for (size_t i = 0; i < plan->count; i++)
		add_text(work, &work->report->problems, &work->report->problem_count,
		    codegen_format(work->memory, "%s %s remains: %s",
			plan->steps[i]->object->kind, plan->steps[i]->object->name,
			plan->steps[i]->text));
	return aet_error_set(err, AET_EDATA,
	    "the plan does not arrive: tried on a copy, %zu statements remain",
	    plan->count);
}

static bool
is_there(const diff_plan *plan)
{
	return plan->count == 0 && plan->refusal_count == 0;
}

/* What is still to do on the copy. */
static aet_status
look(run *work, diff_plan **out, aet_error *err)
{
	diff_prepared *sides = &work->sides;
	aet_status status = diff_schema_read(
	    work->memory, sides->copy, false, sides->deadline, &sides->older, err);

	if (status != AET_OK)
		return status;
	return diff_plan_make(work->memory, sides->older, sides->newer, out, err);
}

static aet_status
prove(run *work, diff_plan *plan, aet_error *err)
{
	aet_status status = diff_prepare_copy(&work->sides, err);

	if (status == AET_OK)
		status = aet__connection_command(
		    work->sides.copy, DIFF_HEAD, true, work->sides.deadline, err);
	for (int round = 0; status == AET_OK; round++) {
		if (plan->refusal_count > 0)
			return refuse(work, plan, err);
		if (round == MOST_ROUNDS)
			return tell_what_remains(work, plan, err);
		status = take(work, plan, err);
		if (status == AET_OK)
			status = look(work, &plan, err);
		if (status != AET_OK || is_there(plan))
			return status;
	}
	return status;
}

/* ---- the run ------------------------------------------------------------- */

static aet_status
run_all(run *work, const diff_options *options, aet_error *err)
{
	diff_plan *plan = NULL;
	aet_status status =
	    diff_prepare(&work->sides, work->memory, options->shadow, err);

	if (status == AET_OK)
		status = diff_plan_make(
		    work->memory, work->sides.older, work->sides.newer, &plan, err);
	if (status != AET_OK || is_there(plan))
		return status;
	if (plan->refusal_count > 0)
		return refuse(work, plan, err);
	return prove(work, plan, err);
}

/* The one place that memory running out comes back to: see memory.h. */
static aet_status
run_guarded(run *work, const diff_options *options, aet_error *err)
{
	if (setjmp(work->memory->out) != 0)
		return aet__error_memory(err);
	return run_all(work, options, err);
}

static aet_status
close_guarded(run *work, aet_error *err)
{
	if (setjmp(work->memory->out) != 0)
		return aet__error_memory(err);
	return diff_prepared_close(&work->sides, err);
}

aet_status
diff_run(const diff_options *options, diff_report *report, aet_error *err)
{
	run work = { .report = report,
		.memory = &report->memory,
		.sides = { .from = options->from,
		    .to = options->to,
		    .bindir = options->bindir,
		    .deadline = aet__deadline_in(PATIENCE_MS) } };
	aet_status status;
	aet_status left;

	memset(report, 0, sizeof(*report));
	report->memory.arena = aet__arena_open();
	if (report->memory.arena == NULL)
		return aet__error_memory(err);
	status = run_guarded(&work, options, err);
	report->failure = work.sides.failure;
	left = close_guarded(&work, status == AET_OK ? err : NULL);
	return status == AET_OK ? left : status;
}

void
diff_report_free(diff_report *report)
{
	aet__arena_free(report->memory.arena);
}
