/* SPDX-License-Identifier: MIT */
#include "ephemeral/supervision.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/deadline.h"
#include "core/error.h"
#include "ephemeral/supervisor.h"

int
aet__descriptor_raise(int fd)
{
	int raised;

	if (fd < 0 || fd > STDERR_FILENO)
		return fd;
	raised = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	close(fd);
	return raised;
}

/*
 * The one in between forks once more, ends at once, and is waited for by its
 * id, so that the supervisor is nobody's child but init's. _Fork, because
 * handlers of pthread_atfork are the caller's affair; all signals blocked,
 * because its signal handlers are, too.
 */
static int
fork_detached(const aet__recipe *recipe, int link)
{
	sigset_t all;
	sigset_t before;
	pid_t child;
	int failure;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	child = _Fork();
	if (child == 0)
		aet__supervisor_enter(recipe, link);
	failure = errno;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (child < 0)
		return failure;
	/* With SIGCHLD ignored, or another thread reaping, it is ECHILD: fine. */
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		continue;
	return 0;
}

aet_status
aet__supervision_start(const aet__recipe *recipe, int *out, aet_error *err)
{
	int ends[2];
	int failure;

	if (!aet__recipe_ok(recipe))
		return aet__error_memory(err);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
		return aet_error_set(
		    err, AET_ECONNECT, "cannot make a socket: %s", strerror(errno));
	ends[1] = aet__descriptor_raise(ends[1]);
	failure = ends[1] < 0 ? EMFILE : fork_detached(recipe, ends[1]);
	if (ends[1] >= 0)
		close(ends[1]);
	if (failure != 0) {
		close(ends[0]);
		return aet_error_set(
		    err, AET_ECONNECT, "cannot start a process: %s", strerror(failure));
	}
	*out = ends[0];
	return AET_OK;
}

aet__report
aet__supervision_wait(int supervisor, int64_t deadline)
{
	struct pollfd polls = { .fd = supervisor, .events = POLLIN };
	aet__report report = { .kind = AET__REPORT_NOTHING };
	ssize_t len;

	while (poll(&polls, 1, aet__deadline_left(deadline)) < 0)
		if (errno != EINTR)
			return report;
	if (polls.revents == 0)
		return report;
	do
		len = recv(supervisor, &report, sizeof(report), 0);
	while (len < 0 && errno == EINTR);
	if (len != (ssize_t)sizeof(report))
		report = (aet__report){ .kind = AET__REPORT_GONE };
	return report;
}

void
aet__supervision_stop(int *supervisor)
{
	char stop = 's';

	if (*supervisor < 0)
		return;
	/* A byte, not just the end of the socket: a process that the caller forked
	 * may hold the socket open. */
	while (send(*supervisor, &stop, 1, MSG_NOSIGNAL) < 0 && errno == EINTR)
		continue;
	while (aet__supervision_wait(*supervisor, AET__NEVER).kind != AET__REPORT_GONE)
		continue;
	close(*supervisor);
	*supervisor = -1;
}
