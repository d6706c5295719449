/* SPDX-License-Identifier: MIT */
/* A private PostgreSQL and the processes around it: who owns it, who may end,
 * who must not notice. */
/* As superuser: it is the server itself that is tested. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <aeturnis/ephemeral.h>

#include "core/deadline.h"
#include "support/process.h"
#include "support/server.h"

/* What a test needs to know of a server that it cannot ask any more. */
struct traces {
	char directory[128];
	pid_t postmaster;
};

static aet_ephemeral *
start(void)
{
	aet_ephemeral *server = NULL;
	aet_error err;
	aet_status status = aet_ephemeral_start(NULL, &server, &err);

	ck_assert_msg(status == AET_OK, "%s", err.message);
	return server;
}

static struct traces
traces_of(const aet_ephemeral *server)
{
	struct traces traces = { 0 };
	char *directory =
	    test_value(aet_ephemeral_url(server), "SHOW unix_socket_directories");
	char *pid = test_value(aet_ephemeral_url(server),
	    "SELECT split_part(pg_read_file('postmaster.pid'), chr(10), 1)");

	snprintf(traces.directory, sizeof(traces.directory), "%s", directory);
	traces.postmaster = (pid_t)atoi(pid);
	free(directory);
	free(pid);
	return traces;
}

static pid_t
parent_of(pid_t pid)
{
	char path[64];
	char line[512];
	FILE *file;
	int parent = 0;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "r");
	ck_assert_ptr_nonnull(file);
	ck_assert_ptr_nonnull(fgets(line, sizeof(line), file));
	fclose(file);
	ck_assert_int_eq(sscanf(strrchr(line, ')'), ") %*c %d", &parent), 1);
	return (pid_t)parent;
}

/* ---- the owner ends --------------------------------------------------- */

START_TEST(nothing_survives_a_killed_owner)
{
	struct traces traces = { 0 };
	int ends[2];
	pid_t child;

	ck_assert_int_eq(pipe(ends), 0);
	child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		traces = traces_of(start());
		ck_assert_int_eq(
		    write(ends[1], &traces, sizeof(traces)), (int)sizeof(traces));
		pause();
	}
	ck_assert_int_eq(read(ends[0], &traces, sizeof(traces)), (int)sizeof(traces));
	ck_assert_int_eq(access(traces.directory, F_OK), 0);
	ck_assert_int_eq(kill(child, SIGKILL), 0);
	ck_assert_int_eq(waitpid(child, NULL, 0), child);
	test_wait_ended(traces.postmaster);
	test_wait_gone(traces.directory);
}
END_TEST

static void
start_and_pause(void *arg)
{
	(void)arg;
	start();
	pause();
}

/* Waits until the directory has an entry. */
static void
wait_for_entry(const char *directory)
{
	aet__deadline deadline = aet__deadline_in(10000);

	while (test_scratch_count(directory) == 0) {
		ck_assert(!aet__deadline_passed(deadline));
		aet__sleep_ms(1, deadline);
	}
}

/* Killed as soon as its directory is there, some way into initdb. */
START_TEST(nothing_survives_a_killed_start)
{
	char *scratch = test_scratch_make();
	aet__deadline deadline;
	pid_t child;

	for (int pause_ms = 0; pause_ms <= 400; pause_ms += 200) {
		child = test_fork_as_user(scratch, start_and_pause, NULL);
		wait_for_entry(scratch);
		aet__sleep_ms(pause_ms, AET__NEVER);
		ck_assert_int_eq(kill(child, SIGKILL), 0);
		ck_assert_int_eq(waitpid(child, NULL, 0), child);
		deadline = aet__deadline_in(10000);
		while (test_scratch_count(scratch) != 0) {
			ck_assert(!aet__deadline_passed(deadline));
			aet__sleep_ms(5, deadline);
		}
	}
	test_scratch_remove(scratch);
}
END_TEST

static void *
start_in_thread(void *out)
{
	*(aet_ephemeral **)out = start();
	return NULL;
}

