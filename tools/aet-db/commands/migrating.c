/* SPDX-License-Identifier: MIT */
#include "commands/migrating.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/file.h"
#include "target.h"

aet_migrate_options
migrating_options(const cli_context *cli)
{
	const cli_options *given = &cli->options;
	aet_migrate_options opts = AET_MIGRATE_OPTIONS_INIT;

	opts.dir = given->dir;
	opts.source = given->source;
	opts.journal = given->journal;
	if (given->wait_ms >= 0)
		opts.lock_wait_ms = given->wait_ms > 0 ? given->wait_ms : -1;
	if (given->lock_timeout_ms > 0)
		opts.lock_timeout_ms = given->lock_timeout_ms;
	opts.statement_timeout_ms = given->statement_timeout_ms;
	opts.out_of_order = given->out_of_order;
	opts.accept_unknown = given->accept_unknown;
	opts.force_contract = given->force_contract;
	opts.hold_wait_ms = given->wait_older_ms;
	return opts;
}

#define MANIFEST_LIMIT (64 << 20)

int
migrating_manifest(cli_context *cli, aet_migrate_options *opts)
{
	cli_failure failure = { .file = cli->options.manifest };
	size_t len;

	if (cli->options.manifest == NULL)
		return EXIT_DONE;
	free(cli->manifest);
	cli->manifest = NULL;
	if (aet__file_read(cli->options.manifest, MANIFEST_LIMIT, &cli->manifest, &len,
		&failure.error) != AET_OK)
		return output_fail(&cli->output, &failure);
	opts->manifest = cli->manifest;
	return EXIT_DONE;
}

static double
milliseconds(int64_t us)
{
	return (double)us / 1000.0;
}

/* One that is done is a result, and must be out before Ctrl-C can come. */
static void
file_done(cli_output *out, const aet_migrate_event *event, const char *outcome)
{
	output_append(out, "migrations",
	    json_pack("{s:s, s:I, s:s, s:s, s:I}", "source", event->source, "version",
		(json_int_t)event->version, "name", event->name, "outcome", outcome,
		"elapsed_us", (json_int_t)event->elapsed_us));
	output_line(out, "%s %s (%.1f ms)", outcome, event->name,
	    milliseconds(event->elapsed_us));
	if (!out->json)
		fflush(stdout);
}

/* In a rehearsal. */
static void
statement_done(cli_output *out, const aet_migrate_event *event)
{
	output_append(out, "statements",
	    json_pack("{s:s, s:i, s:i, s:I, s:o}", "name", event->name, "statement",
		event->statement, "line", event->line, "elapsed_us",
		(json_int_t)event->elapsed_us, "locks", output_text(event->detail)));
	output_line(out, "  %s:%d  %.1f ms%s%s", event->name, event->line,
	    milliseconds(event->elapsed_us), event->detail != NULL ? "  " : "",
	    event->detail != NULL ? event->detail : "");
}

void
migrating_progress(void *ctx, const aet_migrate_event *event)
{
	cli_context *cli = ctx;
	cli_output *out = &cli->output;
	const char *detail = event->detail != NULL ? event->detail : "";

	switch (event->kind) {
	case AET_MIGRATE_WAITING:
		output_note(out, "waiting for another migrator %s", detail);
		break;
	case AET_MIGRATE_PLANNED:
		output_detail(out, "%d to run", event->total);
		break;
	case AET_MIGRATE_STARTED:
		output_note(out, "[%d/%d] %s", event->index, event->total, event->name);
		break;
	case AET_MIGRATE_STATEMENT:
		output_detail(out, "%s:%d: statement %d of %d, %.1f ms", event->name,
		    event->line, event->statement, event->statements,
		    milliseconds(event->elapsed_us));
		break;
	case AET_MIGRATE_STATEMENT_DONE:
		statement_done(out, event);
		break;
	case AET_MIGRATE_RETRY:
		output_note(out, "%s: attempt %d failed, trying again: %s", event->name,
		    event->attempt, detail);
		break;
	case AET_MIGRATE_WARNING:
		output_warn(out, "%s", detail);
		output_append(out, "warnings", json_string(detail));
		break;
	case AET_MIGRATE_DIFFERENCE:
		output_line(out, "%s", detail);
		output_append(out, "differences", json_string(detail));
		break;
	case AET_MIGRATE_HELD:
		output_note(out, "%s waits for an older release to leave: %s",
		    event->name, detail);
		break;
	case AET_MIGRATE_BREAKS:
		output_line(out, "%s", detail);
		output_append(out, "breaks", json_string(detail));
		break;
	case AET_MIGRATE_APPLIED:
		file_done(out, event, cli->options.dry_run ? "rehearsed" : "applied");
		break;
	case AET_MIGRATE_ROLLED_BACK:
		file_done(out, event, "took back");
		break;
	case AET_MIGRATE_ADOPTED:
		file_done(out, event, "adopted");
		break;
	}
}

/* Behind "aet-db ": the length of a command that takes --dir, or 0. */
static size_t
command_with_dir(const char *text)
{
	static const char *const takers[] = { "migrate", "status", "check", "repair",
		"baseline", "reset", "new" };
	size_t len = strcspn(text, " ,;");

	for (size_t i = 0; i < sizeof(takers) / sizeof(takers[0]); i++)
		if (strlen(takers[i]) == len && memcmp(text, takers[i], len) == 0)
			return len;
	return 0;
}

