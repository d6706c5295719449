/* SPDX-License-Identifier: MIT */
/* As superuser: roles are made that may make no database. */
/* aet-db diff --shadow: a role that may make databases, and one that may not and has
 * a single empty one. Whatever happens, the server is left as it was. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/deadline.h"
#include "support/cli.h"
#include "support/server.h"

#define ROLE "aet_no_maker"
#define FROM                                                                             \
	"CREATE SCHEMA game; CREATE TYPE mood AS ENUM ('sad', 'ok');"                    \
	"CREATE TABLE t (id serial PRIMARY KEY, m mood DEFAULT 'ok');"                   \
	"CREATE TABLE game.u (a integer); CREATE VIEW v AS SELECT * FROM t;"             \
	"CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1';"              \
	"CREATE OPERATOR === (FUNCTION = int4eq, LEFTARG = integer, RIGHTARG = "         \
	"integer);"                                                                      \
	"CREATE TYPE span AS RANGE (SUBTYPE = integer); SELECT lo_create(0);"            \
	"COMMENT ON SCHEMA public IS 'ours'; REVOKE USAGE ON SCHEMA public FROM PUBLIC;" \
	"ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC;"
#define TO "CREATE TYPE mood AS ENUM ('ok', 'happy'); CREATE TABLE t (id bigint, m mood);"

/* What is in the database besides what every new one has, and databases of ours. */
#define THINGS                                                        \
	"SELECT (SELECT count(*) FROM pg_class WHERE oid >= 16384) +" \
	" (SELECT count(*) FROM pg_type WHERE oid >= 16384) +"        \
	" (SELECT count(*) FROM pg_proc WHERE oid >= 16384) +"        \
	" (SELECT count(*) FROM pg_operator WHERE oid >= 16384) +"    \
	" (SELECT count(*) FROM pg_namespace WHERE oid >= 16384) +"   \
	" (SELECT count(*) FROM pg_default_acl) +"                    \
	" (SELECT count(*) FROM pg_largeobject_metadata) || ' '"      \
	" || obj_description('public'::regnamespace) || ' '"          \
	" || has_schema_privilege('public', 'public', 'USAGE')"
#define EMPTY "0 standard public schema true"

static test_cli cli;
static char *named;
static char shadow[512];

static void
setup(void)
{
	test_cli_begin(&cli);
	test_cli_write(&cli, "from.sql", FROM);
	test_cli_write(&cli, "to.sql", TO);
	test_cli_write(&cli, "slow.sql", FROM "SELECT pg_sleep(600);");
	named = test_database_create();
	snprintf(shadow, sizeof(shadow), "--shadow=%s", named);
}

static void
setup_single(void)
{
	char sql[256];
	char *name;

	setup();
	name = test_value(named, "SELECT current_database()");
	test_sql(named, "DO $$ BEGIN CREATE ROLE " ROLE " LOGIN;"
			" EXCEPTION WHEN duplicate_object THEN NULL; END $$");
	snprintf(sql, sizeof(sql), "ALTER DATABASE %s OWNER TO " ROLE, name);
	test_sql(named, sql);
	snprintf(shadow, sizeof(shadow), "--shadow=%s&user=" ROLE, named);
	free(name);
}

static void
teardown(void)
{
	test_value_is(test_server_url(),
	    "SELECT count(*) FROM pg_database WHERE datname LIKE 'aet_diff%'", "0");
	test_cli_end(&cli);
	free(named);
}

START_TEST(both_are_loaded_in_turn)
{
	char *mine;

	CLI(&cli, "diff", "--from=from.sql", "--to=to.sql", shadow);
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.out, "DROP TABLE game.u;");
	CLI_SAYS(cli.out, "ALTER COLUMN id SET DATA TYPE bigint");
	test_value_is(named, THINGS, EMPTY);
	mine = strdup(cli.out);
	snprintf(shadow, sizeof(shadow), "--shadow=%s", named);
	CLI(&cli, "diff", "--from=from.sql", "--to=to.sql", shadow);
	CLI_EXITS(&cli, 0);
	ck_assert_int_eq(
	    strncmp(mine, cli.out, (size_t)(strstr(mine, "aet_old_") - mine)), 0);
	free(mine);
}
END_TEST

