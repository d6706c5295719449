/* SPDX-License-Identifier: MIT */
/*
 * What lint says of files that are about to be written: it runs them on a copy of
 * what they meet. Each hazard that it finds is named in its file's head, and
 * allowed there, since whoever had the file written has seen it.
 */
#include <string.h>

#include "commands/generating.h"
#include "lint/lint.h"

typedef struct judging {
	generating *g;
	size_t own; /* so many hazards are the plan's */
} judging;

/* Whether the plan has named that kind of hazard in the part itself. */
static bool
is_named(const judging *j, size_t part, hazard_id id)
{
	const change *work = &j->g->work;

	for (size_t i = 0; i < j->own; i++)
		if (strcmp(work->hazards[i].code, hazard_kinds[id].code) == 0 &&
		    change_part_of(work, &work->hazards[i]) == part)
			return true;
	return false;
}

/* One statement of several that lint finds it in is enough. */
static bool
was_found(const judging *j, size_t part, const char *text)
{
	const change *work = &j->g->work;

	for (size_t i = j->own; i < work->hazard_count; i++)
		if (work->hazards[i].part == part + 1 &&
		    strcmp(work->hazards[i].text, text) == 0)
			return true;
	return false;
}

static void
name_it(const judging *j, const lint_finding *finding, size_t part)
{
	const char *text = codegen_format(
	    &j->g->memory, "%s: %s", finding->object, hazard_kinds[finding->hazard].harm);
	diff_hazard *hazard;

	if (was_found(j, part, text))
		return;
	hazard = change_warn(&j->g->work, finding->hazard, text);
	hazard->part = part + 1;
	hazard->instead = codegen_copy(&j->g->memory, finding->instead);
}

static void
take_finding(const judging *j, const lint_finding *finding, size_t part)
{
	/* Of these, the form is to blame, which is generate's own. */
	if (finding->hazard == HAZARD_NEEDS_NO_TRANSACTION ||
	    finding->hazard == HAZARD_NEEDLESS_NO_TRANSACTION)
		return;
	j->g->work.parts[part].allowed[finding->hazard] = true;
	if (is_named(j, part, finding->hazard))
		return;
	/* Rows with a label that goes make the migration fail: none loses it unseen. */
	if (finding->hazard != HAZARD_DATA_LOSS ||
	    !is_named(j, part, HAZARD_ENUM_REWRITE))
		name_it(j, finding, part);
}

static lint_file *
files_of(generating *g, const change_files *files)
{
	lint_file *items = codegen_room(&g->memory, files->count, sizeof(*items));

	for (size_t i = 0; i < files->count; i++)
		items[i] = (lint_file){ files->items[i].name, files->items[i].text,
			strlen(files->items[i].text), true };
	return items;
}

void
generating_judge(generating *g, const change_files *files, const char *before)
{
	lint_file *items = files_of(g, files);
	const lint_options options = { .files = items,
		.file_count = files->count,
		.each_alone = true,
		.database = before,
		.counts = g->cli->options.url,
		.journal = generating_journal(g),
		.manifest = g->cli->options.manifest };
	const judging j = { g, g->work.hazard_count };
	lint_report report;
	aet_error err;

	if (lint_run(&options, &report, &err) != AET_OK)
		output_warn(&g->cli->output, "lint cannot judge what is written: %s",
		    err.message);
	else
		for (size_t i = 0; i < report.finding_count; i++)
			take_finding(&j, &report.findings[i],
			    (size_t)(report.findings[i].file - items));
	lint_report_free(&report);
}
