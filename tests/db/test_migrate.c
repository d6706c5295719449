/* SPDX-License-Identifier: MIT */
/* aet_db_migrate: what a call applies, refuses and records. */
/* As superuser: migrating is not the game's. */
#include "support/migrating.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "catalog/compare.h"
#include "migrate/migrator.h"
#include "pg/connection.h"
#include "support/proxy.h"

#define JOURNAL_COUNT "SELECT count(*) FROM aeturnis.schema_migrations"

/* ---- the library's own ------------------------------------------------ */

/* The original's tables, and no more. */
static void
run_the_first(void)
{
	aet_migrate_options options = AET_MIGRATE_OPTIONS_INIT;
	const int64_t first = 1;

	options.to = &first;
	migrating_run_with(&options, AET_OK, 1);
}

START_TEST(empty_database)
{
	run_the_first();
	ck_assert_int_eq(test_report.already, 0);
	ck_assert_int_eq(test_report.remaining, 0);
	ck_assert_int_eq(test_report.failure.line, 0);
	test_value_is(test_url,
	    "SELECT string_agg(tablename, ',' ORDER BY tablename) FROM pg_tables"
	    " WHERE schemaname = 'public'",
	    "audit_log,user_sessions,users");
	test_value_is(test_url,
	    "SELECT concat_ws('|', source, version, name, length(checksum), adopted,"
	    " finished, statements_done, library_version, applied_by LIKE"
	    " session_user || '@_%', duration_us > 0)"
	    " FROM aeturnis.schema_migrations",
	    "aeturnis|1|0001_users_sessions_audit.sql|64|f|t|12|0.1.0|t|t");
	test_value_is(test_url,
	    "SELECT string_agg(kind || ' ' || identity, ',' ORDER BY identity)"
	    " FROM aeturnis.schema_objects",
	    "table public.audit_log,table public.user_sessions,table public.users");
	migrating_run_with(NULL, AET_OK, OWN_MIGRATIONS - 1);
	ck_assert_int_eq(test_report.already, 1);
	test_value_is(test_url,
	    "SELECT string_agg(tablename, ',' ORDER BY tablename) FROM pg_tables"
	    " WHERE schemaname = 'public'",
	    "audit_log,user_sessions,users");
	test_value_is(
	    test_url, "SELECT count(*) FROM pg_constraint WHERE NOT convalidated", "0");
	migrating_run_with(NULL, AET_OK, 0);
}
END_TEST

/* Comments, blank lines and what a dump sets differ between releases. */
static char *
normalised(char *dump, bool public_only)
{
	char *out = calloc(1, strlen(dump) + 1);
	bool inside = !public_only;

	ck_assert_ptr_nonnull(out);
	for (char *line = strtok(dump, "\n"); line != NULL; line = strtok(NULL, "\n")) {
		if (strncmp(line, "-- Name: ", 9) == 0)
			inside = strstr(line, "Schema: public") != NULL;
		if (!inside || strncmp(line, "--", 2) == 0 ||
		    strncmp(line, "SET ", 4) == 0 || strncmp(line, "SELECT ", 7) == 0 ||
		    line[0] == '\\')
			continue;
		strcat(out, line);
		strcat(out, "\n");
	}
	free(dump);
	return out;
}

/* options: pg_dump's, which parts. */
static char *
dump_of(const char *url, const char *options)
{
	char *command = NULL;
	char *text = calloc(1, 65536);
	FILE *pipe;

	ck_assert_ptr_nonnull(text);
	ck_assert_int_gt(
	    asprintf(&command, "'%s/pg_dump' %s --schema-only --no-owner '%s'",
		test_server_bindir(), options, url),
	    0);
	pipe = popen(command, "r");
	ck_assert_ptr_nonnull(pipe);
	ck_assert_uint_gt(fread(text, 1, 65535, pipe), 0);
	ck_assert_int_eq(pclose(pipe), 0);
	free(command);
	return text;
}

START_TEST(dump_is_the_reference)
{
	char *expected;
	char *actual;

	run_the_first();
	expected = normalised(migrating_fixture("schema.sql"), true);
	actual = normalised(dump_of(test_url, "--schema=public"), true);
	ck_assert_str_eq(actual, expected);
	free(expected);
	free(actual);
}
END_TEST

static aet__catalog *
catalogue_of(const char *url)
{
	const aet__connection_options options = { .url = url, .statement_cache = 8 };
	aet__connection *connection = NULL;
	aet__catalog *catalog = NULL;
	aet__deadline deadline = aet__deadline_in(10000);
	aet_error err = { 0 };

	ck_assert_msg(
	    aet__connection_open(&options, deadline, &connection, &err) == AET_OK, "%s",
	    err.message);
	ck_assert_msg(
	    aet__catalog_read(connection, NULL, deadline, &catalog, &err) == AET_OK, "%s",
	    err.message);
	aet__connection_close(connection);
	return catalog;
}

