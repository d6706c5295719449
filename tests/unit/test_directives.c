/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "migrate/directives.h"

static bool
no_transaction(const char *text)
{
	aet__directives directives;
	aet_error err = { 0 };

	ck_assert_msg(aet__directives_read(
			  "f.sql", text, strlen(text), &directives, &err) == AET_OK,
	    "%s", err.message);
	return directives.no_transaction;
}

START_TEST(known_lines_before_the_first_sql_count)
{
	ck_assert(no_transaction("-- aet: no-transaction\nSELECT 1;"));
	ck_assert(no_transaction("--aet:no-transaction"));
	ck_assert(
	    no_transaction("/* about\n */\n\n-- why\n  -- aet:  no-transaction \t\n"));
	ck_assert(no_transaction("-- AET: no-transaction\r\nSELECT 1;"));
	ck_assert(!no_transaction("SELECT 1;\n-- aet: no-transaction\n"));
	ck_assert(!no_transaction(";-- aet: no-transaction\n"));
	ck_assert(!no_transaction("/* -- aet: no-transaction */ SELECT 1"));
	ck_assert(!no_transaction("-- about aet: no-transaction\n"));
	ck_assert(no_transaction("-- +goose NO TRANSACTION\n-- +goose Up\nSELECT 1;"));
	ck_assert(no_transaction("-- migrate:up transaction:false\nSELECT 1;"));
	ck_assert(no_transaction("-- +migrate Up notransaction\nSELECT 1;"));
	ck_assert(!no_transaction("-- migrate:up\nSELECT 1;"));
	ck_assert(!no_transaction(""));
	ck_assert(no_transaction("-- aet: allow long-lock tiny\n-- aet: no-transaction"));
	ck_assert(!no_transaction("-- aet: allow long-lock tiny\nSELECT 1;"));
}
END_TEST

START_TEST(unknown_words_are_refused)
{
	aet__directives directives = { .no_transaction = true };
	aet_error err = { 0 };
	const char *text = "-- one\n\n-- aet: no-transactions\n";

	ck_assert_int_eq(
	    aet__directives_read("f.sql", text, strlen(text), &directives, &err),
	    AET_EINVAL);
	ck_assert_str_eq(err.message,
	    "f.sql:3: unknown directive \"no-transactions\": "
	    "known are \"no-transaction\", \"phase contract\", \"phase expand\" and "
	    "\"allow CODE reason\"");
	ck_assert(directives.no_transaction);
	ck_assert_int_eq(
	    aet__directives_read("f.sql", "-- aet: allows it", 17, &directives, NULL),
	    AET_EINVAL);
	ck_assert_int_eq(
	    aet__directives_read("f.sql", "-- aet:", 7, &directives, NULL), AET_EINVAL);
}
END_TEST

static bool
contract(const char *text)
{
	aet__directives directives;

	ck_assert_int_eq(
	    aet__directives_read("f.sql", text, strlen(text), &directives, NULL), AET_OK);
	return directives.contract;
}

static void
refused(const char *text, const char *message)
{
	aet__directives directives;
	aet_error err = { 0 };

	ck_assert_int_eq(
	    aet__directives_read("f.sql", text, strlen(text), &directives, &err),
	    AET_EINVAL);
	ck_assert_str_eq(err.message, message);
}

START_TEST(a_phase_is_known_or_refused)
{
	ck_assert(contract("-- aet: phase contract\nDROP TABLE t;"));
	ck_assert(contract("-- about\n--aet:phase \t contract \n"));
	ck_assert(!contract("-- aet: phase expand\nCREATE TABLE t ();"));
	ck_assert(!contract("SELECT 1; -- aet: phase contract"));
	refused("\n-- aet: phase contracts\n", "f.sql:2: unknown phase \"contracts\": "
					       "known are \"expand\" and \"contract\"");
	refused("-- aet: phase",
	    "f.sql:1: unknown directive \"phase\": known are \"no-transaction\", "
	    "\"phase contract\", \"phase expand\" and \"allow CODE reason\"");
	refused("-- aet: phase contract\n-- aet: no-transaction\n",
	    "f.sql: \"phase contract\" and \"no-transaction\" do not go together: older "
	    "servers are kept away for one transaction only; put what runs outside it "
	    "into a file of its own");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("directives");
	TCase *tcase = tcase_create("directives");
	SRunner *runner;
	int failed;

	tcase_add_test(tcase, known_lines_before_the_first_sql_count);
	tcase_add_test(tcase, unknown_words_are_refused);
	tcase_add_test(tcase, a_phase_is_known_or_refused);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
