/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "change/apply.h"
#include "commands/generating.h"
#include "commands/numbering.h"
#include "diff/diff.h"
#include "migrate/lock.h"
#include "target.h"

#define USUAL_LOCK_TIMEOUT_MS 3000

typedef struct pushing {
	generating *g;
	aet__connection *live;
	change_losses losses;
	change_applied applied;
	bool has_history; /* migrations of the same source are in its journal */
} pushing;

/* ---- both sides ---------------------------------------------------------- */

static aet_status
make_once(pushing *p, aet_error *err)
{
	generating *g = p->g;
	aet_status status;

	memset(&g->work, 0, sizeof(g->work));
	g->work.memory = &g->memory;
	g->work.deadline = g->deadline;
	g->work.transactional = !g->cli->options.live;
	g->work.target_loaded = true;
	status =
	    diff_schema_read(&g->memory, p->live, false, g->deadline, &g->work.seen, err);
	if (status == AET_OK)
		status = generating_copy(g, g->cli->url, &g->work.working, err);
	if (status == AET_OK)
		status = generating_load_target(g, err);
	if (status == AET_OK)
		status = generating_leave_others(g, g->cli->url, err);
	for (size_t i = 0; i < g->flags.count; i++)
		*change_rename_add(&g->memory, &g->work.renames) = g->flags.items[i];
	return status == AET_OK ? generating_make(g, err) : status;
}

static aet_status
make(pushing *p, aet_error *err)
{
	bool again = true;
	aet_status status = AET_OK;

	while (status == AET_OK && again) {
		status = make_once(p, err);
		again = false;
		if (status == AET_OK && !p->g->cli->options.dry_run)
			status = generating_ask_renames(p->g, &again, err);
	}
	if (status == AET_OK)
		status = change_estimate(&p->g->work, p->g->cli->url, err);
	if (status == AET_OK)
		status =
		    change_has_history(&p->g->work, p->live, generating_journal(p->g),
			generating_source(p->g), &p->has_history, err);
	if (status == AET_OK)
		status = change_count_losses(&p->g->work, p->live, &p->losses, err);
	return status;
}

/* ---- showing ------------------------------------------------------------- */

static const char *
boundary(const pushing *p, size_t part)
{
	if (p->g->work.parts[part].mode == CHANGE_ALONE)
		return "-- each by itself:";
	return p->g->work.part_count > 1 ? "-- in one transaction:" : NULL;
}

static void
show_plan(pushing *p)
{
	cli_output *out = &p->g->cli->output;

	for (size_t i = 0; i < p->g->work.part_count; i++) {
		const change_part *part = &p->g->work.parts[i];

		if (boundary(p, i) != NULL)
			output_line(out, "%s", boundary(p, i));
		for (size_t j = 0; j < part->count; j++) {
			output_line(out, "%s;", part->statements[j]);
			output_append(
			    out, "statements", json_string(part->statements[j]));
		}
	}
	/* Before what is said of it on the other stream. */
	fflush(stdout);
}

static void
show_losses(pushing *p)
{
	cli_output *out = &p->g->cli->output;

	for (size_t i = 0; i < p->losses.count; i++) {
		const change_loss *loss = &p->losses.items[i];

		if (loss->rows >= 0)
			output_warn(out, "lost: %lld %s%s of %s", (long long)loss->rows,
			    strcmp(loss->hazard->lost, "*") == 0 ? "row" : "value",
			    loss->rows == 1 ? "" : "s", loss->hazard->object);
		else
			output_warn(out, "lost: %s", loss->hazard->object);
		output_append(out, "losses",
		    json_pack("{s:s, s:o}", "object", loss->hazard->object, "rows",
			loss->rows >= 0 ? json_integer(loss->rows) : json_null()));
	}
}

/* ---- consent ------------------------------------------------------------- */

/* An empty table is no loss: that it still is empty is looked at again, under a
 * lock, before it goes. */
static size_t
real_losses(const pushing *p)
{
	size_t count = 0;

	for (size_t i = 0; i < p->losses.count; i++)
		count += p->losses.items[i].rows != 0;
	return count;
}

static int
obtain_consent(pushing *p)
{
	const cli_options *given = &p->g->cli->options;
	size_t losses = real_losses(p);

	if (given->accept_data_loss)
		return EXIT_DONE;
	if (losses > 0)
		return generating_refuse(p->g, "aet-db push --accept-data-loss",
		    "this loses data (%zu loss%s above), and wants the consent of "
		    "--accept-data-loss; what is a rename is declared with --rename",
		    losses, losses == 1 ? "" : "es");
	if (given->yes)
		return EXIT_DONE;
	if (!generating_may_ask(p->g->cli))
		return generating_refuse(p->g, "aet-db push --yes",
		    "push changes the database, and wants the consent of --yes");
	if (generating_ask("Run this? [y/N] ") == 'y')
		return EXIT_DONE;
	return generating_refuse(p->g, NULL, "stopped: nothing was done");
}

/* ---- applying ------------------------------------------------------------ */