START_TEST(schema_is_the_migrations)
{
	const aet__compare_policy policy = { 0 };
	char *declared_url = test_database_create();
	aet__differences *differences = NULL;
	aet__catalog *declared;
	aet__catalog *migrated;

	migrating_run_with(NULL, AET_OK, OWN_MIGRATIONS);
	migrating_psql(declared_url, "../../schema/aeturnis.sql");
	declared = catalogue_of(declared_url);
	migrated = catalogue_of(test_url);
	ck_assert_int_eq(
	    aet__catalog_compare(declared, migrated, &policy, &differences, NULL),
	    AET_OK);
	ck_assert_uint_eq(declared->table_count, 3);
	for (size_t i = 0; i < differences->len; i++)
		ck_abort_msg("%s", differences->items[i].sentence);
	aet__differences_free(differences);
	aet__catalog_free(declared);
	aet__catalog_free(migrated);
	free(declared_url);
}
END_TEST

/* Schema aeturnis, too, functions and triggers to the letter. */
START_TEST(schema_dumps_as_the_migrations)
{
	char *declared_url = test_database_create();
	char *declared;
	char *migrated;

	migrating_run_with(NULL, AET_OK, OWN_MIGRATIONS);
	migrating_psql(declared_url, "../../schema/aeturnis.sql");
	declared = normalised(dump_of(declared_url, ""), false);
	migrated =
	    normalised(dump_of(test_url, "--exclude-table='aeturnis.schema_*'"), false);
	ck_assert_str_eq(migrated, declared);
	free(declared);
	free(migrated);
	free(declared_url);
}
END_TEST

START_TEST(up_to_date_is_one_round_trip)
{
	test_proxy *proxy = test_proxy_start(test_url);
	aet_health health = AET_HEALTH_INIT;

	ck_assert_int_eq(aet_db_close(&test_db), AET_OK);
	test_db = migrating_open(test_proxy_url(proxy));
	migrating_run_with(NULL, AET_OK, OWN_MIGRATIONS);
	ck_assert_int_eq(aet_db_ping(test_db, NULL), AET_OK);
	(void)test_proxy_round_trips(proxy);
	migrating_run_with(NULL, AET_OK, 0);
	ck_assert_int_eq(test_proxy_round_trips(proxy), 1);
	ck_assert_int_eq(aet_db_health(test_db, NULL, &health, NULL), AET_OK);
	ck_assert_int_eq(test_proxy_round_trips(proxy), 1);
	ck_assert_int_eq(aet_db_close(&test_db), AET_OK);
	test_proxy_stop(proxy);
	test_db = migrating_open(test_url);
}
END_TEST

/* ---- folders ---------------------------------------------------------- */

START_TEST(folder_beside_the_embedded)
{
	migrating_write("0001_guilds.sql",
	    "CREATE TABLE guilds (id int PRIMARY KEY, owner uuid REFERENCES users);");
	migrating_run_with(NULL, AET_OK, OWN_MIGRATIONS);
	migrating_run(AET_OK, 1);
	test_value_is(test_url,
	    "SELECT string_agg(source || version, ',' ORDER BY source)"
	    " FROM aeturnis.schema_migrations WHERE version = 1",
	    "aeturnis1,app1");
	migrating_run_with(NULL, AET_OK, 0);
	migrating_run(AET_OK, 0);
}
END_TEST

START_TEST(enum_value_used_by_the_next_file)
{
	migrating_write("1_mood.sql", "CREATE TYPE mood AS ENUM ('sad');");
	migrating_write("2_happy.sql", "ALTER TYPE mood ADD VALUE 'happy';");
	migrating_write("3_use.sql", "CREATE TABLE moods (m mood DEFAULT 'happy');"
				     " INSERT INTO moods VALUES ('happy');");
	migrating_run(AET_OK, 3);
	test_value_is(test_url, "SELECT m FROM moods", "happy");
	test_value_is(test_url,
	    "SELECT string_agg(version || kind || identity, ',' ORDER BY identity)"
	    " FROM aeturnis.schema_objects",
	    "1typepublic.mood,3tablepublic.moods");
}
END_TEST

