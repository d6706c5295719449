/* SPDX-License-Identifier: MIT */
/* A journal in a schema of the caller's choice. */
/* As superuser: migrating is not the game's. */
#include "support/migrating.h"
#include "support/proxy.h"

#include <stdlib.h>
#include <string.h>

#define ODD "Jour\"nal {journal} '%s"
#define ODD_QUOTED "\"Jour\"\"nal {journal} '%s\""

START_TEST(its_name_may_be_anything)
{
	aet_migrate_options options = migrating_options();
	aet_migration_list *list = NULL;

	options.journal = ODD;
	migrating_write("1_t.sql", "CREATE TABLE t (i int);");
	migrating_write(
	    "2_i.sql", "-- aet: no-transaction\nCREATE INDEX CONCURRENTLY ti ON t (i);");
	migrating_health_is(&options, AET_HEALTH_BEHIND, AET_EBEHIND);
	migrating_run_with(&options, AET_OK, 2);
	migrating_run_with(&options, AET_OK, 0);
	migrating_health_is(&options, AET_HEALTH_OK, AET_OK);
	ck_assert_int_eq(aet_db_migrations(test_db, &options, &list, NULL), AET_OK);
	ck_assert_uint_eq(list->len, 2);
	ck_assert_int_eq(list->items[1]->state, AET_MIGRATION_APPLIED);
	aet_migration_list_free(list);
	test_value_is(test_url,
	    "SELECT count(*) FROM " ODD_QUOTED ".schema_migrations WHERE finished", "2");
	test_value_is(test_url,
	    "SELECT string_agg(identity, ',') FROM " ODD_QUOTED ".schema_objects",
	    "public.t");
	test_value_is(test_url, "SELECT to_regnamespace('aeturnis') IS NULL", "t");
}
END_TEST

START_TEST(journals_are_apart)
{
	aet_migrate_options options = migrating_options();

	migrating_write("1_t.sql", "CREATE TABLE IF NOT EXISTS t (i int);");
	migrating_run_with(&options, AET_OK, 1);
	options.journal = "other";
	migrating_run_with(&options, AET_OK, 1);
	test_sql(test_url, "DROP TABLE t");
	migrating_run_with(&options, AET_OK, 0);
	migrating_run(AET_EDATA, 0);
}
END_TEST

/* Many a project owns a table of this name. */
START_TEST(a_table_of_somebody_else)
{
	aet_migrate_options options = migrating_options();
	aet_error err;

	test_sql(test_url, "CREATE TABLE schema_migrations (version bigint);"
			   "CREATE TABLE schema_objects (i int)");
	migrating_write("1_t.sql", "CREATE TABLE t (i int);");
	options.journal = "public";
	err = migrating_run_with(&options, AET_EDATA, 0);
	ck_assert_str_eq(err.message,
	    "the table \"public\".schema_migrations is somebody else's, not a journal of "
	    "this migrator: name another schema for it (journal)");
	migrating_run(AET_OK, 1);
}
END_TEST

START_TEST(a_role_that_owns_one_schema)
{
	aet_migrate_options options = migrating_options();
	aet_db *pool = test_db;
	char *url = NULL;

	test_sql(test_url, "DO $$ BEGIN IF to_regrole('tenant') IS NULL THEN CREATE ROLE"
			   " tenant LOGIN; END IF; END $$;"
			   "REVOKE CREATE ON SCHEMA public FROM PUBLIC;"
			   "CREATE SCHEMA tenant AUTHORIZATION tenant");
	ck_assert_int_gt(asprintf(&url, "%s%suser=tenant", test_url,
			     strchr(test_url, '?') ? "&" : "?"),
	    0);
	test_db = migrating_open(url);
	migrating_write("1_t.sql", "CREATE TABLE tenant.t (i int);");
	migrating_write("2_i.sql",
	    "-- aet: no-transaction\nCREATE INDEX CONCURRENTLY ti ON tenant.t (i);");
	options.journal = "tenant";
	migrating_run_with(&options, AET_OK, 2);
	migrating_run_with(&options, AET_OK, 0);
	test_value_is(test_url,
	    "SELECT string_agg(identity, ',') FROM tenant.schema_objects", "tenant.t");
	ck_assert_int_eq(aet_db_close(&test_db), AET_OK);
	test_db = pool;
	free(url);
}
END_TEST

START_TEST(names_that_will_not_do)
{
	aet_migrate_options options = migrating_options();

	options.journal = "";
	migrating_run_with(&options, AET_EINVAL, 0);
	options.journal =
	    "0123456789012345678901234567890123456789012345678901234567890123";
	migrating_run_with(&options, AET_EINVAL, 0);
}
END_TEST

/* A caller that was built when the options ended before journal. */
START_TEST(options_of_an_older_caller)
{
	aet_migrate_options options = migrating_options();
	aet_migrate_report older = AET_MIGRATE_REPORT_INIT;

	migrating_write("1_t.sql", "CREATE TABLE t (i int);");
	options.size = offsetof(aet_migrate_options, journal);
	options.journal = "not looked at";
	migrating_run_with(&options, AET_OK, 1);
	test_value_is(test_url, "SELECT count(*) FROM aeturnis.schema_migrations", "1");
	options.size -= 1;
	migrating_run_with(&options, AET_EINVAL, 0);
	options.size = offsetof(aet_migrate_options, statements);
	options.journal = NULL;
	older.size = offsetof(aet_migrate_report, held);
	older.held = 42; /* behind its end */
	ck_assert_int_eq(aet_db_migrate(test_db, &options, &older, NULL), AET_OK);
	ck_assert_int_eq(older.already, 1);
	ck_assert_int_eq(older.held, 42);
}
END_TEST

/* Connections apart. */
START_TEST(nothing_to_do_is_one_round_trip)
{
	test_proxy *proxy = test_proxy_start(test_url);
	aet_migrate_options options = migrating_options();
	aet_db *db = migrating_open(test_proxy_url(proxy));
	const aet_migrate_options *const each[] = { NULL, &options };

	migrating_write("1_a.sql", "CREATE TABLE a ();");
	migrating_write("R__v.sql", "CREATE OR REPLACE VIEW v AS SELECT 1;");
	for (size_t i = 0; i < 2; i++) {
		aet_error err = { 0 };

		ck_assert_msg(
		    aet_db_migrate(db, each[i], NULL, &err) == AET_OK, "%s", err.message);
		/* The connection that migrated is closed: one that serves is there. */
		ck_assert_int_eq(aet_db_health(db, each[i], NULL, &err), AET_OK);
		(void)test_proxy_round_trips(proxy);
		ck_assert_int_eq(aet_db_migrate(db, each[i], NULL, &err), AET_OK);
		ck_assert_int_eq(test_proxy_round_trips(proxy), 1);
	}
	ck_assert_int_eq(aet_db_close(&db), AET_OK);
	test_proxy_stop(proxy);
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("migrate_journal");
	TCase *tcase = tcase_create("journal");

	tcase_add_checked_fixture(tcase, migrating_setup, migrating_teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, its_name_may_be_anything);
	tcase_add_test(tcase, journals_are_apart);
	tcase_add_test(tcase, a_table_of_somebody_else);
	tcase_add_test(tcase, a_role_that_owns_one_schema);
	tcase_add_test(tcase, names_that_will_not_do);
	tcase_add_test(tcase, options_of_an_older_caller);
	tcase_add_test(tcase, nothing_to_do_is_one_round_trip);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
