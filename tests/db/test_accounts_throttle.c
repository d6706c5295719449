/* SPDX-License-Identifier: MIT */
/* The throttle of logging in: how many passwords are tried, and what counts. */
#include "support/accounts.h"
#include "support/proxy.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define CROWD 64

/* Every count, the address's first: none is left out that is above zero. */
#define COUNTS                                                            \
	"SELECT coalesce(string_agg(failures::text, ' ' ORDER BY key <> " \
	"sha256('address "                                                \
	"192.0.2.7'), failures), '') FROM aeturnis.login_failures WHERE failures > 0"
#define TRIED                                                                       \
	"SELECT count(*) FROM audit_log WHERE event_type = 'user.login_failed' AND" \
	" payload->>'reason' IN ('password', 'unknown')"

START_TEST(a_throttle_counts_in_the_database)
{
	aet_credentials credentials = accounts_credentials("ADA", "wrong horse");
	aet_throttle throttle = AET_THROTTLE_INIT;
	aet_login login = AET_LOGIN_INIT;

	throttle.per_account = 3;
	throttle.per_address = 5;
	credentials.throttle = &throttle;
	accounts_register("ada");
	accounts_register("bo");
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(aet_account_authenticate(accounts_db, &credentials,
				     &accounts_request, &login, &accounts_err),
		    AET_EMISMATCH);
	test_sql(accounts_game.admin, "INSERT INTO told SELECT id FROM audit_log");
	credentials.password = GOOD_PASSWORD;
	credentials.login = "ada";
	ck_assert_int_eq(aet_account_authenticate(accounts_db, &credentials,
			     &accounts_request, &login, &accounts_err),
	    AET_ETHROTTLED);
	accounts_entries_are("");
	/* Another account, and then the address. */
	credentials.login = "bo";
	accounts_fine(aet_account_authenticate(
	    accounts_db, &credentials, &accounts_request, &login, &accounts_err));
	accounts_log_in("x", "wrong horse", AET_EMISMATCH);
	accounts_log_in("y", "wrong horse", AET_EMISMATCH);
	ck_assert_int_eq(aet_account_authenticate(accounts_db, &credentials,
			     &accounts_request, &login, &accounts_err),
	    AET_ETHROTTLED);
	/* The window passes. */
	test_sql(accounts_game.admin, "UPDATE aeturnis.login_failures SET window_began ="
				      " window_began - interval '1 hour'");
	credentials.login = "ada";
	accounts_fine(aet_account_authenticate(
	    accounts_db, &credentials, &accounts_request, &login, &accounts_err));
	test_value_is(
	    accounts_game.admin, "SELECT count(*) FROM aeturnis.login_failures", "3");
}
END_TEST

/* ---- many at once --------------------------------------------------------------- */

typedef struct crowd {
	const char *password;
	bool each_its_own; /* account */
	int32_t per_account;
	int32_t per_address;
	atomic_int next;
	atomic_int welcome;
	atomic_int wrong;
	atomic_int throttled;
} crowd;

static void *
try_once(void *argument)
{
	crowd *c = argument;
	char name[16];
	aet_credentials credentials = accounts_credentials("ada", c->password);
	aet_throttle throttle = AET_THROTTLE_INIT;
	aet_login login = AET_LOGIN_INIT;
	aet_status status;

	throttle.per_account = c->per_account;
	throttle.per_address = c->per_address;
	credentials.throttle = &throttle;
	snprintf(name, sizeof(name), "nobody%d", c->next++);
	if (c->each_its_own)
		credentials.login = name;
	status = aet_account_authenticate(
	    accounts_db, &credentials, &accounts_request, &login, NULL);
	if (status == AET_OK)
		c->welcome++;
	else if (status == AET_EMISMATCH)
		c->wrong++;
	else if (status == AET_ETHROTTLED)
		c->throttled++;
	return NULL;
}

static void
come(crowd *c, int count)
{
	pthread_t threads[CROWD];

	for (int i = 0; i < count; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, try_once, c), 0);
	for (int i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
}

