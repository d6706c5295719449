/* SPDX-License-Identifier: MIT */
#include "commands/purging.h"

#include <stdlib.h>
#include <string.h>

#include <aeturnis/audit.h>

#include "moment.h"

#define BATCH_MAX 100000

aet_request
purging_request(void)
{
	aet_request request = AET_REQUEST_INIT;

	request.user_agent = "aet-db";
	request.actor_kind = AET_ACTOR_SYSTEM;
	return request;
}

int
purging_fail(cli_context *cli, const aet_error *err)
{
	cli_failure failure = { .error = *err };

	if (strcmp(err->sqlstate, "42P01") == 0) {
		failure.exit = EXIT_PENDING;
		failure.hint = "the tables are not there yet";
		failure.next = "aet-db migrate";
	}
	return output_fail(&cli->output, &failure);
}

int
purging_batch(cli_context *cli, int32_t *out)
{
	const char *text = cli->options.batch;
	size_t digits = text != NULL ? strspn(text, "0123456789") : 0;

	*out = 0;
	if (text == NULL)
		return EXIT_DONE;
	if (digits > 0 && digits < 7 && text[digits] == '\0')
		*out = (int32_t)strtol(text, NULL, 10);
	if (*out < 1 || *out > BATCH_MAX)
		return output_usage(
		    &cli->output, "--batch wants a number of rows from 1 to 100000");
	return EXIT_DONE;
}

int
purging_before(cli_context *cli, const char *flag, const char *text, aet_timestamp *out)
{
	cli_failure failure = { .next = "the same with --yes" };

	if (text == NULL || !moment_read(text, out))
		return output_usage(&cli->output, "%s wants a time: " MOMENT_FORMS, flag);
	if (cli->options.yes)
		return EXIT_DONE;
	aet_error_set(&failure.error, AET_EREFUSED,
	    "entries of the audit log that are deleted are gone");
	return output_fail(&cli->output, &failure);
}

int
purging_entries(cli_context *cli, aet_timestamp before, int32_t batch, int64_t *purged)
{
	const aet_request request = purging_request();
	aet_error err;

	if (aet_audit_purge(cli->db, before, batch, &request, purged, &err) != AET_OK)
		return purging_fail(cli, &err);
	return EXIT_DONE;
}
