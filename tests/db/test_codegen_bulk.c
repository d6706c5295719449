/* SPDX-License-Identifier: MIT */
/* aet-db codegen of what goes beyond one text with one answer: COPY, batches,
 * rows one by one. Generated, formatted, compiled, run. */
/* As superuser: the generator makes its own database; the program runs as the game. */
#include "support/game.h"
#include "support/process.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codegen/codegen.h"

#define FLAGS "-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror"

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

static const char *
in_scratch(const char *name)
{
	static char paths[8][512];
	static size_t next;
	char *path = paths[next++ % 8];

	snprintf(path, sizeof(paths[0]), "%s/%s", scratch, name);
	return path;
}

static aet_status
generate(void)
{
	codegen_options options = { .url = test_server_url() };

	options.flags = (codegen_flags){ .schema = in_scratch("schema.sql"),
		.queries = in_scratch("queries.sql"),
		.prefix = "bulk",
		.include = in_scratch("out"),
		.source = in_scratch("out"),
		.manifest = in_scratch("manifest.json"),
		.test = in_scratch("generated_test.c") };
	codegen_report_free(&report);
	return codegen_run(&options, &report, &err);
}

static void
generate_well(void)
{
	aet_status status = generate();

	for (size_t i = 0; i < report.message_count; i++)
		fprintf(stderr, "%s:%zu:%zu: %s\n", report.messages[i].file,
		    report.messages[i].line, report.messages[i].column,
		    report.messages[i].text);
	ck_assert_msg(status == AET_OK, "%s", err.message);
}

static void
setup(void)
{
	scratch = test_scratch_make();
	memset(&report, 0, sizeof(report));
	run_command(
	    "cp -r '%s/codegen_bulk/.' '%s'", needed("AET_TEST_FIXTURES"), scratch);
}

static void
teardown(void)
{
	codegen_report_free(&report);
	test_scratch_remove(scratch);
}

static void
build(const char *program, const char *compiler)
{
	run_command("%s -g " FLAGS " %s -I'%s/../../include' -I'%s/out' "
		    "'%s/%s.c' '%s'/out/*.c '%s' -Wl,-rpath,\"$(dirname '%s')\" -o "
		    "'%s/%s'",
	    compiler, needed("AET_TEST_CFLAGS"), needed("AET_TEST_FIXTURES"), scratch,
	    scratch, program, scratch, needed("AET_TEST_LIBRARY"),
	    needed("AET_TEST_LIBRARY"), scratch, program);
}

START_TEST(the_program_finds_all_in_order)
{
	test_game game = test_game_create();

	generate_well();
	build("program", "gcc -std=c11");
	test_game_script(&game, in_scratch("schema.sql"));
	run_command("'%s/program' '%s'", scratch, game.app);
	test_value_is(game.owner,
	    "SELECT concat_ws(';', \"select\", \"a b\", twice, at = now()::date, "
	    "feeling, "
	    "feelings, home, positive, exact, doc, raw, key, span, numbers) FROM odd "
	    "WHERE positive IS NOT NULL",
	    "1;abc;2;f;happy;{sad,happy};(Lane,9);4;{\"a\": 1};\\x00ff;{1,-2,3}");
	test_value_is(game.owner, "SELECT twice FROM odd WHERE \"a b\" = 'five'", "20");
	test_value_is(game.owner, "SELECT id FROM ruled_log", "7");
	test_value_is(game.owner,
	    "SELECT string_agg(concat_ws(' ', id, level, title), ';' ORDER BY id) FROM "
	    "players",
	    "1 4 Dame;2 8 Sir;10 1;12 1");
	test_game_free(&game);
}
END_TEST

START_TEST(the_generated_test_passes)
{
	generate_well();
	build("generated_test", "clang -std=c17");
	run_command("'%s/generated_test'", scratch);
}
END_TEST

START_TEST(generated_code_is_formatted)
{
	generate_well();
	run_command(
	    "cp '%s/../../.clang-format' '%s'", needed("AET_TEST_FIXTURES"), scratch);
	run_command(
	    "clang-format --dry-run -Werror '%s'/out/*.[ch] '%s/generated_test.c'",
	    scratch, scratch);
}
END_TEST

/* The names of the queries that are a COPY, in their order. */
static void
copies_are(const char *expected)
{
	char command[1024];
	char said[1024];
	FILE *pipe;
	size_t len;

	snprintf(command, sizeof(command),
	    "awk '/^static const aet_statement/ { name = $4 } /AET_STATEMENT_COPY/ { "
	    "printf \"%%s \", name }' '%s'",
	    in_scratch("out/queries.c"));
	pipe = popen(command, "r");
	ck_assert_ptr_nonnull(pipe);
	len = fread(said, 1, sizeof(said) - 1, pipe);
	said[len] = '\0';
	pclose(pipe);
	ck_assert_str_eq(said, expected);
}

/* An expression, a cast that cuts, a parameter of two columns, ON CONFLICT, an
 * array of another type, a view, a rule, policies: those are inserts. */
START_TEST(what_copy_can_do_is_copied)
{
	generate_well();
	copies_are("copy_players copy_odd copy_all ");
}
END_TEST

/* ---- what is refused --------------------------------------------------------- */

static void
write_queries(const char *text)
{
	FILE *file = fopen(in_scratch("queries.sql"), "w");

	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	ck_assert_int_eq(fclose(file), 0);
}

/* The one message of a run with these queries: "line:column: text". */
static void
is_refused(const char *queries, const char *expected)
{
	char said[1024];

	write_queries(queries);
	ck_assert_int_eq(generate(), AET_EINVAL);
	ck_assert_uint_eq(report.message_count, 1);
	snprintf(said, sizeof(said), "%zu:%zu: %s", report.messages[0].line,
	    report.messages[0].column, report.messages[0].text);
	ck_assert_str_eq(said, expected);
}

