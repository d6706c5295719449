/* SPDX-License-Identifier: MIT */
/*
 * The four migration tests of the TypeScript original, one for one, but so that
 * each can fail: its catalogue queries named no schema, and its test of unique
 * constraints took any error, that of a missing table too, for a success.
 */
#include "support/game.h"

#include <aeturnis/db.h>

static test_game game;
static aet_db *db;

static void
setup(void)
{
	aet_db_options options = AET_DB_OPTIONS_INIT;
	aet_error err = { 0 };

	game = test_game_create();
	test_game_migrate(&game);
	options.url = game.app;
	ck_assert_msg(aet_db_open(&options, &db, &err) == AET_OK, "%s", err.message);
	ck_assert_int_eq(aet_db_ping(db, &err), AET_OK);
}

static void
teardown(void)
{
	ck_assert_int_eq(aet_db_close(&db), AET_OK);
	test_game_free(&game);
}

START_TEST(users_has_the_right_columns)
{
	test_value_is(game.owner,
	    "SELECT string_agg(column_name || ' ' || data_type || "
	    "CASE is_nullable WHEN 'NO' THEN '!' ELSE '' END, ', ' ORDER BY "
	    "ordinal_position) FROM information_schema.columns WHERE table_schema = "
	    "'public' AND table_name = 'users' AND ordinal_position <= 11",
	    "id uuid!, email character varying!, username character varying!, "
	    "password_hash text!, roles ARRAY!, email_verified boolean!, "
	    "status character varying!, created_at timestamp with time zone!, "
	    "updated_at timestamp with time zone!, last_login timestamp with time zone, "
	    "metadata jsonb");
}
END_TEST

START_TEST(user_sessions_has_its_foreign_key)
{
	test_value_is(game.owner,
	    "SELECT string_agg(conname || ': ' || pg_get_constraintdef(oid), '; ') FROM "
	    "pg_constraint WHERE contype = 'f' AND conrelid = "
	    "'public.user_sessions'::regclass",
	    "user_sessions_user_id_users_id_fk: FOREIGN KEY (user_id) REFERENCES "
	    "users(id) ON DELETE CASCADE");
}
END_TEST

START_TEST(audit_log_has_its_indexes)
{
	test_value_is(game.owner,
	    "SELECT string_agg(indexname, ' ' ORDER BY indexname) FROM pg_indexes WHERE "
	    "schemaname = 'public' AND tablename = 'audit_log' AND indexname IN "
	    "('idx_audit_actor', 'idx_audit_event_type', 'idx_audit_created_at')",
	    "idx_audit_actor idx_audit_created_at idx_audit_event_type");
}
END_TEST

START_TEST(unique_constraints_are_enforced)
{
	const aet_new_user users[] = {
		{ .email = "duplicate@example.com",
		    .username = "user1",
		    .password_hash = "hash1" },
		{ .email = "duplicate@example.com",
		    .username = "user2",
		    .password_hash = "hash2" },
	};
	aet_error err = { 0 };

	ck_assert_int_eq(aet_user_insert_all(db, users, 2, NULL, &err), AET_ECONFLICT);
	ck_assert_str_eq(err.sqlstate, "23505");
	ck_assert_str_eq(err.constraint, "users_email_unique");
	test_value_is(game.owner, "SELECT count(*) FROM public.users", "0");
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("original");
	TCase *tcase = tcase_create("migrations");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, users_has_the_right_columns);
	tcase_add_test(tcase, user_sessions_has_its_foreign_key);
	tcase_add_test(tcase, audit_log_has_its_indexes);
	tcase_add_test(tcase, unique_constraints_are_enforced);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
