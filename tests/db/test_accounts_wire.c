/* SPDX-License-Identifier: MIT */
/* What accounts' calls are on the wire: round trips, connections that go in the
 * middle, log-ins that come in between, and a pool that hashing leaves alone. */
#include "support/accounts.h"
#include "support/proxy.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the wire -------------------------------------------------------------------- */

typedef struct step {
	const char *name;
	int trips;
	aet_status (*run)(aet_db *db, aet_error *err);
} step;

static aet_user_id wire_user;
static aet_login wire_login;
static char wire_old_token[AET_REFRESH_TOKEN_SIZE];

static aet_status
do_register(aet_db *db, aet_error *err)
{
	aet_registration registration = AET_REGISTRATION_INIT;

	registration.email = "bo@example.org";
	registration.username = "bo";
	registration.password = GOOD_PASSWORD;
	registration.hashing = &accounts_hashing;
	return aet_account_register(db, &registration, &accounts_request, NULL, err);
}

static aet_status
do_log_in(aet_db *db, aet_error *err)
{
	aet_credentials credentials = accounts_credentials("ada", GOOD_PASSWORD);
	aet_login login = AET_LOGIN_INIT;

	return aet_account_authenticate(db, &credentials, NULL, &login, err);
}

static aet_status
do_refresh(aet_db *db, aet_error *err)
{
	aet_refresh refresh = AET_REFRESH_INIT;

	refresh.token = wire_login.refresh_token;
	return aet_session_refresh(db, &refresh, NULL, &wire_login, err);
}

static aet_status
do_password(aet_db *db, aet_error *err)
{
	aet_password_change change = AET_PASSWORD_CHANGE_INIT;

	change.old_password = GOOD_PASSWORD;
	change.new_password = "battery staple";
	change.keep = &wire_login.session_id;
	change.hashing = &accounts_hashing;
	return aet_account_password_change(db, wire_user, &change, NULL, err);
}

static aet_status
do_email(aet_db *db, aet_error *err)
{
	return aet_account_email_change(db, wire_user, "new@example.org", NULL, err);
}

static aet_status
do_roles(aet_db *db, aet_error *err)
{
	static const aet_user_role roles[] = { AET_USER_ROLE_MODERATOR };

	return aet_account_roles_change(db, wire_user, roles, 1, NULL, err);
}

static aet_status
do_log_out(aet_db *db, aet_error *err)
{
	return aet_account_log_out(db, wire_login.session_id, NULL, err);
}

static aet_status
do_status(aet_db *db, aet_error *err)
{
	return aet_account_status_set(
	    db, wire_user, AET_USER_STATUS_SUSPENDED, NULL, err);
}

static aet_status
do_delete(aet_db *db, aet_error *err)
{
	return aet_account_delete(db, wire_user, NULL, err);
}

static aet_status
do_log_in_throttled(aet_db *db, aet_error *err)
{
	aet_credentials credentials = accounts_credentials("ada", GOOD_PASSWORD);
	aet_throttle throttle = AET_THROTTLE_INIT;
	aet_login login = AET_LOGIN_INIT;

	credentials.throttle = &throttle;
	return aet_account_authenticate(db, &credentials, NULL, &login, err);
}

static aet_status
do_reuse(aet_db *db, aet_error *err)
{
	aet_refresh refresh = AET_REFRESH_INIT;
	aet_login login = AET_LOGIN_INIT;
	aet_status status;

	refresh.token = wire_old_token;
	status = aet_session_refresh(db, &refresh, NULL, &login, err);
	return status == AET_EREUSED ? AET_OK : status;
}

static aet_status
do_revoke(aet_db *db, aet_error *err)
{
	return aet_session_revoke(db, wire_login.session_id, NULL, err);
}

static aet_status
do_revoke_all(aet_db *db, aet_error *err)
{
	return aet_session_revoke_all(db, wire_user, NULL, NULL, err);
}

static aet_status
do_revoke_others(aet_db *db, aet_error *err)
{
	return aet_session_revoke_others(
	    db, wire_user, wire_login.session_id, NULL, NULL, err);
}

static aet_status
do_verify(aet_db *db, aet_error *err)
{
	return aet_account_email_verify(db, wire_user, "ada@example.org", NULL, err);
}

static const step steps[] = { { "register", 1, do_register }, { "log in", 2, do_log_in },
	{ "log in, throttled", 2, do_log_in_throttled }, { "refresh", 1, do_refresh },
	{ "reuse", 2, do_reuse }, { "password", 2, do_password },
	{ "verify", 1, do_verify }, { "e-mail", 1, do_email }, { "roles", 1, do_roles },
	{ "revoke", 1, do_revoke }, { "revoke others", 1, do_revoke_others },
	{ "log out", 1, do_log_out }, { "revoke all", 1, do_revoke_all },
	{ "status", 1, do_status }, { "delete", 1, do_delete } };

