/* SPDX-License-Identifier: MIT */
/* Passwords when something goes wrong, and when many come at once. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include <aeturnis/password.h>

#include "../support/argon2_stand_in.h"
#include "core/deadline.h"
#include "password/gate.h"

#define PATIENCE_MS 60000
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Of libargon2's own test suite: "password", "somesalt", m=256, t=2, p=1. */
#define KNOWN                                       \
	"$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$" \
	"nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"

static const aet_password_options cheap = { sizeof(cheap), 64, 2, 2, PATIENCE_MS };

/* ---- what goes wrong -------------------------------------------------- */

START_TEST(a_string_that_cannot_be_checked_costs_nothing)
{
	static const struct {
		const char *stored;
		aet_status status;
	} strings[] = {
		{ NULL, AET_EMALFORMED },
		{ "", AET_EMALFORMED },
		{ "hunter2-secret", AET_EMALFORMED },
		{ "$argon2id$v=19$m=262145,t=3,p=4$c29tZXNhbHQ$AAAAAAAAAAAAAAAA",
		    AET_ETOOCOSTLY },
		{ "$argon2id$v=19$m=99999999999999999999,t=3,p=4$c29tZXNhbHQ"
		  "$AAAAAAAAAAAAAAAA",
		    AET_ETOOCOSTLY },
	};
	bool needs_rehash = true;
	aet_error err;

	for (size_t i = 0; i < COUNT(strings); i++) {
		ck_assert_int_eq(aet_password_verify(&cheap, strings[i].stored,
				     "hunter2-secret", &needs_rehash, &err),
		    strings[i].status);
		ck_assert_int_eq(err.status, strings[i].status);
		ck_assert_ptr_null(strstr(err.message, "hunter2"));
		ck_assert_ptr_null(strstr(err.message, "262145"));
		ck_assert(needs_rehash);
	}
	ck_assert_int_eq(argon.calls, 0);
}
END_TEST

START_TEST(nobody_costs_what_somebody_costs)
{
	char hash[AET_PASSWORD_HASH_SIZE];
	argon2_context somebody;
	aet_error err;

	ck_assert_int_eq(aet_password_hash(&cheap, "password", hash, NULL), AET_OK);
	ck_assert_int_eq(
	    aet_password_verify(&cheap, hash, "wrong", NULL, &err), AET_EMISMATCH);
	ck_assert_str_eq(err.message, "wrong password");
	somebody = argon.seen;
	argon.calls = 0;
	ck_assert_int_eq(
	    aet_password_verify_nobody(&cheap, "wrong", &err), AET_EMISMATCH);
	ck_assert_str_eq(err.message, "wrong password");
	ck_assert_int_eq(argon.calls, 1);
	ck_assert_uint_eq(argon.seen.m_cost, somebody.m_cost);
	ck_assert_uint_eq(argon.seen.t_cost, somebody.t_cost);
	ck_assert_uint_eq(argon.seen.lanes, somebody.lanes);
	ck_assert_uint_eq(argon.seen.threads, somebody.threads);
	ck_assert_uint_eq(argon.seen.saltlen, somebody.saltlen);
	ck_assert_uint_eq(argon.seen.outlen, somebody.outlen);
	ck_assert_uint_eq(argon.seen.pwdlen, somebody.pwdlen);
}
END_TEST

START_TEST(libargon2s_failures_are_told)
{
	static const struct {
		int result;
		aet_status status;
		const char *message;
	} failures[] = {
		{ ARGON2_MEMORY_ALLOCATION_ERROR, AET_ENOMEM, "out of memory" },
		{ ARGON2_THREAD_FAIL, AET_EINVAL, "libargon2 failed with its error -33" },
	};
	char hash[AET_PASSWORD_HASH_SIZE] = "untouched";
	aet_error err;

	for (size_t i = 0; i < COUNT(failures); i++) {
		argon.result = failures[i].result;
		ck_assert_int_eq(aet_password_hash(&cheap, "password", hash, &err),
		    failures[i].status);
		ck_assert_str_eq(err.message, failures[i].message);
		ck_assert_str_eq(hash, "untouched");
		ck_assert_int_eq(
		    aet_password_verify(&cheap, KNOWN, "password", NULL, NULL),
		    failures[i].status);
		ck_assert_int_eq(aet_password_verify_nobody(&cheap, "password", NULL),
		    failures[i].status);
	}
	argon.result = ARGON2_OK;
	ck_assert_int_eq(
	    aet_password_verify(&cheap, KNOWN, "password", NULL, NULL), AET_OK);
}
END_TEST

