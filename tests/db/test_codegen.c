/* SPDX-License-Identifier: MIT */
/* aet-db codegen: the committed models are fresh; a schema with every odd thing
 * generates, compiles and works; mistakes are told where they are. */
/* As superuser: the generator makes its own database; the program runs as the game. */
#include "support/game.h"
#include "support/process.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "codegen/codegen.h"
#include "core/text.h"

static char *scratch;
static codegen_report report;
static aet_error err;

static const char *
needed(const char *variable)
{
	const char *value = getenv(variable);

	ck_assert_msg(value != NULL, "%s is not set; run by meson test", variable);
	return value;
}

static void run_command(const char *format, ...) AET_PRINTF(1, 2);

static void
run_command(const char *format, ...)
{
	char command[8192];
	va_list list;
	int len;

	va_start(list, format);
	len = vsnprintf(command, sizeof(command), format, list);
	va_end(list);
	ck_assert_int_lt(len, (int)sizeof(command));
	ck_assert_msg(system(command) == 0, "failed: %s", command);
}

static void
setup(void)
{
	scratch = test_scratch_make();
	memset(&report, 0, sizeof(report));
	run_command("cp -r '%s/codegen/.' '%s'", needed("AET_TEST_FIXTURES"), scratch);
}

static void
teardown(void)
{
	codegen_report_free(&report);
	test_scratch_remove(scratch);
}

static const char *
in_scratch(const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", scratch, name);
	return path;
}

