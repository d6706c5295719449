/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <aeturnis/environment.h>

#include "core/dotenv.h"
#include "support/process.h"

/* ---- the grammar ------------------------------------------------------- */

static aet__dotenv dotenv;

static void
free_dotenv(void)
{
	aet__dotenv_free(&dotenv);
}

/* The value of A in a text that is good. */
static const char *
value_in(const char *text)
{
	aet_error err = { 0 };

	aet__dotenv_free(&dotenv);
	ck_assert_msg(
	    aet__dotenv_parse(".env", text, strlen(text), &dotenv, &err) == AET_OK,
	    "%s: %s", text, err.message);
	return aet__dotenv_get(&dotenv, "A");
}

static void
check_syntax_error(const char *text, const char *message)
{
	aet_error err = { 0 };

	aet__dotenv_free(&dotenv);
	ck_assert_int_eq(
	    aet__dotenv_parse(".env", text, strlen(text), &dotenv, &err), AET_EINVAL);
	ck_assert_str_eq(err.message, message);
}

START_TEST(plain_values)
{
	ck_assert_str_eq(value_in("A=1"), "1");
	ck_assert_str_eq(value_in("A=1\n"), "1");
	ck_assert_str_eq(value_in("  A  =  one two \t\n"), "one two");
	ck_assert_str_eq(value_in("A=\n"), "");
	ck_assert_str_eq(value_in("A="), "");
	ck_assert_str_eq(value_in("A=a=b==\n"), "a=b==");
	ck_assert_str_eq(value_in("A=it's \"so\"\n"), "it's \"so\"");
	ck_assert_str_eq(value_in("A=back\\nslash\n"), "back\\nslash");
	ck_assert_ptr_null(value_in("B=1\n"));
	ck_assert_ptr_null(value_in(""));
}
END_TEST

START_TEST(comments)
{
	ck_assert_str_eq(value_in("# A=0\n\n \t\n  # x\nA=1 # one\n#A=2"), "1");
	ck_assert_str_eq(value_in("A=p#ss\n"), "p#ss");
	ck_assert_str_eq(
	    value_in("A=postgresql://u:p#s#@h/d\t# here\n"), "postgresql://u:p#s#@h/d");
	ck_assert_str_eq(value_in("A=#1\n"), "#1");
	ck_assert_str_eq(value_in("A= # nothing\n"), "");
	ck_assert_str_eq(value_in("A=\"p # s\" # x\n"), "p # s");
	ck_assert_str_eq(value_in("A='x'# y\n"), "x");
}
END_TEST

START_TEST(names)
{
	ck_assert_str_eq(value_in("export A=1\n"), "1");
	ck_assert_str_eq(value_in("  export \t A = 1\n"), "1");
	value_in("export=2\nexported=3\nexport _x.y-9=4\n");
	ck_assert_str_eq(aet__dotenv_get(&dotenv, "export"), "2");
	ck_assert_str_eq(aet__dotenv_get(&dotenv, "exported"), "3");
	ck_assert_str_eq(aet__dotenv_get(&dotenv, "_x.y-9"), "4");
	ck_assert_str_eq(value_in("A=1\nB=2\nA=3\n"), "3");
}
END_TEST

START_TEST(quotes)
{
	ck_assert_str_eq(value_in("A=' a \\n \"b\" '\n"), " a \\n \"b\" ");
	ck_assert_str_eq(
	    value_in("A=\" \\n\\r\\t\\\\\\\"\\$'x' \\q \"\n"), " \n\r\t\\\"$'x' \\q ");
	ck_assert_str_eq(value_in("A=\"\"\n"), "");
	ck_assert_str_eq(value_in("A=''"), "");
	ck_assert_str_eq(
	    value_in("A=\"one\n# two\n\nB=three\"\n"), "one\n# two\n\nB=three");
	ck_assert_ptr_null(aet__dotenv_get(&dotenv, "B"));
	ck_assert_str_eq(value_in("A='one\ntwo'\nB=2\n"), "one\ntwo");
	ck_assert_str_eq(aet__dotenv_get(&dotenv, "B"), "2");
}
END_TEST

