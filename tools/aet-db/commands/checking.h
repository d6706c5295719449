/* SPDX-License-Identifier: MIT */
#ifndef AET_DB_COMMANDS_CHECKING_H
#define AET_DB_COMMANDS_CHECKING_H

#include "cli.h"

/* aet-db check with --manifest; returns the exit code. */
int checking_manifest(cli_context *cli);

#endif
