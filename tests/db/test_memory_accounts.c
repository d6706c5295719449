/* SPDX-License-Identifier: MIT */
/*
 * Memory that runs out in the functions of accounts and of the audit log: each
 * allocation fails in turn, until a run needs no more of them. Every run but
 * the last is AET_ENOMEM, leaves its outputs alone, and leaks nothing.
 */
#include "support/accounts.h"
#include "support/allocation.h"

#include <string.h>

/* Check's own assertions allocate, and so would be met too. */
#define MUST(condition)                                 \
	do {                                            \
		if (!(condition)) {                     \
			test_allocation_end();          \
			ck_abort_msg("%s", #condition); \
		}                                       \
	} while (0)

typedef aet_status (*step)(aet_db *db, aet_error *err);

static aet_user_id user;
static aet_login login;

static aet_status
register_one(aet_db *db, aet_error *err)
{
	aet_registration registration = AET_REGISTRATION_INIT;
	aet_user_id id = { { { 0 } } };
	aet_status status;

	registration.email = "ada@example.org";
	registration.username = "ada";
	registration.password = GOOD_PASSWORD;
	registration.hashing = &accounts_hashing;
	status = aet_account_register(db, &registration, &accounts_request, &id, err);
	MUST(status == AET_OK || id.uuid.bytes[0] == 0);
	user = id;
	return status;
}

static aet_status
log_in(aet_db *db, aet_error *err)
{
	aet_credentials credentials = accounts_credentials("ada", GOOD_PASSWORD);
	aet_login made = AET_LOGIN_INIT;
	aet_status status =
	    aet_account_authenticate(db, &credentials, &accounts_request, &made, err);

	MUST((status == AET_OK) == (made.refresh_token[0] != '\0'));
	login = made;
	return status;
}

static aet_status
refresh(aet_db *db, aet_error *err)
{
	aet_refresh exchange = AET_REFRESH_INIT;

	exchange.token = login.refresh_token;
	return aet_session_refresh(db, &exchange, NULL, &login, err);
}

static aet_status
change(aet_db *db, aet_error *err)
{
	static const aet_user_role roles[] = { AET_USER_ROLE_ADMIN };
	aet_password_change password = AET_PASSWORD_CHANGE_INIT;
	aet_status status;

	password.old_password = GOOD_PASSWORD;
	password.new_password = "battery staple";
	password.keep = &login.session_id;
	password.hashing = &accounts_hashing;
	status = aet_account_password_change(db, user, &password, NULL, err);
	if (status == AET_OK)
		status = aet_account_email_change(db, user, "new@example.org", NULL, err);
	if (status == AET_OK)
		status = aet_account_roles_change(db, user, roles, 1, NULL, err);
	return status;
}

static aet_status
leave(aet_db *db, aet_error *err)
{
	int64_t ended = -1;
	aet_status status = aet_session_revoke_all(db, user, NULL, &ended, err);

	MUST((status == AET_OK) == (ended == 1));
	if (status == AET_OK)
		status = aet_account_delete(db, user, NULL, err);
	return status;
}

static aet_status
take(void *ctx, const char *line, size_t len, aet_error *err)
{
	(void)err;
	MUST(line[len] == '\0');
	++*(int *)ctx;
	return AET_OK;
}

static aet_status
audit(aet_db *db, aet_error *err)
{
	aet_audit_report report = AET_AUDIT_REPORT_INIT;
	int64_t sealed = -1;
	int lines = 0;
	aet_status status = aet_audit_seal(db, 0, &sealed, err);

	MUST((status == AET_OK) == (sealed >= 0));
	if (status == AET_OK)
		status = aet_audit_verify(db, NULL, &report, err);
	if (status == AET_OK)
		status = aet_audit_export(db, NULL, take, &lines, err);
	MUST(status != AET_OK || lines > 0);
	return status;
}

static aet_status
run_steps(const step *steps, aet_db *db, aet_error *err)
{
	aet_status status = AET_OK;

	for (; status == AET_OK && *steps != NULL; steps++)
		status = (*steps)(db, err);
	return status;
}

/* One run with the nth allocation failing; whether there was one. */
static bool
run_failing(const step *steps, const char *url, unsigned long nth)
{
	aet_db *db = accounts_open(url);
	aet_error err = { 0 };
	aet_status status;
	bool failed;

	test_sql(
	    accounts_game.admin, "DELETE FROM users; TRUNCATE aeturnis.login_failures");
	test_allocation_fail(TEST_ALLOCATION_LIBRARY, nth);
	status = run_steps(steps, db, &err);
	failed = test_allocation_end();
	ck_assert_msg(status == (failed ? AET_ENOMEM : AET_OK), "%lu: %s: %s", nth,
	    aet_status_name(status), err.message);
	ck_assert_int_eq(aet_db_close(&db), AET_OK);
	return failed;
}

static void
run_all(const step *steps, const char *url, unsigned long least)
{
	unsigned long nth = 1;
	long before;

	ck_assert(!run_failing(steps, url, 100000));
	for (before = test_allocation_live(); run_failing(steps, url, nth); nth++)
		ck_assert_msg(test_allocation_live() == before, "%lu: %ld blocks leak",
		    nth, test_allocation_live() - before);
	ck_assert_int_eq(test_allocation_live(), before);
	ck_assert_uint_gt(nth, least);
}

START_TEST(accounts_survive)
{
	static const step steps[] = { register_one, log_in, refresh, change, leave,
		NULL };

	run_all(steps, accounts_game.app, 50);
}
END_TEST

START_TEST(auditing_survives)
{
	static const step steps[] = { audit, NULL };

	accounts_register("bo");
	run_all(steps, accounts_game.maintenance, 10);
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("memory_accounts");
	TCase *tcase = tcase_create("library");

	tcase_add_checked_fixture(tcase, accounts_setup, accounts_teardown);
	tcase_set_timeout(tcase, 240);
	tcase_add_test(tcase, accounts_survive);
	tcase_add_test(tcase, auditing_survives);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