#define STEPS (sizeof(steps) / sizeof(steps[0]))

static void
prepare_wire(void)
{
	wire_user = accounts_register("ada");
	wire_login = accounts_log_in("ada", GOOD_PASSWORD, AET_OK);
	memcpy(wire_old_token, wire_login.refresh_token, sizeof(wire_old_token));
	accounts_fine(accounts_refresh(wire_old_token, &wire_login));
	accounts_log_in("ada", GOOD_PASSWORD, AET_OK);
}

/* Preparing a statement is a trip of its own, once a connection: the step is run
 * before, in a transaction that is rolled back. */
static void
warm_up(aet_db *db, const step *s)
{
	const aet_login kept = wire_login;
	aet_db *tx = NULL;

	accounts_fine(aet_db_begin(db, NULL, &tx, &accounts_err));
	accounts_fine(s->run(tx, &accounts_err));
	aet_db_rollback(&tx);
	wire_login = kept;
}

START_TEST(round_trips_are_counted)
{
	test_proxy *proxy = test_proxy_start(accounts_game.app);
	aet_db *db = accounts_open(test_proxy_url(proxy));
	const step *s = &steps[_i];
	int trips;

	prepare_wire();
	warm_up(db, s);
	(void)test_proxy_round_trips(proxy);
	accounts_fine(s->run(db, &accounts_err));
	trips = test_proxy_round_trips(proxy);
	ck_assert_msg(
	    trips == s->trips, "%s: %d round trips, not %d", s->name, trips, s->trips);
	ck_assert_int_eq(aet_db_close(&db), AET_OK);
	test_proxy_stop(proxy);
}
END_TEST

/* What the log says has happened, against the tables. */
#define STATE                                                                        \
	"SELECT md5(concat_ws(' ', (SELECT string_agg((u.email, u.username,"         \
	" u.password_hash, u.roles, u.status, u.email_verified)::text, ' ' ORDER BY" \
	" u.email) FROM users AS u), (SELECT string_agg(s.refresh_token_jti, ' '"    \
	" ORDER BY s.id) FROM user_sessions AS s)))"
#define LOGGED "SELECT count(*) FROM audit_log WHERE event_type NOT LIKE '%failed'"

/* Whether the step's change has happened, now that the connection went in it. */
static bool
cut_once(const step *s, test_proxy_mode mode, size_t at)
{
	test_proxy *proxy = test_proxy_start(accounts_game.app);
	aet_db *db = accounts_open(test_proxy_url(proxy));
	char *state[2];
	char *logged[2];
	aet_status status;
	bool happened;

	warm_up(db, s);
	state[0] = test_value(accounts_game.admin, STATE);
	logged[0] = test_value(accounts_game.admin, LOGGED);
	test_proxy_set(proxy, mode, at);
	status = s->run(db, &accounts_err);
	ck_assert_int_ne(status, AET_OK);
	state[1] = test_value(accounts_game.admin, STATE);
	logged[1] = test_value(accounts_game.admin, LOGGED);
	happened = strcmp(state[0], state[1]) != 0;
	ck_assert_msg(happened == (strcmp(logged[0], logged[1]) != 0),
	    "%s, mode %d at %zu: one without the other", s->name, (int)mode, at);
	ck_assert_msg(!happened || status == AET_EUNKNOWN, "%s, mode %d at %zu: %s",
	    s->name, (int)mode, at, aet_status_name(status));
	aet_db_close(&db);
	test_proxy_stop(proxy);
	for (int i = 0; i < 2; i++) {
		free(state[i]);
		free(logged[i]);
	}
	return happened;
}

/* Each statement is cut off before it is sent, and at its answer; of the last one,
 * the answer is cut at every eighth byte up to the 40th. */
START_TEST(a_cut_leaves_both_or_neither)
{
	const step *s = &steps[_i];
	bool happened = false;

	prepare_wire();
	for (int at = 0; at < s->trips; at++) {
		ck_assert(!cut_once(s, TEST_PROXY_DROP, (size_t)at));
		if (at + 1 < s->trips)
			ck_assert(!cut_once(s, TEST_PROXY_UNANSWERED, (size_t)at));
	}
	for (size_t bytes = 0; bytes <= 40 && !happened; bytes += 8)
		happened = cut_once(s, TEST_PROXY_CUT, bytes);
	if (!happened)
		cut_once(s, TEST_PROXY_UNANSWERED, (size_t)s->trips - 1);
}
END_TEST