START_TEST(of_many_guesses_at_once_five_are_tried)
{
	crowd c = { .password = "wrong horse", .per_account = 5, .per_address = 1000 };

	accounts_register("ada");
	come(&c, CROWD);
	ck_assert_int_eq(c.wrong, 5);
	ck_assert_int_eq(c.throttled, CROWD - 5);
	test_value_is(accounts_game.admin, TRIED, "5");
	/* What was refused counts for nobody. */
	test_value_is(accounts_game.admin, COUNTS, "5 5");
}
END_TEST

START_TEST(of_many_accounts_at_once_five_are_tried)
{
	crowd c = { .password = "wrong horse",
		.each_its_own = true,
		.per_account = 1000,
		.per_address = 5 };

	come(&c, CROWD);
	ck_assert_int_eq(c.wrong, 5);
	ck_assert_int_eq(c.throttled, CROWD - 5);
	test_value_is(accounts_game.admin, TRIED, "5");
	test_value_is(accounts_game.admin, COUNTS, "5 1 1 1 1 1");
}
END_TEST

START_TEST(who_knows_the_password_is_not_counted)
{
	crowd c = { .password = GOOD_PASSWORD, .per_account = 16, .per_address = 16 };

	accounts_register("ada");
	come(&c, 16);
	come(&c, 16);
	ck_assert_int_eq(c.welcome, 32);
	test_value_is(accounts_game.admin, COUNTS, "");
}
END_TEST

/* ---- what counts ------------------------------------------------------------------ */

static aet_status
log_in_with(aet_db *db, aet_credentials *credentials, int32_t limit)
{
	aet_throttle throttle = AET_THROTTLE_INIT;
	aet_login login = AET_LOGIN_INIT;

	throttle.per_account = limit;
	throttle.per_address = 2 * limit;
	credentials->throttle = &throttle;
	return aet_account_authenticate(
	    db, credentials, &accounts_request, &login, &accounts_err);
}

START_TEST(what_is_not_the_passwords_fault_does_not_count)
{
	static const aet_password_options huge = { sizeof(aet_password_options), 1 << 20,
		1, 1, 0 };
	aet_credentials credentials = accounts_credentials("ada", GOOD_PASSWORD);

	accounts_register("ada");
	credentials.jti = "mine";
	accounts_fine(log_in_with(accounts_db, &credentials, 1));
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(
		    log_in_with(accounts_db, &credentials, 1), AET_ECONFLICT);
	test_value_is(accounts_game.admin, COUNTS, "");
	credentials.jti = NULL;
	credentials.hashing = &huge;
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(log_in_with(accounts_db, &credentials, 1), AET_EINVAL);
	test_value_is(accounts_game.admin, COUNTS, "");
	/* An address is one, however it is written. */
	credentials = accounts_credentials("ada", "wrong horse");
	accounts_request.ip_address = "2001:db8::1";
	ck_assert_int_eq(log_in_with(accounts_db, &credentials, 2), AET_EMISMATCH);
	accounts_request.ip_address = "2001:DB8:0:0::1";
	ck_assert_int_eq(log_in_with(accounts_db, &credentials, 2), AET_EMISMATCH);
	test_value_is(accounts_game.admin, COUNTS, "2 2");
	ck_assert_int_eq(log_in_with(accounts_db, &credentials, 2), AET_ETHROTTLED);
	test_value_is(accounts_game.admin, COUNTS, "2 2");
}
END_TEST

/* A banned user's attempts count, too, or the count would tell. */
START_TEST(every_failure_counts)
{
	aet_credentials credentials = accounts_credentials("bo", GOOD_PASSWORD);

	accounts_fine(aet_account_status_set(accounts_db, accounts_register("bo"),
	    AET_USER_STATUS_BANNED, NULL, &accounts_err));
	ck_assert_int_eq(log_in_with(accounts_db, &credentials, 2), AET_EMISMATCH);
	ck_assert_int_eq(log_in_with(accounts_db, &credentials, 2), AET_EMISMATCH);
	ck_assert_int_eq(log_in_with(accounts_db, &credentials, 2), AET_ETHROTTLED);
	credentials.login = "nobody";
	ck_assert_int_eq(log_in_with(accounts_db, &credentials, 2), AET_EMISMATCH);
	/* Without a throttle it is counted all the same, for those that have one. */
	accounts_log_in("nobody", GOOD_PASSWORD, AET_EMISMATCH);
	ck_assert_int_eq(log_in_with(accounts_db, &credentials, 2), AET_ETHROTTLED);
	test_value_is(accounts_game.admin, COUNTS, "4 2 2");
}
END_TEST

