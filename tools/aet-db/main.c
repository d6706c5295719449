/* SPDX-License-Identifier: MIT */
/* aet-db: what libaeturnis-db offers, from a shell. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli.h"
#include "target.h"
#include "text.h"

/* A standard stream that is closed would be the next file or socket to be opened,
 * and what is printed would go to the server. Reading stands in for it: writing
 * there is an error, as it was. */
static void
open_standard_streams(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDONLY);
	while (fd >= STDIN_FILENO && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

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

	open_standard_streams();
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
