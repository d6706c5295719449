/* SPDX-License-Identifier: MIT */
/* What a flag means to one command, where that is not what it means to others. */
#include "options.h"

#include <string.h>

/* Ends with an entry whose flag is NULL. */
const cli_wording wordings[] = {
	{ COMMAND_CODEGEN, "url", NULL,
	    "A server to work on, in a database of its own, instead of a private one." },
	{ COMMAND_GENERATE, "url", NULL, "A database in use, whose rows are estimated." },
	{ COMMAND_NEW, "dir", NULL,
	    "The folder of migrations; \"migrations\" if not given." },
	{ COMMAND_GENERATE, "dir", NULL,
	    "The folder of migrations; \"migrations\" if not given." },
	{ COMMAND_SEED, "wait", NULL,
	    "Wait so long for the server to come up; alone: 60s." },
	{ COMMAND_ROLES, "wait", NULL,
	    "Wait so long for the server to come up; alone: 60s." },
	{ COMMAND_AUDIT, "wait", NULL,
	    "Wait so long for the server to come up; alone: 60s." },
	{ COMMAND_MIGRATE, "dry-run", NULL,
	    "Rehearse on a private copy of the schema, and tell each statement's time "
	    "and locks; change nothing." },
	{ COMMAND_GENERATE, "check", NULL,
	    "Write nothing; exit with 4 when the migrations lag behind the schema." },
	{ COMMAND_CHECK, "schema", NULL,
	    "The schema's files, to compare with instead of the migrations; with "
	    "--manifest, to hold that against." },
	{ COMMAND_GENERATE, "schema", NULL,
	    "The schema's files; \"schema\" if not given." },
	{ COMMAND_PUSH, "schema", NULL, "The schema's files; \"schema\" if not given." },
	{ COMMAND_CHECK, "migrations", NULL,
	    "With --manifest: a folder of migrations to hold it against." },
	{ COMMAND_CHECK, "manifest", NULL,
	    "The manifest of a release, to prepare its statements." },
	{ COMMAND_LINT, "manifest", NULL,
	    "The manifest of the release that runs, whose statements are to go on "
	    "working." },
	{ COMMAND_GENERATE, "manifest", NULL,
	    "The manifest of the release that runs, whose statements are to go on "
	    "working." },
	{ COMMAND_PUSH, "manifest", NULL,
	    "The manifest of the release that runs, whose statements are to go on "
	    "working." },
	{ COMMAND_MIGRATE, "manifest", NULL,
	    "The manifest of this release: a database that a newer one has migrated is "
	    "accepted where its statements work." },
	{ COMMAND_STATUS, "manifest", NULL,
	    "The manifest of this release: a database that a newer one has migrated is "
	    "accepted where its statements work." },
	{ COMMAND_MIGRATE, "to", "VERSION",
	    "The number of the last migration to apply." },
	{ .flag = NULL },
};

cli_flag
flag_worded(const cli_flag *flag, const cli_command *command)
{
	cli_flag worded = *flag;

	for (const cli_wording *own = wordings; own->flag != NULL; own++) {
		if (command == NULL || &commands[own->command] != command ||
		    strcmp(own->flag, flag->name) != 0)
			continue;
		worded.text = own->text;
		if (own->argument != NULL)
			worded.argument = own->argument;
	}
	return worded;
}