START_TEST(it_outlives_the_thread_that_started_it)
{
	aet_ephemeral *server = NULL;
	pthread_t thread;

	ck_assert_int_eq(pthread_create(&thread, NULL, start_in_thread, &server), 0);
	ck_assert_int_eq(pthread_join(thread, NULL), 0);
	test_value_is(aet_ephemeral_url(server), "SELECT 1", "1");
	aet_ephemeral_stop(&server);
}
END_TEST

START_TEST(a_forked_child_does_not_keep_it_from_stopping)
{
	aet_ephemeral *server = start();
	struct traces traces = traces_of(server);
	pid_t child = fork();

	ck_assert_int_ge(child, 0);
	if (child == 0)
		pause();
	aet_ephemeral_stop(&server);
	ck_assert_int_eq(access(traces.directory, F_OK), -1);
	ck_assert_int_eq(kill(child, SIGKILL), 0);
	ck_assert_int_eq(waitpid(child, NULL, 0), child);
}
END_TEST

START_TEST(a_forked_child_that_ends_does_not_stop_it)
{
	aet_ephemeral *server = start();
	pid_t child = fork();

	ck_assert_int_ge(child, 0);
	if (child == 0)
		_exit(EXIT_SUCCESS);
	test_join(child);
	test_value_is(aet_ephemeral_url(server), "SELECT 1", "1");
	aet_ephemeral_stop(&server);
}
END_TEST

/* ---- what the caller must not notice ---------------------------------- */

START_TEST(the_caller_gets_no_child)
{
	aet_ephemeral *server = start();

	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	ck_assert_int_eq(errno, ECHILD);
	aet_ephemeral_stop(&server);
}
END_TEST

START_TEST(an_ignored_sigchld_does_no_harm)
{
	aet_ephemeral *server;

	signal(SIGCHLD, SIG_IGN);
	server = start();
	test_value_is(aet_ephemeral_url(server), "SELECT 1", "1");
	aet_ephemeral_stop(&server);
}
END_TEST

START_TEST(the_callers_files_are_not_held_open)
{
	int ends[2];
	struct pollfd polls = { .events = POLLIN };
	aet_ephemeral *server;

	ck_assert_int_eq(pipe(ends), 0);
	server = start();
	ck_assert_int_eq(close(ends[1]), 0);
	polls.fd = ends[0];
	ck_assert_int_eq(poll(&polls, 1, 0), 1);
	ck_assert_int_eq(polls.revents, POLLHUP);
	aet_ephemeral_stop(&server);
}
END_TEST

START_TEST(closed_standard_streams_do_no_harm)
{
	aet_ephemeral *server;

	close(STDIN_FILENO);
	server = start();
	test_value_is(aet_ephemeral_url(server), "SELECT 1", "1");
	aet_ephemeral_stop(&server);
}
END_TEST

/* ---- what killed supervisors leave behind ----------------------------- */

START_TEST(a_killed_supervisor_takes_the_server_along)
{
	aet_ephemeral *server = start();
	struct traces traces = traces_of(server);

	ck_assert_int_eq(kill(parent_of(traces.postmaster), SIGKILL), 0);
	test_wait_ended(traces.postmaster);
	aet_ephemeral_stop(&server);
	server = start();
	test_wait_gone(traces.directory);
	aet_ephemeral_stop(&server);
}
END_TEST

