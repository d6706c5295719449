/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <float.h>
#include <jansson.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include <aeturnis/json.h>

#include "core/decimal.h"

static json_t *
tree_of(const char *text)
{
	aet_error err = { 0 };
	json_t *tree = NULL;

	ck_assert_msg(aet_json_to_tree(aet_set_json(text).value, &tree, &err) == AET_OK,
	    "%s: %s", text, err.message);
	return tree;
}

static void
check_prints(const char *text, const char *expected)
{
	json_t *tree = tree_of(text);
	char *printed = NULL;

	ck_assert_int_eq(aet_json_from_tree(tree, &printed, NULL), AET_OK);
	ck_assert_str_eq(printed, expected);
	aet_json_text_free(printed);
	json_decref(tree);
}

/* Refused with AET_EDATA and that message; *out is left alone. */
static void
check_refused(const char *text, const char *message)
{
	json_t *untouched = json_null();
	json_t *tree = untouched;
	aet_error err = { 0 };

	ck_assert_msg(
	    aet_json_to_tree(aet_set_json(text).value, &tree, &err) == AET_EDATA, "%s",
	    text);
	ck_assert_int_eq(err.status, AET_EDATA);
	ck_assert_str_eq(err.message, message);
	ck_assert_ptr_eq(tree, untouched);
}

START_TEST(any_value_goes_both_ways)
{
	check_prints(
	    "{ \"a\" : [ 1, -2, true, false, null ] }", "{\"a\":[1,-2,true,false,null]}");
	check_prints("\"text\"", "\"text\"");
	check_prints("7", "7");
	check_prints("null", "null");
	check_prints(" [] ", "[]");
	check_prints(
	    "\"a\\u0000b \\\\ \\\" \xC3\xA9\"", "\"a\\u0000b \\\\ \\\" \xC3\xA9\"");
}
END_TEST

START_TEST(numbers_keep_their_value)
{
	check_prints("[9223372036854775807,-9223372036854775808]",
	    "[9223372036854775807,-9223372036854775808]");
	check_prints("[0.1,1.10,-2.5e-3,100.0,1E2]", "[0.1,1.1,-0.0025,100.0,100.0]");
	check_prints("0.30000000000000004", "0.30000000000000004");
	check_prints("[1e22,1e+300,1.5E-300]", "[1e22,1e300,1.5e-300]");
	check_prints("[0.0001,0.00001,123456789012345680.0]",
	    "[0.0001,1e-5,1.2345678901234568e17]");
	check_prints("[0.0,-0.0,0e99999999999999999999]", "[0.0,-0.0,0.0]");
	check_prints("[5e-324,2.2250738585072014e-308,1.7976931348623157e308]",
	    "[5e-324,2.2250738585072014e-308,1.7976931348623157e308]");
	check_prints("0.5000000000000000000000000000000000", "0.5");
	check_prints("5000000000000000000000000000.0", "5e27");
}
END_TEST