START_TEST(settings_do_not_leak)
{
	migrating_write("1_dump.sql",
	    "CREATE SCHEMA elsewhere; SET search_path = elsewhere;"
	    "SET lock_timeout = 0; CREATE TABLE here (i int); CREATE ROLE leak_role;"
	    "GRANT CREATE ON SCHEMA public TO leak_role; SET ROLE leak_role;");
	migrating_write("2_plain.sql", "CREATE TABLE there (i int);");
	migrating_run(AET_OK, 2);
	test_value_is(test_url,
	    "SELECT string_agg(schemaname || '.' || tablename || (tableowner = "
	    "'leak_role'),"
	    " ',' ORDER BY tablename) FROM pg_tables WHERE tablename IN ('here', "
	    "'there')",
	    "elsewhere.herefalse,public.therefalse");
	test_sql(test_url, "DROP OWNED BY leak_role; DROP ROLE leak_role");
}
END_TEST

START_TEST(an_envelope_runs_inside)
{
	migrating_write("1_a.sql",
	    "BEGIN ISOLATION LEVEL SERIALIZABLE -- so\n;\n"
	    "CREATE TABLE iso AS SELECT current_setting('transaction_isolation') AS i;\n"
	    "COMMIT;\n");
	migrating_write("2_b.sql", "BEGIN;\nCREATE TABLE b ();\nSELECT 1/0;\nCOMMIT;\n");
	migrating_run(AET_EMIGRATION, 1);
	ck_assert_int_eq(test_report.failure.line, 3);
	ck_assert_int_eq(test_report.failure.statement, 3);
	test_value_is(test_url, "SELECT i FROM iso", "serializable");
	test_value_is(test_url, "SELECT to_regclass('b') IS NULL", "t");
}
END_TEST

START_TEST(a_commit_inside_is_refused)
{
	aet_error err;

	migrating_write("1_a.sql", "CREATE TABLE a ();");
	migrating_write("2_b.sql", "CREATE TABLE b ();\n  COMMIT;\nSELECT 1/0;");
	err = migrating_run(AET_EINVAL, 0);
	ck_assert_ptr_nonnull(strstr(err.message, "2_b.sql:2:3: COMMIT without a BEGIN"));
	ck_assert_int_eq(test_report.failure.line, 2);
	ck_assert_int_eq(test_report.failure.column, 3);
	test_value_is(test_url, "SELECT to_regclass('a') IS NULL", "t");
}
END_TEST

/* ---- failures --------------------------------------------------------- */

START_TEST(a_failure_names_its_place)
{
	aet_error err;

	migrating_write("1_good.sql", "CREATE TABLE good (i int);");
	migrating_write("2_bad.sql",
	    "CREATE TABLE half ();\n\nSELECT 'h\xC3\xA9', nothing\n  FROM good;\n");
	err = migrating_run(AET_EMIGRATION, 1);
	ck_assert_str_eq(err.sqlstate, "42703");
	ck_assert_ptr_nonnull(
	    strstr(err.message, "/2_bad.sql:3:14: column \"nothing\" does not exist"));
	ck_assert_ptr_nonnull(strstr(test_report.failure.file, "/2_bad.sql"));
	ck_assert_int_eq(test_report.failure.line, 3);
	ck_assert_int_eq(test_report.failure.column, 14);
	ck_assert_int_eq(test_report.failure.statement, 2);
	ck_assert_str_eq(test_report.failure.sqlstate, "42703");
	ck_assert_str_eq(
	    test_report.failure.excerpt, "SELECT 'h\xC3\xA9', nothing FROM good");
	ck_assert_int_eq(test_report.remaining, 1);
	test_value_is(test_url, "SELECT to_regclass('half') IS NULL", "t");
	test_value_is(test_url, JOURNAL_COUNT, "1");
	migrating_write("2_bad.sql", "CREATE TABLE half ();");
	migrating_run(AET_OK, 1);
	ck_assert_int_eq(test_report.already, 1);
}
END_TEST

START_TEST(a_failure_without_a_position_names_its_statement)
{
	aet_error err;

	migrating_write(
	    "1.sql", "CREATE TABLE t (i int CONSTRAINT few CHECK (i < 3));\n");
	(void)migrating_run(AET_EINVAL, 0);
	migrating_remove("1.sql");
	migrating_write("1_t.sql",
	    "CREATE TABLE t (i int CONSTRAINT few CHECK (i < 3));\n"
	    "INSERT INTO t VALUES (1);\nINSERT INTO t VALUES (5);\n");
	err = migrating_run(AET_EMIGRATION, 0);
	ck_assert_int_eq(test_report.failure.line, 3);
	ck_assert_int_eq(test_report.failure.column, 1);
	ck_assert_str_eq(err.sqlstate, "23514");
	ck_assert_str_eq(err.constraint, "few");
	ck_assert_str_eq(err.table, "t");
	ck_assert_str_ne(test_report.failure.detail, "");
}
END_TEST

