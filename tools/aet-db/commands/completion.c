/* SPDX-License-Identifier: MIT */
#include "commands/written.h"

#include <string.h>

#include "cli.h"
#include "text.h"

int
run_completion(cli_context *cli)
{
	static const struct {
		const char *name;
		text_writer writer;
	} shells[] = {
		{ "bash", completion_write_bash },
		{ "zsh", completion_write_zsh },
		{ "fish", completion_write_fish },
		{ "man", manual_write },
	};
	const char *wanted = cli->options.operands[0];

	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++)
		if (strcmp(shells[i].name, wanted) == 0)
			return write_result(
			    &cli->output, "text", shells[i].writer, commands);
	return output_usage(
	    &cli->output, "\"%s\" is none of bash, zsh, fish, man", wanted);
}