/* ---- on the wire ------------------------------------------------------------------ */

static void
takes_trips(aet_db *db, test_proxy *proxy, const char *password, aet_status expected,
    int32_t limit, int trips)
{
	aet_credentials credentials = accounts_credentials("ada", password);
	int taken;

	(void)test_proxy_round_trips(proxy);
	ck_assert_int_eq(log_in_with(db, &credentials, limit), expected);
	taken = test_proxy_round_trips(proxy);
	ck_assert_msg(taken == trips, "%s: %d round trips, not %d",
	    aet_status_name(expected), taken, trips);
}

START_TEST(round_trips_with_a_throttle)
{
	test_proxy *proxy = test_proxy_start(accounts_game.app);
	aet_db_options options = AET_DB_OPTIONS_INIT;
	aet_db *db = NULL;

	accounts_register("ada");
	options.url = test_proxy_url(proxy);
	options.max_connections = 1;
	accounts_fine(aet_db_open(&options, &db, &accounts_err));
	/* Each statement is prepared once: not counted. */
	for (int i = 0; i < 2; i++) {
		int once = i == 0;

		test_sql(accounts_game.admin, "DELETE FROM aeturnis.login_failures");
		takes_trips(db, proxy, GOOD_PASSWORD, AET_OK, 2, once ? 4 : 2);
		takes_trips(db, proxy, "wrong horse", AET_EMISMATCH, 2, once ? 3 : 2);
		takes_trips(db, proxy, "wrong horse", AET_EMISMATCH, 2, 2);
		takes_trips(db, proxy, "wrong horse", AET_ETHROTTLED, 2, once ? 3 : 2);
		/* The address is full: nothing is written, and nothing to take back. */
		takes_trips(db, proxy, "wrong horse", AET_ETHROTTLED, 1, 1);
	}
	ck_assert_int_eq(aet_db_close(&db), AET_OK);
	test_proxy_stop(proxy);
}
END_TEST

/* The answer to the look is cut: nobody is logged in, and that is what is said. */
START_TEST(a_lost_look_is_no_log_in)
{
	test_proxy *proxy = test_proxy_start(accounts_game.app);
	aet_credentials credentials = accounts_credentials("ada", GOOD_PASSWORD);
	aet_db *db = accounts_open(test_proxy_url(proxy));
	aet_db *tx = NULL;

	accounts_register("ada");
	/* Prepared first, so that it is the look that is cut. */
	accounts_fine(aet_db_begin(db, NULL, &tx, &accounts_err));
	accounts_fine(log_in_with(tx, &credentials, 5));
	aet_db_rollback(&tx);
	test_proxy_set(proxy, TEST_PROXY_CUT, 0);
	ck_assert_int_eq(log_in_with(db, &credentials, 5), AET_ECONNECT);
	ck_assert_str_eq(
	    accounts_err.message, "the connection was lost before anybody was logged in");
	test_value_is(accounts_game.admin, "SELECT count(*) FROM user_sessions", "0");
	ck_assert_int_eq(aet_db_close(&db), AET_OK);
	test_proxy_stop(proxy);
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("accounts_throttle");
	TCase *tcase = tcase_create("throttle");

	tcase_add_checked_fixture(tcase, accounts_setup, accounts_teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, a_throttle_counts_in_the_database);
	tcase_add_test(tcase, of_many_guesses_at_once_five_are_tried);
	tcase_add_test(tcase, of_many_accounts_at_once_five_are_tried);
	tcase_add_test(tcase, who_knows_the_password_is_not_counted);
	tcase_add_test(tcase, what_is_not_the_passwords_fault_does_not_count);
	tcase_add_test(tcase, every_failure_counts);
	tcase_add_test(tcase, round_trips_with_a_throttle);
	tcase_add_test(tcase, a_lost_look_is_no_log_in);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
