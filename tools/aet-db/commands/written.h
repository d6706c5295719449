/* SPDX-License-Identifier: MIT */
/* Results that are one long text: help, completions, the manual page. */
#ifndef AET_DB_COMMANDS_WRITTEN_H
#define AET_DB_COMMANDS_WRITTEN_H

#include <stdio.h>

#include "output.h"

typedef void (*text_writer)(FILE *to, const cli_command *command);

/* To stdout; with --json, into the document's member key. Returns the exit code. */
int write_result(
    cli_output *out, const char *key, text_writer writer, const cli_command *command);

#endif
