/* SPDX-License-Identifier: MIT */
#include "cli.h"
#include "commands/written.h"
#include "text.h"

int
run_help(cli_context *cli)
{
	const cli_options *opts = &cli->options;
	const cli_command *about = opts->command;

	if (about != NULL && about->run == run_help && !opts->help) {
		about = opts->operand_count > 0 ? command_find(opts->operands[0]) : NULL;
		if (about == NULL && opts->operand_count > 0)
			return output_usage(&cli->output, "there is no command \"%s\"",
			    opts->operands[0]);
	}
	return write_result(&cli->output, "help", help_write, about);
}
