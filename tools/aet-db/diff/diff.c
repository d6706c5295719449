/* SPDX-License-Identifier: MIT */
#include "diff/diff.h"

#include <string.h>

#include "core/error.h"
#include "diff/copy.h"
#include "diff/source.h"

#define PATIENCE_MS (30 * 60 * 1000)
/* What one plan could not foresee, default privileges say, the next one mends. */
#define MOST_ROUNDS 4

typedef struct run {
	const diff_options *options;
	diff_report *report;
	codegen_memory *memory;
	diff_scratch scratch;
	aet__deadline deadline;
	const char *from_url;
	const char *to_url;
	aet__connection *copy;
	diff_schema *from;
	diff_schema *to;
} run;

static void
add_text(run *work, const char ***texts, size_t *count, const char *text)
{
	*texts = codegen_append(work->memory, *texts, count, sizeof(**texts));
	(*texts)[*count - 1] = text;
}

/* ---- reading ------------------------------------------------------------- */

static aet_status
read_url(run *work, const char *url, bool loaded, diff_schema **out, aet_error *err)
{
	aet__connection *connection = NULL;
	aet_status status = diff_connect(url, work->deadline, &connection, err);

	if (status == AET_OK && !loaded)
		status = diff_scratch_roles(&work->scratch, connection, err);
	if (status == AET_OK)
		status = diff_schema_read(
		    work->memory, connection, loaded, work->deadline, out, err);
	aet__connection_close(connection);
	return status;
}

/* A source that is no database becomes one. */
static aet_status
materialise(run *work, const char *source, const char **url, aet_error *err)
{
	aet__connection *connection = NULL;
	aet_status status;

	*url = source;
	if (diff_source_is_url(source))
		return AET_OK;
	status = diff_scratch_database(&work->scratch, url, err);
	if (status == AET_OK)
		status = diff_connect(*url, work->deadline, &connection, err);
	if (status == AET_OK)
		status = diff_source_load(
		    work->memory, connection, source, work->deadline, err);
	aet__connection_close(connection);
	return status;
}

static aet_status
read_both(run *work, aet_error *err)
{
	const diff_options *options = work->options;
	aet_status status = materialise(work, options->from, &work->from_url, err);

	if (status == AET_OK)
		status = read_url(work, work->from_url, false, &work->from, err);
	if (status == AET_OK)
		status = materialise(work, options->to, &work->to_url, err);
	if (status == AET_OK)
		status = read_url(
		    work, work->to_url, !diff_source_is_url(options->to), &work->to, err);
	return status;
}

/* ---- proving ------------------------------------------------------------- */

static aet_status
open_copy(run *work, aet_error *err)
{
	const char *url = NULL;
	aet_status status = diff_scratch_database(&work->scratch, &url, err);
	aet__connection *restoring = NULL;

	if (status == AET_OK)
		status = diff_connect(url, work->deadline, &restoring, err);
	if (status == AET_OK)
		status = diff_copy_schema(work->memory, work->options->bindir,
		    work->from_url, restoring, work->deadline, err);
	aet__connection_close(restoring);
	if (status == AET_OK)
		status = diff_connect(url, work->deadline, &work->copy, err);
	if (status == AET_OK)
		status = aet__connection_command(
		    work->copy, DIFF_HEAD, true, work->deadline, err);
	return status;
}

static aet_status
try_step(run *work, const diff_step *step, aet_error *err)
{
	aet_error failure;
	aet_status status = diff_source_run(work->memory, work->copy, "plan", step->text,
	    strlen(step->text), work->deadline, &failure);

	if (status == AET_OK)
		return AET_OK;
	return aet_error_set(err, AET_EDATA,
	    "the plan does not run on a copy: %s (in: %.200s)", failure.message,
	    step->text);
}

/* Takes the plan over, and runs it on the copy. */
static aet_status
take(run *work, const diff_plan *plan, aet_error *err)
{
	diff_report *report = work->report;
	aet_status status = AET_OK;

	if (report->statement_count == 0) {
		report->hazards = plan->hazards;
		report->hazard_count = plan->hazard_count;
	}
	for (size_t i = 0; i < plan->count && status == AET_OK; i++) {
		add_text(work, &report->statements, &report->statement_count,
		    plan->steps[i]->text);
		status = try_step(work, plan->steps[i], err);
	}
	return status;
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

static aet_status
prove(run *work, const diff_plan *plan, aet_error *err)
{
	aet_status status = open_copy(work, err);

	for (int round = 0; status == AET_OK; round++) {
		diff_plan *next = NULL;

		if (plan->refusal_count > 0)
			return refuse(work, plan, err);
		status = take(work, plan, err);
		if (status == AET_OK)
			status = diff_schema_read(work->memory, work->copy, false,
			    work->deadline, &work->from, err);
		if (status == AET_OK)
			status = diff_plan_make(
			    work->memory, work->from, work->to, &next, err);
		if (status != AET_OK || is_there(next))
			return status;
		if (round + 1 == MOST_ROUNDS)
			return tell_what_remains(work, next, err);
		status = read_url(work, work->to_url,
		    !diff_source_is_url(work->options->to), &work->to, err);
		if (status == AET_OK)
			status = diff_schema_read(work->memory, work->copy, false,
			    work->deadline, &work->from, err);
		if (status == AET_OK)
			status = diff_plan_make(
			    work->memory, work->from, work->to, &next, err);
		plan = next;
	}
	return status;
}

/* ---- the run ------------------------------------------------------------- */

static aet_status
run_all(run *work, aet_error *err)
{
	diff_plan *plan = NULL;
	aet_status status = diff_scratch_open(&work->scratch, work->memory,
	    work->options->shadow, work->options->bindir, work->deadline, err);

	if (status == AET_OK)
		status = read_both(work, err);
	if (status == AET_OK)
		status = diff_plan_make(work->memory, work->from, work->to, &plan, err);
	if (status != AET_OK || is_there(plan))
		return status;
	if (plan->refusal_count > 0)
		return refuse(work, plan, err);
	return prove(work, plan, err);
}

/* The one place that memory running out comes back to: see memory.h. */
static aet_status
run_guarded(run *work, aet_error *err)
{
	if (setjmp(work->memory->out) != 0)
		return aet__error_memory(err);
	return run_all(work, err);
}

aet_status
diff_run(const diff_options *options, diff_report *report, aet_error *err)
{
	run work = { .options = options,
		.report = report,
		.memory = &report->memory,
		.deadline = aet__deadline_in(PATIENCE_MS) };
	aet_status status;

	memset(report, 0, sizeof(*report));
	report->memory.arena = aet__arena_open();
	if (report->memory.arena == NULL)
		return aet__error_memory(err);
	status = run_guarded(&work, err);
	aet__connection_close(work.copy);
	diff_scratch_close(&work.scratch);
	return status;
}

void
diff_report_free(diff_report *report)
{
	aet__arena_free(report->memory.arena);
}
