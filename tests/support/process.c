/* SPDX-License-Identifier: MIT */
#include "support/process.h"

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/deadline.h"

#define BOUND_MS 10000
#define TICK_MS 5

void
test_wait_gone(const char *path)
{
	aet__deadline deadline = aet__deadline_in(BOUND_MS);

	while (access(path, F_OK) == 0) {
		ck_assert_msg(!aet__deadline_passed(deadline), "%s stays", path);
		aet__sleep_ms(TICK_MS, deadline);
	}
	ck_assert_int_eq(errno, ENOENT);
}

void
test_wait_ended(pid_t pid)
{
	aet__deadline deadline = aet__deadline_in(BOUND_MS);

	while (kill(pid, 0) == 0 || errno != ESRCH) {
		ck_assert_msg(
		    !aet__deadline_passed(deadline), "process %d stays", (int)pid);
		aet__sleep_ms(TICK_MS, deadline);
	}
}

/* Where test_scratch_begin has made one; else "". */
static char scratch_root[32];

static int remove_entry(
    const char *path, const struct stat *info, int type, struct FTW *level);

void
test_scratch_begin(void)
{
	strcpy(scratch_root, "/tmp/aet-test-XXXXXX");
	if (mkdtemp(scratch_root) == NULL || chmod(scratch_root, 01777) != 0)
		scratch_root[0] = '\0';
}

void
test_scratch_end(void)
{
	if (scratch_root[0] != '\0')
		(void)nftw(scratch_root, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

char *
test_scratch_make(void)
{
	char *path;

	ck_assert_int_gt(asprintf(&path, "%s/aet-test-XXXXXX",
			     scratch_root[0] != '\0' ? scratch_root : "/tmp"),
	    0);
	ck_assert_ptr_nonnull(mkdtemp(path));
	ck_assert_int_eq(chmod(path, 01777), 0);
	return path;
}

static int
remove_entry(const char *path, const struct stat *info, int type, struct FTW *level)
{
	(void)info;
	(void)type;
	(void)level;
	return remove(path);
}

void
test_scratch_remove(char *path)
{
	ck_assert_int_eq(nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS), 0);
	free(path);
}

int
test_scratch_count(const char *path)
{
	DIR *entries = opendir(path);
	int count = -2;

	ck_assert_ptr_nonnull(entries);
	while (readdir(entries) != NULL)
		count++;
	closedir(entries);
	return count;
}

static void
stop_being_root(void)
{
	const struct passwd *nobody;
	gid_t gid;
	uid_t uid;

	if (geteuid() != 0)
		return;
	nobody = getpwnam("nobody");
	ck_assert_ptr_nonnull(nobody);
	uid = nobody->pw_uid;
	gid = nobody->pw_gid;
	ck_assert_int_eq(setgroups(1, &gid), 0);
	ck_assert_int_eq(setgid(gid), 0);
	ck_assert_int_eq(setuid(uid), 0);
}

pid_t
test_fork_as_user(const char *scratch, void (*body)(void *arg), void *arg)
{
	pid_t child = fork();

	ck_assert_int_ge(child, 0);
	if (child != 0)
		return child;
	stop_being_root();
	unsetenv("HOME");
	unsetenv("XDG_CACHE_HOME");
	setenv("TMPDIR", scratch, 1);
	body(arg);
	_exit(EXIT_SUCCESS);
}

void
test_join(pid_t pid)
{
	int status;

	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_msg(WIFEXITED(status), "ended by signal %d", WTERMSIG(status));
	ck_assert_int_eq(WEXITSTATUS(status), EXIT_SUCCESS);
}
