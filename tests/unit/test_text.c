/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <aeturnis/types.h>

#include "core/memory.h"
#include "core/text.h"

static aet__text text;

static void
free_text(void)
{
	aet__text_free(&text);
}

START_TEST(an_empty_text)
{
	char *taken;

	ck_assert(aet__text_ok(&text));
	ck_assert_str_eq(aet__text_view(&text), "");
	taken = aet__text_take(&text);
	ck_assert_str_eq(taken, "");
	free(taken);
	aet__text_clear(&text);
	ck_assert_str_eq(aet__text_view(&text), "");
}
END_TEST

START_TEST(appending)
{
	char *taken;

	aet__text_add(&text, "a");
	aet__text_add_n(&text, "bcd", 2);
	aet__text_add_char(&text, 'd');
	aet__text_add(&text, "");
	aet__text_addf(&text, "%d-%s", 7, "x");
	aet__text_addf(&text, "%s", "");
	ck_assert_str_eq(aet__text_view(&text), "abcd7-x");
	ck_assert_uint_eq(text.len, 7);
	taken = aet__text_take(&text);
	ck_assert_str_eq(taken, "abcd7-x");
	ck_assert_uint_eq(text.len, 0);
	ck_assert_ptr_null(text.data);
	free(taken);
}
END_TEST

START_TEST(growing)
{
	for (int i = 0; i < 10000; i++)
		aet__text_addf(&text, "%04d", i);
	ck_assert(aet__text_ok(&text));
	ck_assert_uint_eq(text.len, 40000);
	ck_assert_int_eq(memcmp(text.data + 4 * 1234, "1234", 4), 0);
	ck_assert_str_eq(text.data + 4 * 9999, "9999");
	aet__text_clear(&text);
	ck_assert_str_eq(aet__text_view(&text), "");
	ck_assert_uint_ge(text.capacity, 40001);
	aet__text_add(&text, "again");
	ck_assert_str_eq(aet__text_view(&text), "again");
}
END_TEST

/* A NUL among the bytes is kept and counted. */
START_TEST(bytes_with_a_nul)
{
	aet__text_add_n(&text, "a\0b", 3);
	aet__text_add_n(&text, "", 0);
	ck_assert_uint_eq(text.len, 3);
	ck_assert_int_eq(memcmp(text.data, "a\0b", 4), 0);
}
END_TEST

START_TEST(no_memory_is_told_once_at_the_end)
{
	aet__text_add(&text, "kept");
	aet__text_add_n(&text, "x", SIZE_MAX);
	ck_assert(!aet__text_ok(&text));
	aet__text_add(&text, "more");
	aet__text_addf(&text, "%d", 1);
	ck_assert_str_eq(aet__text_view(&text), "kept");
	ck_assert_ptr_null(aet__text_take(&text));
	ck_assert(aet__text_ok(&text));
}
END_TEST

START_TEST(identifiers)
{
	aet__text_add_identifier(&text, "users");
	aet__text_add_identifier(&text, "we\"ird Name");
	aet__text_add_identifier(&text, "");
	ck_assert_str_eq(aet__text_view(&text), "\"users\"\"we\"\"ird Name\"\"\"");
}
END_TEST

START_TEST(literals)
{
	aet__text_add_literal(&text, "it's");
	aet__text_add_char(&text, ' ');
	aet__text_add_literal(&text, "a\\'b");
	aet__text_add_char(&text, ' ');
	aet__text_add_literal(&text, "");
	ck_assert_str_eq(aet__text_view(&text), "'it''s' E'a\\\\''b' ''");
}
END_TEST

/* An E behind a word would become part of it. */
START_TEST(a_literal_behind_a_word)
{
	aet__text_add(&text, "SELECT");
	aet__text_add_literal(&text, "\\");
	ck_assert_str_eq(aet__text_view(&text), "SELECT E'\\\\'");
}
END_TEST

START_TEST(arrays)
{
	static const char zeros[40];
	char *room = aet__memory_array(10, 4);

	ck_assert_ptr_nonnull(room);
	ck_assert_int_eq(memcmp(room, zeros, sizeof(zeros)), 0);
	free(room);
	room = aet__memory_array(0, 4);
	ck_assert_ptr_nonnull(room);
	free(room);
	ck_assert_ptr_null(aet__memory_array(SIZE_MAX / 2, 4));
}
END_TEST

