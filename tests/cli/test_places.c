/* SPDX-License-Identifier: MIT */
/* Where in a file an error is, as each command that loads one says it: the token
 * that the server means, its line, and a caret below it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/generating.h"

/* The name's umlaut is two bytes, and one character. */
static const char wrong[] = "-- heroes\n"
			    "CREATE TABLE clan (id integer);\n"
			    "CREATE TABLE hero (\n"
			    "\tid integer,\n"
			    "\tn\303\244me textt DEFAULT 'x'\n"
			    ");\n";

static const char said[] = ":5:7: type \"textt\" does not exist (SQLSTATE 42704)\n"
			   "    \tn\303\244me textt DEFAULT 'x'\n"
			   "    \t     ^\n";

static const char *const commands[][6] = {
	{ "diff", "--from", "schema", "--to", "other" },
	{ "diff", "--from", "other", "--to", "schema" },
	{ "diff", "--from", "other", "--to", "schema", "--live" },
	{ "diff", "--from", "schema", "--to", "other", "--live" },
	{ "generate", "next" },
	{ "generate", "--check" },
	{ "push" },
	{ "check", "--schema", "schema" },
	{ "check", "--manifest", "manifest.json", "--schema", "schema" },
	{ "lint", "schema/game.sql" },
	{ "lint", "migrations/0001_one.sql" },
	{ "generate", "next", "--dir", "migrations" },
};
#define COMMANDS ((int)(sizeof(commands) / sizeof(commands[0])))

/* The last two are about a migration. */
static const char *
file_of(int command)
{
	return command >= COMMANDS - 2 ? "migrations/0001_one.sql" : "schema/game.sql";
}

static void
run(int command, const char *json)
{
	const char *args[10] = { NULL };
	int count = 0;

	for (int i = 0; i < 6 && commands[command][i] != NULL; i++)
		args[count++] = commands[command][i];
	if (strcmp(args[0], "push") == 0 || strcmp(args[0], "check") == 0)
		test_cli_set(&cli, url);
	args[count] = json;
	test_cli_run(&cli, args);
}

static void
prepare(int command)
{
	static char setting[600];

	snprintf(setting, sizeof(setting), "DATABASE_URL=%s", url);
	free(url);
	url = strdup(setting);
	test_cli_write(&cli, "other/a.sql", "CREATE TABLE clan (id integer);");
	test_cli_write(&cli, "manifest.json", "{\"queries\": []}");
	test_cli_write(&cli, "migrations/0001_one.sql",
	    command >= COMMANDS - 2 ? wrong : "CREATE TABLE clan ();");
	schema(command >= COMMANDS - 2 ? "CREATE TABLE clan ();" : wrong);
}

START_TEST(a_person_sees_the_place)
{
	prepare(_i);
	run(_i, NULL);
	CLI_EXITS(&cli, 1);
	CLI_SAYS(cli.err, file_of(_i));
	CLI_SAYS(cli.err, said);
}
END_TEST

START_TEST(a_program_gets_the_place)
{
	json_t *document, *error;

	prepare(_i);
	run(_i, "--json");
	CLI_EXITS(&cli, 1);
	document = test_cli_document(&cli);
	error = json_object_get(document, "error");
	ck_assert_str_eq(json_string_value(json_object_get(error, "file")), file_of(_i));
	ck_assert_int_eq(json_integer_value(json_object_get(error, "line")), 5);
	ck_assert_int_eq(json_integer_value(json_object_get(error, "column")), 7);
	ck_assert_str_eq(json_string_value(json_object_get(error, "sqlstate")), "42704");
	ck_assert_str_eq(json_string_value(json_object_get(error, "message")),
	    "type \"textt\" does not exist");
	json_decref(document);
}
END_TEST

/* A function that is not there is explained by a hint; a word that does not end has
 * no SQLSTATE. */
START_TEST(hints_come_along)
{
	json_t *document, *error;

	schema("CREATE TABLE hero (id integer DEFAULT nothing());");
	CLI(&cli, "generate", "next", "--json", shadow);
	CLI_EXITS(&cli, 1);
	document = test_cli_document(&cli);
	error = json_object_get(document, "error");
	ck_assert_int_eq(json_integer_value(json_object_get(error, "column")), 39);
	ck_assert_str_eq(json_string_value(json_object_get(error, "sqlstate")), "42883");
	ck_assert_str_eq(json_string_value(json_object_get(error, "hint")),
	    "No function matches the given name and argument types. You might need to "
	    "add explicit type casts.");
	json_decref(document);
	schema("CREATE TABLE hero ();\n  COMMENT ON TABLE hero IS 'no end;\n");
	CLI(&cli, "generate", "next", shadow);
	CLI_EXITS(&cli, 1);
	CLI_SAYS(cli.err, "schema/game.sql:2:28: ");
	CLI_SAYS(cli.err, "\n      COMMENT ON TABLE hero IS 'no end;\n"
			  "                               ^\n");
}
END_TEST

START_TEST(a_rename_of_nothing_has_a_place)
{
	schema("CREATE TABLE hero (id integer);\n"
	       "  -- aet: renamed from x\nSELECT 1;\n");
	CLI(&cli, "generate", "next", shadow);
	CLI_EXITS(&cli, 1);
	CLI_SAYS(cli.err, "schema/game.sql:2:3: \"-- aet: renamed from\" stands beside "
			  "nothing");
	CLI_SAYS(cli.err, "\n      -- aet: renamed from x\n      ^\n");
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("places");
	TCase *tcase = tcase_create("places");

	tcase_add_checked_fixture(tcase, generating_setup, generating_teardown);
	tcase_set_timeout(tcase, 240);
	tcase_add_loop_test(tcase, a_person_sees_the_place, 0, COMMANDS);
	tcase_add_loop_test(tcase, a_program_gets_the_place, 0, COMMANDS);
	tcase_add_test(tcase, hints_come_along);
	tcase_add_test(tcase, a_rename_of_nothing_has_a_place);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
