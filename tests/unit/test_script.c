/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "migrate/envelope.h"
#include "migrate/script.h"

/* The statements, each followed by a bar. */
static void
assert_split(const char *text, const char *want)
{
	aet__script script;
	aet__statement statement;
	aet__text got = { 0 };
	aet_error err = { 0 };
	bool found = true;

	aet__script_init(&script, "f.sql", text, strlen(text));
	while (found) {
		ck_assert_msg(
		    aet__script_next(&script, &statement, &found, &err) == AET_OK, "%s",
		    err.message);
		if (!found)
			break;
		aet__text_add_n(&got, text + statement.start, statement.len);
		aet__text_add_char(&got, '|');
	}
	ck_assert_str_eq(aet__text_view(&got), want);
	aet__text_free(&got);
}

static void
assert_refused(const char *text, const char *message)
{
	aet__script script;
	aet__statement statement;
	aet_error err = { 0 };
	bool found = true;
	aet_status status = AET_OK;

	aet__script_init(&script, "f.sql", text, strlen(text));
	while (status == AET_OK && found)
		status = aet__script_next(&script, &statement, &found, &err);
	ck_assert_int_eq(status, AET_EINVAL);
	ck_assert_str_eq(err.message, message);
}

START_TEST(semicolons_part_statements)
{
	assert_split("", "");
	assert_split(" ;; -- nothing\n;", "");
	assert_split("SELECT 1", "SELECT 1|");
	assert_split("SELECT 1;;SELECT 2 ; ", "SELECT 1|SELECT 2|");
	assert_split(
	    "SELECT ';' /* ; */ ; SELECT $$;$$ -- ;\n", "SELECT ';'|SELECT $$;$$|");
	assert_split("/* first */ SELECT /* in */ 1 /* last */;", "SELECT /* in */ 1|");
}
END_TEST

START_TEST(strings_follow_the_setting)
{
	assert_split("SET standard_conforming_strings = off; SELECT 'a\\';b'; "
		     "SET standard_conforming_strings TO on; SELECT 'a\\';b",
	    "SET standard_conforming_strings = off|SELECT 'a\\';b'|"
	    "SET standard_conforming_strings TO on|SELECT 'a\\'|b|");
	assert_split("SET SESSION standard_conforming_strings TO 'off'; SELECT 'a\\';b'",
	    "SET SESSION standard_conforming_strings TO 'off'|SELECT 'a\\';b'|");
	assert_split("BEGIN; SET LOCAL standard_conforming_strings = false; "
		     "SELECT 'a\\';b'; COMMIT; SELECT 'a\\';b",
	    "BEGIN|SET LOCAL standard_conforming_strings = false|SELECT 'a\\';b'|"
	    "COMMIT|SELECT 'a\\'|b|");
}
END_TEST

START_TEST(what_takes_back_is_left_out)
{
	assert_split("-- +goose Up\nSELECT 1; -- +goose StatementBegin\nSELECT 2;\n"
		     "-- +goose Down\nSELECT 3;",
	    "SELECT 1|SELECT 2|");
	assert_split(
	    "-- migrate:up\nSELECT 1;\n\n-- migrate:down\nSELECT 3;", "SELECT 1|");
	assert_split(
	    "--  +migrate  UP\r\nSELECT 1\n--+migrate Down\nSELECT 3;", "SELECT 1|");
	assert_split("--+migrate Up\nSELECT 1;\n--+migrate Down\nSELECT 3;", "SELECT 1|");
	assert_split("SELECT 1;\n-- +goose Down\nSELECT 3;", "SELECT 1|");
	assert_split("SELECT 1;\n-- //@UNDO\nSELECT 3;", "SELECT 1|");
	assert_split(
	    "SELECT 1\n---- create above / drop below ----\nSELECT 3;", "SELECT 1|");
	assert_split("-- rambler up\nSELECT 1;\n-- rambler down\nSELECT 3;", "SELECT 1|");
	assert_split(
	    "-- Up Migration\nSELECT 1;\n-- Down Migration\nSELECT 3;", "SELECT 1|");
	/* In any order, and as often as sql-migrate reads them. */
	assert_split("-- +migrate Down\nSELECT 3; it's no SQL\n'\n-- +migrate Up\n"
		     "SELECT 1;\n-- +migrate Down\nSELECT 4\n-- +migrate Up\nSELECT 2",
	    "SELECT 1|SELECT 2|");
	assert_split(
	    "-- +goose Down\nSELECT 3; it's no SQL\n-- +goose Up\nSELECT 4;", "");
	assert_split("-- +goose Up\n-- +goose StatementBegin\nSELECT (1\n"
		     "-- +goose StatementEnd\nSELECT 2;",
	    "SELECT (1|SELECT 2|");
	/* Comments that just sound like it. */
	assert_split("-- Down migration\nSELECT 3;", "SELECT 3|");
	assert_split("-- +goose Up\nSELECT 1;\n-- +goose Downwards\nSELECT 3;",
	    "SELECT 1|SELECT 3|");
}
END_TEST

