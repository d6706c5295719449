/* SPDX-License-Identifier: MIT */
/* Somebody else's tables where the library's own are to be. */
#include <stdio.h>

#include <aeturnis/statement.h>

#include "commands/migrating.h"
#include "inspect.h"

bool
migrating_strangers(cli_context *cli, char sentence[AET_MESSAGE_SIZE])
{
	strangers *found = NULL;
	bool any;

	if (cli->options.dir != NULL ||
	    inspect_strangers(cli->db, &found, NULL) != AET_OK)
		return false;
	if (found->tables != NULL)
		snprintf(sentence, AET_MESSAGE_SIZE,
		    "%s: there already, and not the library's, whose first migration "
		    "makes "
		    "public.users, public.user_sessions and public.audit_log",
		    found->tables);
	any = found->tables != NULL;
	aet_block_free(found);
	return any;
}