START_TEST(nothing_is_expanded)
{
	ck_assert_str_eq(
	    value_in("A=$HOME ${HOME} `id` $(id)\n"), "$HOME ${HOME} `id` $(id)");
	ck_assert_str_eq(value_in("A=\"$HOME `id` %41\"\n"), "$HOME `id` %41");
	ck_assert_str_eq(value_in("A=`quoted # it is not`\n"), "`quoted");
}
END_TEST

START_TEST(files_from_windows)
{
	ck_assert_str_eq(value_in("\xEF\xBB\xBF"
				  "A=1\r\nB=2\r\n"),
	    "1");
	ck_assert_str_eq(aet__dotenv_get(&dotenv, "B"), "2");
	ck_assert_str_eq(value_in("B=\"x\"\r\n\r\n# c\r\nA='y'\r\n"), "y");
	ck_assert_str_eq(value_in("A=\"one\r\ntwo\\r\\n\"\r\n"), "one\ntwo\r\n");
	ck_assert_str_eq(value_in("A='one\r\ntwo'\r\n"), "one\ntwo");
	ck_assert_str_eq(value_in("A=1 # c\r\n"), "1");
}
END_TEST

START_TEST(syntax_errors_name_the_line_and_no_value)
{
	check_syntax_error("A=1\nhunter2\n", ".env:2: expected NAME=value");
	check_syntax_error("=hunter2\n", ".env:1: expected NAME=value");
	check_syntax_error("1A=hunter2\n", ".env:1: expected NAME=value");
	check_syntax_error("A B=hunter2\n", ".env:1: expected NAME=value");
	check_syntax_error("export A\n", ".env:1: expected NAME=value");
	check_syntax_error("A: hunter2\n", ".env:1: expected NAME=value");
	check_syntax_error("A='x\r\ny'\r\nB=\"hunter2\r\nC=1\r\n",
	    ".env:3: the quote that opens here is not closed");
	check_syntax_error(
	    "A='hunter2", ".env:1: the quote that opens here is not closed");
	check_syntax_error(
	    "A=\"hunter2\\", ".env:1: the quote that opens here is not closed");
	check_syntax_error(
	    "A=\"hunter2\\\"", ".env:1: the quote that opens here is not closed");
	check_syntax_error("A='hun\nter'2'\n",
	    ".env:2: text follows the closing quote; escape the quote inside the value "
	    "or use the other kind around it");
}
END_TEST

START_TEST(a_nul_byte_is_refused)
{
	aet_error err;

	ck_assert_int_eq(
	    aet__dotenv_parse(".env", "A=1\0B=2", 7, &dotenv, &err), AET_EINVAL);
	ck_assert_str_eq(err.message, ".env: holds a NUL byte; it is no text file");
}
END_TEST

START_TEST(values_are_wiped)
{
	static const char zeros[16];
	const char *plain = value_in("A=hunter2\nB=\"hunter3\"\n");
	const char *quoted = aet__dotenv_get(&dotenv, "B");

	aet__dotenv_wipe(&dotenv);
	ck_assert_int_eq(memcmp(plain, zeros, 8), 0);
	ck_assert_int_eq(memcmp(quoted, zeros, 8), 0);
}
END_TEST

/* ---- the files --------------------------------------------------------- */

static char *folder;

static void
enter_folder(void)
{
	folder = test_scratch_make();
	ck_assert_int_eq(chdir(folder), 0);
	unsetenv("AETURNIS_ENV");
	unsetenv("AET_TEST_A");
}

static void
leave_folder(void)
{
	static const char *const made[] = { ".env", ".env.local", ".env.test",
		".env.test.local", ".env.production", "other.env", "large.env", "fifo" };

	for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++)
		unlink(made[i]);
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_eq(rmdir(folder), 0);
	free(folder);
}

