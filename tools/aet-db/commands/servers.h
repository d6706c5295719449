/* SPDX-License-Identifier: MIT */
/* The servers that live on a database, as status tells them. */
#ifndef AET_DB_COMMANDS_SERVERS_H
#define AET_DB_COMMANDS_SERVERS_H

#include <aeturnis/release.h>

#include "cli.h"

/* A line for each that lives, and the document's servers, with those that are gone. */
aet_status servers_show(
    cli_context *cli, const aet_migrate_options *opts, aet_error *err);

#endif
