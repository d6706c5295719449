/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "migrate/checksum.h"

/* Too big for a test's stack to hold many; Check forks, so one will do. */
static aet__file_reader reader;

static const char *
checksum(const char *text, size_t len)
{
	static char hex[AET_CHECKSUM_SIZE];
	aet_error err = { 0 };

	aet__file_reader_memory(&reader, "f.sql", text, len);
	ck_assert_msg(
	    aet__checksum_read(&reader, NULL, hex, &err) == AET_OK, "%s", err.message);
	return hex;
}

static void
assert_same(const char *a, const char *b)
{
	char hex[AET_CHECKSUM_SIZE];

	strcpy(hex, checksum(a, strlen(a)));
	ck_assert_str_eq(hex, checksum(b, strlen(b)));
}

static void
assert_refused(const char *text, size_t len, const char *message)
{
	char hex[AET_CHECKSUM_SIZE] = "untouched";
	aet_error err = { 0 };

	aet__file_reader_memory(&reader, "f.sql", text, len);
	ck_assert_int_eq(aet__checksum_read(&reader, NULL, hex, &err), AET_EINVAL);
	ck_assert_str_eq(err.message, message);
	ck_assert_str_eq(hex, "untouched");
}

/* FIPS 180-2, appendix B. */
START_TEST(published_vectors)
{
	ck_assert_str_eq(checksum("", 0),
	    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	ck_assert_str_eq(checksum("abc", 3),
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}
END_TEST

START_TEST(line_ends_and_mark_do_not_count)
{
	assert_same("a\r\nb\r\n", "a\nb\n");
	assert_same("\xEF\xBB\xBF"
		    "a",
	    "a");
	assert_same("\xEF\xBB\xBF", "");
}
END_TEST

/* Across the reader's pieces: the CR ends one, the LF begins the next. */
START_TEST(long_texts_are_read_in_pieces)
{
	size_t len = 3 * AET__READER_CHUNK;
	char *crlf = malloc(len);
	char *lf = malloc(len);
	aet__spool copy = { 0 };
	char hex[AET_CHECKSUM_SIZE];

	ck_assert(crlf != NULL && lf != NULL);
	memset(crlf, 'x', len);
	memset(lf, 'x', len);
	memcpy(crlf + AET__READER_CHUNK - 1, "\r\n", 2);
	lf[AET__READER_CHUNK - 1] = '\n';
	memcpy(crlf + 2 * AET__READER_CHUNK - 1, "\xC3\xA9", 2);
	memcpy(lf + 2 * AET__READER_CHUNK - 2, "\xC3\xA9", 2);
	aet__file_reader_memory(&reader, "f.sql", crlf, len);
	ck_assert_int_eq(aet__checksum_read(&reader, &copy, hex, NULL), AET_OK);
	ck_assert_uint_eq(copy.len, len - 1);
	ck_assert(memcmp(aet__spool_view(&copy), lf, len - 1) == 0);
	ck_assert_str_eq(hex, checksum(lf, len - 1));
	aet__spool_free(&copy);
	free(crlf);
	free(lf);
}
END_TEST

START_TEST(a_return_at_the_end_stays)
{
	aet__spool copy = { 0 };
	char hex[AET_CHECKSUM_SIZE];

	aet__file_reader_memory(&reader, "f.sql", "a\rb\r\r\n\r", 7);
	ck_assert_int_eq(aet__checksum_read(&reader, &copy, hex, NULL), AET_OK);
	ck_assert_str_eq(aet__spool_view(&copy), "a\rb\r\n\r");
	aet__spool_free(&copy);
}
END_TEST

START_TEST(only_utf8_is_text)
{
	static const char *const bad[] = { "\x80", "\xC0\x80", "\xC3", "\xC3(",
		"\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80", "\xF4\x90\x80\x80",
		"\xF5", "\xFF\xFE", "\xE2\x82" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_refused(
		    bad[i], strlen(bad[i]), "f.sql:1: not UTF-8: save the file as UTF-8");
	assert_refused("a\r\nb\n\xE9", 6, "f.sql:3: not UTF-8: save the file as UTF-8");
	assert_refused("a\n\0", 3,
	    "f.sql:2: a NUL byte: this is no text file, or it is UTF-16; save it as "
	    "UTF-8");
	checksum("\xC3\xA9\xE0\xA0\x80\xED\x9F\xBF\xEF\xBF\xBD\xF0\x9F\x94\x92\xF4\x8F"
		 "\xBF\xBF",
	    19);
}
END_TEST

/* More than stays in memory: the same text, in pages that come back. */
START_TEST(a_big_text_is_mapped)
{
	const size_t len = 3 * 1024 * 1024 + 7;
	char *text = malloc(len);
	char hex[AET_CHECKSUM_SIZE];
	aet__spool copy = { 0 };
	size_t forgotten = 0;

	ck_assert_ptr_nonnull(text);
	for (size_t i = 0; i < len; i++)
		text[i] = (char)('a' + i % 26);
	aet__file_reader_memory(&reader, "f.sql", text, len);
	ck_assert_int_eq(aet__checksum_read(&reader, &copy, hex, NULL), AET_OK);
	ck_assert(copy.mapped);
	ck_assert_uint_eq(copy.len, len);
	aet__spool_forget(aet__spool_view(&copy), &forgotten, 2 * 1024 * 1024 + 1);
	ck_assert_uint_eq(forgotten, 2 * 1024 * 1024);
	aet__spool_forget(aet__spool_view(&copy), &forgotten, 2 * 1024 * 1024 + 5000);
	ck_assert_uint_eq(forgotten, 2 * 1024 * 1024);
	ck_assert(memcmp(aet__spool_view(&copy), text, len) == 0);
	aet__spool_free(&copy);
	ck_assert(!copy.mapped);
	free(text);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("checksum");
	TCase *tcase = tcase_create("checksum");
	SRunner *runner;
	int failed;

	tcase_add_test(tcase, a_big_text_is_mapped);
	tcase_add_test(tcase, published_vectors);
	tcase_add_test(tcase, line_ends_and_mark_do_not_count);
	tcase_add_test(tcase, long_texts_are_read_in_pieces);
	tcase_add_test(tcase, a_return_at_the_end_stays);
	tcase_add_test(tcase, only_utf8_is_text);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
