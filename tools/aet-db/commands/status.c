/* SPDX-License-Identifier: MIT */
#include "commands/migrating.h"
#include "commands/servers.h"

#include "target.h"

typedef struct status_tally {
	int applied;
	int pending; /* held ones, too */
	int held;
	int wrong; /* changed, missing, half done, ... */
} status_tally;

/* newer: a newer release's migrations will do. */
static void
count(status_tally *tally, bool newer, const aet_migration *migration)
{
	switch (migration->state) {
	case AET_MIGRATION_APPLIED:
		tally->applied++;
		break;
	case AET_MIGRATION_HELD:
		tally->held++;
		tally->pending++;
		break;
	case AET_MIGRATION_PENDING:
		tally->pending++;
		break;
	case AET_MIGRATION_UNKNOWN:
		if (newer)
			tally->applied++;
		else
			tally->wrong++;
		break;
	default:
		tally->wrong++;
	}
}

static json_t *
document_of(const aet_migration *migration, const char *applied_at)
{
	return json_pack("{s:s, s:I, s:s, s:s, s:o, s:o, s:o, s:I, s:o, s:o, s:b, s:i, "
			 "s:i, s:o, s:b, s:o}",
	    "source", migration->source, "version", (json_int_t)migration->version,
	    "name", migration->name, "state", aet_migration_state_text(migration->state),
	    "checksum", output_text(migration->checksum), "file_checksum",
	    output_text(migration->file_checksum), "applied_at", output_text(applied_at),
	    "duration_us", (json_int_t)migration->duration_us, "library_version",
	    output_text(migration->library_version), "applied_by",
	    output_text(migration->applied_by), "adopted", migration->adopted,
	    "statements_done", migration->statements_done, "statement_in_doubt",
	    migration->statement_in_doubt, "gone", output_text(migration->gone),
	    "contract", migration->contract, "held_by", output_text(migration->held_by));
}

static void
show(cli_context *cli, const aet_migration *migration)
{
	char applied_at[AET_TIMESTAMP_TEXT_SIZE] = "";
	char more[AET_MESSAGE_SIZE + 8] = "";

	if (migration->applied_at.us != 0)
		aet_timestamp_format(migration->applied_at, applied_at);
	if (migration->state == AET_MIGRATION_HALF_DONE)
		snprintf(more, sizeof(more), "  (after statement %d)",
		    migration->statements_done);
	if (migration->statement_in_doubt > 0)
		snprintf(more, sizeof(more), "  (statement %d in doubt)",
		    migration->statement_in_doubt);
	if (migration->held_by != NULL)
		snprintf(more, sizeof(more), "  (%s)", migration->held_by);
	if (migration->gone != NULL)
		snprintf(more, sizeof(more), "  (table %s)", migration->gone);
	output_line(&cli->output, "%-13s %s%s%s%s%s",
	    aet_migration_state_text(migration->state), migration->name,
	    applied_at[0] != '\0' ? "  " : "", applied_at,
	    migration->adopted ? "  (adopted)" : "", more);
	output_append(&cli->output, "migrations", document_of(migration, applied_at));
	if (cli->options.verbose && migration->applied_by != NULL)
		output_detail(&cli->output, "  by %s, in %.1f ms, SHA-256 %s",
		    migration->applied_by, (double)migration->duration_us / 1000.0,
		    migration->checksum != NULL ? migration->checksum : "unknown");
}

/* The command that mends it. */
static const char *
next_for(aet_health_kind kind)
{
	switch (kind) {
	case AET_HEALTH_BEHIND:
	case AET_HEALTH_HALF_DONE:
		return "aet-db migrate";
	case AET_HEALTH_OUT_OF_ORDER:
		return "aet-db migrate --out-of-order, or give the file a new number";
	case AET_HEALTH_AHEAD:
		return "update this release, or accept it: aet-db status "
		       "--accept-unknown";
	case AET_HEALTH_CHANGED:
		return "put the file's text back, or accept the new one: aet-db repair "
		       "FILE";
	case AET_HEALTH_MISSING:
		return "put the file back, then: aet-db status";
	case AET_HEALTH_DIVERGED:
		return "bring the two histories together, then: aet-db status";
	case AET_HEALTH_GONE:
		return "restore the table, or start over: aet-db reset";
	default:
		return "aet-db doctor";
	}
}