START_TEST(a_deferred_constraint_fails_the_file)
{
	migrating_write("1_t.sql",
	    "CREATE TABLE t (i int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED);"
	    "INSERT INTO t VALUES (1), (1);");
	migrating_run(AET_EMIGRATION, 0);
	ck_assert_str_eq(test_report.failure.sqlstate, "23505");
	test_value_is(test_url, JOURNAL_COUNT, "0");
}
END_TEST

START_TEST(concurrently_wants_the_directive)
{
	migrating_write("1_t.sql", "CREATE TABLE t (i int);");
	migrating_write("2_i.sql", "CREATE INDEX CONCURRENTLY ti ON t (i);");
	migrating_run(AET_EMIGRATION, 1);
	ck_assert_str_eq(test_report.failure.sqlstate, "25001");
	ck_assert_ptr_nonnull(strstr(test_report.failure.hint, "-- aet: no-transaction"));
}
END_TEST

/* ---- what was made ---------------------------------------------------- */

START_TEST(objects_are_followed)
{
	migrating_write("1_a.sql",
	    "CREATE SCHEMA s; CREATE TABLE s.t (i serial PRIMARY KEY);"
	    "CREATE VIEW v AS SELECT 1 AS one; CREATE TABLE gone ();"
	    "CREATE FUNCTION f(a int, b text) RETURNS int LANGUAGE sql AS 'SELECT 1';");
	migrating_write("2_b.sql", "ALTER SCHEMA s RENAME TO r; DROP TABLE gone;"
				   "DROP VIEW v; CREATE VIEW v AS SELECT 2 AS two;");
	migrating_run(AET_OK, 2);
	test_value_is(test_url,
	    "SELECT string_agg(version || kind || ' ' || identity, ',' ORDER BY identity)"
	    " FROM aeturnis.schema_objects",
	    "1function public.f(integer,pg_catalog.text),2view public.v,1schema r,1table "
	    "r.t");
	migrating_run(AET_OK, 0);
}
END_TEST

START_TEST(a_table_that_went_is_noticed)
{
	aet_error err;

	migrating_run_with(NULL, AET_OK, OWN_MIGRATIONS);
	test_sql(test_url, "DROP TABLE user_sessions");
	err = migrating_run_with(NULL, AET_EDATA, 0);
	ck_assert_ptr_nonnull(strstr(err.message, "table public.user_sessions is gone"));
	migrating_health_is(NULL, AET_HEALTH_GONE, AET_EDATA);
}
END_TEST

START_TEST(wrong_arguments)
{
	aet_migrate_options options = { 0 };
	aet_migrate_report report = { 0 };
	aet_error err = { 0 };
	aet_db *tx = NULL;

	migrating_run_with(&options, AET_EINVAL, 0);
	ck_assert_int_eq(aet_db_migrate(test_db, NULL, &report, &err), AET_EINVAL);
	ck_assert_int_eq(aet_db_migrate(NULL, NULL, NULL, &err), AET_EINVAL);
	ck_assert_int_eq(aet_db_begin(test_db, NULL, &tx, &err), AET_OK);
	ck_assert_int_eq(aet_db_migrate(tx, NULL, NULL, &err), AET_EINVAL);
	aet_db_rollback(&tx);
	options = (aet_migrate_options)AET_MIGRATE_OPTIONS_INIT;
	options.dir = "/nonexistent/folder";
	migrating_run_with(&options, AET_EINVAL, 0);
	options.lock_timeout_ms = -1;
	migrating_run_with(&options, AET_EINVAL, 0);
}
END_TEST

START_TEST(temporary_tables_do_not_leak)
{
	migrating_write(
	    "1_a.sql", "CREATE TEMP TABLE scratch (i int); PREPARE p AS SELECT 1;");
	migrating_write(
	    "2_b.sql", "CREATE TEMP TABLE scratch (i int); PREPARE p AS SELECT 2;");
	migrating_run(AET_OK, 2);
}
END_TEST

/* ---- inside somebody's transaction ------------------------------------ */

static aet_status
migrate_within(aet__connection *connection, const char *end, aet_error *err)
{
	aet_migrate_options options = migrating_options();
	aet_migrate_options filled;
	aet__source source;
	aet_status status;

	ck_assert_int_eq(aet__migrate_options_read(&options, &filled, err), AET_OK);
	ck_assert_int_eq(aet__migrate_source(&filled, &source, err), AET_OK);
	ck_assert_int_eq(
	    aet__connection_command(connection, "BEGIN", false, AET__NEVER, err), AET_OK);
	status = aet__migrate_within(
	    connection, &source, &filled, SIZE_MAX, &test_report, err);
	if (status == AET_OK)
		ck_assert_int_eq(
		    aet__connection_transaction(connection), AET__TRANSACTION_OPEN);
	ck_assert_int_eq(
	    aet__connection_command(connection, end, false, AET__NEVER, NULL), AET_OK);
	aet__source_free(&source);
	return status;
}

