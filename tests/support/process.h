/* SPDX-License-Identifier: MIT */
/* Processes and directories of a test's own, and waiting for them to go. */
#ifndef TEST_SUPPORT_PROCESS_H
#define TEST_SUPPORT_PROCESS_H

#include <sys/types.h>

/* Wait, for ten seconds at most, until there is no such path or process; the
 * test fails if it stays. */
void test_wait_gone(const char *path);
void test_wait_ended(pid_t pid);

/* Around a program's tests, in the process that forks them: a test that fails
 * ends where it stands, and what it has made is removed for it. */
void test_scratch_begin(void);
void test_scratch_end(void);

/* A directory of its own under /tmp that anybody may use; free(). */
char *test_scratch_make(void);

/* Removes it with all that is in it, and frees. */
void test_scratch_remove(char *path);

/* The number of entries of a directory. */
int test_scratch_count(const char *path);

/*
 * Runs body(arg) in a forked process that is no longer root (nobody, where the
 * test is root), without HOME and with TMPDIR in scratch. The parent gets the
 * process id.
 */
pid_t test_fork_as_user(const char *scratch, void (*body)(void *arg), void *arg);

/* Waits for a forked process and asserts that it came to its end. */
void test_join(pid_t pid);

#endif
