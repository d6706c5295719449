/* SPDX-License-Identifier: MIT */
/* aet-db codegen: the committed models are fresh; a schema with every odd thing
 * generates, compiles and works; mistakes are told where they are. */
/* As superuser: the generator makes its own database; the program runs as the game. */
#include "support/game.h"
#include "support/package.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/text.h"

static void
setup(void)
{
	package_setup();
	package_run("cp -r '%s/codegen/.' '%s'", package_needed("AET_TEST_FIXTURES"),
	    package_folder);
}

static aet_status
generate(bool check)
{
	char config[512];
	codegen_options options = { .check = check, .url = test_server_url() };

	snprintf(config, sizeof(config), "%s/aet-db.json", package_folder);
	options.config = config;
	codegen_report_free(&package_report);
	return codegen_run(&options, &package_report, &package_err);
}

static void
generate_well(void)
{
	aet_status status = generate(false);

	for (size_t i = 0; i < package_report.message_count; i++)
		fprintf(stderr, "%s:%zu: %s\n", package_report.messages[i].file,
		    package_report.messages[i].line, package_report.messages[i].text);
	ck_assert_msg(status == AET_OK, "%s", package_err.message);
}

/* A config for one schema and one file of queries, without anything else. */
static void
write_package(const char *schema, const char *queries)
{
	package_run("rm -rf '%s/queries' '%s/out'", package_folder, package_folder);
	package_write("schema.sql", schema);
	package_write("q.sql", queries);
	package_write("aet-db.json",
	    "{\"version\": 1, \"packages\": [{\"name\": \"p\", \"prefix\": \"p\", "
	    "\"schema\": \"schema.sql\", \"queries\": \"q.sql\", \"include\": \"out\", "
	    "\"source\": \"out\"}]}");
}

static void
refuse(const char *schema, const char *queries, size_t count)
{
	write_package(schema, queries);
	ck_assert_int_eq(generate(false), AET_EINVAL);
	ck_assert_uint_eq(package_report.message_count, count);
	ck_assert_uint_eq(package_report.file_count, 0);
	ck_assert_int_ne(access(package_path("out"), F_OK), 0);
}

/* ---- what is committed ---------------------------------------------------- */

START_TEST(committed_models_are_fresh)
{
	char config[512];
	codegen_options options = { .config = config, .check = true };
	aet_status status;

	snprintf(config, sizeof(config), "%s/../../aet-db.json",
	    package_needed("AET_TEST_FIXTURES"));
	status = codegen_run(&options, &package_report, &package_err);
	for (size_t i = 0; i < package_report.file_count; i++)
		fprintf(stderr, "%s", package_report.files[i].difference);
	ck_assert_msg(status == AET_OK, "%s; run aet-db codegen", package_err.message);
	ck_assert_uint_eq(package_report.unchanged_count, 15);
}
END_TEST

/* ---- another schema --------------------------------------------------------- */

#define FLAGS "-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror"

static void
compile_all(const char *compiler, const char *standard)
{
	package_run("for f in '%s'/out/source/*.c; do %s -std=%s " FLAGS
		    " -I'%s/../../include' -I'%s/out/include' -c -o /dev/null \"$f\" || "
		    "exit 1; done",
	    package_folder, compiler, standard, package_needed("AET_TEST_FIXTURES"),
	    package_folder);
}

static void
compile_headers(const char *compiler)
{
	package_run(
	    "for f in '%s'/out/include/game/*.h; do %s -x c++ -std=c++17 " FLAGS
	    " -I'%s/../../include' -I'%s/out/include' -fsyntax-only \"$f\" || exit "
	    "1; done",
	    package_folder, compiler, package_needed("AET_TEST_FIXTURES"),
	    package_folder);
}

static bool
is_installed(const char *program)
{
	char command[128];

	snprintf(command, sizeof(command), "command -v %s >/dev/null", program);
	return system(command) == 0;
}