const char *
migrating_next(cli_context *cli, const char *next)
{
	static const char program[] = "aet-db ";
	const char *dir = cli->options.dir;
	char *out = cli->next;
	size_t room = sizeof(cli->next);
	const char *at = next;

	if (next == NULL || dir == NULL)
		return next;
	for (const char *found; (found = strstr(at, program)) != NULL;) {
		size_t len = command_with_dir(found + strlen(program));
		int end = (int)(found + strlen(program) + len - at);
		int written = snprintf(out, room, "%.*s%s%s", end, at,
		    len > 0 ? " --dir " : "", len > 0 ? dir : "");

		if (written < 0 || (size_t)written >= room)
			return next;
		out += written;
		room -= (size_t)written;
		at += end;
	}
	return (size_t)snprintf(out, room, "%s", at) < room ? cli->next : next;
}

/* What to do when a file's statement has failed. */
static const char *
next_after(const char *sqlstate)
{
	if (strcmp(sqlstate, "42501") == 0)
		return "aet-db migrate --url URL, with the role that owns what is "
		       "changed";
	if (strcmp(sqlstate, "57014") == 0)
		return "aet-db migrate --statement-timeout=10m";
	return "correct the file, then: aet-db migrate";
}

/* Which the server refused before any file's statement. */
static void
advise_journal(cli_failure *failure)
{
	if (strcmp(failure->error.sqlstate, "42501") != 0)
		return;
	failure->hint =
	    "the journal, a schema of its own, belongs to another role, or this "
	    "one may not make it: connect as the role that migrates, or keep a "
	    "journal in a schema that this role owns (--journal SCHEMA)";
	failure->next = "aet-db roles, which prints what each role is granted";
}

/* What to do about each of the migrator's refusals. */
static void
advise(cli_context *cli, cli_failure *failure)
{
	const cli_options *given = &cli->options;
	char *words = cli->words;

	switch (failure->error.status) {
	case AET_EORDER:
		failure->hint =
		    "a branch with an older number was merged late, as it seems";
		failure->next = "aet-db migrate --out-of-order";
		break;
	case AET_EAHEAD:
		failure->hint = "a newer release has migrated this database";
		failure->next =
		    given->manifest != NULL
			? "update this release"
			: "aet-db migrate --manifest FILE, with what this release runs, "
			  "or --accept-unknown; or update it";
		break;
	case AET_ECHECKSUM:
		failure->hint =
		    "an applied migration is never edited: give the file its old text, "
		    "and put the change into a new one";
		failure->next = "aet-db new NAME";
		break;
	case AET_EMIGRATION:
		failure->next = next_after(failure->error.sqlstate);
		break;
	case AET_ELOCKED:
		snprintf(words, sizeof(cli->words),
		    "try again when the database is less busy, or wait longer: aet-db "
		    "%s --wait=5m --lock-timeout=10s",
		    cli->output.command);
		failure->next = words;
		break;
	case AET_EHELD:
		failure->next =
		    "when the older servers have left (aet-db status): aet-db migrate; "
		    "--force-contract breaks them";
		break;
	case AET_EADOPT:
		failure->next = migrating_strangers(cli, words) ? MIGRATING_STRANGERS_NEXT
								: "aet-db check";
		break;
	case AET_EHALFDONE:
	case AET_EMISSING:
	case AET_EDIVERGED:
		failure->next = "aet-db status";
		break;
	case AET_EDB:
		advise_journal(failure);
		break;
	default:
		break;
	}
}

int
migrating_version(cli_context *cli, const char *text, int64_t *version)
{
	char *end;
	long long value;

	errno = 0;
	value = strtoll(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0)
		return output_usage(&cli->output,
		    "\"%s\" is no migration's number: 7, 0007 and 20260102030405 are",
		    text);
	*version = value;
	return EXIT_DONE;
}

int
migrating_fail(cli_context *cli, const aet_error *err, const aet_migrate_failure *place)
{
	cli_failure failure = { .error = *err };

	if (err->status == AET_ECONNECT)
		return target_fail(cli, err);
	if (place != NULL && place->file[0] != '\0') {
		failure.file = place->file;
		failure.line = place->line;
		failure.column = place->column;
		failure.excerpt = place->excerpt;
		failure.detail = place->detail;
		if (place->message[0] != '\0')
			aet__error_copy(failure.error.message,
			    sizeof(failure.error.message), place->message);
		if (place->sqlstate[0] != '\0')
			memcpy(failure.error.sqlstate, place->sqlstate,
			    sizeof(failure.error.sqlstate));
	}
	advise(cli, &failure);
	failure.next = migrating_next(cli, failure.next);
	if (place != NULL && place->hint[0] != '\0')
		failure.hint = place->hint;
	return output_fail(&cli->output, &failure);
}

void
migrating_set_report(cli_context *cli, const aet_migrate_report *report)
{
	cli_output *out = &cli->output;

	output_set(out, "applied", json_integer(report->applied));
	output_set(out, "adopted", json_integer(report->adopted));
	output_set(out, "already", json_integer(report->already));
	output_set(out, "remaining", json_integer(report->remaining));
	output_set(out, "elapsed_us", json_integer(report->elapsed_us));
	output_set(out, "waited_us", json_integer(report->waited_us));
	output_set(out, "held", json_integer(report->held));
	output_set(
	    out, "held_file", output_text(report->held > 0 ? report->held_file : NULL));
	output_set(
	    out, "held_by", output_text(report->held > 0 ? report->held_by : NULL));
}