START_TEST(without_randomness_there_is_no_hash)
{
	char hash[AET_PASSWORD_HASH_SIZE] = "untouched";
	aet_error err;

	randomness_fails = true;
	ck_assert_int_eq(aet_password_hash(&cheap, "password", hash, &err), AET_EBUSY);
	ck_assert_str_eq(
	    err.message, "the kernel gives no randomness for a salt (getrandom)");
	ck_assert_str_eq(hash, "untouched");
	ck_assert_int_eq(argon.calls, 0);
}
END_TEST

/* ---- many at once ----------------------------------------------------- */

static void *
hash_once(void *argument)
{
	aet_status *status = argument;
	char hash[AET_PASSWORD_HASH_SIZE];

	*status = aet_password_hash(&cheap, "password", hash, NULL);
	if (*status == AET_OK)
		*status = aet_password_verify(&cheap, hash, "password", NULL, NULL);
	return NULL;
}

static void
hold(bool held)
{
	pthread_mutex_lock(&argon.mutex);
	argon.held = held;
	pthread_cond_broadcast(&argon.changed);
	pthread_mutex_unlock(&argon.mutex);
}

/* Waits until so many are inside libargon2 and so many in the queue. */
static void
await(int inside, int waiting)
{
	aet__deadline end = aet__deadline_in(PATIENCE_MS);
	int is_inside;
	int is_waiting;
	int in_gate;
	int peak;

	do {
		aet__gate_count(aet__gate_of_process(), &in_gate, &is_waiting, &peak);
		pthread_mutex_lock(&argon.mutex);
		is_inside = argon.inside;
		pthread_mutex_unlock(&argon.mutex);
		if (is_inside == inside && is_waiting == waiting)
			return;
		aet__sleep_ms(1, end);
	} while (!aet__deadline_passed(end));
	ck_abort_msg("%d inside and %d waiting instead of %d and %d", is_inside,
	    is_waiting, inside, waiting);
}

static void
start(pthread_t *threads, aet_status *statuses, int count)
{
	for (int i = 0; i < count; i++)
		ck_assert_int_eq(
		    pthread_create(&threads[i], NULL, hash_once, &statuses[i]), 0);
}

static void
finish(const pthread_t *threads, const aet_status *statuses, int count)
{
	for (int i = 0; i < count; i++) {
		ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
		ck_assert_int_eq(statuses[i], AET_OK);
	}
}

/* All that may are inside libargon2 and held there, so the others queue. */
START_TEST(no_more_hash_at_once_than_there_are_places)
{
	int places = aet__gate_of_process()->places;
	pthread_t threads[8];
	aet_status statuses[8];

	hold(true);
	start(threads, statuses, 8);
	await(places, 8 - places);
	hold(false);
	finish(threads, statuses, 8);
	ck_assert_int_eq(argon.peak, places);
	ck_assert_int_eq(argon.calls, 16);
	await(0, 0);
}
END_TEST

START_TEST(who_waits_too_long_or_finds_the_queue_full_is_told)
{
	aet_password_options impatient = cheap;
	aet__gate *gate = aet__gate_of_process();
	int count = gate->places + gate->queue;
	pthread_t threads[68];
	aet_status statuses[68];
	char hash[AET_PASSWORD_HASH_SIZE] = "untouched";
	aet_error err;

	hold(true);
	start(threads, statuses, gate->places);
	await(gate->places, 0);
	impatient.wait_ms = 20;
	ck_assert_int_eq(
	    aet_password_hash(&impatient, "password", hash, &err), AET_EBUSY);
	ck_assert_str_eq(err.message,
	    "no processor came free for password hashing within wait_ms; try again "
	    "later");
	ck_assert_int_eq(
	    aet_password_verify_nobody(&impatient, "password", NULL), AET_EBUSY);
	start(threads + gate->places, statuses + gate->places, gate->queue);
	await(gate->places, gate->queue);
	ck_assert_int_eq(
	    aet_password_verify(&cheap, KNOWN, "password", NULL, &err), AET_EBUSY);
	ck_assert_str_eq(
	    err.message, "the queue for password hashing is full; try again later");
	ck_assert_str_eq(hash, "untouched");
	hold(false);
	finish(threads, statuses, count);
	ck_assert_int_eq(argon.peak, gate->places);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("password_failure");
	TCase *tcase = tcase_create("password_failure");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tcase, 300);
	tcase_add_test(tcase, a_string_that_cannot_be_checked_costs_nothing);
	tcase_add_test(tcase, nobody_costs_what_somebody_costs);
	tcase_add_test(tcase, libargon2s_failures_are_told);
	tcase_add_test(tcase, without_randomness_there_is_no_hash);
	tcase_add_test(tcase, no_more_hash_at_once_than_there_are_places);
	tcase_add_test(tcase, who_waits_too_long_or_finds_the_queue_full_is_told);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
