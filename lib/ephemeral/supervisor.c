/* SPDX-License-Identifier: MIT */
#include "ephemeral/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/deadline.h"
#include "ephemeral/supervision.h"

/* How long a program may take to obey before the next, harder signal. */
#define STEP_GRACE_MS 2000
#define SWEEPER_GRACE_MS 1000
#define FAST_GRACE_MS 30000     /* a checkpoint and its fsyncs */
#define IMMEDIATE_GRACE_MS 8000 /* postgres itself kills its children after 5 s */
#define UNTIL_IT_ENDS 0         /* SIGKILL is obeyed */

struct supervisor {
	const aet__recipe *recipe;
	pid_t pid;
	int link;
	int signals; /* a signalfd */
	int hold;    /* the recipe's directory, locked; -1: none */
};

enum wake { WAKE_ENDED, WAKE_STOP, WAKE_TIMEOUT };

/* ---- becoming a process of its own ------------------------------------ */

static void
close_between(unsigned int first, unsigned int last)
{
	struct rlimit limit;

	if (first > last || close_range(first, last, 0) == 0)
		return;
	/* Kernels before 5.9. */
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur > 65536)
		limit.rlim_cur = 65536;
	for (unsigned int fd = first; fd <= last && fd < limit.rlim_cur; fd++)
		close((int)fd);
}

static bool
is_kept(const struct supervisor *self, int fd)
{
	if (fd == self->link || fd == self->recipe->lock)
		return true;
	for (size_t i = 0; i < self->recipe->count; i++)
		if (fd == self->recipe->steps[i].unlocks)
			return true;
	return false;
}

static int
highest_kept(const struct supervisor *self)
{
	int highest = self->link;

	if (self->recipe->lock > highest)
		highest = self->recipe->lock;
	for (size_t i = 0; i < self->recipe->count; i++)
		if (self->recipe->steps[i].unlocks > highest)
			highest = self->recipe->steps[i].unlocks;
	return highest;
}

/* A pipe or socket of the caller's, kept open here, would never end for the
 * one at its other side. */
static void
close_others(const struct supervisor *self)
{
	int highest = highest_kept(self);
	int first = STDERR_FILENO + 1;

	for (int fd = first; fd <= highest; fd++) {
		if (!is_kept(self, fd))
			continue;
		if (fd > first)
			close_between((unsigned int)first, (unsigned int)fd - 1);
		first = fd + 1;
	}
	close_between((unsigned int)first, ~0U);
}

static void
redirect_standard(void)
{
	int null = open("/dev/null", O_RDWR);

	for (int fd = STDIN_FILENO; null >= 0 && fd <= STDERR_FILENO; fd++)
		dup2(null, fd);
	if (null > STDERR_FILENO)
		close(null);
}

/* The caller's handlers must not run here, nor what it ignores be inherited
 * by the server (an ignored SIGCHLD would keep waitpid from working). */
static void
reset_handlers(void)
{
	struct sigaction action;

	memset(&action, 0, sizeof(action));
	action.sa_handler = SIG_DFL;
	for (int sig = 1; sig < NSIG; sig++)
		sigaction(sig, &action, NULL);
}

static int
watch_signals(void)
{
	sigset_t watched;

	sigemptyset(&watched);
	sigaddset(&watched, SIGCHLD);
	sigaddset(&watched, SIGTERM);
	sigaddset(&watched, SIGINT);
	sigaddset(&watched, SIGQUIT);
	sigaddset(&watched, SIGHUP);
	sigprocmask(SIG_SETMASK, &watched, NULL);
	return signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Locks a directory that was just made; -1 when a sweeper was faster. */
static int
directory_lock(const char *path)
{
	struct stat opened;
	struct stat named;
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &opened) == 0 &&
	    lstat(path, &named) == 0 && opened.st_dev == named.st_dev &&
	    opened.st_ino == named.st_ino)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

/* Makes and holds the recipe's directory; tries again while a sweeper, who saw
 * it before it was locked, removes it. False with errno. */
static bool
make_directory(struct supervisor *self)
{
	const char *path = self->recipe->directory;
	int64_t deadline = aet__deadline_in(SWEEPER_GRACE_MS);

	self->hold = -1;
	while (path != NULL && self->hold < 0) {
		if (mkdir(path, 0700) == 0)
			self->hold = directory_lock(path);
		else if (errno != EEXIST || aet__deadline_passed(deadline))
			return false;
		if (self->hold < 0)
			aet__sleep_ms(1, deadline);
	}
	return true;
}