/* ---- a log-in that comes in between ----------------------------------------------------- */

static aet_status (*late_step)(aet_db *db, aet_error *err);

static void *
run_late(void *argument)
{
	aet_error err = { 0 };

	(void)argument;
	return late_step(accounts_db, &err) == AET_OK ? accounts_db : NULL;
}

static void
wait_for_a_lock(void)
{
	for (int i = 0; i < 10000; i++) {
		char *waiting = test_value(accounts_game.admin,
		    "SELECT count(*) FROM pg_stat_activity WHERE datname ="
		    " current_database() AND wait_event_type = 'Lock'");
		bool there = strcmp(waiting, "0") != 0;

		free(waiting);
		if (there)
			return;
	}
	ck_abort_msg("nobody waits for a lock");
}

/* A log-in has locked the user, and commits once the change waits for it: its
 * session ends with the others, and has its entry. */
START_TEST(a_session_that_began_meanwhile_ends)
{
	static aet_status (*const enders[])(
	    aet_db *, aet_error *) = { do_status, do_delete, do_password };
	pthread_t thread;
	PGconn *rival;
	void *done = NULL;

	prepare_wire();
	rival = test_connect(accounts_game.admin);
	PQclear(PQexec(rival, "BEGIN; UPDATE users SET last_login = now();"
			      " INSERT INTO user_sessions (user_id, refresh_token_jti,"
			      " expires_at) SELECT id, 'late', 'infinity' FROM users"));
	test_sql(accounts_game.admin, "INSERT INTO told SELECT id FROM audit_log");
	late_step = enders[_i];
	ck_assert_int_eq(pthread_create(&thread, NULL, run_late, NULL), 0);
	wait_for_a_lock();
	PQclear(PQexec(rival, "COMMIT"));
	pthread_join(thread, &done);
	ck_assert_ptr_nonnull(done);
	PQfinish(rival);
	test_value_is(accounts_game.admin,
	    "SELECT count(*) FROM user_sessions WHERE refresh_token_jti = 'late'", "0");
	test_value_is(accounts_game.admin,
	    "SELECT count(*) FROM audit_log WHERE event_type = 'session.revoke'",
	    late_step == do_password ? "2" : "3");
}
END_TEST

/* ---- argon2 and the pool ------------------------------------------------------------ */

#define HASHERS 8

static aet_db *small_pool;
static atomic_int hashers_left;

static void *
hash_often(void *argument)
{
	aet_password_options costly = AET_PASSWORD_OPTIONS_INIT;
	aet_credentials credentials = accounts_credentials("nobody", GOOD_PASSWORD);
	aet_login login = AET_LOGIN_INIT;

	(void)argument;
	costly.memory_kib = 32768;
	costly.wait_ms = 60000;
	credentials.hashing = &costly;
	for (int i = 0; i < 2; i++)
		if (aet_account_authenticate(
			small_pool, &credentials, NULL, &login, NULL) != AET_EMISMATCH)
			abort();
	hashers_left--;
	return NULL;
}

/* Eight log in at once on a pool of one connection: nobody who asks meanwhile
 * is made to wait until a hash is done. */
START_TEST(no_connection_is_held_while_hashing)
{
	aet_db_options options = AET_DB_OPTIONS_INIT;
	pthread_t threads[HASHERS];
	int asked = 0;

	options.url = accounts_game.app;
	options.max_connections = 1;
	options.connect_timeout_ms = 30000;
	accounts_fine(aet_db_open(&options, &small_pool, &accounts_err));
	hashers_left = HASHERS;
	for (int i = 0; i < HASHERS; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, hash_often, NULL), 0);
	while (hashers_left > 0) {
		int64_t count = 0;

		accounts_fine(aet_user_count(small_pool, &count, &accounts_err));
		asked++;
	}
	for (int i = 0; i < HASHERS; i++)
		pthread_join(threads[i], NULL);
	/* Far more than one for each time that the connection came back. */
	ck_assert_int_gt(asked, 4 * HASHERS);
	ck_assert_int_eq(aet_db_close(&small_pool), AET_OK);
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("accounts_wire");
	TCase *tcase = tcase_create("wire");

	tcase_add_checked_fixture(tcase, accounts_setup, accounts_teardown);
	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase, round_trips_are_counted, 0, STEPS);
	tcase_add_loop_test(tcase, a_cut_leaves_both_or_neither, 0, STEPS);
	tcase_add_loop_test(tcase, a_session_that_began_meanwhile_ends, 0, 3);
	tcase_add_test(tcase, no_connection_is_held_while_hashing);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