static void
sweep_as_user(void *arg)
{
	char stale[128];
	char held[128];
	char theirs[128];
	aet_ephemeral *server;
	int lock;

	snprintf(stale, sizeof(stale), "%s/aet-ephemeral-stale012", (char *)arg);
	snprintf(held, sizeof(held), "%s/aet-ephemeral-held0123", (char *)arg);
	snprintf(theirs, sizeof(theirs), "%s/aet-ephemeral-notes-of-mine", (char *)arg);
	ck_assert_int_eq(mkdir(stale, 0700), 0);
	ck_assert_int_eq(mkdir(held, 0700), 0);
	ck_assert_int_eq(mkdir(theirs, 0700), 0);
	lock = open(held, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ge(lock, 0);
	ck_assert_int_eq(flock(lock, LOCK_EX), 0);
	server = start();
	ck_assert_int_eq(access(stale, F_OK), -1);
	ck_assert_int_eq(access(held, F_OK), 0);
	ck_assert_int_eq(access(theirs, F_OK), 0);
	aet_ephemeral_stop(&server);
	close(lock);
}

START_TEST(leftovers_are_swept_by_lock)
{
	char *scratch = test_scratch_make();

	test_join(test_fork_as_user(scratch, sweep_as_user, scratch));
	ck_assert_int_eq(test_scratch_count(scratch), 2);
	test_scratch_remove(scratch);
}
END_TEST

/* ---- other users, many at once ---------------------------------------- */

static void
start_as_user(void *arg)
{
	aet_ephemeral *server = start();
	struct traces traces = traces_of(server);

	ck_assert_int_eq(strncmp(traces.directory, arg, strlen(arg)), 0);
	aet_ephemeral_stop(&server);
	ck_assert_int_eq(test_scratch_count(arg), 0);
}

START_TEST(a_user_without_a_home_starts_one)
{
	char *scratch = test_scratch_make();

	test_join(test_fork_as_user(scratch, start_as_user, scratch));
	test_scratch_remove(scratch);
}
END_TEST

static void
start_with_cold_cache(void *arg)
{
	aet_ephemeral *server;

	setenv("XDG_CACHE_HOME", arg, 1);
	server = start();
	test_value_is(aet_ephemeral_url(server), "SELECT current_database()", "aeturnis");
	aet_ephemeral_stop(&server);
}

START_TEST(many_share_one_template)
{
	char *scratch = test_scratch_make();
	char cache[64];
	pid_t children[6];

	snprintf(cache, sizeof(cache), "%s/aeturnis-db", scratch);
	for (size_t i = 0; i < 6; i++)
		children[i] = test_fork_as_user(scratch, start_with_cold_cache, scratch);
	for (size_t i = 0; i < 6; i++)
		test_join(children[i]);
	ck_assert_int_eq(test_scratch_count(scratch), 1);
	ck_assert_int_eq(test_scratch_count(cache), 1);
	test_join(test_fork_as_user(scratch, start_with_cold_cache, scratch));
	ck_assert_int_eq(test_scratch_count(cache), 1);
	test_scratch_remove(scratch);
}
END_TEST

/* A directory in the cache's place that others may write to is not used. */
START_TEST(a_cache_open_to_others_is_not_trusted)
{
	char *scratch = test_scratch_make();
	char cache[64];

	snprintf(cache, sizeof(cache), "%s/aeturnis-db", scratch);
	ck_assert_int_eq(mkdir(cache, 0777), 0);
	ck_assert_int_eq(chmod(cache, 0777), 0);
	test_join(test_fork_as_user(scratch, start_with_cold_cache, scratch));
	ck_assert_int_eq(test_scratch_count(cache), 0);
	test_scratch_remove(scratch);
}
END_TEST

static void
add_owners(TCase *tcase)
{
	tcase_add_test(tcase, nothing_survives_a_killed_owner);
	tcase_add_test(tcase, nothing_survives_a_killed_start);
	tcase_add_test(tcase, it_outlives_the_thread_that_started_it);
	tcase_add_test(tcase, a_forked_child_does_not_keep_it_from_stopping);
	tcase_add_test(tcase, a_forked_child_that_ends_does_not_stop_it);
}

int
main(void)
{
	Suite *suite = suite_create("ephemeral_process");
	TCase *tcase = tcase_create("ephemeral_process");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tcase, 60);
	add_owners(tcase);
	tcase_add_test(tcase, the_caller_gets_no_child);
	tcase_add_test(tcase, an_ignored_sigchld_does_no_harm);
	tcase_add_test(tcase, the_callers_files_are_not_held_open);
	tcase_add_test(tcase, closed_standard_streams_do_no_harm);
	tcase_add_test(tcase, a_killed_supervisor_takes_the_server_along);
	tcase_add_test(tcase, leftovers_are_swept_by_lock);
	tcase_add_test(tcase, a_user_without_a_home_starts_one);
	tcase_add_test(tcase, many_share_one_template);
	tcase_add_test(tcase, a_cache_open_to_others_is_not_trusted);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	test_scratch_begin();
	srunner_run_all(runner, CK_NORMAL);
	test_scratch_end();
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
