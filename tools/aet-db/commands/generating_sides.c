/* SPDX-License-Identifier: MIT */
/* The migrations, replayed, and the schema's files, loaded: each a database. */
#include "commands/generating.h"

static aet_status
load_once(generating *g, aet_error *err)
{
	aet_status status =
	    diff_scratch_database(&g->scratch, &g->memory, &g->work.working, err);

	g->work.renames.count = 0;
	if (status == AET_OK)
		status =
		    change_replay_run(&g->replay, g->work.working, &g->migrated, err);
	if (status == AET_OK)
		status = generating_load_schema(
		    g, g->schema, &g->work.target, &g->work.renames, err);
	return status;
}

static aet_status
load_with_roles(generating *g, aet_error *err)
{
	aet_status status;

	do
		status = load_once(g, err);
	while (status != AET_OK && generating_makes_role(g, err));
	return status;
}

aet_status
generating_load_sides(generating *g, aet_error *err)
{
	return generating_with_library(g, load_with_roles, err);
}