static aet_status
set_up(pushing *p, aet_error *err)
{
	const cli_options *given = &p->g->cli->options;
	int lock_ms =
	    given->lock_timeout_ms > 0 ? given->lock_timeout_ms : USUAL_LOCK_TIMEOUT_MS;

	return aet__connection_command(p->live,
	    codegen_format(
		&p->g->memory, "%s; SET lock_timeout = %d", DIFF_HEAD, lock_ms),
	    false, p->g->deadline, err);
}

/* One at a time: neither another push nor a migration. It goes with the session. */
static aet_status
lock(pushing *p, aet_error *err)
{
	const cli_options *given = &p->g->cli->options;
	const aet__lock_wait wait = { .wait_ms = given->lock_timeout_ms > 0
						     ? given->lock_timeout_ms
						     : USUAL_LOCK_TIMEOUT_MS };
	int64_t waited_us = 0;

	return aet__migrate_lock(p->live, &wait, &waited_us, err);
}

static int
fail_apply(pushing *p, const aet_error *err)
{
	cli_failure failure = { .error = *err,
		.excerpt = p->applied.statement,
		.detail = p->applied.detail,
		.hint = p->applied.hint };
	const char *stands = NULL;

	if (p->applied.parts > 0)
		stands = "what stands before it in the plan is done: push again goes on "
			 "from there";
	else if (p->g->work.parts[0].mode != CHANGE_ALONE)
		stands = "nothing was changed: the transaction was rolled back";
	if (stands != NULL)
		failure.hint =
		    failure.hint != NULL && failure.hint[0] != '\0'
			? codegen_format(&p->g->memory, "%s (%s)", failure.hint, stands)
			: stands;
	if (err->status == AET_EREFUSED)
		failure.next = "aet-db push";
	if (err->status == AET_ELOCKED)
		failure.next = "aet-db push --lock-timeout=10s";
	return output_fail(&p->g->cli->output, &failure);
}

/* " --flag value", where it was given to push, too. */
static const char *
again(const pushing *p, const char *flag, const char *value)
{
	return value != NULL ? codegen_format(&p->g->memory, " %s %s", flag, value) : "";
}

/* How what was pushed comes to stand in a migration, and in this journal. */
static void
tell_next(const pushing *p)
{
	const cli_options *given = &p->g->cli->options;
	cli_output *out = &p->g->cli->output;
	const char *journal = codegen_format(&p->g->memory, "%s%s",
	    again(p, "--source", given->source), again(p, "--journal", given->journal));

	output_note(out,
	    "done. No migration says it. To write one for the other databases, and to "
	    "tell this one that it has it (VERSION is the number of the last file that "
	    "is written):");
	output_note(out, "  next: aet-db generate%s%s",
	    again(p, "--schema", given->schema), journal);
	output_note(out, "        aet-db baseline VERSION --dir %s%s%s", DEFAULT_DIR,
	    journal, given->url != NULL ? " --url URL" : "");
}

static int
apply(pushing *p)
{
	aet_error err;

	output_arm_interrupt(
	    &p->g->cli->output, "interrupted: the transaction under way is rolled back");
	/* The lock first: taking it resets the session's lock_timeout. */
	if (lock(p, &err) != AET_OK || set_up(p, &err) != AET_OK)
		return fail_apply(p, &err);
	if (change_apply(&p->g->work, p->live, &p->losses, &p->applied, &err) != AET_OK)
		return fail_apply(p, &err);
	if (change_compare(&p->g->work, p->g->cli->url, false, &err) != AET_OK)
		return generating_fail(p->g, &err);
	output_set(&p->g->cli->output, "applied", json_true());
	tell_next(p);
	return EXIT_DONE;
}

/* ---- the command --------------------------------------------------------- */

static int
push_on(pushing *p)
{
	cli_output *out = &p->g->cli->output;
	aet_error err;
	int code;

	if (make(p, &err) != AET_OK)
		return generating_fail(p->g, &err);
	if (p->g->work.part_count == 0) {
		output_note(
		    out, "no difference: the database is what %s says", p->g->schema);
		return EXIT_DONE;
	}
	show_plan(p);
	generating_show_hazards(p->g);
	show_losses(p);
	if (p->has_history)
		output_note(out,
		    "this database has a journal: what is pushed is in none of "
		    "its migrations, and the next one may stumble on it; aet-db "
		    "generate and aet-db migrate do the same with one");
	if (p->g->cli->options.dry_run)
		return EXIT_DONE;
	code = obtain_consent(p);
	return code == EXIT_DONE ? apply(p) : code;
}

static int
push(generating *g)
{
	pushing p = { .g = g };
	aet_error err;
	int code;

	if (diff_connect(g->cli->url, g->deadline, &p.live, &err) != AET_OK)
		return generating_fail(g, &err);
	code = push_on(&p);
	aet__connection_close(p.live);
	return code;
}

int
run_push(cli_context *cli)
{
	int code = target_open(cli); /* which waits, and knows why it cannot */

	if (code != EXIT_DONE)
		return code;
	output_set(&cli->output, "statements", json_array());
	output_set(&cli->output, "hazards", json_array());
	output_set(&cli->output, "losses", json_array());
	output_set(&cli->output, "applied", json_false());
	return generating_run(cli, push);
}
