/* SPDX-License-Identifier: MIT */
#include <aeturnis/version.h>

#include "cli.h"
#include "pg/client.h"

#define VERSION_SIZE 32

/* 150004 is 15.4 (PostgreSQL manual, PQserverVersion). */
static void
format_version(int number, char text[VERSION_SIZE])
{
	snprintf(text, VERSION_SIZE, "%d.%d", number / 10000, number % 10000);
}

int
run_version(cli_context *cli)
{
	char libpq[VERSION_SIZE], built_for[VERSION_SIZE];

	format_version(aet__client_version(), libpq);
	format_version(aet__client_version_built_for(), built_for);
	output_line(&cli->output, "aet-db %s", AET_VERSION_STRING);
	output_line(&cli->output, "libaeturnis-db %s", aet_version());
	output_line(&cli->output, "libpq %s (built for %s)", libpq, built_for);
	output_set(&cli->output, "aet_db", json_string(AET_VERSION_STRING));
	output_set(&cli->output, "library", json_string(aet_version()));
	output_set(&cli->output, "libpq", json_string(libpq));
	output_set(&cli->output, "libpq_built_for", json_string(built_for));
	return EXIT_DONE;
}