START_TEST(lines_of_psql_that_change_nothing_are_passed)
{
	static const char *const others[] = { "\\set ON_ERROR_STOP off\nSELECT 1;",
		"\\set x 1\nSELECT 1;", "\\set AUTOCOMMIT off", "\\set",
		"\\set ON_ERROR_STOP", "\\connect other\n", "\\restricted\n", "\\i x.sql",
		"\\" };

	assert_split("\\restrict k3y\nSELECT 1;\n\\unrestrict k3y\n", "SELECT 1|");
	assert_split("\\echo Use \"CREATE EXTENSION x\"; that's all\n\\timing\nSELECT 1;",
	    "SELECT 1|");
	assert_split(
	    "\\set ON_ERROR_STOP on\r\n\\set  VERBOSITY terse\nSELECT 1", "SELECT 1|");
	assert_split("SELECT 1; \\pset null x", "SELECT 1|");
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_refused(others[i],
		    "f.sql:1:1: a backslash outside quotes: psql's commands are not SQL, "
		    "leave them out");
	assert_refused("SELECT 1\n  \\echo x\n;",
	    "f.sql:2:3: a backslash outside quotes: psql's commands are not SQL, leave "
	    "them out");
}
END_TEST

START_TEST(a_mark_in_the_midst_is_no_word)
{
	assert_split("SELECT 1;\n\xEF\xBB\xBFSELECT 2; /* \xEF\xBB\xBF */ "
		     "SELECT \xEF\xBB\xBF",
	    "SELECT 1|SELECT 2|SELECT \xEF\xBB\xBF|");
}
END_TEST

START_TEST(parentheses_hold_a_rules_actions)
{
	assert_split(
	    "CREATE RULE r AS ON INSERT TO t DO (DELETE FROM a; DELETE FROM b); SELECT 1",
	    "CREATE RULE r AS ON INSERT TO t DO (DELETE FROM a; DELETE FROM b)|SELECT "
	    "1|");
	assert_split("SELECT ')' , '(' ; SELECT 2;", "SELECT ')' , '('|SELECT 2|");
	assert_split("SELECT 1); SELECT 2;", "SELECT 1)|SELECT 2|");
}
END_TEST

START_TEST(routine_bodies_hold_statements)
{
	assert_split(
	    "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END; "
	    "SELECT 3",
	    "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END|SELECT "
	    "3|");
	assert_split(
	    "create or replace procedure p()\nbegin -- here\natomic\n"
	    "select case when true then case 1 when 1 then 2 end end; end; select 4",
	    "create or replace procedure p()\nbegin -- here\natomic\n"
	    "select case when true then case 1 when 1 then 2 end end; end|select 4|");
	assert_split("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 AS end; "
		     "SELECT t.case FROM t; END; SELECT 5",
	    "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 AS end; "
	    "SELECT t.case FROM t; END|SELECT 5|");
}
END_TEST

START_TEST(begin_elsewhere_opens_no_body)
{
	assert_split("BEGIN; SELECT 1; END; SELECT 2", "BEGIN|SELECT 1|END|SELECT 2|");
	assert_split("CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$BEGIN RETURN "
		     "1; END$$; "
		     "SELECT 3",
	    "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$BEGIN RETURN 1; END$$|"
	    "SELECT 3|");
	assert_split(
	    "CREATE TABLE t (begin int, atomic int); SELECT begin atomic; SELECT 1",
	    "CREATE TABLE t (begin int, atomic int)|SELECT begin atomic|SELECT 1|");
}
END_TEST

static aet__statement
only_statement(const char *text)
{
	aet__script script;
	aet__statement statement;
	bool found;

	aet__script_init(&script, "f.sql", text, strlen(text));
	ck_assert_int_eq(aet__script_next(&script, &statement, &found, NULL), AET_OK);
	ck_assert(found);
	return statement;
}

