/* SPDX-License-Identifier: MIT */
/* What seed and reset share. */
#ifndef AET_DB_COMMANDS_SEEDING_H
#define AET_DB_COMMANDS_SEEDING_H

#include <aeturnis/setup.h>

#include "cli.h"

/* As the flags and the settings say. Strings are borrowed from the settings. */
aet_seed_options seeding_options(const cli_context *cli);

/* Shows the users, and generated passwords this once; wipes them. */
void seeding_show(cli_context *cli, aet_seed_report *report);

#endif
