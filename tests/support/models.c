/* SPDX-License-Identifier: MIT */
#include "support/models.h"

#include <string.h>

test_game models_game;
aet_db *db;
aet_error err;

void
test_models_setup(void)
{
	aet_db_options options = AET_DB_OPTIONS_INIT;

	models_game = test_game_create();
	test_game_migrate(&models_game);
	options.url = models_game.app;
	memset(&err, 0, sizeof(err));
	ck_assert_msg(aet_db_open(&options, &db, &err) == AET_OK, "%s", err.message);
}

void
test_models_teardown(void)
{
	ck_assert_int_eq(aet_db_close(&db), AET_OK);
	test_game_free(&models_game);
}

void
fine(aet_status status)
{
	ck_assert_msg(status == AET_OK, "%s: %s", aet_status_name(status), err.message);
}

aet_new_user
new_user(const char *email, const char *name)
{
	return (aet_new_user){
		.email = email, .username = name, .password_hash = "$argon2id$hash"
	};
}

aet_user *
add_user(const char *email, const char *name)
{
	aet_new_user fresh = new_user(email, name);
	aet_user *user = NULL;

	fine(aet_user_insert(db, &fresh, &user, &err));
	return user;
}

aet_timestamp
at(const char *text)
{
	aet_timestamp value;

	fine(aet_timestamp_parse(text, &value, &err));
	return value;
}

aet_session *
add_session(aet_user_id user, const char *token, const char *created)
{
	aet_new_session fresh = { .user_id = user,
		.refresh_token_jti = token,
		.expires_at = { AET_TIMESTAMP_INFINITY },
		.created_at = aet_set_timestamp(at(created)) };
	aet_session *session = NULL;

	fine(aet_session_insert(db, &fresh, &session, &err));
	return session;
}

Suite *
test_models_suite(const char *name, void (*add)(TCase *tcase))
{
	Suite *suite = suite_create(name);
	TCase *tcase = tcase_create(name);

	tcase_add_checked_fixture(tcase, test_models_setup, test_models_teardown);
	tcase_set_timeout(tcase, 60);
	add(tcase);
	suite_add_tcase(suite, tcase);
	return suite;
}