#define NAMED(kind) "-- name: Bad :" kind "\n"

START_TEST(mistakes_in_clauses_are_pointed_at)
{
	is_refused(NAMED("many") "SELECT id FROM players WHERE true\n"
				 "  [[ AND nobody = @x ]] ORDER BY id;",
	    "3:10: column \"nobody\" does not exist (SQLSTATE 42703)");
	/* Only without the first clause is there nothing in front of AND. */
	is_refused(NAMED("many") "SELECT id FROM players WHERE [[ id = @id ]]\n"
				 "  [[ AND level = @level ]];",
	    "3:6: syntax error at or near \"AND\" (SQLSTATE 42601), without id");
	is_refused(NAMED("many") "SELECT id FROM players WHERE true [[ AND id = 1 ]]",
	    "2:35: an optional clause needs a parameter that is used nowhere else");
	is_refused(NAMED("many") "SELECT id FROM players WHERE id = @id [[ AND level = "
				 "@id ]]",
	    "2:39: an optional clause needs a parameter that is used nowhere else");
	is_refused(NAMED("many") "SELECT id FROM players WHERE true [[ AND id = @id",
	    "2:35: an optional clause that does not end");
	is_refused(NAMED("many") "SELECT id FROM players WHERE true [[ AND id = @id ];",
	    "2:51: a bracket that was not opened");
	is_refused(
	    NAMED("many") "SELECT id FROM players WHERE true [[ AND id = @id [[ AND "
			  "level = @l ]] ]]",
	    "2:51: an optional clause inside of another");
	is_refused(NAMED("many") "SELECT id [[, @x::text AS x ]] FROM players",
	    "1:10: query \"bad\" answers with other columns without x");
	is_refused(
	    NAMED("copyfrom") "INSERT INTO players (id) VALUES (@id) [[ ON CONFLICT "
			      "(id) DO UPDATE SET level = @l ]]",
	    "2:39: a :copyfrom has one text for all items");
}
END_TEST

START_TEST(mistakes_in_orders_are_pointed_at)
{
	is_refused(NAMED("many") "SELECT id FROM players\n"
				 "ORDER BY sqlc.sort(by, id: id, age: age)",
	    "3:37: column \"age\" does not exist (SQLSTATE 42703)");
	is_refused(
	    NAMED("many") "SELECT id FROM players ORDER BY sqlc.sort(by, id: id, id: "
			  "level)",
	    "2:55: another order is called so");
	is_refused(NAMED("many") "SELECT id FROM players ORDER BY sqlc.sort(by)",
	    "2:33: a name and the orders to choose from are expected");
	is_refused(NAMED("many") "SELECT id FROM players ORDER BY sqlc.sort(id, level)",
	    "2:33: a name and the orders to choose from are expected");
	is_refused(NAMED("many") "SELECT id FROM players ORDER BY sqlc.sort(a, id: id), "
				 "sqlc.sort(b, id: id)",
	    "2:55: a query has one sqlc.sort, and that outside of optional clauses");
}
END_TEST

START_TEST(too_many_texts_are_refused)
{
	char queries[2048] = NAMED("many") "SELECT id FROM players WHERE true";

	for (int i = 0; i < 7; i++)
		sprintf(queries + strlen(queries), " [[ AND id <> @a%d ]]", i);
	strcat(queries, " ORDER BY sqlc.sort(by, id: id)");
	write_queries(queries);
	generate_well();
	strcpy(strstr(queries, ": id)"), ": id, level: level)");
	is_refused(queries, "1:10: query \"bad\" has 7 optional clauses and an order, "
			    "which makes more than 128 texts");
}
END_TEST

START_TEST(an_order_that_is_called_like_the_row_keeps_its_name)
{
	write_queries(
	    NAMED("many") "SELECT id FROM players ORDER BY sqlc.sort(row, id: id)");
	generate_well();
	run_command("grep -q '^} bulk_bad_row;' '%s'", in_scratch("out/queries.h"));
	run_command("grep -q '^} bulk_bad_row_2;' '%s'", in_scratch("out/queries.h"));
}
END_TEST

/* Brackets that are SQL's stay it. */
START_TEST(arrays_are_no_clauses)
{
	write_queries(
	    NAMED("one") "SELECT ARRAY[[1, 2], [3, 4]] AS a, array [[5]] AS b, "
			 "(ARRAY[ARRAY[[1]]])[1][1][1] AS c, '[[ ]]' AS d, "
			 "(ARRAY[1, 2])[(ARRAY[1])[1]] AS e, \"[[\".id /* [[ */ AS f, "
			 "$$[[$$ AS g, '{{1}}'::int[][] AS h\n"
			 "FROM players AS \"[[\" -- [[\n"
			 "WHERE id = @id");
	generate_well();
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("codegen_bulk");
	TCase *all = tcase_create("bulk");

	tcase_add_checked_fixture(all, setup, teardown);
	tcase_set_timeout(all, 240);
	tcase_add_test(all, the_program_finds_all_in_order);
	tcase_add_test(all, the_generated_test_passes);
	tcase_add_test(all, generated_code_is_formatted);
	tcase_add_test(all, what_copy_can_do_is_copied);
	tcase_add_test(all, mistakes_in_clauses_are_pointed_at);
	tcase_add_test(all, mistakes_in_orders_are_pointed_at);
	tcase_add_test(all, too_many_texts_are_refused);
	tcase_add_test(all, an_order_that_is_called_like_the_row_keeps_its_name);
	tcase_add_test(all, arrays_are_no_clauses);
	suite_add_tcase(suite, all);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