static void
write_file(const char *name, const char *text)
{
	FILE *file = fopen(in_scratch(name), "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(text, file), 0);
	ck_assert_int_eq(fclose(file), 0);
}

static aet_status
generate(bool check)
{
	char config[512];
	codegen_options options = { .check = check, .url = test_server_url() };

	snprintf(config, sizeof(config), "%s/aet-db.json", scratch);
	options.config = config;
	codegen_report_free(&report);
	return codegen_run(&options, &report, &err);
}

static void
generate_well(void)
{
	aet_status status = generate(false);

	for (size_t i = 0; i < report.message_count; i++)
		fprintf(stderr, "%s:%zu: %s\n", report.messages[i].file,
		    report.messages[i].line, report.messages[i].text);
	ck_assert_msg(status == AET_OK, "%s", err.message);
}

/* A config for one schema and one file of queries, without anything else. */
static void
write_package(const char *schema, const char *queries)
{
	run_command("rm -rf '%s/queries' '%s/out'", scratch, scratch);
	write_file("schema.sql", schema);
	write_file("q.sql", queries);
	write_file("aet-db.json",
	    "{\"version\": 1, \"packages\": [{\"name\": \"p\", \"prefix\": \"p\", "
	    "\"schema\": \"schema.sql\", \"queries\": \"q.sql\", \"include\": \"out\", "
	    "\"source\": \"out\"}]}");
}

static void
refuse(const char *schema, const char *queries, size_t count)
{
	write_package(schema, queries);
	ck_assert_int_eq(generate(false), AET_EINVAL);
	ck_assert_uint_eq(report.message_count, count);
	ck_assert_uint_eq(report.file_count, 0);
	ck_assert_int_ne(access(in_scratch("out"), F_OK), 0);
}

static void
message_is(size_t at, const char *file, size_t line, size_t column, const char *text)
{
	const codegen_message *message = &report.messages[at];

	ck_assert_str_eq(message->file, file);
	ck_assert_uint_eq(message->line, line);
	ck_assert_uint_eq(message->column, column);
	ck_assert_str_eq(message->text, text);
}

/* ---- what is committed ---------------------------------------------------- */

START_TEST(committed_models_are_fresh)
{
	char config[512];
	codegen_options options = { .config = config, .check = true };
	aet_status status;

	snprintf(
	    config, sizeof(config), "%s/../../aet-db.json", needed("AET_TEST_FIXTURES"));
	status = codegen_run(&options, &report, &err);
	for (size_t i = 0; i < report.file_count; i++)
		fprintf(stderr, "%s", report.files[i].difference);
	ck_assert_msg(status == AET_OK, "%s; run aet-db codegen", err.message);
	ck_assert_uint_eq(report.unchanged_count, 15);
}
END_TEST

/* ---- another schema --------------------------------------------------------- */

#define FLAGS "-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror"

static void
compile_all(const char *compiler, const char *standard)
{
	run_command("for f in '%s'/out/source/*.c; do %s -std=%s " FLAGS
		    " -I'%s/../../include' -I'%s/out/include' -c -o /dev/null \"$f\" || "
		    "exit 1; done",
	    scratch, compiler, standard, needed("AET_TEST_FIXTURES"), scratch);
}

static void
compile_headers(const char *compiler)
{
	run_command(
	    "for f in '%s'/out/include/game/*.h; do %s -x c++ -std=c++17 " FLAGS
	    " -I'%s/../../include' -I'%s/out/include' -fsyntax-only \"$f\" || exit "
	    "1; done",
	    scratch, compiler, needed("AET_TEST_FIXTURES"), scratch);
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
	run_command(
	    "cp '%s/../../.clang-format' '%s/out'", needed("AET_TEST_FIXTURES"), scratch);
	run_command("clang-format --dry-run -Werror '%s'/out/*/*.c '%s'/out/*/*/*.h",
	    scratch, scratch);
}
END_TEST

START_TEST(generated_code_works)
{
	test_game game = test_game_create();

	generate_well();
	test_game_script(&game, in_scratch("schema.sql"));
	run_command(
	    "gcc -std=c17 -g " FLAGS " %s -I'%s/../../include' -I'%s/out/include' "
	    "'%s/program.c' '%s'/out/source/*.c '%s' -Wl,-rpath,\"$(dirname '%s')\" "
	    "-o '%s/program'",
	    needed("AET_TEST_CFLAGS"), needed("AET_TEST_FIXTURES"), scratch, scratch,
	    scratch, needed("AET_TEST_LIBRARY"), needed("AET_TEST_LIBRARY"), scratch);
	run_command("'%s/program' '%s'", scratch, game.app);
	test_game_free(&game);
}
END_TEST

START_TEST(a_second_run_changes_nothing)
{
	size_t files;

	generate_well();
	files = report.file_count;
	ck_assert_uint_eq(files, 24);
	ck_assert_uint_eq(report.unchanged_count, 0);
	generate_well();
	ck_assert_uint_eq(report.file_count, 0);
	ck_assert_uint_eq(report.unchanged_count, files);
	ck_assert_int_eq(generate(true), AET_OK);
}
END_TEST

START_TEST(a_stale_file_is_told_and_left)
{
	generate_well();
	run_command("sed -i 's/typedef struct game_item {/& int stale;/' '%s'",
	    in_scratch("out/include/game/item.h"));
	ck_assert_int_eq(generate(true), AET_EDATA);
	ck_assert_uint_eq(report.file_count, 1);
	ck_assert_str_eq(report.files[0].path, "out/include/game/item.h");
	ck_assert_ptr_nonnull(strstr(report.files[0].difference,
	    "\n-typedef struct game_item { int stale;\n+typedef struct game_item {\n"));
	run_command("grep -q stale '%s'", in_scratch("out/include/game/item.h"));
	generate_well();
	ck_assert_uint_eq(report.file_count, 1);
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

/* ---- mistakes --------------------------------------------------------------- */

START_TEST(a_missing_config_is_told)
{
	run_command("rm '%s'", in_scratch("aet-db.json"));
	ck_assert_int_eq(generate(false), AET_EINVAL);
	ck_assert_uint_eq(report.message_count, 1);
	ck_assert_ptr_nonnull(
	    strstr(report.messages[0].text, "cannot be read: No such file or directory"));
}
END_TEST

START_TEST(config_mistakes_are_told_together)
{
	write_file("aet-db.json",
	    "{\"version\": 2, \"packages\": [{\"name\": \"p\", \"prefx\": \"p\", "
	    "\"include\": \"o\", \"source\": 1, \"tables\": {\"public.t\": {\"rows\": "
	    "\"x\"}}}]}");
	ck_assert_int_eq(generate(false), AET_EINVAL);
	ck_assert_uint_eq(report.message_count, 5);
	message_is(0, in_scratch("aet-db.json"), 1, 13,
	    "version: must be 1, the only one this program knows");
	message_is(
	    1, in_scratch("aet-db.json"), 1, 29, "packages[0]: \"prefix\" is missing");
	message_is(
	    2, in_scratch("aet-db.json"), 1, 43, "packages[0]: unknown key \"prefx\"");
	message_is(
	    3, in_scratch("aet-db.json"), 1, 73, "packages[0]: \"source\" must be text");
	message_is(4, in_scratch("aet-db.json"), 1, 110,
	    "packages[0].tables[\"public.t\"]: unknown key \"rows\"");
	ck_assert_str_eq(report.messages[4].hint,
	    "use one of: row, newest, secret, hidden, touch, skip");
}
END_TEST

START_TEST(broken_json_is_told_where)
{
	write_file("aet-db.json", "{\n  \"version\": 1,,\n}\n");
	ck_assert_int_eq(generate(false), AET_EINVAL);
	ck_assert_uint_eq(report.message_count, 1);
	ck_assert_uint_eq(report.messages[0].line, 2);
	ck_assert_uint_eq(report.messages[0].column, 16);
}
END_TEST

START_TEST(schema_mistakes_are_told_where)
{
	char *text;

	refuse("CREATE TABLE t (id int);\n\n-- ümlaut\nCREATE TABLE u (é text, x nix);\n",
	    "", 1);
	message_is(
	    0, "schema.sql", 4, 27, "type \"nix\" does not exist (SQLSTATE 42704)");
	text = codegen_message_format(&report.messages[0]);
	ck_assert_str_eq(text,
	    "schema.sql:4:27: type \"nix\" does not exist (SQLSTATE 42704)\n"
	    "    CREATE TABLE u (é text, x nix);\n"
	    "                              ^\n");
	free(text);
	refuse("CREATE TABLE t (id int);\nCREATE TABLE t (id int);\n", "", 1);
	message_is(
	    0, "schema.sql", 2, 1, "relation \"t\" already exists (SQLSTATE 42P07)");
	refuse("SELECT 'open;\n", "", 1);
	ck_assert_uint_eq(report.messages[0].line, 1);
	ck_assert_uint_eq(report.messages[0].column, 8);
}
END_TEST

#define HIDING(columns)                                                           \
	"{\"version\": 1, \"packages\": [{\"name\": \"p\", \"prefix\": \"p\", "   \
	"\"schema\": \"schema.sql\", \"include\": \"hid\", \"source\": \"hid\", " \
	"\"tables\": {\"public.t\": {\"hidden\": [" columns "]}}}]}"

START_TEST(what_is_hidden_is_nowhere)
{
	write_file("schema.sql", "CREATE TABLE t (id int PRIMARY KEY, seen text, ours"
				 " boolean DEFAULT false NOT NULL, must int NOT NULL);");
	write_file("aet-db.json", HIDING("\"ours\""));
	ck_assert_int_eq(generate(false), AET_OK);
	run_command("grep -q seen '%s'", in_scratch("hid/t.h"));
	run_command("! grep -r ours '%s'", in_scratch("hid"));
	write_file("aet-db.json", HIDING("\"must\", \"id\", \"nix\""));
	ck_assert_int_eq(generate(false), AET_EINVAL);
	ck_assert_uint_eq(report.message_count, 3);
	ck_assert_str_eq(report.messages[0].text,
	    "column \"public.t.id\" cannot be hidden: lists are ordered by it");
	ck_assert_str_eq(report.messages[1].text,
	    "column \"public.t.must\" cannot be hidden: every insert must give it");
	ck_assert_str_eq(report.messages[2].text,
	    "table \"public.t\" has no column \"nix\", which \"hidden\" names");
}
END_TEST

START_TEST(types_without_a_c_type_are_told_together)
{
	refuse("CREATE TABLE t (a aclitem, b int, c aclitem[]);\n", "", 2);
	ck_assert_str_eq(report.messages[0].text,
	    "column \"public.t.a\" has type aclitem, for which there is no C type");
	ck_assert_str_eq(report.messages[1].text,
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
	message_is(0, "q.sql", 4, 8, "column \"idd\" does not exist (SQLSTATE 42703)");
	message_is(1, "q.sql", 6, 36, "column \"nix\" does not exist (SQLSTATE 42703)");
	message_is(2, "q.sql", 7, 14, "\":some\" is no kind of query");
	ck_assert_str_eq(report.messages[2].hint,
	    "use one of: :one, :opt, :many, :exec, :execrows, :execresult, :copyfrom, "
	    ":batchexec, :batchone, :batchmany, :each");
	message_is(3, "q.sql", 9, 10, "query \"silent\" answers with no columns");
	message_is(4, "q.sql", 12, 11, "a query is one statement");
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
	message_is(0, "q.sql", 2, 13, "a parameter's name is expected");
	ck_assert_str_eq(report.messages[0].hint, "write: sqlc.arg(name)");
	message_is(1, "q.sql", 4, 13, "sqlc.foo is not known");
	message_is(2, "q.sql", 6, 27, "a parameter's name is expected");
	ck_assert_str_eq(report.messages[2].hint, "write: sqlc.slice(name)");
	message_is(3, "q.sql", 8, 13, "a table's name is expected");
}
END_TEST

START_TEST(queries_of_one_name_are_told_with_all_else)
{
	refuse("CREATE TABLE t (id int PRIMARY KEY);\n",
	    "-- name: FindT :one\nSELECT id FROM t;\n"
	    "-- name: find_t :one\nSELECT 1;\n"
	    "-- name: typo :one\nSELECT idd FROM t;\n",
	    2);
	message_is(0, "q.sql", 3, 10, "another query is called \"find_t\" in C, too");
	message_is(1, "q.sql", 6, 8, "column \"idd\" does not exist (SQLSTATE 42703)");
}
END_TEST

START_TEST(names_that_meet_are_told)
{
	refuse("CREATE TABLE t (id int PRIMARY KEY);\n",
	    "-- name: t_find :exec\nSELECT 1;\n", 1);
	message_is(0, "q.sql", 1, 10,
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

	tcase_add_checked_fixture(good, setup, teardown);
	tcase_set_timeout(good, 240);
	tcase_add_test(good, committed_models_are_fresh);
	tcase_add_test(good, generated_code_compiles);
	tcase_add_test(good, generated_code_is_formatted);
	tcase_add_test(good, generated_code_works);
	tcase_add_test(good, a_second_run_changes_nothing);
	tcase_add_test(good, a_stale_file_is_told_and_left);
	tcase_add_test(good, databases_of_the_generator_go);
	tcase_add_test(good, a_dump_is_a_schema);
	suite_add_tcase(suite, good);
	tcase_add_checked_fixture(bad, setup, teardown);
	tcase_set_timeout(bad, 60);
	tcase_add_test(bad, a_missing_config_is_told);
	tcase_add_test(bad, config_mistakes_are_told_together);
	tcase_add_test(bad, broken_json_is_told_where);
	tcase_add_test(bad, schema_mistakes_are_told_where);
	tcase_add_test(bad, what_is_hidden_is_nowhere);
	tcase_add_test(bad, types_without_a_c_type_are_told_together);
	tcase_add_test(bad, query_mistakes_are_told_together);
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
