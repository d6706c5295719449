/* SPDX-License-Identifier: MIT */
/* aet_db_migrate_adopt: the journals of others, believed only as far as they can be
 * checked, and left as they are. */
/* As superuser: migrating is not the game's. */
#include "support/migrating.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <aeturnis/adopt.h>

#define FIRST "CREATE TABLE a (id int PRIMARY KEY);\n"
#define SECOND "ALTER TABLE a ADD name text;\nCREATE INDEX a_name ON a (name);\n"

static char sentences[4096];
static aet_adopt_report report;

static void
listen(void *ctx, const aet_migrate_event *event)
{
	(void)ctx;
	if (event->kind != AET_MIGRATE_DIFFERENCE)
		return;
	strncat(sentences, event->detail, sizeof(sentences) - strlen(sentences) - 3);
	strcat(sentences, "\n");
}

static aet_error
adopt_with(const aet_adopt_options *adopt, aet_status expected)
{
	aet_migrate_options options = migrating_options();
	aet_error err = { 0 };
	aet_status status;

	sentences[0] = '\0';
	report = (aet_adopt_report)AET_ADOPT_REPORT_INIT;
	options.progress = listen;
	status = aet_db_migrate_adopt(test_db, &options, adopt, &report, &err);
	ck_assert_msg(status == expected, "%s: %s\n%s", aet_status_name(status),
	    err.message, sentences);
	if (expected == AET_EADOPT)
		test_value_is(test_url,
		    "SELECT to_regclass('aeturnis.schema_migrations') IS NULL OR"
		    " (xpath('/row/c/text()', query_to_xml('SELECT count(*) AS c FROM"
		    " aeturnis.schema_migrations', false, true, '')))[1]::text = '0'",
		    "t");
	return err;
}

static aet_error
adopt(aet_status expected)
{
	return adopt_with(NULL, expected);
}

static void
is_recorded(aet_journal_kind kind, const char *table, const char *names)
{
	ck_assert_str_eq(aet_journal_kind_text(report.kind), aet_journal_kind_text(kind));
	ck_assert_str_eq(report.table, table);
	ck_assert(report.replayed);
	test_value_is(test_url,
	    "SELECT string_agg(name, ' ' ORDER BY version)"
	    " FROM aeturnis.schema_migrations WHERE adopted AND finished",
	    names);
}

/* The two files, and what they make, with a third that is pending. */
static void
begin(const char *first, const char *second, const char *third)
{
	migrating_write(first, FIRST);
	migrating_write(second, SECOND);
	if (third != NULL)
		migrating_write(third, "CREATE TABLE later (id int);");
	test_sql(test_url, FIRST SECOND);
}

/* ---- each of them ----------------------------------------------------- */

START_TEST(golang_migrate)
{
	begin("0001_a.up.sql", "0002_b.up.sql", "0003_c.up.sql");
	test_sql(test_url, "CREATE TABLE schema_migrations (version bigint PRIMARY KEY,"
			   " dirty boolean NOT NULL);"
			   "INSERT INTO schema_migrations VALUES (2, true)");
	adopt(AET_EADOPT);
	ck_assert_ptr_nonnull(strstr(sentences, "number 2 is dirty"));
	test_sql(test_url, "UPDATE schema_migrations SET dirty = false, version = 9");
	adopt(AET_EADOPT);
	ck_assert_ptr_nonnull(strstr(sentences, "number 9, of which there is no file"));
	test_sql(test_url, "UPDATE schema_migrations SET version = 2");
	adopt(AET_OK);
	is_recorded(AET_JOURNAL_GOLANG_MIGRATE, "public.schema_migrations",
	    "0001_a.up.sql 0002_b.up.sql");
	ck_assert_int_eq(report.recorded, 2);
	ck_assert_int_eq(report.pending, 1);
	test_value_is(test_url, "SELECT version FROM public.schema_migrations", "2");
	migrating_run(AET_OK, 1);
	adopt(AET_EINVAL);
}
END_TEST