START_TEST(transaction_control_is_told_apart)
{
	static const struct {
		const char *text;
		aet__statement_kind kind;
	} cases[] = {
		{ "BEGIN", AET__STATEMENT_BEGIN },
		{ "begin work;", AET__STATEMENT_BEGIN },
		{ "START TRANSACTION ISOLATION LEVEL SERIALIZABLE",
		    AET__STATEMENT_BEGIN },
		{ "COMMIT", AET__STATEMENT_COMMIT },
		{ "END /* x */ TRANSACTION", AET__STATEMENT_COMMIT },
		{ "COMMIT WORK AND NO CHAIN", AET__STATEMENT_COMMIT },
		{ "COMMIT AND CHAIN", AET__STATEMENT_CONTROL },
		{ "COMMIT PREPARED 'x'", AET__STATEMENT_CONTROL },
		{ "PREPARE TRANSACTION 'x'", AET__STATEMENT_CONTROL },
		{ "PREPARE transaction AS SELECT 1", AET__STATEMENT_PLAIN },
		{ "ROLLBACK", AET__STATEMENT_ROLLBACK },
		{ "rollback work and no chain", AET__STATEMENT_ROLLBACK },
		{ "ABORT TRANSACTION", AET__STATEMENT_ROLLBACK },
		{ "ROLLBACK AND CHAIN", AET__STATEMENT_CONTROL },
		{ "ROLLBACK PREPARED 'x'", AET__STATEMENT_CONTROL },
		{ "ROLLBACK TO SAVEPOINT a", AET__STATEMENT_SAVEPOINT },
		{ "ROLLBACK WORK TO a", AET__STATEMENT_SAVEPOINT },
		{ "SAVEPOINT a", AET__STATEMENT_SAVEPOINT },
		{ "RELEASE a", AET__STATEMENT_SAVEPOINT },
		{ "\"begin\"", AET__STATEMENT_PLAIN },
		{ "SET TRANSACTION READ ONLY", AET__STATEMENT_PLAIN },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_msg(only_statement(cases[i].text).kind == cases[i].kind, "%s",
		    cases[i].text);
}
END_TEST

START_TEST(heads_are_normal)
{
	aet__statement statement = only_statement(
	    "-- x\n  Create /* y */ UNIQUE\nindex CONCURRENTLY \"i\" on t (a)");
	char text[400];

	ck_assert_str_eq(statement.head, "create unique index concurrently");
	ck_assert(aet__statement_begins(&statement, "create unique index"));
	ck_assert(!aet__statement_begins(&statement, "create uni"));
	ck_assert_int_eq(statement.at.line, 2);
	ck_assert_int_eq(statement.at.column, 3);
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	memcpy(text, "create ", 7);
	ck_assert_str_eq(only_statement(text).head, "create");
}
END_TEST

START_TEST(places_count_characters)
{
	const char *text = "SELECT 1;\n'\xC3\xA9\xE2\x82\xAC' SELECT 2; \\x";
	aet__position at;

	assert_refused(text, "f.sql:2:16: a backslash outside quotes: psql's commands "
			     "are not SQL, leave them "
			     "out");
	at = aet__position_of_character(text, strlen(text), 10, 6);
	ck_assert_int_eq(at.line, 2);
	ck_assert_int_eq(at.column, 6);
	ck_assert_uint_eq(at.offset, 18);
	at = aet__position_of_character(text, strlen(text), 0, 11);
	ck_assert_int_eq(at.line, 2);
	ck_assert_int_eq(at.column, 1);
	at = aet__position_of_character(text, strlen(text), 0, 1000);
	ck_assert_uint_eq(at.offset, strlen(text));
}
END_TEST

START_TEST(what_cannot_run_is_refused)
{
	assert_refused("SELECT 1;\n  SELECT 'a;\n",
	    "f.sql:2:10: this string is never closed: its ' is missing");
	assert_refused("SELECT \"a;",
	    "f.sql:1:8: this quoted name is never closed: its \" is missing");
	assert_refused("DO $x$ $y$;", "f.sql:1:4: this dollar-quoted string is never "
				      "closed: the same $tag$ must end it");
	assert_refused("\n/* /* */",
	    "f.sql:2:1: this comment is never closed: each /* needs a */ of its own");
	assert_refused("COPY t (a) FROM stdin;\n1\n\\.\n",
	    "f.sql:1:17: COPY FROM STDIN cannot run in a migration: write its rows as "
	    "INSERT");
	assert_refused("copy t to stdout",
	    "f.sql:1:11: COPY TO STDOUT cannot run in a migration: nobody reads it");
	assert_split("COPY t FROM '/x'; COPY (SELECT * FROM stdin) TO '/x'",
	    "COPY t FROM '/x'|COPY (SELECT * FROM stdin) TO '/x'|");
}
END_TEST

static void
assert_envelope(const char *text, const char *body, const char *modes)
{
	aet__envelope envelope;
	aet_error err = { 0 };

	ck_assert_msg(aet__envelope_read(
			  "f.sql", text, strlen(text), false, &envelope, &err) == AET_OK,
	    "%s", err.message);
	ck_assert_uint_eq(envelope.len, strlen(body));
	ck_assert(strncmp(text + envelope.start, body, envelope.len) == 0);
	ck_assert_uint_eq(envelope.modes_len, strlen(modes));
	ck_assert(strncmp(text + envelope.modes_start, modes, envelope.modes_len) == 0);
	ck_assert(envelope.present == (body[0] != 'S'));
}

START_TEST(one_envelope_is_taken_off)
{
	assert_envelope("SELECT 1; SELECT 2;", "SELECT 1; SELECT 2;", "");
	assert_envelope("-- a\nBEGIN;\nSELECT 1;\nCOMMIT;\n-- b\n", "\nSELECT 1;\n", "");
	assert_envelope("start transaction; SELECT 1; end", " SELECT 1; ", "");
	assert_envelope("BEGIN WORK ISOLATION LEVEL SERIALIZABLE, READ WRITE; COMMIT",
	    " ", "ISOLATION LEVEL SERIALIZABLE, READ WRITE");
	assert_envelope(
	    "SET TRANSACTION READ WRITE;SELECT 1;", "SELECT 1;", "READ WRITE");
	assert_envelope("BEGIN; /* a */ SET TRANSACTION READ WRITE; SELECT 1; END",
	    " SELECT 1; ", "; /* a */ SET TRANSACTION READ WRITE");
	assert_envelope("BEGIN READ WRITE; SET TRANSACTION DEFERRABLE; SELECT 1; END",
	    " SELECT 1; ", "READ WRITE; SET TRANSACTION DEFERRABLE");
	assert_envelope("SELECT 1; SAVEPOINT a; ROLLBACK TO a; RELEASE a",
	    "SELECT 1; SAVEPOINT a; ROLLBACK TO a; RELEASE a", "");
}
END_TEST

static void
assert_no_envelope(const char *text, const char *start, int line, int column)
{
	aet__envelope envelope;
	aet_error err = { 0 };

	ck_assert_int_eq(
	    aet__envelope_read("f.sql", text, strlen(text), false, &envelope, &err),
	    AET_EINVAL);
	ck_assert_msg(strncmp(err.message, start, strlen(start)) == 0, "%s", err.message);
	ck_assert_int_eq(envelope.at.line, line);
	ck_assert_int_eq(envelope.at.column, column);
}

START_TEST(other_control_is_refused)
{
	assert_no_envelope(
	    "BEGIN;\nSELECT 1;", "f.sql:1:1: BEGIN without a COMMIT", 1, 1);
	assert_no_envelope(
	    "SELECT 1;\nCOMMIT;", "f.sql:2:1: COMMIT without a BEGIN", 2, 1);
	assert_no_envelope(
	    "SELECT 1;\n BEGIN; COMMIT", "f.sql:2:2: BEGIN in the middle", 2, 2);
	assert_no_envelope(
	    "BEGIN;\nCOMMIT; SELECT 1", "f.sql:2:1: COMMIT in the middle", 2, 1);
	assert_no_envelope(
	    "BEGIN; BEGIN; COMMIT", "f.sql:1:8: BEGIN in the middle", 1, 8);
	assert_no_envelope(
	    "BEGIN; ROLLBACK;", "f.sql:1:8: this ends the transaction", 1, 8);
	assert_no_envelope("SELECT 1; 'x", "f.sql:1:11: this string", 1, 11);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("script");
	TCase *tcase = tcase_create("script");
	SRunner *runner;
	int failed;

	tcase_add_test(tcase, semicolons_part_statements);
	tcase_add_test(tcase, strings_follow_the_setting);
	tcase_add_test(tcase, what_takes_back_is_left_out);
	tcase_add_test(tcase, lines_of_psql_that_change_nothing_are_passed);
	tcase_add_test(tcase, a_mark_in_the_midst_is_no_word);
	tcase_add_test(tcase, parentheses_hold_a_rules_actions);
	tcase_add_test(tcase, routine_bodies_hold_statements);
	tcase_add_test(tcase, begin_elsewhere_opens_no_body);
	tcase_add_test(tcase, transaction_control_is_told_apart);
	tcase_add_test(tcase, heads_are_normal);
	tcase_add_test(tcase, places_count_characters);
	tcase_add_test(tcase, what_cannot_run_is_refused);
	tcase_add_test(tcase, one_envelope_is_taken_off);
	tcase_add_test(tcase, other_control_is_refused);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