/* What is the matter. To a server that runs, a pending file of the phase contract is
 * nothing (AET_HEALTH_OK); here it is one that has yet to run. */
typedef struct status_outcome {
	const char *text;
	aet_status status;
	const char *message; /* NULL: nothing is the matter */
	const char *next;
} status_outcome;

static status_outcome
outcome_of(const status_tally *tally, const aet_health *health)
{
	/* A standby is as good as its primary here: only the migrations count. */
	if (tally->wrong + tally->pending == 0)
		return (status_outcome){ "ok", AET_OK, NULL, NULL };
	if (tally->held > 0 && tally->held == tally->pending && tally->wrong == 0)
		return (status_outcome){
			"held", AET_EHELD,
			"what an older release still uses goes when its servers have "
			"left",
			"aet-db migrate, when they have, or aet-db migrate --wait-older"
		};
	if (health->status != AET_OK)
		return (status_outcome){ aet_health_kind_text(health->kind),
			health->status, health->message, next_for(health->kind) };
	return (status_outcome){ "behind", AET_EBEHIND,
		"what only an older release used has yet to go", "aet-db migrate" };
}

static int
conclude(cli_context *cli, const status_tally *tally, const aet_health *health)
{
	cli_output *out = &cli->output;
	status_outcome outcome = outcome_of(tally, health);
	char sentence[AET_MESSAGE_SIZE];
	bool blocked = outcome.status == AET_EBEHIND && tally->applied == 0 &&
		       migrating_strangers(cli, sentence);
	const char *next =
	    blocked ? MIGRATING_STRANGERS_NEXT : migrating_next(cli, outcome.next);

	output_set(out, "applied", json_integer(tally->applied));
	output_set(out, "pending", json_integer(tally->pending));
	output_set(out, "held", json_integer(tally->held));
	output_set(out, "wrong", json_integer(tally->wrong));
	output_set(out, "outcome", json_string(outcome.text));
	output_set(out, "status", json_string(aet_status_name(outcome.status)));
	output_set(out, "message", output_text(outcome.message));
	output_set(out, "next", output_text(next));
	if (outcome.status == AET_OK)
		return EXIT_DONE;
	output_note(out, "%d applied, %d pending, %d in need of attention",
	    tally->applied, tally->pending, tally->wrong);
	output_note(out, "%s: %s", outcome.text, outcome.message);
	if (blocked)
		output_note(out, "in the way: %s", sentence);
	output_note(out, "next: %s", next);
	return EXIT_PENDING;
}

int
run_status(cli_context *cli)
{
	aet_migrate_options opts = migrating_options(cli);
	aet_migration_list *list = NULL;
	aet_health health = AET_HEALTH_INIT;
	status_tally tally = { 0 };
	aet_error err;
	bool newer;
	int code = migrating_manifest(cli, &opts);

	if (code == EXIT_DONE)
		code = target_open(cli);
	if (code != EXIT_DONE)
		return code;
	if (aet_db_migrations(cli->db, &opts, &list, &err) != AET_OK)
		return migrating_fail(cli, &err, NULL);
	if (aet_db_health(cli->db, &opts, &health, &err) == AET_ECONNECT) {
		aet_migration_list_free(list);
		return migrating_fail(cli, &err, NULL);
	}
	newer = cli->options.accept_unknown ||
		(opts.manifest != NULL && health.status != AET_EAHEAD);
	output_set(&cli->output, "migrations", json_array());
	for (size_t i = 0; i < list->len; i++) {
		count(&tally, newer, list->items[i]);
		show(cli, list->items[i]);
	}
	aet_migration_list_free(list);
	if (servers_show(cli, &opts, &err) != AET_OK)
		return migrating_fail(cli, &err, NULL);
	return conclude(cli, &tally, &health);
}
