/* SPDX-License-Identifier: MIT */
#include "commands/checking.h"

#include "change/drift.h"
#include "commands/generating.h"
#include "target.h"

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
		status = change_find_drift(&g->work, g->cli->url, false, &drifts, &err);
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
checking_schema_files(cli_context *cli)
{
	int code = target_resolve(cli);

	if (code != EXIT_DONE)
		return code;
	output_set(&cli->output, "differences", json_array());
	return generating_run(cli, compare_files);
}