/* ---- running and waiting ---------------------------------------------- */

static void
report(const struct supervisor *self, aet__report_kind kind, size_t step, int status)
{
	aet__report message = {
		.kind = (int32_t)kind, .step = (int32_t)step, .status = status
	};

	while (send(self->link, &message, sizeof(message), MSG_NOSIGNAL) < 0 &&
	       errno == EINTR)
		continue;
}

/* A pipe that holds text already and ends after it; it is below PIPE_BUF, so
 * that writing it cannot block. */
static int
input_of(const aet__step *step)
{
	int ends[2];
	size_t len = step->input != NULL ? strlen(step->input) : 0;

	if (len == 0)
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (pipe2(ends, O_CLOEXEC) != 0)
		return -1;
	if (write(ends[1], step->input, len) != (ssize_t)len) {
		close(ends[0]);
		ends[0] = -1;
	}
	close(ends[1]);
	return ends[0];
}

static void
redirect_step(const aet__step *step, int input)
{
	int log;

	dup2(input, STDIN_FILENO);
	if (step->log == NULL)
		return;
	log = open(step->log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (log < 0)
		_exit(127);
	dup2(log, STDOUT_FILENO);
	dup2(log, STDERR_FILENO);
}

/*
 * The forked child's part. The death signal covers a supervisor that is killed
 * itself (its one thread is all of it, so the signal cannot come early), and
 * the locks go to the server, so that they are held as long as it lives.
 */
static _Noreturn void
exec_step(const struct supervisor *self, const aet__step *step, int input, bool server)
{
	const aet__recipe *recipe = self->recipe;
	int last_word = !server ? SIGKILL : recipe->keeps ? SIGINT : SIGQUIT;
	sigset_t none;

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, last_word);
	if (getppid() != self->pid)
		_exit(127);
	redirect_step(step, input);
	if (server && self->hold >= 0)
		fcntl(self->hold, F_SETFD, 0);
	if (server && recipe->lock >= 0)
		fcntl(recipe->lock, F_SETFD, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execve(step->words[0], step->words, recipe->environment);
	_exit(127);
}

/* The child's process id, or -1. */
static pid_t
spawn(const struct supervisor *self, const aet__step *step, bool server)
{
	int input = input_of(step);
	pid_t child;

	if (input < 0)
		return -1;
	child = _Fork();
	if (child == 0)
		exec_step(self, step, input, server);
	if (child > 0)
		setpgid(child, child);
	close(input);
	return child;
}

/* Whether somebody wants the supervisor itself to end. */
static bool
told_to_end(const struct supervisor *self)
{
	struct signalfd_siginfo info;
	bool told = false;

	while (read(self->signals, &info, sizeof(info)) == sizeof(info))
		told |= info.ssi_signo != SIGCHLD;
	return told;
}

/*
 * Reaps until child has ended; with 0 for child, until there is none at all:
 * as their subreaper, the supervisor inherits its children's children.
 */
static bool
reap(pid_t child, int *status)
{
	int ended;
	pid_t pid;

	while ((pid = waitpid(-1, &ended, WNOHANG)) > 0) {
		if (pid != child)
			continue;
		*status = ended;
		return true;
	}
	return child == 0 && pid < 0 && errno == ECHILD;
}

/* Waits for child (see reap), or for the caller if heed says so. */
static enum wake
wait_for(
    const struct supervisor *self, pid_t child, bool heed, int64_t deadline, int *status)
{
	struct pollfd polls[2] = {
		{ .fd = self->signals, .events = POLLIN },
		{ .fd = heed ? self->link : -1, .events = POLLIN },
	};

	for (;;) {
		if (reap(child, status))
			return WAKE_ENDED;
		if (poll(polls, 2, aet__deadline_left(deadline)) == 0)
			return WAKE_TIMEOUT;
		if (told_to_end(self) && heed)
			return WAKE_STOP;
		if (polls[1].revents != 0)
			return WAKE_STOP;
	}
}

/* ---- stopping --------------------------------------------------------- */

/* True when target (a process, or minus a group) made child end in time. */
static bool
stop_with(
    const struct supervisor *self, pid_t target, pid_t child, int sig, int64_t grace)
{
	int status;

	kill(target, sig);
	return wait_for(self, child, false, aet__deadline_in(grace), &status) ==
	       WAKE_ENDED;
}

/* A step makes nothing that is used half made: its whole group goes. */
static void
stop_step(const struct supervisor *self, pid_t child)
{
	if (!stop_with(self, -child, child, SIGTERM, STEP_GRACE_MS))
		stop_with(self, -child, child, SIGKILL, UNTIL_IT_ENDS);
	kill(-child, SIGKILL);
}

/* PostgreSQL manual, "Shutting Down the Server": SIGINT is the fast shutdown,
 * SIGQUIT the immediate one, which leaves recovery to the next start. */
static void
stop_server(const struct supervisor *self, pid_t child)
{
	if (self->recipe->keeps && stop_with(self, child, child, SIGINT, FAST_GRACE_MS))
		return;
	if (stop_with(self, child, child, SIGQUIT, IMMEDIATE_GRACE_MS))
		return;
	stop_with(self, child, child, SIGKILL, UNTIL_IT_ENDS);
}

static void
wait_for_caller(const struct supervisor *self)
{
	struct pollfd polls[2] = {
		{ .fd = self->link, .events = POLLIN },
		{ .fd = self->signals, .events = POLLIN },
	};

	while (polls[0].revents == 0 && !told_to_end(self))
		poll(polls, 2, -1);
}

static void
clean_up(const struct supervisor *self)
{
	int status;
	pid_t child;

	wait_for(self, 0, false, aet__deadline_in(IMMEDIATE_GRACE_MS), &status);
	if (self->recipe->cleanup.count == 0)
		return;
	child = spawn(self, &self->recipe->cleanup, false);
	if (child > 0)
		wait_for(self, child, false, AET__NEVER, &status);
}

/* ---- the whole -------------------------------------------------------- */

/* True when the step ended well, and the next one may run. */
static bool
run_step(const struct supervisor *self, size_t i)
{
	const aet__step *step = &self->recipe->steps[i];
	bool server = self->recipe->serves && i + 1 == self->recipe->count;
	pid_t child = spawn(self, step, server);
	int status = 127 << 8;

	if (child > 0 && wait_for(self, child, true, AET__NEVER, &status) == WAKE_STOP) {
		if (server)
			stop_server(self, child);
		else
			stop_step(self, child);
		return false;
	}
	if (server || status != 0) {
		report(self, AET__REPORT_ENDED, i, status);
		wait_for_caller(self);
		return false;
	}
	if (step->unlocks >= 0)
		close(step->unlocks);
	return true;
}

static void
run_recipe(const struct supervisor *self)
{
	for (size_t i = 0; i < self->recipe->count; i++)
		if (!run_step(self, i))
			return;
	report(self, AET__REPORT_DONE, 0, 0);
}

/*
 * The length of path's beginning that names a folder which this process may not
 * enter, with errno; 0: it may enter all. The path is this process's own copy.
 */
static size_t
folder_shut(char *path)
{
	size_t len = path != NULL ? strlen(path) : 0;
	bool open;

	for (size_t i = 1; i <= len; i++) {
		char next = path[i];

		if (next != '/' && next != '\0')
			continue;
		path[i] = '\0';
		open = access(path, X_OK) == 0;
		path[i] = next;
		if (!open)
			return i;
	}
	return 0;
}

/* Nothing was done yet: says why, and ends with the caller's leave. */
static _Noreturn void
give_up(const struct supervisor *self, aet__report_kind kind, size_t where, int why)
{
	report(self, kind, where, why);
	wait_for_caller(self);
	_exit(1);
}

_Noreturn void
aet__supervisor_enter(const aet__recipe *recipe, int link)
{
	struct supervisor self = { .recipe = recipe, .link = link };
	size_t shut_out;

	if (_Fork() != 0)
		_exit(0);
	setsid();
	self.pid = getpid();
	reset_handlers();
	redirect_standard();
	close_others(&self);
	self.signals = watch_signals();
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	umask(077);
	if (chdir("/") != 0 || self.signals < 0 || !aet__user_become(&recipe->user))
		give_up(&self, AET__REPORT_FORBIDDEN, 0, errno);
	shut_out = folder_shut(recipe->home);
	if (shut_out > 0)
		give_up(&self, AET__REPORT_SHUT_OUT, shut_out, errno);
	if (!make_directory(&self))
		give_up(&self, AET__REPORT_HOMELESS, 0, errno);
	run_recipe(&self);
	clean_up(&self);
	_exit(0);
}
