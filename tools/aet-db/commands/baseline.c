/* SPDX-License-Identifier: MIT */
#include "change/drift.h"
#include "commands/generating.h"
#include "commands/migrating.h"
#include "migrate/amend.h"
#include "target.h"

/* What is to be recorded. */
typedef aet_status (*record_fn)(aet_db *db, const aet_migrate_options *opts,
    int64_t version, aet_migrate_report *report, aet_error *err);

static int
record(cli_context *cli, int64_t version, record_fn how)
{
	aet_migrate_options opts = migrating_options(cli);
	aet_migrate_report report = AET_MIGRATE_REPORT_INIT;
	aet_error err;

	opts.progress = migrating_progress;
	opts.progress_ctx = cli;
	if (how(cli->db, &opts, version, &report, &err) != AET_OK)
		return migrating_fail(cli, &err, &report.failure);
	migrating_set_report(cli, &report);
	output_line(&cli->output, "done: %d recorded, none run", report.adopted);
	output_note(&cli->output, "%s",
	    migrating_next(cli, "aet-db check tells whether the database has them"));
	return EXIT_DONE;
}

/* ---- behind others --------------------------------------------------------- */

static aet_status
replay(generating *g, aet_error *err)
{
	aet_status status;

	do {
		status =
		    diff_scratch_database(&g->scratch, &g->memory, &g->work.target, err);
		if (status == AET_OK)
			status = change_replay_run(
			    &g->replay, g->work.target, &g->migrated, err);
	} while (status != AET_OK && generating_makes_role(g, err));
	return status;
}

static aet_status
compare(generating *g, change_drifts *drifts, aet_error *err)
{
	aet_status status = generating_with_library(g, replay, err);

	if (status == AET_OK)
		status = generating_leave_others(g, g->cli->url, err);
	if (status == AET_OK)
		status = change_find_drift(&g->work, g->cli->url, false, drifts, err);
	return status;
}

static int
tell_drifts(generating *g, const change_drifts *drifts, int64_t version)
{
	cli_failure failure = { .error.status = AET_EDIVERGED,
		.next = migrating_next(g->cli, "aet-db check") };

	for (size_t i = 0; i < drifts->count; i++) {
		output_line(&g->cli->output, "%s", drifts->items[i].sentence);
		output_append(&g->cli->output, "differences",
		    json_pack("{s:s, s:s}", "object", drifts->items[i].name, "sentence",
			drifts->items[i].sentence));
	}
	(void)aet_error_set(&failure.error, AET_EDIVERGED,
	    "the files up to number %lld do not make what is there: nothing is recorded",
	    (long long)version);
	return output_fail(&g->cli->output, &failure);
}

/* The journal has rows: that the database has the files' work is not taken on
 * trust, since the next migration stands on it. */
static int
record_behind(generating *g)
{
	change_drifts drifts = { 0 };
	int64_t version = 0;
	aet_error err;
	int code = migrating_version(g->cli, g->cli->options.operands[0], &version);

	if (code != EXIT_DONE)
		return code;
	g->replay.to = &version;
	g->work.memory = &g->memory;
	g->work.deadline = g->deadline;
	g->work.target_loaded = true;
	if (compare(g, &drifts, &err) != AET_OK)
		return generating_fail(g, &err);
	if (drifts.count > 0)
		return tell_drifts(g, &drifts, version);
	return record(g->cli, version, aet__migrate_baseline_on);
}

/* ---- the command ------------------------------------------------------------ */

static int
has_history(cli_context *cli, bool *has)
{
	aet_migrate_options opts = migrating_options(cli);
	aet_migration_list *list = NULL;
	aet_error err;

	*has = false;
	if (aet_db_migrations(cli->db, &opts, &list, &err) != AET_OK)
		return migrating_fail(cli, &err, NULL);
	for (size_t i = 0; i < list->len; i++)
		*has = *has || list->items[i]->state != AET_MIGRATION_PENDING;
	aet_migration_list_free(list);
	return EXIT_DONE;
}

int
run_baseline(cli_context *cli)
{
	int64_t version;
	bool has = false;
	int code = migrating_version(cli, cli->options.operands[0], &version);

	if (code == EXIT_DONE)
		code = target_open(cli);
	if (code == EXIT_DONE)
		code = has_history(cli, &has);
	if (code != EXIT_DONE)
		return code;
	/* The library's own are no push's. */
	if (has && cli->options.dir != NULL)
		return generating_run(cli, record_behind);
	return record(cli, version, aet_db_migrate_baseline);
}
