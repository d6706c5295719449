/* SPDX-License-Identifier: MIT */
/* The roles of a database that is not only played with. */
#include "roles/queries.h"

#include <string.h>

#include "cli.h"
#include "core/deadline.h"
#include "db/session.h"
#include "target.h"

/* One message to the server is one transaction. */
static aet_status
apply(aet_db *db, aet_error *err)
{
	aet__session session;
	aet_status status = aet__session_begin(db, &session, err);

	if (status != AET_OK)
		return status;
	status = aet__connection_command(
	    session.connection, roles_query_roles, true, session.deadline, err);
	return aet__session_end(&session, status, err);
}

static int
fail(cli_context *cli, const aet_error *err)
{
	cli_failure failure = { .error = *err };

	if (strcmp(err->sqlstate, "42501") == 0)
		failure.hint = "a superuser makes roles and hands tables over";
	return output_fail(&cli->output, &failure);
}

int
run_roles(cli_context *cli)
{
	aet_error err;
	int code;

	if (!cli->options.apply) {
		output_line(&cli->output, "%s", roles_query_roles);
		output_set(&cli->output, "sql", json_string(roles_query_roles));
		return EXIT_DONE;
	}
	code = target_open(cli);
	if (code != EXIT_DONE)
		return code;
	if (apply(cli->db, &err) != AET_OK)
		return fail(cli, &err);
	output_line(&cli->output, "applied");
	output_set(&cli->output, "applied", json_true());
	return EXIT_DONE;
}
