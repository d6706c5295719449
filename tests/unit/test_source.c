/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "migrate/filename.h"
#include "migrate/source.h"
#include "support/process.h"

static char dir[64];
static aet__source source;
static aet_error err;

static void
make_dir(void)
{
	char *made = test_scratch_make();

	snprintf(dir, sizeof(dir), "%s", made);
	free(made);
}

static int
remove_one(const char *path, const struct stat *about, int flag, struct FTW *ftw)
{
	(void)about;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static void
remove_dir(void)
{
	ck_assert_int_eq(nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

static void
put(const char *name, const char *text)
{
	char path[400];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(text, file), 0);
	ck_assert_int_eq(fclose(file), 0);
}

static void
put_in(const char *folder, const char *name)
{
	char path[400];

	snprintf(path, sizeof(path), "%s/%s", dir, folder);
	if (access(path, F_OK) != 0)
		ck_assert_int_eq(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	put(path, "SELECT 1;");
}

/* In message, @ stands for the folder. */
static void
assert_refused(const char *message)
{
	aet__text want = { 0 };

	for (; *message != '\0'; message++) {
		if (*message == '@')
			aet__text_add(&want, dir);
		else
			aet__text_add_char(&want, *message);
	}
	ck_assert_int_eq(
	    aet__source_from_directory("app", dir, &source, &err), AET_EINVAL);
	ck_assert_str_eq(err.message, aet__text_view(&want));
	ck_assert_ptr_null(source.files);
	aet__text_free(&want);
}

/* The journal has it: a release that hashes otherwise would run the file again. */
#define VIEWS INT64_C(-746696533266194148)

START_TEST(names)
{
	static const struct {
		const char *name;
		aet__filename_kind kind;
		int64_t version;
	} cases[] = {
		{ "0000_setup.sql", AET__FILENAME_UP, 0 },
		{ "1_a.sql", AET__FILENAME_UP, 1 },
		{ "20260102030405_a_b.up.sql", AET__FILENAME_UP, 20260102030405 },
		{ "9223372036854775807_max.sql", AET__FILENAME_UP, INT64_MAX },
		{ "9223372036854775808_more.sql", AET__FILENAME_TOO_BIG, -1 },
		{ "0002_a.down.sql", AET__FILENAME_DOWN, 2 },
		{ "R__views.sql", AET__FILENAME_REPEATABLE, VIEWS },
		{ "R__.sql", AET__FILENAME_MALFORMED, -1 },
		{ "0001_.sql", AET__FILENAME_MALFORMED, -1 },
		{ "0001_.up.sql", AET__FILENAME_MALFORMED, -1 },
		{ "0001.sql", AET__FILENAME_MALFORMED, -1 },
		{ "0001-a.sql", AET__FILENAME_MALFORMED, -1 },
		{ "V1__a.sql", AET__FILENAME_UP, 1 },
		{ "U1__a.sql", AET__FILENAME_DOWN, 1 },
		{ "U1_a.sql", AET__FILENAME_MALFORMED, -1 },
		{ "V1_1__a.sql", AET__FILENAME_MALFORMED, -1 },
		{ "V1.1__a.sql", AET__FILENAME_MALFORMED, -1 },
		{ "V1__.sql", AET__FILENAME_MALFORMED, -1 },
		{ "0001_a.SQL", AET__FILENAME_MALFORMED, -1 },
		{ "schema.sql", AET__FILENAME_MALFORMED, -1 },
		{ "_a.sql", AET__FILENAME_MALFORMED, -1 },
		{ "0001_a.sql~", AET__FILENAME_OTHER, -1 },
		{ ".#0001_a.sql", AET__FILENAME_OTHER, -1 },
		{ "README.md", AET__FILENAME_OTHER, -1 },
		{ ".sql", AET__FILENAME_OTHER, -1 },
		{ "meson.build", AET__FILENAME_OTHER, -1 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t version = -1;

		ck_assert_msg(
		    aet__filename_read(cases[i].name, &version) == cases[i].kind, "%s",
		    cases[i].name);
		ck_assert_int_eq(version, cases[i].version);
	}
}
END_TEST

START_TEST(a_folder_in_order_of_number)
{
	aet__spool text = { 0 };

	put("10_c.sql", "c");
	put("9_b.up.sql", "\xEF\xBB\xBF"
			  "b\r\n");
	put("9_b.down.sql", "not read");
	put("0000_a.sql", "a");
	put("README.md", "\xFF");
	ck_assert_int_eq(aet__source_from_directory("app", dir, &source, &err), AET_OK);
	ck_assert_str_eq(source.name, "app");
	ck_assert_uint_eq(source.count, 3);
	ck_assert_str_eq(source.files[0].name, "0000_a.sql");
	ck_assert_str_eq(source.files[1].name, "9_b.up.sql");
	ck_assert_str_eq(source.files[2].name, "10_c.sql");
	ck_assert_ptr_null(source.files[0].down_path);
	ck_assert_ptr_nonnull(strstr(source.files[1].down_path, "/9_b.down.sql"));
	ck_assert_int_eq(aet__source_load(&source.files[1], &text, &err), AET_OK);
	ck_assert_str_eq(aet__spool_view(&text), "b\n");
	aet__spool_free(&text);
	put("9_b.up.sql", "B\n");
	ck_assert_int_eq(aet__source_load(&source.files[1], &text, &err), AET_EINVAL);
	ck_assert_ptr_nonnull(strstr(err.message, "was changed while"));
	aet__spool_free(&text);
	aet__source_free(&source);
}
END_TEST

/* As Prisma and Diesel lay them. */
START_TEST(a_folder_a_migration)
{
	put_in("20200101000000_a", "migration.sql");
	put_in("2020-01-02-030405_b", "up.sql");
	put_in("2020-01-02-030405_b", "down.sql");
	put_in("20200103000000_c", "notes.sql");
	put_in("examples", "up.sql");
	ck_assert_int_eq(aet__source_from_directory("app", dir, &source, &err), AET_OK);
	ck_assert_uint_eq(source.count, 2);
	ck_assert_str_eq(source.files[0].name, "20200101000000_a/migration.sql");
	ck_assert_ptr_null(source.files[0].down_path);
	ck_assert_str_eq(source.files[1].name, "2020-01-02-030405_b/up.sql");
	ck_assert_int_eq(source.files[1].version, 20200102030405);
	ck_assert_ptr_nonnull(
	    strstr(source.files[1].down_path, "/2020-01-02-030405_b/down.sql"));
	aet__source_free(&source);
}
END_TEST

START_TEST(an_empty_folder_is_a_source)
{
	ck_assert_int_eq(aet__source_from_directory("app", dir, &source, &err), AET_OK);
	ck_assert_uint_eq(source.count, 0);
	aet__source_free(&source);
}
END_TEST

START_TEST(two_files_of_one_number)
{
	put("0001_b.sql", "");
	put("1_a.up.sql", "");
	assert_refused(
	    "\"@/0001_b.sql\" and \"@/1_a.up.sql\" have the same number: give one "
	    "of them another");
}
END_TEST

START_TEST(a_name_that_fits_no_form)
{
	put("schema.sql", "");
	assert_refused(
	    "\"@/schema.sql\" is no migration by its name: it must be "
	    "NNNN_name.sql, NNNN_name.up.sql, NNNN_name.down.sql, VNNNN__name.sql or "
	    "R__name.sql");
}
END_TEST

START_TEST(repeatable_files_come_last)
{
	put("R__b.sql", "b");
	put("R__a.sql", "a");
	put("2_x.sql", "x");
	ck_assert_int_eq(aet__source_from_directory("app", dir, &source, &err), AET_OK);
	ck_assert_uint_eq(source.count, 3);
	ck_assert_uint_eq(aet__source_versioned(&source), 1);
	ck_assert_str_eq(source.files[0].name, "2_x.sql");
	ck_assert_str_eq(source.files[1].name, "R__a.sql");
	ck_assert_str_eq(source.files[2].name, "R__b.sql");
	ck_assert_int_lt(source.files[1].version, 0);
	ck_assert_int_ne(source.files[1].version, source.files[2].version);
	aet__source_free(&source);
}
END_TEST

START_TEST(a_number_too_big)
{
	put("99999999999999999999_a.sql", "");
	assert_refused(
	    "\"@/99999999999999999999_a.sql\" has too big a number: it must be "
	    "below 2^63");
}
END_TEST

START_TEST(a_down_file_alone)
{
	put("0001_a.sql", "");
	put("0002_b.down.sql", "");
	assert_refused("\"@/0002_b.down.sql\" has no migration of its number beside it");
}
END_TEST

START_TEST(a_file_that_is_no_text)
{
	put("0001_a.sql", "SELECT 1;\n\xFF");
	assert_refused("@/0001_a.sql:2: not UTF-8: save the file as UTF-8");
}
END_TEST

START_TEST(a_folder_by_a_files_name)
{
	char path[400];

	snprintf(path, sizeof(path), "%s/0001_a.sql", dir);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	assert_refused("cannot read \"@/0001_a.sql\": it is not a regular file");
}
END_TEST

START_TEST(no_folder)
{
	ck_assert_int_eq(
	    aet__source_from_directory("app", "/nowhere/at/all", &source, &err),
	    AET_EINVAL);
	ck_assert_str_eq(err.message,
	    "cannot read the folder \"/nowhere/at/all\": No such file or directory");
}
END_TEST

START_TEST(compiled_in)
{
	static const aet__embedded_migration two[] = { { "0002_b.sql", "SELECT 2;\r\n",
							   11 },
		{ "0001_a.sql", "SELECT 1;\n", 10 }, { "x.sql", "", 0 } };
	aet__spool text = { 0 };

	ck_assert_int_eq(aet__source_from_embedded("lib", two, 2, &source, &err), AET_OK);
	ck_assert_str_eq(source.files[0].name, "0001_a.sql");
	ck_assert_int_eq(aet__source_load(&source.files[1], &text, &err), AET_OK);
	ck_assert_str_eq(aet__spool_view(&text), "SELECT 2;\n");
	aet__spool_free(&text);
	aet__source_free(&source);
	ck_assert_int_eq(
	    aet__source_from_embedded("lib", two, 3, &source, &err), AET_EINVAL);
	ck_assert_str_eq(err.message,
	    "the compiled-in \"x.sql\" is no migration: its name must be NNNN_name.sql");
}
END_TEST

START_TEST(the_librarys_own)
{
	ck_assert_int_eq(aet__source_from_embedded("aeturnis", aet__embedded_migrations,
			     aet__embedded_migration_count, &source, &err),
	    AET_OK);
	ck_assert_uint_ge(source.count, 1);
	ck_assert_int_eq(source.files[0].version, 1);
	aet__source_free(&source);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("source");
	TCase *tcase = tcase_create("source");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tcase, make_dir, remove_dir);
	tcase_add_test(tcase, names);
	tcase_add_test(tcase, a_folder_in_order_of_number);
	tcase_add_test(tcase, a_folder_a_migration);
	tcase_add_test(tcase, an_empty_folder_is_a_source);
	tcase_add_test(tcase, two_files_of_one_number);
	tcase_add_test(tcase, a_name_that_fits_no_form);
	tcase_add_test(tcase, repeatable_files_come_last);
	tcase_add_test(tcase, a_number_too_big);
	tcase_add_test(tcase, a_down_file_alone);
	tcase_add_test(tcase, a_file_that_is_no_text);
	tcase_add_test(tcase, a_folder_by_a_files_name);
	tcase_add_test(tcase, no_folder);
	tcase_add_test(tcase, compiled_in);
	tcase_add_test(tcase, the_librarys_own);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	test_scratch_begin();
	srunner_run_all(runner, CK_NORMAL);
	test_scratch_end();
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
