/* SPDX-License-Identifier: MIT */
/* aet_db_health where the trouble is the server or the way to it; the journal's
 * own outcomes are test_migrate_history's. */
/* As superuser: it migrates, and changes the server's settings; as the game it is asked in test_roles. */
#include "support/migrating.h"

#include <stdlib.h>
#include <string.h>

START_TEST(an_empty_database_is_behind)
{
	aet_health health = AET_HEALTH_INIT;
	aet_error err = { 0 };

	ck_assert_int_eq(aet_db_health(test_db, NULL, &health, &err), AET_EBEHIND);
	ck_assert_int_eq(health.kind, AET_HEALTH_BEHIND);
	ck_assert_int_eq(health.applied, 0);
	ck_assert_int_eq(health.pending, OWN_MIGRATIONS);
	ck_assert_int_gt(health.elapsed_us, 0);
	ck_assert_str_eq(health.message, err.message);
	test_value_is(test_url, "SELECT to_regnamespace('aeturnis') IS NULL", "t");
}
END_TEST

START_TEST(a_migrated_one_is_healthy)
{
	aet_health health = AET_HEALTH_INIT;

	migrating_run_with(NULL, AET_OK, OWN_MIGRATIONS);
	ck_assert_int_eq(aet_db_health(test_db, NULL, &health, NULL), AET_OK);
	ck_assert_int_eq(health.kind, AET_HEALTH_OK);
	ck_assert_int_eq(health.applied, OWN_MIGRATIONS);
	ck_assert_int_eq(health.pending, 0);
	ck_assert_int_eq(aet_db_health(test_db, NULL, NULL, NULL), AET_OK);
}
END_TEST

static void
set_read_only(const char *value)
{
	char *name = test_value(test_url, "SELECT current_database()");
	char *sql = NULL;

	ck_assert_int_gt(
	    asprintf(&sql, "ALTER DATABASE %s SET default_transaction_read_only = %s",
		name, value),
	    0);
	test_sql(test_url, sql);
	ck_assert_int_eq(aet_db_close(&test_db), AET_OK);
	test_db = migrating_open(test_url);
	free(sql);
	free(name);
}

START_TEST(read_only_with_and_without_a_journal)
{
	aet_error err;
	char *sql;

	set_read_only("on");
	migrating_health_is(NULL, AET_HEALTH_READ_ONLY, AET_EDB);
	err = migrating_run_with(NULL, AET_EDB, 0);
	ck_assert_str_eq(err.sqlstate, "25006");
	sql = test_value(test_url,
	    "SELECT 'BEGIN READ WRITE; ALTER DATABASE ' || current_database() ||"
	    " ' RESET default_transaction_read_only; COMMIT'");
	test_sql(test_url, sql);
	free(sql);
	ck_assert_int_eq(aet_db_close(&test_db), AET_OK);
	test_db = migrating_open(test_url);
	migrating_run_with(NULL, AET_OK, OWN_MIGRATIONS);
	set_read_only("on");
	migrating_health_is(NULL, AET_HEALTH_READ_ONLY, AET_EDB);
}
END_TEST

START_TEST(a_full_pool_is_busy)
{
	aet_db_options options = AET_DB_OPTIONS_INIT;
	aet_health health = AET_HEALTH_INIT;
	aet_db *small = NULL;
	aet_db *tx = NULL;

	options.url = test_url;
	options.max_connections = 1;
	options.connect_timeout_ms = test_ms(100);
	ck_assert_int_eq(aet_db_open(&options, &small, NULL), AET_OK);
	ck_assert_int_eq(aet_db_begin(small, NULL, &tx, NULL), AET_OK);
	ck_assert_int_eq(aet_db_health(small, NULL, &health, NULL), AET_EBUSY);
	ck_assert_int_eq(health.kind, AET_HEALTH_BUSY);
	ck_assert_int_eq(aet_db_health(tx, NULL, &health, NULL), AET_EINVAL);
	ck_assert_int_eq(health.kind, AET_HEALTH_BROKEN);
	aet_db_rollback(&tx);
	ck_assert_int_eq(aet_db_close(&small), AET_OK);
}
END_TEST

/* The pool's connection is gone, and so is the way to a new one. */
START_TEST(a_database_that_went)
{
	char *name = test_value(test_url, "SELECT current_database()");
	aet_health health = AET_HEALTH_INIT;
	char *sql = NULL;

	ck_assert_int_gt(asprintf(&sql, "DROP DATABASE %s WITH (FORCE)", name), 0);
	test_sql(test_server_url(), sql);
	/* The first may still see the connection that the server has ended. */
	ck_assert_int_ne(aet_db_health(test_db, NULL, &health, NULL), AET_OK);
	ck_assert_int_eq(aet_db_health(test_db, NULL, &health, NULL), AET_ECONNECT);
	ck_assert_int_eq(health.kind, AET_HEALTH_NO_DATABASE);
	free(sql);
	free(name);
}
END_TEST

START_TEST(texts_and_sizes)
{
	aet_health health = { 0 };

	ck_assert_int_eq(aet_db_health(test_db, NULL, &health, NULL), AET_EINVAL);
	ck_assert_str_eq(aet_health_kind_text(AET_HEALTH_OK), "ok");
	ck_assert_str_eq(aet_health_kind_text(AET_HEALTH_READ_ONLY), "read only");
	ck_assert_str_eq(aet_health_kind_text(AET_HEALTH_BROKEN), "broken");
	ck_assert_str_eq(aet_health_kind_text((aet_health_kind)16), "?");
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("health");
	TCase *tcase = tcase_create("health");

	tcase_add_checked_fixture(tcase, migrating_setup, migrating_teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, an_empty_database_is_behind);
	tcase_add_test(tcase, a_migrated_one_is_healthy);
	tcase_add_test(tcase, read_only_with_and_without_a_journal);
	tcase_add_test(tcase, a_full_pool_is_busy);
	tcase_add_test(tcase, a_database_that_went);
	tcase_add_test(tcase, texts_and_sizes);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
