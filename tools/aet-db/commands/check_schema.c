/* SPDX-License-Identifier: MIT */
/* Do the migrations make what the schema's files say? */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "change/drift.h"
#include "codegen/config.h"
#include "commands/checking.h"
#include "commands/generating.h"

#define DEFAULT_CONFIG "aet-db.json"

/* ---- which files ---------------------------------------------------------- */

/* The one schema that the configuration's packages are of; NULL where there are
 * several, or none. What is wrong with it is for codegen to say. */
static const char *
configured_schema(codegen_memory *memory)
{
	codegen_messages messages = { 0 };
	const codegen_config *config;
	const char *schema = NULL;

	if (access(DEFAULT_CONFIG, R_OK) != 0)
		return NULL;
	config = codegen_config_read(memory, &messages, DEFAULT_CONFIG);
	for (size_t i = 0; config != NULL && i < config->package_count; i++) {
		const char *one = config->packages[i].schema;

		if (one == NULL || (schema != NULL && strcmp(one, schema) != 0))
			return NULL;
		schema = one;
	}
	return schema;
}

static bool
exists(const char *path)
{
	struct stat about;

	return path != NULL && stat(path, &about) == 0;
}

static const char *
find_schema(generating *g)
{
	const char *schema = g->cli->options.schema;

	if (schema == NULL)
		schema = configured_schema(&g->memory);
	if (g->cli->options.schema == NULL && !exists(schema))
		schema = exists(DEFAULT_SCHEMA) ? DEFAULT_SCHEMA : NULL;
	return schema;
}

/* ---- the comparison ------------------------------------------------------- */

static void
show(generating *g, const change_drift *drift)
{
	cli_output *out = &g->cli->output;
	const char *sentence = codegen_format(
	    &g->memory, "the migrations against %s: %s", g->schema, drift->sentence);
	const char *next = codegen_format(
	    &g->memory, "aet-db generate --dir %s --schema %s", g->replay.dir, g->schema);

	output_line(out, "%s", sentence);
	output_line(out, "    next: %s", next);
	output_append(out, "differences",
	    json_pack("{s:s, s:s, s:s}", "object", drift->name, "sentence", sentence,
		"next", next));
}

static int
compare_sides(generating *g)
{
	change_drifts drifts = { 0 };
	aet_error err;
	aet_status status;

	g->schema = find_schema(g);
	if (g->schema == NULL)
		return EXIT_DONE;
	g->work.memory = &g->memory;
	g->work.deadline = g->deadline;
	g->work.target_loaded = true;
	change_leave_journal(&g->work, generating_journal(g));
	status = generating_load_sides(g, &err);
	if (status == AET_OK)
		status =
		    change_find_drift(&g->work, g->work.working, true, &drifts, &err);
	if (status != AET_OK)
		return generating_fail(g, &err);
	for (size_t i = 0; i < drifts.count; i++)
		show(g, &drifts.items[i]);
	if (drifts.count > 0)
		output_note(&g->cli->output,
		    "%zu difference%s between the migrations and %s", drifts.count,
		    drifts.count == 1 ? "" : "s", g->schema);
	return drifts.count > 0 ? EXIT_PENDING : EXIT_DONE;
}

int
checking_migrations(cli_context *cli)
{
	return generating_run(cli, compare_sides);
}