static void
write_file(const char *name, const char *text)
{
	FILE *file = fopen(name, "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(text, file), 0);
	ck_assert_int_eq(fclose(file), 0);
}

/* Loads, and checks AET_TEST_A and where it came from; NULL: nowhere. */
static void
check_setting(const char *file, const char *value, const char *origin)
{
	aet_environment *env = NULL;
	aet_error err = { 0 };

	ck_assert_msg(
	    aet_environment_load(file, &env, &err) == AET_OK, "%s", err.message);
	ck_assert_pstr_eq(aet_environment_get(env, "AET_TEST_A"), value);
	ck_assert_pstr_eq(aet_environment_origin(env, "AET_TEST_A"), origin);
	aet_environment_free(env);
}

static void
check_load_error(const char *file, const char *message)
{
	aet_environment *env = NULL;
	aet_error err = { 0 };

	ck_assert_int_eq(aet_environment_load(file, &env, &err), AET_EINVAL);
	ck_assert_str_eq(err.message, message);
	ck_assert_ptr_null(env);
}

START_TEST(no_file_at_all)
{
	check_setting(NULL, NULL, NULL);
	setenv("AET_TEST_A", "process", 1);
	check_setting(NULL, "process", "environment");
}
END_TEST

START_TEST(the_process_wins)
{
	write_file(".env", "AET_TEST_A=file\n");
	check_setting(NULL, "file", ".env");
	setenv("AET_TEST_A", "", 1);
	check_setting(NULL, "file", ".env");
	setenv("AET_TEST_A", "process", 1);
	check_setting(NULL, "process", "environment");
	check_setting(".env", "process", "environment");
	ck_assert_str_eq(getenv("AET_TEST_A"), "process");
}
END_TEST

START_TEST(the_process_is_never_written_to)
{
	write_file(".env", "AET_TEST_A=file\n");
	check_setting(NULL, "file", ".env");
	ck_assert_ptr_null(getenv("AET_TEST_A"));
}
END_TEST

START_TEST(the_order_of_files)
{
	write_file(".env", "AET_TEST_A=1\n");
	check_setting(NULL, "1", ".env");
	write_file(".env.local", "AET_TEST_A=2\n");
	check_setting(NULL, "2", ".env.local");
	write_file(".env.production", "AET_TEST_A=3\n");
	check_setting(NULL, "2", ".env.local");
	setenv("AETURNIS_ENV", "production", 1);
	check_setting(NULL, "3", ".env.production");
	setenv("AETURNIS_ENV", "", 1);
	check_setting(NULL, "2", ".env.local");
}
END_TEST

START_TEST(the_order_in_a_test)
{
	setenv("AETURNIS_ENV", "test", 1);
	write_file(".env", "AET_TEST_A=1\n");
	write_file(".env.local", "AET_TEST_A=2\n");
	check_setting(NULL, "1", ".env");
	write_file(".env.test", "AET_TEST_A=3\n");
	check_setting(NULL, "3", ".env.test");
	write_file(".env.test.local", "AET_TEST_A=4\n");
	check_setting(NULL, "4", ".env.test.local");
	write_file(".env.test.local", "OTHER=4\n");
	check_setting(NULL, "3", ".env.test");
}
END_TEST

START_TEST(an_empty_value_hides_and_is_none)
{
	write_file(".env", "AET_TEST_A=1\n");
	write_file(".env.local", "AET_TEST_A=\n");
	check_setting(NULL, NULL, NULL);
}
END_TEST

START_TEST(a_file_that_is_named)
{
	write_file(".env", "AET_TEST_A=1\n");
	write_file("other.env", "AET_TEST_A=2\n");
	check_setting("other.env", "2", "other.env");
	write_file("other.env", "OTHER=2\n");
	check_setting("other.env", NULL, NULL);
	check_load_error("no.env", "the environment file \"no.env\" does not exist");
	write_file("other.env", "A=1\nAET_TEST_A='hunter2\n");
	check_load_error(
	    "other.env", "other.env:2: the quote that opens here is not closed");
}
END_TEST

START_TEST(what_is_no_small_regular_file)
{
	static char text[1024 * 1024 + 2];

	memset(text, '#', sizeof(text) - 1);
	write_file("large.env", text);
	check_load_error(
	    "large.env", "\"large.env\" is larger than the 1048576 bytes allowed");
	text[sizeof(text) - 2] = '\0';
	write_file("large.env", text);
	check_setting("large.env", NULL, NULL);
	ck_assert_int_eq(mkfifo("fifo", 0600), 0);
	check_load_error("fifo", "\"fifo\" is not a regular file");
	check_load_error("/tmp", "\"/tmp\" is not a regular file");
	ck_assert_int_eq(mkdir(".env", 0700), 0);
	check_load_error(NULL, "\".env\" is not a regular file");
	ck_assert_int_eq(rmdir(".env"), 0);
}
END_TEST

START_TEST(the_name_of_an_environment_is_no_path)
{
	static const char *const wrong[] = { "../x", "a.b", "a/b", "a b",
		"a-name-of-65-characters-is-longer-than-any-file-ought-to-carry---" };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		setenv("AETURNIS_ENV", wrong[i], 1);
		check_load_error(NULL,
		    "AETURNIS_ENV may hold up to 64 letters, digits, \"-\" and \"_\"");
	}
}
END_TEST

