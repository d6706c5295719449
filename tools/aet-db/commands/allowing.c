/* SPDX-License-Identifier: MIT */
/*
 * What lint says of files that are about to be written: it runs them on a copy of
 * what they meet. Each hazard that it finds is named in its file's head, and
 * allowed there, since whoever had the file written has seen it.
 */
#include <string.h>

#include "commands/generating.h"
#include "lint/lint.h"

/* The part's own hazard of that code; NULL: it has none. */
static const diff_hazard *
named(const change *work, size_t part, const char *code)
{
	for (size_t i = 0; i < work->hazard_count; i++)
		if (strcmp(work->hazards[i].code, code) == 0 &&
		    change_part_of(work, &work->hazards[i]) == part)
			return &work->hazards[i];
	return NULL;
}

static void
name_it(generating *g, const lint_finding *finding, size_t part)
{
	const hazard_kind *kind = &hazard_kinds[finding->hazard];
	diff_hazard *hazard = change_warn(&g->work, finding->hazard,
	    codegen_format(&g->memory, "%s: %s", finding->object, kind->harm));

	hazard->part = part + 1;
	hazard->instead = codegen_copy(&g->memory, finding->instead);
}

/* Rows with a label that goes make the migration fail: none loses it unseen. */
static bool
is_loss(const generating *g, const lint_finding *finding, size_t part)
{
	return finding->hazard == HAZARD_DATA_LOSS &&
	       named(&g->work, part, hazard_kinds[HAZARD_ENUM_REWRITE].code) == NULL;
}

static void
take_finding(generating *g, const lint_finding *finding, size_t part)
{
	const char *code = hazard_kinds[finding->hazard].code;

	/* Of these, the form is to blame, which is generate's own. */
	if (finding->hazard == HAZARD_NEEDS_NO_TRANSACTION ||
	    finding->hazard == HAZARD_NEEDLESS_NO_TRANSACTION)
		return;
	g->work.parts[part].allowed[finding->hazard] = true;
	if (named(&g->work, part, code) == NULL &&
	    (finding->hazard != HAZARD_DATA_LOSS || is_loss(g, finding, part)))
		name_it(g, finding, part);
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
	lint_report report;
	aet_error err;

	if (lint_run(&options, &report, &err) != AET_OK)
		output_warn(&g->cli->output, "lint cannot judge what is written: %s",
		    err.message);
	else
		for (size_t i = 0; i < report.finding_count; i++)
			take_finding(g, &report.findings[i],
			    (size_t)(report.findings[i].file - items));
	lint_report_free(&report);
}