START_TEST(a_database_is_compared)
{
	char *live = test_database_create();

	test_sql(live, "SET ROLE " ROLE); /* it is there */
	test_sql(live, "CREATE TABLE t (id integer); ALTER TABLE t OWNER TO " ROLE);
	test_cli_write(&cli, "to.sql", "CREATE TABLE t (id integer, x integer);");
	CLI(&cli, "diff", "--from", live, "--to=to.sql", shadow);
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.out, "ALTER TABLE public.t ADD COLUMN x integer;");
	test_value_is(named, THINGS, EMPTY);
	free(live);
}
END_TEST

START_TEST(a_mistake_leaves_nothing)
{
	test_cli_write(&cli, "bad.sql", FROM "CREATE TABLE a (x intege);");
	CLI(&cli, "diff", "--from=from.sql", "--to=bad.sql", shadow);
	CLI_EXITS(&cli, 1);
	CLI_SAYS(cli.err, "type \"intege\" does not exist");
	test_value_is(named, THINGS, EMPTY);
	CLI(&cli, "diff", "--from=bad.sql", "--to=from.sql", shadow);
	CLI_EXITS(&cli, 1);
	test_value_is(named, THINGS, EMPTY);
}
END_TEST

START_TEST(what_is_not_empty_is_left_alone)
{
	test_sql(named, "CREATE TABLE precious (id integer)");
	CLI(&cli, "diff", "--from=from.sql", "--to=to.sql", shadow);
	CLI_EXITS(&cli, 1);
	CLI_SAYS(cli.err, "not empty (table public.precious)");
	test_value_is(named, "SELECT count(*) FROM precious", "0");
}
END_TEST

START_TEST(two_do_not_share_it)
{
	char own[512];
	PGconn *other;

	snprintf(own, sizeof(own), "%s&user=" ROLE, named);
	other = test_connect(own);
	PQclear(PQexec(other, "SELECT pg_advisory_lock(4702119584)"));
	CLI(&cli, "diff", "--from=from.sql", "--to=to.sql", shadow);
	ck_assert_int_ne(cli.exit, 0);
	CLI_SAYS(cli.err, "another aet-db is at work");
	PQfinish(other);
}
END_TEST

static void
interrupt_while_it_loads(void)
{
	const char *const args[] = { "diff", "--from=from.sql", "--to=slow.sql", shadow,
		NULL };
	aet__deadline deadline = aet__deadline_in(60000);
	pid_t pid = test_cli_start(&cli, args);

	for (;;) {
		char *sleeping = test_value(named, "SELECT count(*) FROM pg_stat_activity"
						   " WHERE wait_event = 'PgSleep'");
		bool there = strcmp(sleeping, "1") == 0;

		free(sleeping);
		if (there)
			break;
		ck_assert(!aet__deadline_passed(deadline));
		aet__sleep_ms(20, deadline);
	}
	ck_assert_int_eq(kill(pid, SIGINT), 0);
	test_cli_wait(&cli, pid);
	CLI_EXITS(&cli, 130);
	ck_assert_str_eq(cli.out, "");
}

START_TEST(interrupted_it_leaves_nothing)
{
	interrupt_while_it_loads();
	test_value_is(named, THINGS, EMPTY);
}
END_TEST

/* teardown looks for databases. */
START_TEST(interrupted_it_drops_its_databases)
{
	interrupt_while_it_loads();
	test_value_is(named, THINGS, EMPTY);
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("diff_shadow");
	TCase *single = tcase_create("single");
	TCase *several = tcase_create("several");

	tcase_add_checked_fixture(single, setup_single, teardown);
	tcase_set_timeout(single, 120);
	tcase_add_test(single, both_are_loaded_in_turn);
	tcase_add_test(single, a_database_is_compared);
	tcase_add_test(single, a_mistake_leaves_nothing);
	tcase_add_test(single, what_is_not_empty_is_left_alone);
	tcase_add_test(single, two_do_not_share_it);
	tcase_add_test(single, interrupted_it_leaves_nothing);
	suite_add_tcase(suite, single);
	tcase_add_checked_fixture(several, setup, teardown);
	tcase_set_timeout(several, 120);
	tcase_add_test(several, interrupted_it_drops_its_databases);
	suite_add_tcase(suite, several);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
