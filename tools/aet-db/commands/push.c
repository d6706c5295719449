/* SPDX-License-Identifier: MIT */
#include "commands/generating.h"

int
run_push(cli_context *cli)
{
	(void)cli;
	return 1;
}