static bool
production(void)
{
	aet_environment *env = NULL;
	bool says;

	ck_assert_int_eq(aet_environment_load(NULL, &env, NULL), AET_OK);
	says = aet_environment_is_production(env);
	aet_environment_free(env);
	return says;
}

START_TEST(what_production_is)
{
	ck_assert(!production());
	write_file(".env", "AETURNIS_ENV=Production\n");
	ck_assert(production());
	setenv("AETURNIS_ENV", "test", 1);
	ck_assert(!production());
	setenv("AETURNIS_ENV", "PRODUCTION", 1);
	ck_assert(production());
	ck_assert(aet_environment_is_production(NULL));
}
END_TEST

START_TEST(null_is_nothing)
{
	setenv("AET_TEST_A", "process", 1);
	aet_environment_free(NULL);
	ck_assert_str_eq(aet_environment_get(NULL, "AET_TEST_A"), "process");
	ck_assert_ptr_null(aet_environment_get(NULL, NULL));
	ck_assert_ptr_null(aet_environment_origin(NULL, "AET_TEST_NO"));
}
END_TEST

static TCase *
grammar_tests(void)
{
	TCase *tcase = tcase_create("grammar");

	tcase_add_checked_fixture(tcase, NULL, free_dotenv);
	tcase_add_test(tcase, plain_values);
	tcase_add_test(tcase, comments);
	tcase_add_test(tcase, names);
	tcase_add_test(tcase, quotes);
	tcase_add_test(tcase, nothing_is_expanded);
	tcase_add_test(tcase, files_from_windows);
	tcase_add_test(tcase, syntax_errors_name_the_line_and_no_value);
	tcase_add_test(tcase, a_nul_byte_is_refused);
	tcase_add_test(tcase, values_are_wiped);
	return tcase;
}

static TCase *
file_tests(void)
{
	TCase *tcase = tcase_create("files");

	tcase_add_checked_fixture(tcase, enter_folder, leave_folder);
	tcase_add_test(tcase, no_file_at_all);
	tcase_add_test(tcase, the_process_wins);
	tcase_add_test(tcase, the_process_is_never_written_to);
	tcase_add_test(tcase, the_order_of_files);
	tcase_add_test(tcase, the_order_in_a_test);
	tcase_add_test(tcase, an_empty_value_hides_and_is_none);
	tcase_add_test(tcase, a_file_that_is_named);
	tcase_add_test(tcase, what_is_no_small_regular_file);
	tcase_add_test(tcase, the_name_of_an_environment_is_no_path);
	tcase_add_test(tcase, what_production_is);
	tcase_add_test(tcase, null_is_nothing);
	return tcase;
}

int
main(void)
{
	Suite *suite = suite_create("environment");
	SRunner *runner;
	int failed;

	suite_add_tcase(suite, grammar_tests());
	suite_add_tcase(suite, file_tests());
	runner = srunner_create(suite);
	test_scratch_begin();
	srunner_run_all(runner, CK_NORMAL);
	test_scratch_end();
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
