/* SPDX-License-Identifier: MIT */
/* aet-db codegen by flags: a column of every type is read and written back as
 * it was, extremes included; what cannot be NULL is proven, and nothing else. */
/* As superuser: the generator makes its own database; the program runs as the game. */
#include "support/game.h"
#include "support/process.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codegen/codegen.h"
#include "codegen/names.h"

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
generate(bool tables)
{
	codegen_options options = { .url = test_server_url() };

	options.flags = (codegen_flags){ .schema = in_scratch("schema.sql"),
		.queries = in_scratch("queries.sql"),
		.prefix = "any",
		.include = in_scratch("out"),
		.source = in_scratch("out"),
		.manifest = in_scratch("manifest.json"),
		.test = in_scratch("generated_test.c"),
		.tables = tables };
	codegen_report_free(&report);
	return codegen_run(&options, &report, &err);
}

static void
setup(void)
{
	scratch = test_scratch_make();
	memset(&report, 0, sizeof(report));
	run_command(
	    "cp -r '%s/codegen_any/.' '%s'", needed("AET_TEST_FIXTURES"), scratch);
}

static void
teardown(void)
{
	codegen_report_free(&report);
	test_scratch_remove(scratch);
}

static void
generate_well(bool tables)
{
	aet_status status = generate(tables);

	for (size_t i = 0; i < report.message_count; i++)
		fprintf(stderr, "%s:%zu: %s\n", report.messages[i].file,
		    report.messages[i].line, report.messages[i].text);
	ck_assert_msg(status == AET_OK, "%s", err.message);
}

static void
build(const char *program)
{
	run_command("gcc -std=c11 -g " FLAGS " %s -I'%s/../../include' -I'%s/out' "
		    "'%s/%s.c' '%s'/out/*.c '%s' -Wl,-rpath,\"$(dirname '%s')\" -o "
		    "'%s/%s'",
	    needed("AET_TEST_CFLAGS"), needed("AET_TEST_FIXTURES"), scratch, scratch,
	    program, scratch, needed("AET_TEST_LIBRARY"), needed("AET_TEST_LIBRARY"),
	    scratch, program);
}

START_TEST(every_type_comes_back_as_it_was)
{
	test_game game = test_game_create();

	generate_well(false);
	build("program");
	test_game_script(&game, in_scratch("schema.sql"));
	test_game_script(&game, in_scratch("plant.sql"));
	run_command("'%s/program' '%s'", scratch, game.app);
	test_game_free(&game);
}
END_TEST

START_TEST(the_generated_test_passes)
{
	generate_well(true);
	build("generated_test");
	run_command("'%s/generated_test'", scratch);
}
END_TEST

START_TEST(the_generated_test_notices_a_wrong_value)
{
	generate_well(false);
	run_command("sed -i 's/item->id = aet_row_int32(row, 0);/"
		    "item->id = 1 + aet_row_int32(row, 0);/' '%s/out/queries.c'",
	    scratch);
	build("generated_test");
	run_command("! '%s/generated_test' 2>'%s/said'", scratch, scratch);
	run_command(
	    "grep -qx 'ReadSamples: a value is not what is there' '%s/said'", scratch);
}
END_TEST

START_TEST(generated_code_is_formatted)
{
	generate_well(true);
	run_command(
	    "cp '%s/../../.clang-format' '%s'", needed("AET_TEST_FIXTURES"), scratch);
	run_command(
	    "clang-format --dry-run -Werror '%s'/out/*.[ch] '%s/generated_test.c'",
	    scratch, scratch);
}
END_TEST

/* ---- the manifest ----------------------------------------------------------- */

static json_t *
find_query(json_t *manifest, const char *name)
{
	json_t *query;
	size_t i;

	json_array_foreach(json_object_get(manifest, "queries"), i, query)
	{
		if (strcmp(json_string_value(json_object_get(query, "name")), name) == 0)
			return query;
	}
	ck_abort_msg("query %s is not in the manifest", name);
	return NULL;
}

/* "name?" for one that may be NULL, "name" for one that may not, with commas. */
static void
entries_are(json_t *manifest, const char *name, const char *key, const char *expected)
{
	json_t *entry;
	char said[1024] = "";
	size_t i;

	json_array_foreach(json_object_get(find_query(manifest, name), key), i, entry)
	{
		size_t len = strlen(said);

		snprintf(said + len, sizeof(said) - len, "%s%s%s", i > 0 ? "," : "",
		    json_string_value(json_object_get(entry, "name")),
		    json_is_true(json_object_get(entry, "nullable")) ? "?" : "");
	}
	ck_assert_str_eq(said, expected);
}

START_TEST(what_cannot_be_null_is_proven)
{
	json_t *manifest;

	generate_well(false);
	manifest = json_load_file(in_scratch("manifest.json"), 0, NULL);
	ck_assert_ptr_nonnull(manifest);
	entries_are(manifest, "Proofs", "columns",
	    "id,name,size?,count,note,sure!,?column?,max?,exists,count,?column?,case,"
	    "case?");
	entries_are(manifest, "Matched", "columns", "note,size,parent_id");
	entries_are(manifest, "Counted", "columns", "step,i,key,value?");
	entries_are(manifest, "Rights", "columns", "relname,relacl?,x!,relkind");
	entries_are(manifest, "FindParents", "columns", "id,name,note?");
	entries_are(manifest, "PutParents", "params", "id,name,note?");
	entries_are(manifest, "RenameParents", "params", "name,id");
	entries_are(manifest, "ListChildren", "params", "parent_id");
	entries_are(manifest, "Matched", "params", "size");
	entries_are(manifest, "Forget", "params", "note,kept");
	json_decref(manifest);
}
END_TEST

START_TEST(mistakes_in_flags_are_told_together)
{
	codegen_options options = { .config = "aet-db.json" };

	options.flags =
	    (codegen_flags){ .schema = "a", .migrations = "b", .prefix = "P" };
	ck_assert_int_eq(codegen_run(&options, &report, &err), AET_EINVAL);
	ck_assert_uint_eq(report.message_count, 5);
}
END_TEST

START_TEST(a_row_is_called_in_the_singular)
{
	static const char *const names[][2] = { { "players", "player" },
		{ "entries", "entry" }, { "boxes", "box" }, { "heroes", "hero" },
		{ "potatoes", "potato" }, { "horseshoes", "horseshoe" },
		{ "foes", "foe" }, { "status", "status" }, { "glass", "glass" } };
	codegen_memory memory = { .arena = aet__arena_open() };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		ck_assert_str_eq(codegen_singular(&memory, names[i][0]), names[i][1]);
	aet__arena_free(memory.arena);
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("codegen_any");
	TCase *all = tcase_create("any schema");

	tcase_add_checked_fixture(all, setup, teardown);
	tcase_set_timeout(all, 240);
	tcase_add_test(all, every_type_comes_back_as_it_was);
	tcase_add_test(all, the_generated_test_passes);
	tcase_add_test(all, the_generated_test_notices_a_wrong_value);
	tcase_add_test(all, generated_code_is_formatted);
	tcase_add_test(all, what_cannot_be_null_is_proven);
	tcase_add_test(all, mistakes_in_flags_are_told_together);
	tcase_add_test(all, a_row_is_called_in_the_singular);
	suite_add_tcase(suite, all);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
