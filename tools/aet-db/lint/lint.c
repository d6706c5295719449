/* SPDX-License-Identifier: MIT */
#include "lint/lint.h"

#include <string.h>

#include "core/error.h"
#include "lint/work.h"

#define PATIENCE_MS 600000

/* What a set of files meets: the game uses what its first file looks at. */
static aet_status
begin_set(lint_state *state, aet_error *err)
{
	lint_look_drop(&state->base);
	state->mended = (diff_lookup){ 0 };
	return lint_world_plant(state, err);
}

/* An allow that allows nothing is a leftover, or a mistake; but not in a file that
 * others come before, where it may be for those who meet it alone. */
static void
tell_unused(lint_state *state)
{
	lint_report *report = state->report;

	for (size_t i = 0; i < state->allows.count; i++) {
		const lint_allow *allow = &state->allows.items[i];

		if (allow->used)
			continue;
		report->notes = codegen_append(state->memory, report->notes,
		    &report->note_count, sizeof(*report->notes));
		report->notes[report->note_count - 1] =
		    (lint_note){ state->file, allow->at.line, allow->at.column,
			    codegen_format(state->memory,
				"this allows nothing: there is no %s here",
				hazard_kinds[allow->hazard].code) };
	}
}

/* What only a file's end told goes where its statement is. Few, and nearly sorted. */
static void
sort(lint_report *report, size_t first)
{
	for (size_t i = first + 1; i < report->finding_count; i++) {
		lint_finding moving = report->findings[i];
		size_t at = i;

		for (; at > first; at--) {
			const lint_finding *before = &report->findings[at - 1];

			if (before->line < moving.line ||
			    (before->line == moving.line &&
				before->column <= moving.column))
				break;
			report->findings[at] = *before;
		}
		report->findings[at] = moving;
	}
}

static aet_status
run_files(lint_state *state, aet_error *err)
{
	const lint_options *options = state->options;
	bool begun = false;
	aet_status status = AET_OK;

	for (size_t i = 0; i < options->file_count && status == AET_OK; i++) {
		size_t first = state->report->finding_count;

		bool follows = begun && !options->each_alone;

		state->file = &options->files[i];
		state->deadline = aet__deadline_in(PATIENCE_MS);
		if (state->file->judged && (!begun || options->each_alone))
			status = begin_set(state, err);
		begun = begun || state->file->judged;
		if (status == AET_OK)
			status = lint_execute(state, err);
		if (status == AET_OK && state->file->judged && !follows)
			tell_unused(state);
		sort(state->report, first);
	}
	return status;
}

static aet_status
run_once(lint_state *state, aet_error *err)
{
	aet_status status = lint_world_open(state, err);

	if (status == AET_OK)
		status = run_files(state, err);
	lint_world_close(state);
	return status;
}

/* A table or type that is not there: it may be the library's own. */
static bool
may_want_library(const lint_state *state, aet_status status)
{
	const char *sqlstate = state->report->failure.sqlstate;

	return status == AET_EMIGRATION && state->options->live == NULL &&
	       state->options->database == NULL &&
	       (strcmp(sqlstate, "42P01") == 0 || strcmp(sqlstate, "42704") == 0);
}

static bool
got_further(const aet_migrate_failure *second, const aet_migrate_failure *first)
{
	return second->file[0] != '\0' &&
	       (second->line > first->line || strcmp(second->file, first->file) != 0);
}

/* A game's migrations may stand on the library's: then those come first. */
static aet_status
run_all(lint_state *state, aet_error *err)
{
	lint_report *report = state->report;
	aet_migrate_failure first;
	aet_error first_error;
	aet_status status = AET_OK;

	if (state->options->manifest != NULL)
		status = lint_manifest_read(
		    state->memory, state->options->manifest, &state->manifest, err);
	if (status == AET_OK)
		status = run_once(state, &first_error);
	else
		return status;
	if (may_want_library(state, status)) {
		first = report->failure;
		report->finding_count = report->note_count = 0;
		report->findings = NULL;
		report->notes = NULL;
		memset(&report->failure, 0, sizeof(report->failure));
		state->with_library = true;
		status = run_once(state, err);
		/* Where the library is not what it wanted, the first failure says more. */
		if (status == AET_OK || got_further(&report->failure, &first))
			return status;
		report->failure = first;
		status = first_error.status;
	}
	if (status != AET_OK && err != NULL)
		*err = first_error;
	return status;
}

/* The one place that memory running out comes back to: see codegen/memory.h. */
static aet_status
run_guarded(lint_state *state, aet_error *err)
{
	if (setjmp(state->memory->out) != 0)
		return aet__error_memory(err);
	return run_all(state, err);
}

aet_status
lint_run(const lint_options *options, lint_report *report, aet_error *err)
{
	lint_state state = { .options = options,
		.report = report,
		.memory = &report->memory,
		.deadline = aet__deadline_in(PATIENCE_MS) };
	aet_status status;

	memset(report, 0, sizeof(*report));
	report->memory.arena = aet__arena_open();
	if (report->memory.arena == NULL)
		return aet__error_memory(err);
	status = run_guarded(&state, err);
	lint_world_close(&state);
	diff_scratch_close(&state.scratch);
	return status;
}

void
lint_report_free(lint_report *report)
{
	aet__arena_free(report->memory.arena);
}