START_TEST(within_a_transaction)
{
	const aet__connection_options options = { .url = test_url, .statement_cache = 4 };
	aet__connection *connection = NULL;
	aet_error err = { 0 };

	ck_assert_int_eq(
	    aet__connection_open(&options, aet__deadline_in(10000), &connection, &err),
	    AET_OK);
	migrating_write("1_a.sql", "BEGIN; CREATE TABLE a (); COMMIT;");
	migrating_write("2_b.sql", "CREATE TABLE b ();");
	ck_assert_int_eq(migrate_within(connection, "ROLLBACK", &err), AET_OK);
	ck_assert_int_eq(test_report.applied, 2);
	test_value_is(test_url, "SELECT to_regnamespace('aeturnis') IS NULL", "t");
	ck_assert_int_eq(migrate_within(connection, "COMMIT", &err), AET_OK);
	test_value_is(test_url, JOURNAL_COUNT, "2");
	migrating_write("3_c.sql", "SELECT 1/0;");
	ck_assert_int_eq(migrate_within(connection, "ROLLBACK", &err), AET_EMIGRATION);
	ck_assert_str_eq(err.sqlstate, "22012");
	migrating_write("3_c.sql", "-- aet: no-transaction\nSELECT 1;");
	migrating_write("4_d.sql", "CREATE TABLE d ();");
	ck_assert_int_eq(migrate_within(connection, "COMMIT", &err), AET_OK);
	ck_assert_int_eq(test_report.applied, 0);
	ck_assert_int_eq(test_report.remaining, 2);
	migrating_run(AET_OK, 2);
	aet__connection_close(connection);
}
END_TEST

/* A role that may create nothing but in the schemas that were made for it. */
START_TEST(a_role_that_owns_only_its_schemas)
{
	char *name = test_value(test_url, "SELECT current_database()");
	char *url = NULL;
	char sql[512];

	snprintf(sql, sizeof(sql),
	    "CREATE ROLE r_%s LOGIN; REVOKE ALL ON DATABASE %s FROM public;"
	    " GRANT CONNECT ON DATABASE %s TO r_%s;"
	    " CREATE SCHEMA aeturnis AUTHORIZATION r_%s;"
	    " CREATE SCHEMA r_%s AUTHORIZATION r_%s;",
	    name, name, name, name, name, name, name);
	test_sql(test_url, sql);
	ck_assert_int_gt(asprintf(&url, "%s&user=r_%s", test_url, name), 0);
	migrating_write("1_t.sql", "CREATE TABLE t (i int);");
	ck_assert_int_eq(aet_db_close(&test_db), AET_OK);
	test_db = migrating_open(url);
	migrating_run(AET_OK, 1);
	migrating_run(AET_OK, 0);
	free(url);
	free(name);
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("migrate");
	TCase *tcase = tcase_create("migrate");

	tcase_add_checked_fixture(tcase, migrating_setup, migrating_teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, empty_database);
	tcase_add_test(tcase, dump_is_the_reference);
	tcase_add_test(tcase, schema_is_the_migrations);
	tcase_add_test(tcase, schema_dumps_as_the_migrations);
	tcase_add_test(tcase, up_to_date_is_one_round_trip);
	tcase_add_test(tcase, folder_beside_the_embedded);
	tcase_add_test(tcase, enum_value_used_by_the_next_file);
	tcase_add_test(tcase, settings_do_not_leak);
	tcase_add_test(tcase, an_envelope_runs_inside);
	tcase_add_test(tcase, a_commit_inside_is_refused);
	tcase_add_test(tcase, a_failure_names_its_place);
	tcase_add_test(tcase, a_failure_without_a_position_names_its_statement);
	tcase_add_test(tcase, a_deferred_constraint_fails_the_file);
	tcase_add_test(tcase, concurrently_wants_the_directive);
	tcase_add_test(tcase, objects_are_followed);
	tcase_add_test(tcase, a_table_that_went_is_noticed);
	tcase_add_test(tcase, wrong_arguments);
	tcase_add_test(tcase, temporary_tables_do_not_leak);
	tcase_add_test(tcase, within_a_transaction);
	tcase_add_test(tcase, a_role_that_owns_only_its_schemas);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