START_TEST(growing_an_array)
{
	void *items = NULL;
	size_t capacity = 0;

	ck_assert(aet__memory_grow(&items, &capacity, 0, 8));
	ck_assert_ptr_null(items);
	ck_assert(aet__memory_grow(&items, &capacity, 1, 8));
	ck_assert_uint_eq(capacity, 8);
	ck_assert(aet__memory_grow(&items, &capacity, 9, 8));
	ck_assert_uint_eq(capacity, 16);
	ck_assert(aet__memory_grow(&items, &capacity, 1000, 8));
	ck_assert_uint_eq(capacity, 1024);
	ck_assert(!aet__memory_grow(&items, &capacity, SIZE_MAX, 8));
	ck_assert(!aet__memory_grow(&items, &capacity, SIZE_MAX / 8, 16));
	ck_assert_uint_eq(capacity, 1024);
	free(items);
}
END_TEST

START_TEST(copies)
{
	char *copy = aet__memory_text("text");

	ck_assert_str_eq(copy, "text");
	free(copy);
	copy = aet__memory_text_n("text", 2);
	ck_assert_str_eq(copy, "te");
	free(copy);
	ck_assert_ptr_null(aet__memory_text_n("text", SIZE_MAX));
}
END_TEST

START_TEST(wiping)
{
	static const char zeros[8];
	char secret[] = "hunter2";

	aet__memory_wipe_text(secret);
	ck_assert_int_eq(memcmp(secret, zeros, sizeof(secret)), 0);
	memcpy(secret, "hunter2", sizeof(secret));
	aet__memory_wipe(secret, 6);
	ck_assert_int_eq(memcmp(secret,
			     "\0\0\0\0\0\0"
			     "2",
			     sizeof(secret)),
	    0);
	aet__memory_wipe(NULL, 0);
	aet__memory_wipe_text(NULL);
}
END_TEST

/* ---- aet_set_* ---------------------------------------------------------- */

START_TEST(fields_that_are_set)
{
	static const char *const items[] = { "a", NULL };
	aet_field_text_array array = aet_set_text_array(items, 2);
	aet_field_json json = aet_set_json("{}");
	aet_field_bytes bytes = aet_set_bytes("\1\2", 2);

	ck_assert(aet_set_bool(true).state == AET_SET && aet_set_bool(true).value);
	ck_assert(aet_set_bool(false).state == AET_SET && !aet_set_bool(false).value);
	ck_assert_int_eq(aet_set_int16(INT16_MIN).value, INT16_MIN);
	ck_assert_int_eq(aet_set_int32(INT32_MIN).value, INT32_MIN);
	ck_assert_int_eq(aet_set_int64(INT64_MIN).value, INT64_MIN);
	ck_assert(aet_set_float(0.5F).value == 0.5F);
	ck_assert(aet_set_double(0.1).value == 0.1);
	ck_assert_int_eq(aet_set_timestamp((aet_timestamp){ 7 }).value.us, 7);
	ck_assert_int_eq(aet_set_uuid((aet_uuid){ { 9 } }).value.bytes[0], 9);
	ck_assert_str_eq(aet_set_text("t").value, "t");
	ck_assert(json.state == AET_SET && json.value.len == 2);
	ck_assert(bytes.state == AET_SET && bytes.value.len == 2);
	ck_assert(array.state == AET_SET && array.value.len == 2);
	ck_assert(array.value.items == items && !array.value.is_null);
}
END_TEST

START_TEST(null_pointers_set_null)
{
	ck_assert_int_eq(aet_set_text(NULL).state, AET_SET_NULL);
	ck_assert_int_eq(aet_set_json(NULL).state, AET_SET_NULL);
	ck_assert_int_eq(aet_set_bytes(NULL, 0).state, AET_SET_NULL);
	ck_assert_int_eq(aet_set_bytes("", 0).state, AET_SET);
	ck_assert_int_eq(aet_set_text_array(NULL, 0).state, AET_SET_NULL);
	ck_assert(aet_set_text_array(NULL, 0).value.is_null);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("text");
	TCase *texts = tcase_create("text");
	TCase *memory = tcase_create("memory");
	TCase *fields = tcase_create("fields");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(texts, NULL, free_text);
	tcase_add_test(texts, an_empty_text);
	tcase_add_test(texts, appending);
	tcase_add_test(texts, growing);
	tcase_add_test(texts, bytes_with_a_nul);
	tcase_add_test(texts, no_memory_is_told_once_at_the_end);
	tcase_add_test(texts, identifiers);
	tcase_add_test(texts, literals);
	tcase_add_test(texts, a_literal_behind_a_word);
	tcase_add_test(memory, arrays);
	tcase_add_test(memory, growing_an_array);
	tcase_add_test(memory, copies);
	tcase_add_test(memory, wiping);
	tcase_add_test(fields, fields_that_are_set);
	tcase_add_test(fields, null_pointers_set_null);
	suite_add_tcase(suite, texts);
	suite_add_tcase(suite, memory);
	suite_add_tcase(suite, fields);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
