/* SPDX-License-Identifier: MIT */
/* As superuser: whole schemas are made and compared, with their owners and grants. */
#include "support/diffing.h"

#include <stdio.h>
#include <stdlib.h>

test_cli diffing;
char *diffing_url;

static char shadow[512];

void
diffing_begin(void)
{
	char *scratch = test_database_create();

	test_cli_begin(&diffing);
	diffing_url = test_database_create();
	snprintf(shadow, sizeof(shadow), "--shadow=%s", scratch);
	free(scratch);
}

void
diffing_end(void)
{
	test_cli_end(&diffing);
	free(diffing_url);
}

void
diffing_plan(const char *to)
{
	test_cli_write(&diffing, "to.sql", to);
	CLI(&diffing, "diff", "--from", diffing_url, "--to", "to.sql", shadow);
}

/* Runs what was printed, statement by statement. */
static void
apply(void)
{
	char command[1024];

	test_cli_write(&diffing, "plan.sql", diffing.out);
	snprintf(command, sizeof(command),
	    "%s/psql -X -q -v ON_ERROR_STOP=1 -d '%s' -f %s/plan.sql",
	    test_server_bindir(), diffing_url, diffing.directory);
	ck_assert_msg(system(command) == 0, "this does not run:\n%s", diffing.out);
}

void
diffing_go(const char *to)
{
	diffing_plan(to);
	ck_assert_msg(diffing.exit == 0, "%s", diffing.err);
	apply();
	diffing_plan(to);
	ck_assert_msg(diffing.exit == 0, "%s", diffing.err);
	ck_assert_str_eq(diffing.out, "");
}

void
diffing_there_and_back(const diffing_way *way)
{
	test_sql(diffing_url, way->from);
	diffing_go(way->to);
	diffing_go(way->from);
}