START_TEST(generated_code_compiles)
{
	generate_well();
	compile_all("gcc", "c11");
	compile_all("gcc", "c17 -O2");
	compile_headers("g++");
	if (is_installed("clang")) {
		compile_all("clang", "c11");
		compile_all("clang", "c17");
		compile_headers("clang++");
	}
}
END_TEST

START_TEST(generated_code_is_formatted)
{
	if (!is_installed("clang-format"))
		return;
	generate_well();
	package_run("cp '%s/../../.clang-format' '%s/out'",
	    package_needed("AET_TEST_FIXTURES"), package_folder);
	package_run("clang-format --dry-run -Werror '%s'/out/*/*.c '%s'/out/*/*/*.h",
	    package_folder, package_folder);
}
END_TEST

START_TEST(generated_code_works)
{
	test_game game = test_game_create();

	generate_well();
	test_game_script(&game, package_path("schema.sql"));
	package_run(
	    "gcc -std=c17 -g " FLAGS " %s -I'%s/../../include' -I'%s/out/include' "
	    "'%s/program.c' '%s'/out/source/*.c '%s' -Wl,-rpath,\"$(dirname '%s')\" "
	    "-o '%s/program'",
	    package_needed("AET_TEST_CFLAGS"), package_needed("AET_TEST_FIXTURES"),
	    package_folder, package_folder, package_folder,
	    package_needed("AET_TEST_LIBRARY"), package_needed("AET_TEST_LIBRARY"),
	    package_folder);
	package_run("'%s/program' '%s'", package_folder, game.app);
	test_game_free(&game);
}
END_TEST

START_TEST(a_second_run_changes_nothing)
{
	size_t files;

	generate_well();
	files = package_report.file_count;
	ck_assert_uint_eq(files, 24);
	ck_assert_uint_eq(package_report.unchanged_count, 0);
	generate_well();
	ck_assert_uint_eq(package_report.file_count, 0);
	ck_assert_uint_eq(package_report.unchanged_count, files);
	ck_assert_int_eq(generate(true), AET_OK);
}
END_TEST

START_TEST(a_stale_file_is_told_and_left)
{
	generate_well();
	package_run("sed -i 's/typedef struct game_item {/& int stale;/' '%s'",
	    package_path("out/include/game/item.h"));
	ck_assert_int_eq(generate(true), AET_EDATA);
	ck_assert_uint_eq(package_report.file_count, 1);
	ck_assert_str_eq(package_report.files[0].path, "out/include/game/item.h");
	ck_assert_ptr_nonnull(strstr(package_report.files[0].difference,
	    "\n-typedef struct game_item { int stale;\n+typedef struct game_item {\n"));
	package_run("grep -q stale '%s'", package_path("out/include/game/item.h"));
	generate_well();
	ck_assert_uint_eq(package_report.file_count, 1);
}
END_TEST

START_TEST(databases_of_the_generator_go)
{
	generate_well();
	test_value_is(test_server_url(),
	    "SELECT count(*) FROM pg_database WHERE datname LIKE 'aet_codegen_%'", "0");
}
END_TEST

START_TEST(a_dump_is_a_schema)
{
	write_package("\\restrict abc\n"
		      "SELECT pg_catalog.set_config('search_path', '', false);\n"
		      "CREATE TABLE public.t (id int PRIMARY KEY);\n"
		      "\\unrestrict abc\n",
	    "-- name: all_ids :many\nSELECT id FROM t;\n");
	generate_well();
}
END_TEST

