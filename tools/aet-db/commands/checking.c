/* SPDX-License-Identifier: MIT */
#include "commands/checking.h"

#include "commands/generating.h"
#include "core/error.h"

#define READ_TIMEOUT_MS 60000

static const char *
journal_of(const cli_context *cli)
{
	return cli->options.journal != NULL ? cli->options.journal : "aeturnis";
}

/* ---- against schema files ------------------------------------------------ */

static void
show(generating *g, const change_drift *drift)
{
	output_line(&g->cli->output, "%s", drift->sentence);
	output_append(&g->cli->output, "differences",
	    json_pack("{s:s, s:s}", "object", drift->name, "sentence", drift->sentence));
}

static int
compare_files(generating *g)
{
	change_drifts drifts = { 0 };
	aet_error err;
	aet_status status;

	g->work.memory = &g->memory;
	g->work.deadline = g->deadline;
	g->work.target_loaded = true;
	status = generating_load_target(g, &err);
	if (status == AET_OK)
		status = generating_leave_others(g, g->cli->url, &err);
	if (status == AET_OK)
		status = change_find_drift(&g->work, g->cli->url, &drifts, &err);
	if (status != AET_OK)
		return generating_fail(g, &err);
	for (size_t i = 0; i < drifts.count; i++)
		show(g, &drifts.items[i]);
	if (drifts.count == 0)
		output_line(&g->cli->output, "no difference");
	else
		output_note(&g->cli->output, "%zu difference%s", drifts.count,
		    drifts.count == 1 ? "" : "s");
	return drifts.count > 0 ? EXIT_PENDING : EXIT_DONE;
}

int
check_schema_files(cli_context *cli)
{
	output_set(&cli->output, "differences", json_array());
	return generating_run(cli, compare_files);
}

/* ---- against a database that migrations made ----------------------------- */

static aet_status
compare(change *work, cli_context *cli, const char *url, checking_fn tell, void *ctx,
    aet_error *err)
{
	change_drifts drifts = { 0 };
	aet_status status;

	if (setjmp(work->memory->out) != 0)
		return aet__error_memory(err);
	change_leave_journal(work, journal_of(cli));
	status = change_find_drift(work, url, &drifts, err);
	for (size_t i = 0; status == AET_OK && i < drifts.count; i++)
		tell(ctx, &drifts.items[i]);
	return status;
}

aet_status
checking_compare(cli_context *cli, const char *url, const char *expected,
    checking_fn tell, void *ctx, aet_error *err)
{
	codegen_memory memory = { .arena = aet__arena_open() };
	change work = { .memory = &memory,
		.deadline = aet__deadline_in(READ_TIMEOUT_MS),
		.target = expected,
		.target_loaded = true };
	aet_status status;

	if (memory.arena == NULL)
		return aet__error_memory(err);
	status = compare(&work, cli, url, tell, ctx, err);
	aet__arena_free(memory.arena);
	return status;
}
