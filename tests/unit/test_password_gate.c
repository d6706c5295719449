/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "password/gate.h"

#define PATIENCE_MS 20000

typedef struct visitor {
	aet__gate *gate;
	int number;
	pthread_t thread;
	aet_status status;
} visitor;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int inside_now;
static int inside_most;
static int order[8];
static int arrived;

/* Waits until the gate counts so many, for PATIENCE_MS at most. */
static void
await(aet__gate *gate, int inside, int waiting)
{
	aet__deadline end = aet__deadline_in(PATIENCE_MS);
	int is_inside;
	int is_waiting;
	int peak;

	do {
		aet__gate_count(gate, &is_inside, &is_waiting, &peak);
		if (is_inside == inside && is_waiting == waiting)
			return;
		aet__sleep_ms(1, end);
	} while (!aet__deadline_passed(end));
	ck_abort_msg("%d inside and %d waiting instead of %d and %d", is_inside,
	    is_waiting, inside, waiting);
}

static int
peak_of(aet__gate *gate)
{
	int inside;
	int waiting;
	int peak;

	aet__gate_count(gate, &inside, &waiting, &peak);
	return peak;
}

static void *
visit_once(void *argument)
{
	visitor *self = argument;

	self->status = aet__gate_enter(self->gate, aet__deadline_in(PATIENCE_MS), NULL);
	if (self->status != AET_OK)
		return NULL;
	pthread_mutex_lock(&mutex);
	order[arrived++] = self->number;
	pthread_mutex_unlock(&mutex);
	aet__gate_leave(self->gate);
	return NULL;
}

static void *
visit_often(void *argument)
{
	visitor *self = argument;

	for (int i = 0; i < 500 && self->status == AET_OK; i++) {
		self->status =
		    aet__gate_enter(self->gate, aet__deadline_in(PATIENCE_MS), NULL);
		pthread_mutex_lock(&mutex);
		inside_now++;
		if (inside_now > inside_most)
			inside_most = inside_now;
		pthread_mutex_unlock(&mutex);
		pthread_mutex_lock(&mutex);
		inside_now--;
		pthread_mutex_unlock(&mutex);
		aet__gate_leave(self->gate);
	}
	return NULL;
}

static void
start(visitor *visitors, int i, aet__gate *gate, void *(*run)(void *))
{
	visitors[i] = (visitor){ .gate = gate, .number = i, .status = AET_OK };
	ck_assert_int_eq(pthread_create(&visitors[i].thread, NULL, run, &visitors[i]), 0);
}

START_TEST(those_who_wait_enter_in_order)
{
	aet__gate gate;
	visitor visitors[5];

	aet__gate_init(&gate, 1, 5);
	ck_assert_int_eq(aet__gate_enter(&gate, AET__NEVER, NULL), AET_OK);
	for (int i = 0; i < 5; i++) {
		start(visitors, i, &gate, visit_once);
		await(&gate, 1, i + 1);
	}
	aet__gate_leave(&gate);
	for (int i = 0; i < 5; i++) {
		ck_assert_int_eq(pthread_join(visitors[i].thread, NULL), 0);
		ck_assert_int_eq(visitors[i].status, AET_OK);
		ck_assert_int_eq(order[i], i);
	}
	await(&gate, 0, 0);
	ck_assert_int_eq(peak_of(&gate), 1);
	aet__gate_destroy(&gate);
}
END_TEST

START_TEST(the_places_are_never_exceeded)
{
	aet__gate gate;
	visitor visitors[8];

	aet__gate_init(&gate, 3, 8);
	for (int i = 0; i < 8; i++)
		start(visitors, i, &gate, visit_often);
	for (int i = 0; i < 8; i++) {
		ck_assert_int_eq(pthread_join(visitors[i].thread, NULL), 0);
		ck_assert_int_eq(visitors[i].status, AET_OK);
	}
	ck_assert_int_le(inside_most, 3);
	ck_assert_int_le(peak_of(&gate), 3);
	await(&gate, 0, 0);
	aet__gate_destroy(&gate);
}
END_TEST