START_TEST(other_migrators_files_are_a_schema)
{
	package_run("mkdir '%s/m'", package_folder);
	package_write("m/1_t.up.sql", "CREATE TABLE t (id int PRIMARY KEY);\n");
	package_write("m/1_t.down.sql", "DROP TABLE t;\n");
	package_write("m/2_goose.sql",
	    "-- +goose Up\nCREATE TABLE a (id int);\n\n-- +goose "
	    "Down\nDROP TABLE a;\n");
	package_write("m/3_dbmate.sql",
	    "-- migrate:up\nCREATE TABLE b (id int);\n-- migrate:down\nDROP TABLE b;\n");
	package_write("m/4_tern.sql",
	    "CREATE TABLE c (id int);\n---- create above / drop "
	    "below ----\nDROP TABLE c;\n");
	write_package("", "-- name: all_ids :many\nSELECT t.id FROM t, a, b, c;\n");
	package_run("sed -i 's/schema.sql/m/' '%s'", package_path("aet-db.json"));
	generate_well();
}
END_TEST

/* ---- mistakes --------------------------------------------------------------- */

START_TEST(a_missing_config_is_told)
{
	package_run("rm '%s'", package_path("aet-db.json"));
	ck_assert_int_eq(generate(false), AET_EINVAL);
	ck_assert_uint_eq(package_report.message_count, 1);
	ck_assert_ptr_nonnull(strstr(package_report.messages[0].text,
	    "cannot be read: No such file or directory"));
}
END_TEST

START_TEST(config_mistakes_are_told_together)
{
	package_write("aet-db.json",
	    "{\"version\": 2, \"packages\": [{\"name\": \"p\", \"prefx\": \"p\", "
	    "\"include\": \"o\", \"source\": 1, \"tables\": {\"public.t\": {\"rows\": "
	    "\"x\"}}}]}");
	ck_assert_int_eq(generate(false), AET_EINVAL);
	ck_assert_uint_eq(package_report.message_count, 5);
	package_said(0, package_path("aet-db.json"), 1, 13,
	    "version: must be 1, the only one this program knows");
	package_said(
	    1, package_path("aet-db.json"), 1, 29, "packages[0]: \"prefix\" is missing");
	package_said(
	    2, package_path("aet-db.json"), 1, 43, "packages[0]: unknown key \"prefx\"");
	package_said(3, package_path("aet-db.json"), 1, 73,
	    "packages[0]: \"source\" must be text");
	package_said(4, package_path("aet-db.json"), 1, 110,
	    "packages[0].tables[\"public.t\"]: unknown key \"rows\"");
	ck_assert_str_eq(package_report.messages[4].hint,
	    "use one of: row, newest, secret, hidden, touch, skip");
}
END_TEST

START_TEST(broken_json_is_told_where)
{
	package_write("aet-db.json", "{\n  \"version\": 1,,\n}\n");
	ck_assert_int_eq(generate(false), AET_EINVAL);
	ck_assert_uint_eq(package_report.message_count, 1);
	ck_assert_uint_eq(package_report.messages[0].line, 2);
	ck_assert_uint_eq(package_report.messages[0].column, 16);
}
END_TEST

START_TEST(schema_mistakes_are_told_where)
{
	char *text;

	refuse("CREATE TABLE t (id int);\n\n-- ümlaut\nCREATE TABLE u (é text, x nix);\n",
	    "", 1);
	package_said(
	    0, "schema.sql", 4, 27, "type \"nix\" does not exist (SQLSTATE 42704)");
	text = codegen_message_format(&package_report.messages[0]);
	ck_assert_str_eq(text,
	    "schema.sql:4:27: type \"nix\" does not exist (SQLSTATE 42704)\n"
	    "    CREATE TABLE u (é text, x nix);\n"
	    "                              ^\n");
	free(text);
	refuse("CREATE TABLE t (id int);\nCREATE TABLE t (id int);\n", "", 1);
	package_said(
	    0, "schema.sql", 2, 1, "relation \"t\" already exists (SQLSTATE 42P07)");
	refuse("SELECT 'open;\n", "", 1);
	ck_assert_uint_eq(package_report.messages[0].line, 1);
	ck_assert_uint_eq(package_report.messages[0].column, 8);
}
END_TEST

