/* SPDX-License-Identifier: MIT */
/* aet-db: what libaeturnis-db offers, from a shell. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli.h"
#include "target.h"
#include "text.h"

static int
run(cli_context *cli)
{
	const cli_options *opts = &cli->options;

	if (opts->mistake[0] != '\0')
		return output_usage(&cli->output, "%s", opts->mistake);
	if (opts->help)
		return run_help(cli);
	if (opts->version)
		return run_version(cli);
	if (opts->command == NULL)
		return output_usage(&cli->output, "no command is given");
	return opts->command->run(cli);
}

int
main(int argc, char **argv)
{
	static cli_context cli;
	cli_options *opts = &cli.options;
	int code;

	/* A reader that went away is a write error, to be told as one. */
	signal(SIGPIPE, SIG_IGN);
	options_parse(opts, argc, argv);
	if (!output_open(&cli.output, opts)) {
		fputs("aet-db: out of memory\n", stderr);
		return EXIT_FAILED;
	}
	output_arm_interrupt(&cli.output, "interrupted");
	code = output_finish(&cli.output, run(&cli));
	target_close(&cli);
	output_close(&cli.output);
	options_free(opts);
	return code;
}