START_TEST(goose)
{
	migrating_write(
	    "1_a.sql", "-- +goose Up\n" FIRST "-- +goose Down\nDROP TABLE a;\n");
	migrating_write("2_b.sql", "-- +goose Up\n-- +goose StatementBegin\n" SECOND
				   "-- +goose StatementEnd\n-- +goose Down\n");
	migrating_write("3_c.sql", "-- +goose NO TRANSACTION\n-- +goose Up\n"
				   "CREATE INDEX CONCURRENTLY a_id ON a (id);\n"
				   "-- +goose Down\nDROP INDEX a_id;\n");
	test_sql(test_url,
	    FIRST SECOND "CREATE TABLE goose_db_version (id serial PRIMARY KEY,"
			 " version_id bigint, is_applied boolean, tstamp timestamp);"
			 "INSERT INTO goose_db_version (version_id, is_applied) VALUES"
			 " (0, true), (1, true), (2, true), (3, true), (3, false)");
	adopt(AET_OK);
	is_recorded(AET_JOURNAL_GOOSE, "public.goose_db_version", "1_a.sql 2_b.sql");
	migrating_run(AET_OK, 1);
	test_value_is(test_url, "SELECT to_regclass('a_id') IS NULL", "f");
}
END_TEST

START_TEST(dbmate)
{
	migrating_write("20240101000000_a.sql",
	    "-- migrate:up\n" FIRST "\n-- migrate:down\nDROP TABLE a;\n");
	migrating_write("20240102000000_b.sql", "-- migrate:up\n" SECOND);
	test_sql(test_url,
	    FIRST SECOND "CREATE TABLE schema_migrations (version varchar PRIMARY KEY);"
			 "INSERT INTO schema_migrations VALUES ('20240101000000'),"
			 " ('20240102000000')");
	adopt(AET_OK);
	is_recorded(AET_JOURNAL_DBMATE, "public.schema_migrations",
	    "20240101000000_a.sql 20240102000000_b.sql");
	migrating_run(AET_OK, 0);
}
END_TEST

/* CRC-32 of the lines: checked with zlib.crc32. */
START_TEST(flyway)
{
	begin("V1__a.sql", "V2__b.sql", "V3__c.sql");
	migrating_write("R__v.sql", "CREATE OR REPLACE VIEW v AS SELECT id FROM a;");
	test_sql(test_url,
	    "CREATE VIEW v AS SELECT id FROM a;"
	    "CREATE TABLE flyway_schema_history (installed_rank int PRIMARY KEY,"
	    " version varchar, description varchar, type varchar, script varchar,"
	    " checksum int, success boolean);"
	    "INSERT INTO flyway_schema_history VALUES"
	    " (1, '1', 'a', 'SQL', 'V1__a.sql', 1112353363, true),"
	    " (2, '2', 'b', 'SQL', 'V2__b.sql', 1, true),"
	    " (3, NULL, 'v', 'SQL', 'R__v.sql', 1, true)");
	adopt(AET_EADOPT);
	ck_assert_ptr_nonnull(strstr(sentences, "\"V2__b.sql\" is not what flyway has"));
	ck_assert_int_eq(report.differences, 1);
	test_sql(test_url, "UPDATE flyway_schema_history SET checksum = 590092387,"
			   " success = false WHERE version = '2'");
	adopt(AET_EADOPT);
	ck_assert_ptr_nonnull(strstr(sentences, "number 2 failed"));
	test_sql(test_url, "UPDATE flyway_schema_history SET success = true");
	adopt(AET_OK);
	is_recorded(
	    AET_JOURNAL_FLYWAY, "public.flyway_schema_history", "V1__a.sql V2__b.sql");
	migrating_run(AET_OK, 2);
}
END_TEST