#define HIDING(columns)                                                           \
	"{\"version\": 1, \"packages\": [{\"name\": \"p\", \"prefix\": \"p\", "   \
	"\"schema\": \"schema.sql\", \"include\": \"hid\", \"source\": \"hid\", " \
	"\"tables\": {\"public.t\": {\"hidden\": [" columns "]}}}]}"

START_TEST(what_is_hidden_is_nowhere)
{
	package_write("schema.sql",
	    "CREATE TABLE t (id int PRIMARY KEY, seen text, ours"
	    " boolean DEFAULT false NOT NULL, must int NOT NULL);");
	package_write("aet-db.json", HIDING("\"ours\""));
	ck_assert_int_eq(generate(false), AET_OK);
	package_run("grep -q seen '%s'", package_path("hid/t.h"));
	package_run("! grep -r ours '%s'", package_path("hid"));
	package_write("aet-db.json", HIDING("\"must\", \"id\", \"nix\""));
	ck_assert_int_eq(generate(false), AET_EINVAL);
	ck_assert_uint_eq(package_report.message_count, 3);
	ck_assert_str_eq(package_report.messages[0].text,
	    "packages[0].tables[\"public.t\"]: column \"public.t.id\" cannot be hidden: "
	    "lists "
	    "are ordered by it");
	ck_assert_str_eq(package_report.messages[1].text,
	    "packages[0].tables[\"public.t\"]: column \"public.t.must\" cannot be "
	    "hidden: every "
	    "insert must give it");
	ck_assert_str_eq(package_report.messages[2].text,
	    "packages[0].tables[\"public.t\"]: table \"public.t\" has no column \"nix\"");
}
END_TEST

START_TEST(types_without_a_c_type_are_told_together)
{
	refuse("CREATE TABLE t (a aclitem, b int, c aclitem[]);\n", "", 2);
	ck_assert_str_eq(package_report.messages[0].text,
	    "column \"public.t.a\" has type aclitem, for which there is no C type");
	ck_assert_str_eq(package_report.messages[1].text,
	    "column \"public.t.c\" has type aclitem[], for which there is no C type");
}
END_TEST

START_TEST(query_mistakes_are_told_together)
{
	refuse("CREATE TABLE t (id int PRIMARY KEY);\n",
	    "-- name: good :one\nSELECT id FROM t;\n"
	    "-- name: typo :one\nSELECT idd FROM t WHERE id = @a AND id = @b;\n"
	    "-- name: late :one\nSELECT id FROM t WHERE id = @a AND nix = @b;\n"
	    "-- name: odd :some\nSELECT 1;\n"
	    "-- name: silent :one\nDELETE FROM t;\n"
	    "-- name: two :exec\nSELECT 1; SELECT 2;\n",
	    5);
	package_said(0, "q.sql", 4, 8, "column \"idd\" does not exist (SQLSTATE 42703)");
	package_said(1, "q.sql", 6, 36, "column \"nix\" does not exist (SQLSTATE 42703)");
	package_said(2, "q.sql", 7, 14, "\":some\" is no kind of query");
	ck_assert_str_eq(package_report.messages[2].hint,
	    "use one of: :one, :opt, :many, :exec, :execrows, :execresult, :copyfrom, "
	    ":batchexec, :batchone, :batchmany, :each");
	package_said(3, "q.sql", 9, 10, "query \"silent\" answers with no columns");
	package_said(4, "q.sql", 12, 11, "a query is one statement");
}
END_TEST

START_TEST(copies_of_the_client_are_no_queries)
{
	refuse("CREATE TABLE t (id int PRIMARY KEY);\n",
	    "-- name: out :exec\nCOPY t TO STDOUT;\n"
	    "-- name: fine :exec\nCOPY t TO '/nowhere/stdout';\n"
	    "-- name: in :exec\n/* all */ copy t\n    from stdin;\n",
	    2);
	package_said(0, "q.sql", 2, 11, "COPY to or from the client is no query");
	package_said(1, "q.sql", 7, 10, "COPY to or from the client is no query");
}
END_TEST