START_TEST(a_deadline_ends_the_wait)
{
	aet__gate gate;
	aet_error err;
	int64_t begun = aet__clock_ms();

	aet__gate_init(&gate, 1, 1);
	ck_assert_int_eq(aet__gate_enter(&gate, AET__NEVER, NULL), AET_OK);
	ck_assert_int_eq(aet__gate_enter(&gate, aet__deadline_in(30), &err), AET_EBUSY);
	ck_assert_int_ge(aet__clock_ms() - begun, 30);
	ck_assert_str_eq(err.message,
	    "no processor came free for password hashing within wait_ms; try again "
	    "later");
	await(&gate, 1, 0);
	aet__gate_leave(&gate);
	ck_assert_int_eq(aet__gate_enter(&gate, aet__deadline_in(30), NULL), AET_OK);
	aet__gate_leave(&gate);
	aet__gate_destroy(&gate);
}
END_TEST

/* The one in the middle gives up; those around it still get in, in order. */
START_TEST(who_gives_up_leaves_the_queue_whole)
{
	aet__gate gate;
	visitor visitors[2];

	aet__gate_init(&gate, 1, 8);
	ck_assert_int_eq(aet__gate_enter(&gate, AET__NEVER, NULL), AET_OK);
	start(visitors, 0, &gate, visit_once);
	await(&gate, 1, 1);
	ck_assert_int_eq(aet__gate_enter(&gate, aet__deadline_in(10), NULL), AET_EBUSY);
	start(visitors, 1, &gate, visit_once);
	await(&gate, 1, 2);
	ck_assert_int_eq(aet__gate_enter(&gate, aet__deadline_in(10), NULL), AET_EBUSY);
	aet__gate_leave(&gate);
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(pthread_join(visitors[i].thread, NULL), 0);
		ck_assert_int_eq(visitors[i].status, AET_OK);
		ck_assert_int_eq(order[i], i);
	}
	aet__gate_destroy(&gate);
}
END_TEST

/* The deadline is never, so only the full queue can have sent it away. */
START_TEST(a_full_queue_turns_away_at_once)
{
	aet__gate gate;
	visitor visitors[1];
	aet_error err;

	aet__gate_init(&gate, 1, 1);
	ck_assert_int_eq(aet__gate_enter(&gate, AET__NEVER, NULL), AET_OK);
	start(visitors, 0, &gate, visit_once);
	await(&gate, 1, 1);
	ck_assert_int_eq(aet__gate_enter(&gate, AET__NEVER, &err), AET_EBUSY);
	ck_assert_str_eq(
	    err.message, "the queue for password hashing is full; try again later");
	aet__gate_leave(&gate);
	ck_assert_int_eq(pthread_join(visitors[0].thread, NULL), 0);
	ck_assert_int_eq(visitors[0].status, AET_OK);
	aet__gate_destroy(&gate);
}
END_TEST

START_TEST(the_process_has_one_place_a_processor)
{
	aet__gate *gate = aet__gate_of_process();
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	ck_assert_ptr_eq(gate, aet__gate_of_process());
	ck_assert_int_ge(gate->places, 1);
	ck_assert_int_le(gate->places, processors < 4 ? (int)processors : 4);
	ck_assert_int_eq(gate->queue, 64);
}
END_TEST

START_TEST(a_child_starts_with_an_empty_gate)
{
	aet__gate *gate = aet__gate_of_process();
	int places = gate->places;
	int status;
	pid_t child;

	for (int i = 0; i < places; i++)
		ck_assert_int_eq(aet__gate_enter(gate, AET__NEVER, NULL), AET_OK);
	child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0)
		_exit(aet__gate_enter(gate, aet__deadline_in(1), NULL) == AET_OK ? 0 : 1);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
	await(gate, places, 0);
	for (int i = 0; i < places; i++)
		aet__gate_leave(gate);
	await(gate, 0, 0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("password_gate");
	TCase *tcase = tcase_create("password_gate");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, those_who_wait_enter_in_order);
	tcase_add_test(tcase, the_places_are_never_exceeded);
	tcase_add_test(tcase, a_deadline_ends_the_wait);
	tcase_add_test(tcase, who_gives_up_leaves_the_queue_whole);
	tcase_add_test(tcase, a_full_queue_turns_away_at_once);
	tcase_add_test(tcase, the_process_has_one_place_a_processor);
	tcase_add_test(tcase, a_child_starts_with_an_empty_gate);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
