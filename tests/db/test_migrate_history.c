/* SPDX-License-Identifier: MIT */
/* Files against a journal that says otherwise: each its own outcome, in
 * aet_db_migrate, aet_db_migrations and aet_db_health. */
/* As superuser: migrating is not the game's. */
#include "support/migrating.h"

#include <stdlib.h>
#include <string.h>

static void
setup(void)
{
	migrating_setup();
	migrating_write("0001_a.sql", "CREATE TABLE a (i int);\n-- end\n");
	migrating_write("0003_c.sql", "CREATE TABLE c (i int);\n");
	migrating_run(AET_OK, 2);
}

/* Asserts what aet_db_migrations says of the version. */
static void
state_is(int64_t version, aet_migration_state state)
{
	aet_migrate_options options = migrating_options();
	aet_migration_list *list = NULL;
	aet_error err = { 0 };
	size_t at = 0;

	ck_assert_msg(aet_db_migrations(test_db, &options, &list, &err) == AET_OK, "%s",
	    err.message);
	while (at < list->len && list->items[at]->version != version)
		at++;
	ck_assert_uint_lt(at, list->len);
	ck_assert_str_eq(aet_migration_state_text(list->items[at]->state),
	    aet_migration_state_text(state));
	ck_assert_str_eq(list->items[at]->source, "app");
	aet_migration_list_free(list);
}

static void
health_is(aet_health_kind kind, aet_status status)
{
	aet_migrate_options options = migrating_options();

	migrating_health_is(&options, kind, status);
}

START_TEST(up_to_date)
{
	migrating_run(AET_OK, 0);
	state_is(1, AET_MIGRATION_APPLIED);
	health_is(AET_HEALTH_OK, AET_OK);
}
END_TEST

START_TEST(an_edited_file)
{
	aet_error err;

	migrating_write("0001_a.sql", "CREATE TABLE a (i bigint);\n-- end\n");
	migrating_write("0004_d.sql", "CREATE TABLE d (i int);");
	err = migrating_run(AET_ECHECKSUM, 0);
	ck_assert_ptr_nonnull(strstr(err.message, "0001_a.sql"));
	state_is(1, AET_MIGRATION_CHANGED);
	health_is(AET_HEALTH_CHANGED, AET_ECHECKSUM);
	test_value_is(test_url, "SELECT to_regclass('d') IS NULL", "t");
}
END_TEST

START_TEST(a_crlf_copy)
{
	migrating_write("0001_a.sql", "\xEF\xBB\xBF"
				      "CREATE TABLE a (i int);\r\n-- end\r\n");
	migrating_run(AET_OK, 0);
	state_is(1, AET_MIGRATION_APPLIED);
}
END_TEST

START_TEST(a_late_merged_file)
{
	aet_migrate_options options = migrating_options();

	migrating_write("0002_b.sql", "CREATE TABLE b (i int);");
	migrating_run(AET_EORDER, 0);
	state_is(2, AET_MIGRATION_OUT_OF_ORDER);
	health_is(AET_HEALTH_OUT_OF_ORDER, AET_EORDER);
	options.out_of_order = true;
	migrating_run_with(&options, AET_OK, 1);
	migrating_run(AET_OK, 0);
	health_is(AET_HEALTH_OK, AET_OK);
}
END_TEST

START_TEST(a_database_ahead)
{
	aet_migrate_options options = migrating_options();

	migrating_remove("0003_c.sql");
	migrating_run(AET_EAHEAD, 0);
	state_is(3, AET_MIGRATION_UNKNOWN);
	health_is(AET_HEALTH_AHEAD, AET_EAHEAD);
	options.accept_unknown = true;
	migrating_run_with(&options, AET_OK, 0);
	migrating_health_is(&options, AET_HEALTH_OK, AET_OK);
}
END_TEST

START_TEST(a_missing_file)
{
	migrating_remove("0001_a.sql");
	migrating_run(AET_EMISSING, 0);
	state_is(1, AET_MIGRATION_MISSING);
	health_is(AET_HEALTH_MISSING, AET_EMISSING);
}
END_TEST

START_TEST(another_history)
{
	migrating_remove("0003_c.sql");
	migrating_write("0002_b.sql", "CREATE TABLE b (i int);");
	migrating_run(AET_EDIVERGED, 0);
	health_is(AET_HEALTH_DIVERGED, AET_EDIVERGED);
}
END_TEST

START_TEST(a_database_behind)
{
	migrating_write("0004_d.sql", "CREATE TABLE d (i int);");
	state_is(4, AET_MIGRATION_PENDING);
	health_is(AET_HEALTH_BEHIND, AET_EBEHIND);
	migrating_run(AET_OK, 1);
	ck_assert_int_eq(test_report.already, 2);
}
END_TEST

START_TEST(a_table_that_is_gone)
{
	aet_migrate_options options = migrating_options();
	aet_migration_list *list = NULL;

	test_sql(test_url, "DROP TABLE a");
	migrating_run(AET_EDATA, 0);
	state_is(1, AET_MIGRATION_GONE);
	state_is(3, AET_MIGRATION_APPLIED);
	health_is(AET_HEALTH_GONE, AET_EDATA);
	ck_assert_int_eq(aet_db_migrations(test_db, &options, &list, NULL), AET_OK);
	ck_assert_str_eq(list->items[0]->gone, "public.a");
	ck_assert_ptr_null(list->items[1]->gone);
	aet_migration_list_free(list);
}
END_TEST

START_TEST(two_files_of_one_number)
{
	migrating_write("3_x.sql", "SELECT 1;");
	migrating_run(AET_EINVAL, 0);
	health_is(AET_HEALTH_BROKEN, AET_EINVAL);
}
END_TEST

START_TEST(a_list_of_everything)
{
	aet_migrate_options options = migrating_options();
	aet_migration_list *list = NULL;
	aet_error err = { 0 };

	ck_assert_int_eq(aet_db_migrations(test_db, &options, &list, &err), AET_OK);
	ck_assert_uint_eq(list->len, 2);
	ck_assert_str_eq(list->items[0]->name, "0001_a.sql");
	ck_assert_str_eq(list->items[0]->checksum, list->items[0]->file_checksum);
	ck_assert_int_gt(list->items[0]->applied_at.us, 0);
	ck_assert_int_le(list->items[0]->applied_at.us, aet_timestamp_now().us);
	ck_assert_ptr_nonnull(strchr(list->items[0]->applied_by, '@'));
	ck_assert_int_eq(list->items[0]->statements_done, 0);
	ck_assert(!list->items[0]->adopted);
	aet_migration_list_free(list);
	aet_migration_list_free(NULL);
	list = NULL;
	options.size = 1;
	ck_assert_int_eq(aet_db_migrations(test_db, &options, &list, &err), AET_EINVAL);
	ck_assert_ptr_null(list);
	ck_assert_str_eq(aet_migration_state_text((aet_migration_state)99), "?");
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("migrate_history");
	TCase *tcase = tcase_create("history");

	tcase_add_checked_fixture(tcase, setup, migrating_teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, up_to_date);
	tcase_add_test(tcase, an_edited_file);
	tcase_add_test(tcase, a_crlf_copy);
	tcase_add_test(tcase, a_late_merged_file);
	tcase_add_test(tcase, a_database_ahead);
	tcase_add_test(tcase, a_missing_file);
	tcase_add_test(tcase, another_history);
	tcase_add_test(tcase, a_database_behind);
	tcase_add_test(tcase, a_table_that_is_gone);
	tcase_add_test(tcase, two_files_of_one_number);
	tcase_add_test(tcase, a_list_of_everything);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