START_TEST(numbers_that_would_lose_digits)
{
	static const char *const wrong[] = {
		"9223372036854775808",
		"-9223372036854775809",
		"12345678901234567890",
		"12345678901234567890.5",
		"0.1234567890123456789",
		"0.10000000000000001",
		"123456789.123456789",
		"9007199254740993.0",
		"9007199254740993e0",
		"1e400",
		"-1e400",
		"1e-400",
		"1e99999999999999999999",
		"1e-99999999999999999999",
		"4e-324",
		"100000000000000000000000.1",
		"{\"a\":\"0.5\",\"b\":[1,{\"c\":0.1234567890123456789}]}",
		"[\"\\\"\",1e-400]",
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		check_refused(wrong[i],
		    "the json holds a number that would lose digits in a tree; "
		    "read the text");
}
END_TEST

START_TEST(numbers_in_strings_are_text)
{
	check_prints("{\"1e400\":\"0.1234567890123456789 \\\" 1e400\"}",
	    "{\"1e400\":\"0.1234567890123456789 \\\" 1e400\"}");
	check_prints("\"0.10000000000000001\"", "\"0.10000000000000001\"");
	check_prints("\"\\\\\"", "\"\\\\\"");
}
END_TEST

START_TEST(what_is_no_json)
{
	check_refused("", "not json at line 1, column 0");
	check_refused("{\"secret\": hunter2}", "not json at line 1, column 17");
	check_refused("[1,\n2,]", "not json at line 2, column 3");
	check_refused("1 2", "not json at line 1, column 3");
	check_refused("\"\xFF\"", "not json at line 1, column 1");
}
END_TEST

START_TEST(what_a_tree_cannot_hold)
{
	char *deep = malloc(6001);

	check_refused("{\"a\":1,\"a\":2}",
	    "the json holds a key twice at line 1, column 10; read the text");
	check_refused("{\"a\\u0000b\":1}",
	    "the json holds a key with \\u0000, which no tree can; read the text");
	ck_assert_ptr_nonnull(deep);
	memset(deep, '[', 3000);
	memset(deep + 3000, ']', 3000);
	deep[6000] = '\0';
	check_refused(deep, "the json is nested too deeply for a tree; read the text");
	free(deep);
}
END_TEST

START_TEST(null_arguments)
{
	aet_json none = { NULL, 0 };
	json_t *tree = NULL;
	char *text = NULL;
	aet_error err;

	ck_assert_int_eq(aet_json_to_tree(none, &tree, &err), AET_EINVAL);
	ck_assert_str_eq(err.message, "the json is NULL");
	ck_assert_int_eq(aet_json_from_tree(NULL, &text, &err), AET_EINVAL);
	ck_assert_str_eq(err.message, "the tree is NULL");
	ck_assert_ptr_null(text);
	aet_json_text_free(NULL);
}
END_TEST

START_TEST(a_tree_that_holds_itself)
{
	json_t *tree = json_array();
	json_t *inner = json_array();
	char *text = NULL;
	aet_error err;

	ck_assert_int_eq(json_array_append(tree, inner), 0);
	ck_assert_int_eq(json_array_append(inner, tree), 0);
	ck_assert_int_eq(aet_json_from_tree(tree, &text, &err), AET_EINVAL);
	ck_assert_str_eq(err.message,
	    "the tree holds itself, or text that is not UTF-8; it cannot be printed");
	ck_assert_ptr_null(text);
	json_array_clear(inner);
	json_decref(inner);
	json_decref(tree);
}
END_TEST

/* The view's length counts, not a NUL somewhere behind it. */
START_TEST(the_view_ends_where_its_length_says)
{
	aet_json view = { "[1,2]garbage", 5 };
	json_t *tree = NULL;

	ck_assert_int_eq(aet_json_to_tree(view, &tree, NULL), AET_OK);
	ck_assert_uint_eq(json_array_size(tree), 2);
	json_decref(tree);
}
END_TEST

START_TEST(random_doubles_round_trip)
{
	uint64_t bits = UINT64_C(0x9E3779B97F4A7C15);
	double value;
	json_t *tree;
	json_t *again;
	char *text;

	for (int i = 0; i < 5000; i++) {
		bits ^= bits << 13;
		bits ^= bits >> 7;
		bits ^= bits << 17;
		memcpy(&value, &bits, sizeof(value));
		if (!(value >= -DBL_MAX && value <= DBL_MAX))
			continue;
		tree = json_real(value);
		ck_assert_int_eq(aet_json_from_tree(tree, &text, NULL), AET_OK);
		again = tree_of(text);
		ck_assert_msg(json_real_value(again) == value, "%s", text);
		json_decref(again);
		json_decref(tree);
		aet_json_text_free(text);
	}
}
END_TEST

/* A program may have set a locale whose point is a comma; where it is not
 * installed this says nothing new. */
START_TEST(a_locale_with_a_comma)
{
	if (setlocale(LC_NUMERIC, "de_DE.UTF-8") == NULL)
		setlocale(LC_NUMERIC, "C");
	check_prints("[0.1,1.5e300]", "[0.1,1.5e300]");
	setlocale(LC_NUMERIC, "C");
}
END_TEST

START_TEST(decimals_have_one_form)
{
	static const char *const same[] = { "1200", "1200.000", "12e2", "0.0012E+6",
		"0.00012e7", "12000000e-4" };
	aet__decimal first;
	aet__decimal other;

	ck_assert(aet__decimal_read(same[0], strlen(same[0]), &first));
	ck_assert_str_eq(first.digits, "12");
	ck_assert_int_eq(first.exponent, 4);
	ck_assert(aet__decimal_double(&first) == 1200.0);
	for (size_t i = 1; i < sizeof(same) / sizeof(same[0]); i++) {
		ck_assert(aet__decimal_read(same[i], strlen(same[i]), &other));
		ck_assert(aet__decimal_equal(&first, &other));
	}
	ck_assert(aet__decimal_read("-1200", 5, &other));
	ck_assert(!aet__decimal_equal(&first, &other));
	ck_assert(aet__decimal_read("12000", 5, &other));
	ck_assert(!aet__decimal_equal(&first, &other));
	ck_assert(!aet__decimal_read("123456789012345678", 18, &other));
	ck_assert(aet__decimal_read("123456789012345670", 18, &other));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("json");
	TCase *tcase = tcase_create("json");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tcase, 30);
	tcase_add_test(tcase, any_value_goes_both_ways);
	tcase_add_test(tcase, numbers_keep_their_value);
	tcase_add_test(tcase, numbers_that_would_lose_digits);
	tcase_add_test(tcase, numbers_in_strings_are_text);
	tcase_add_test(tcase, what_is_no_json);
	tcase_add_test(tcase, what_a_tree_cannot_hold);
	tcase_add_test(tcase, null_arguments);
	tcase_add_test(tcase, a_tree_that_holds_itself);
	tcase_add_test(tcase, the_view_ends_where_its_length_says);
	tcase_add_test(tcase, random_doubles_round_trip);
	tcase_add_test(tcase, a_locale_with_a_comma);
	tcase_add_test(tcase, decimals_have_one_form);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
