/* SPDX-License-Identifier: MIT */
/* Upkeep from a timer: expired sessions, and what is older than it is kept. */
#include "commands/purging.h"
#include "target.h"

static int
purge_sessions(cli_context *cli, int32_t batch)
{
	const aet_request request = purging_request();
	int64_t purged = 0;
	aet_error err;

	if (aet_session_purge(cli->db, batch, &request, &purged, &err) != AET_OK)
		return purging_fail(cli, &err);
	output_line(&cli->output, "purged %lld sessions", (long long)purged);
	output_set(&cli->output, "sessions", json_integer(purged));
	return EXIT_DONE;
}

static int
purge_entries(cli_context *cli, aet_timestamp before, int32_t batch)
{
	int64_t purged = 0;
	int code = purging_entries(cli, before, batch, &purged);

	if (code != EXIT_DONE)
		return code;
	output_line(
	    &cli->output, "purged %lld entries of the audit log", (long long)purged);
	output_set(&cli->output, "entries", json_integer(purged));
	return EXIT_DONE;
}

int
run_purge(cli_context *cli)
{
	const char *text = cli->options.audit_before;
	aet_timestamp before = { 0 };
	int32_t batch = 0;
	int code = purging_batch(cli, &batch);

	if (code == EXIT_DONE && text != NULL)
		code = purging_before(cli, "--audit-before", text, &before);
	if (code == EXIT_DONE)
		code = target_open(cli);
	if (code == EXIT_DONE)
		code = purge_sessions(cli, batch);
	if (code == EXIT_DONE && text != NULL)
		code = purge_entries(cli, before, batch);
	return code;
}