START_TEST(macros_without_a_name_are_told_once)
{
	refuse("CREATE TABLE t (id int PRIMARY KEY);\n",
	    "-- name: none :one\nSELECT sqlc.arg();\n"
	    "-- name: unknown :one\nSELECT sqlc.foo(id) FROM t;\n"
	    "-- name: many :one\nSELECT 1 WHERE 1 IN (sqlc.slice());\n"
	    "-- name: inside :one\nSELECT sqlc.embed(t.) FROM t;\n",
	    4);
	package_said(0, "q.sql", 2, 13, "a parameter's name is expected");
	ck_assert_str_eq(package_report.messages[0].hint, "write: sqlc.arg(name)");
	package_said(1, "q.sql", 4, 13, "sqlc.foo is not known");
	package_said(2, "q.sql", 6, 27, "a parameter's name is expected");
	ck_assert_str_eq(package_report.messages[2].hint, "write: sqlc.slice(name)");
	package_said(3, "q.sql", 8, 13, "a table's name is expected");
}
END_TEST

START_TEST(queries_of_one_name_are_told_with_all_else)
{
	refuse("CREATE TABLE t (id int PRIMARY KEY);\n",
	    "-- name: FindT :one\nSELECT id FROM t;\n"
	    "-- name: find_t :one\nSELECT 1;\n"
	    "-- name: typo :one\nSELECT idd FROM t;\n",
	    2);
	package_said(0, "q.sql", 3, 10, "another query is called \"find_t\" in C, too");
	package_said(1, "q.sql", 6, 8, "column \"idd\" does not exist (SQLSTATE 42703)");
}
END_TEST

START_TEST(names_that_meet_are_told)
{
	refuse("CREATE TABLE t (id int PRIMARY KEY);\n",
	    "-- name: t_find :exec\nSELECT 1;\n", 1);
	package_said(0, "q.sql", 1, 10,
	    "a function of \"t\" and query \"t_find\" would both be called \"p_t_find\" "
	    "in C");
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("codegen");
	TCase *good = tcase_create("generation");
	TCase *bad = tcase_create("mistakes");

	tcase_add_checked_fixture(good, setup, package_teardown);
	tcase_set_timeout(good, 240);
	tcase_add_test(good, committed_models_are_fresh);
	tcase_add_test(good, generated_code_compiles);
	tcase_add_test(good, generated_code_is_formatted);
	tcase_add_test(good, generated_code_works);
	tcase_add_test(good, a_second_run_changes_nothing);
	tcase_add_test(good, a_stale_file_is_told_and_left);
	tcase_add_test(good, databases_of_the_generator_go);
	tcase_add_test(good, a_dump_is_a_schema);
	tcase_add_test(good, other_migrators_files_are_a_schema);
	suite_add_tcase(suite, good);
	tcase_add_checked_fixture(bad, setup, package_teardown);
	tcase_set_timeout(bad, 60);
	tcase_add_test(bad, a_missing_config_is_told);
	tcase_add_test(bad, config_mistakes_are_told_together);
	tcase_add_test(bad, broken_json_is_told_where);
	tcase_add_test(bad, schema_mistakes_are_told_where);
	tcase_add_test(bad, what_is_hidden_is_nowhere);
	tcase_add_test(bad, types_without_a_c_type_are_told_together);
	tcase_add_test(bad, query_mistakes_are_told_together);
	tcase_add_test(bad, copies_of_the_client_are_no_queries);
	tcase_add_test(bad, macros_without_a_name_are_told_once);
	tcase_add_test(bad, queries_of_one_name_are_told_with_all_else);
	tcase_add_test(bad, names_that_meet_are_told);
	suite_add_tcase(suite, bad);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