START_TEST(sqlx)
{
	begin("1_a.sql", "2_b.up.sql", NULL);
	test_sql(test_url, "CREATE TABLE _sqlx_migrations (version bigint PRIMARY KEY,"
			   " description text, installed_on timestamptz, success boolean,"
			   " checksum bytea, execution_time bigint);"
			   "INSERT INTO _sqlx_migrations VALUES"
			   " (1, 'a', now(), true, sha384('" FIRST "'), 0),"
			   " (2, 'b', now(), true, sha384('changed'), 0)");
	adopt(AET_EADOPT);
	ck_assert_ptr_nonnull(strstr(sentences, "\"2_b.up.sql\" is not what sqlx has"));
	test_sql(test_url, "UPDATE _sqlx_migrations SET checksum = sha384('" SECOND
			   "') WHERE version = 2");
	adopt(AET_OK);
	is_recorded(AET_JOURNAL_SQLX, "public._sqlx_migrations", "1_a.sql 2_b.up.sql");
}
END_TEST

static void
make_folder(const char *name, const char *text)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", test_folder, name);
	ck_assert_int_eq(mkdir(path, 0755), 0);
	snprintf(path, sizeof(path), "%s/migration.sql", name);
	migrating_write(path, text);
}

START_TEST(prisma)
{
	make_folder("20240101000000_init", FIRST);
	make_folder("20240102000000_name", SECOND);
	make_folder("20240103000000_later", "CREATE TABLE later (id int);");
	test_sql(test_url, FIRST SECOND
	    "CREATE TABLE _prisma_migrations (id varchar PRIMARY KEY, checksum varchar,"
	    " finished_at timestamptz, migration_name varchar, logs text,"
	    " rolled_back_at timestamptz, started_at timestamptz,"
	    " applied_steps_count int);"
	    "INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at,"
	    " rolled_back_at) VALUES"
	    " ('1', encode(sha256('" FIRST
	    "'), 'hex'), '20240101000000_init', now(), NULL),"
	    " ('2', 'x', '20240102000000_name', NULL, now()),"
	    " ('3', encode(sha256('" SECOND
	    "'), 'hex'), '20240102000000_name', NULL, NULL)");
	adopt(AET_EADOPT);
	ck_assert_ptr_nonnull(strstr(sentences, "is unfinished: it failed, or runs"));
	test_sql(test_url, "UPDATE _prisma_migrations SET finished_at = now()");
	adopt(AET_OK);
	is_recorded(AET_JOURNAL_PRISMA, "public._prisma_migrations",
	    "20240101000000_init/migration.sql 20240102000000_name/migration.sql");
	migrating_run(AET_OK, 1);
}
END_TEST

START_TEST(drizzle)
{
	begin("0000_a.sql", "0001_b.sql", NULL);
	test_sql(test_url,
	    "CREATE SCHEMA drizzle CREATE TABLE __drizzle_migrations"
	    " (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint);"
	    "INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES"
	    " (encode(sha256('" FIRST "'), 'hex'), 1), ('beef', 2)");
	adopt(AET_EADOPT);
	ck_assert_ptr_nonnull(strstr(sentences, "SHA-256 beef, which none here has"));
	test_sql(test_url,
	    "UPDATE drizzle.__drizzle_migrations"
	    " SET hash = encode(sha256('" SECOND "'), 'hex') WHERE id = 2");
	adopt(AET_OK);
	is_recorded(
	    AET_JOURNAL_DRIZZLE, "drizzle.__drizzle_migrations", "0000_a.sql 0001_b.sql");
}
END_TEST

START_TEST(drizzle_with_names)
{
	make_folder("20240101000000_init", FIRST);
	test_sql(test_url,
	    FIRST "CREATE SCHEMA drizzle CREATE TABLE __drizzle_migrations"
		  " (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint,"
		  " name text, applied_at timestamptz);"
		  "INSERT INTO drizzle.__drizzle_migrations (hash, created_at, name)"
		  " VALUES (encode(sha256('" FIRST "'), 'hex'), 1,"
		  " '20240101000000_init')");
	adopt(AET_OK);
	is_recorded(AET_JOURNAL_DRIZZLE, "drizzle.__drizzle_migrations",
	    "20240101000000_init/migration.sql");
}
END_TEST

