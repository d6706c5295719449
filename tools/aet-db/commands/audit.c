/* SPDX-License-Identifier: MIT */
/* The audit log as a whole: sealing, verifying, exporting, purging. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <aeturnis/audit.h>

#include "moment.h"
#include "commands/purging.h"
#include "target.h"

static void
show_head(cli_context *cli, const aet_audit_head *head)
{
	output_set(&cli->output, "head",
	    json_pack("{s:I, s:s}", "position", (json_int_t)head->position, "hash",
		head->hash));
}

/* ---- what the flags say ------------------------------------------------------ */

/* "POSITION:HASH", as head prints it. */
static bool
read_anchor(const char *text, aet_audit_head *out)
{
	char *end = NULL;
	long long position = strtoll(text, &end, 10);

	if (position < 1 || *end != ':' || strlen(end + 1) != AET_AUDIT_HASH_SIZE - 1)
		return false;
	out->position = position;
	memcpy(out->hash, end + 1, AET_AUDIT_HASH_SIZE);
	return true;
}

/* NULL leaves out alone. */
static int
read_moment(cli_context *cli, const char *flag, const char *text, aet_opt_timestamp *out)
{
	out->has_value = text != NULL;
	if (text == NULL || moment_read(text, &out->value))
		return EXIT_DONE;
	return output_usage(&cli->output, "%s wants a time: " MOMENT_FORMS, flag);
}

/* Nothing sealed is something pending. */
static int
fail(cli_context *cli, const aet_error *err)
{
	cli_failure failure = {
		.error = *err, .exit = EXIT_PENDING, .next = "aet-db audit seal"
	};

	if (err->status != AET_ENOTFOUND)
		return purging_fail(cli, err);
	return output_fail(&cli->output, &failure);
}

/* ---- each --------------------------------------------------------------------- */

static int
seal(cli_context *cli)
{
	int64_t sealed = 0;
	aet_error err;

	if (aet_audit_seal(cli->db, 0, &sealed, &err) != AET_OK)
		return purging_fail(cli, &err);
	output_line(&cli->output, "sealed %lld", (long long)sealed);
	output_set(&cli->output, "sealed", json_integer(sealed));
	return EXIT_DONE;
}

static int
show_end(cli_context *cli)
{
	aet_audit_head head = AET_AUDIT_HEAD_INIT;
	aet_error err;
	aet_status status = aet_audit_head_read(cli->db, &head, &err);

	if (status != AET_OK)
		return fail(cli, &err);
	output_line(&cli->output, "%lld:%s", (long long)head.position, head.hash);
	show_head(cli, &head);
	return EXIT_DONE;
}

static int
verify(cli_context *cli)
{
	aet_audit_head anchor = AET_AUDIT_HEAD_INIT;
	aet_audit_report report = AET_AUDIT_REPORT_INIT;
	const char *given = cli->options.anchor;
	aet_status status;
	aet_error err;

	if (given != NULL && !read_anchor(given, &anchor))
		return output_usage(&cli->output,
		    "--anchor wants POSITION:HASH, as aet-db audit head prints it");
	status = aet_audit_verify(cli->db, given != NULL ? &anchor : NULL, &report, &err);
	output_set(&cli->output, "links", json_integer(report.links));
	output_set(&cli->output, "pending", json_integer(report.pending));
	if (status == AET_ETAMPERED)
		output_set(&cli->output, "position", json_integer(report.position));
	if (status != AET_OK)
		return fail(cli, &err);
	output_line(&cli->output,
	    "sound: %lld links from %lld, %lld entries to be sealed",
	    (long long)report.links, (long long)report.first, (long long)report.pending);
	show_head(cli, &report.head);
	return EXIT_DONE;
}

static aet_status
write_line(void *ctx, const char *line, size_t len, aet_error *err)
{
	FILE *file = ctx;

	if (fwrite(line, 1, len, file) == len && fputc('\n', file) != EOF)
		return AET_OK;
	return aet_error_set(err, AET_EBUSY, "standard output takes no more");
}

static int
read_filter(cli_context *cli, aet_audit_filter *filter, aet_user_id *actor)
{
	const cli_options *options = &cli->options;
	int code = read_moment(cli, "--since", options->since, &filter->since);

	if (code == EXIT_DONE)
		code = read_moment(cli, "--until", options->until, &filter->until);
	if (code != EXIT_DONE)
		return code;
	filter->event_type = options->event;
	if (options->actor == NULL)
		return EXIT_DONE;
	filter->actor = actor;
	if (aet_uuid_parse(options->actor, &actor->uuid, NULL) == AET_OK)
		return EXIT_DONE;
	return output_usage(
	    &cli->output, "--actor wants a user's id, a uuid such as users.id has");
}

static int
export_lines(cli_context *cli)
{
	aet_audit_filter filter = AET_AUDIT_FILTER_INIT;
	aet_user_id actor;
	aet_error err;
	aet_status status;
	int code = read_filter(cli, &filter, &actor);

	if (code != EXIT_DONE)
		return code;
	output_hand_over(&cli->output);
	status = aet_audit_export(cli->db, &filter, write_line, stdout, &err);
	if (status == AET_OK && fflush(stdout) != 0)
		status = aet_error_set(&err, AET_EBUSY, "standard output takes no more");
	return status == AET_OK ? EXIT_DONE : purging_fail(cli, &err);
}

static int
purge(cli_context *cli)
{
	aet_timestamp until = { 0 };
	int32_t batch = 0;
	int64_t purged = 0;
	int code = purging_batch(cli, &batch);

	if (code == EXIT_DONE)
		code = purging_before(cli, "--until", cli->options.until, &until);
	if (code == EXIT_DONE)
		code = purging_entries(cli, until, batch, &purged);
	if (code != EXIT_DONE)
		return code;
	output_line(&cli->output, "purged %lld", (long long)purged);
	output_set(&cli->output, "purged", json_integer(purged));
	return EXIT_DONE;
}

int
run_audit(cli_context *cli)
{
	static const struct {
		const char *name;
		int (*run)(cli_context *cli);
	} parts[] = { { "seal", seal }, { "verify", verify }, { "head", show_end },
		{ "export", export_lines }, { "purge", purge } };
	int code;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (strcmp(parts[i].name, cli->options.operands[0]) != 0)
			continue;
		code = target_open(cli);
		return code == EXIT_DONE ? parts[i].run(cli) : code;
	}
	return output_usage(
	    &cli->output, "audit does one of seal, verify, head, export, purge");
}