/* ---- what it does not believe ----------------------------------------- */

START_TEST(a_database_that_the_files_do_not_make)
{
	aet_adopt_options options = AET_ADOPT_OPTIONS_INIT;

	begin("1_a.sql", "2_b.sql", NULL);
	test_sql(test_url, "CREATE TABLE schema_migrations (version varchar);"
			   "INSERT INTO schema_migrations VALUES ('1'), ('2');"
			   "ALTER TABLE a ALTER name TYPE varchar(9); DROP INDEX a_name;"
			   "CREATE TABLE extra ()");
	options.skip_replay = true;
	options.dry_run = true;
	adopt_with(&options, AET_OK);
	ck_assert_int_eq(report.recorded, 2);
	test_value_is(test_url, "SELECT to_regnamespace('aeturnis') IS NULL", "t");
	adopt(AET_EADOPT);
	ck_assert_int_eq(report.differences, 2);
	ck_assert_ptr_nonnull(strstr(sentences, "a_name"));
	ck_assert_ptr_nonnull(strstr(sentences, "character varying(9)"));
	options.dry_run = false;
	adopt_with(&options, AET_OK);
	test_value_is(test_url, "SELECT count(*) FROM aeturnis.schema_migrations", "2");
}
END_TEST

START_TEST(files_that_fail)
{
	migrating_write("1_a.sql", "CREATE TABLE a (id int);\nSELECT 1/0;\n");
	test_sql(test_url, "CREATE TABLE schema_migrations (version varchar);"
			   "INSERT INTO schema_migrations VALUES ('1')");
	adopt(AET_EMIGRATION);
	ck_assert_int_eq(report.failure.line, 2);
	ck_assert_str_eq(report.failure.sqlstate, "22012");
}
END_TEST

START_TEST(none_and_more_than_one)
{
	aet_adopt_options options = AET_ADOPT_OPTIONS_INIT;
	aet_error err;

	begin("1_a.sql", "2_b.sql", NULL);
	err = adopt(AET_EADOPT);
	ck_assert_ptr_nonnull(strstr(err.message, "no journal of another migrator"));
	test_sql(test_url, "CREATE TABLE schema_migrations (version varchar);"
			   "INSERT INTO schema_migrations VALUES ('1'), ('2');"
			   "CREATE SCHEMA \"Other\" CREATE TABLE \"Theirs\""
			   " (version bigint, dirty boolean);"
			   "CREATE TABLE goose_db_version (id int, version_id bigint,"
			   " is_applied boolean)");
	err = adopt(AET_EADOPT);
	ck_assert_ptr_nonnull(strstr(err.message, "public.goose_db_version (goose)"));
	options.table = "Other.Theirs";
	adopt_with(&options, AET_OK);
	ck_assert_str_eq(report.table, "\"Other\".\"Theirs\"");
	ck_assert_int_eq(report.recorded, 0);
	options.table = "public.a";
	adopt_with(&options, AET_EADOPT);
	options.table = "public.schema_migrations";
	adopt_with(&options, AET_OK);
	ck_assert_int_eq(report.recorded, 2);
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("takeover");
	TCase *tcase = tcase_create("takeover");

	tcase_add_checked_fixture(tcase, migrating_setup, migrating_teardown);
	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, golang_migrate);
	tcase_add_test(tcase, goose);
	tcase_add_test(tcase, dbmate);
	tcase_add_test(tcase, flyway);
	tcase_add_test(tcase, sqlx);
	tcase_add_test(tcase, prisma);
	tcase_add_test(tcase, drizzle);
	tcase_add_test(tcase, drizzle_with_names);
	tcase_add_test(tcase, a_database_that_the_files_do_not_make);
	tcase_add_test(tcase, files_that_fail);
	tcase_add_test(tcase, none_and_more_than_one);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
