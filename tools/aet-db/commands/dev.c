/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <aeturnis/ephemeral.h>

#include "cli.h"
#include "core/memory.h"
#include "target.h"

#define NOT_FOUND 127 /* as the shells say it */
#define NOT_RUNNABLE 126

extern char **environ;

/* What ends dev, and the end of the program, are waited for, not handled. What is
 * ignored stays so (nohup(1)): blocked, it would be waited for all the same. */
static bool
block_signals(sigset_t *waited, sigset_t *before)
{
	static const int ending[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action;

	sigemptyset(waited);
	sigaddset(waited, SIGCHLD);
	for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++)
		if (sigaction(ending[i], NULL, &action) == 0 &&
		    action.sa_handler != SIG_IGN)
			sigaddset(waited, ending[i]);
	return sigprocmask(SIG_BLOCK, waited, before) == 0;
}

/* environ with DATABASE_URL replaced; entries are borrowed. Owned: free(). */
static char **
make_environment(char *setting)
{
	size_t count = 0, kept = 0;
	char **copy;

	while (environ[count] != NULL)
		count++;
	copy = aet__memory_array(count + 2, sizeof(*copy));
	if (copy == NULL)
		return NULL;
	for (size_t i = 0; i < count; i++)
		if (strncmp(environ[i], "DATABASE_URL=", 13) != 0)
			copy[kept++] = environ[i];
	copy[kept] = setting;
	return copy;
}

/* In the child: with the signals as they were before dev changed them, and with
 * dev's end as its own, however that comes. Returns what was in the way. */
static int
become_program(char **program, char **environment, const sigset_t *mask, pid_t parent)
{
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0)
		return errno;
	if (getppid() != parent)
		_exit(EXIT_FAILED);
	signal(SIGPIPE, SIG_DFL);
	sigprocmask(SIG_SETMASK, mask, NULL);
	execvpe(program[0], program, environment);
	return errno;
}

/* posix_spawn knows no PR_SET_PDEATHSIG. That this process is forked with
 * nothing open but the supervisor's socket, which is closed by exec, is dev's
 * own to know. */
static int
spawn_program(char **program, char **environment, const sigset_t *mask, pid_t *pid)
{
	pid_t parent = getpid();
	int error = 0;
	int word[2];
	pid_t child;

	if (pipe2(word, O_CLOEXEC) != 0)
		return errno;
	child = fork();
	if (child == 0) {
		error = become_program(program, environment, mask, parent);
		(void)!write(word[1], &error, sizeof(error));
		_exit(EXIT_FAILED);
	}
	if (child < 0)
		error = errno;
	close(word[1]);
	if (child > 0 && read(word[0], &error, sizeof(error)) > 0)
		waitpid(child, NULL, 0);
	close(word[0]);
	*pid = child;
	return error;
}

/* A terminal's Ctrl-C reaches the program by itself: it is in the same group. */
static bool
came_from_terminal(const siginfo_t *info)
{
	return info->si_code == SI_KERNEL;
}

static int
wait_for_program(pid_t pid, const sigset_t *waited)
{
	siginfo_t info;
	int status;

	for (;;) {
		pid_t ended = waitpid(pid, &status, WNOHANG);

		if (ended < 0)
			return EXIT_FAILED;
		if (ended == pid)
			break;
		if (sigwaitinfo(waited, &info) > 0 && info.si_signo != SIGCHLD &&
		    !came_from_terminal(&info))
			kill(pid, info.si_signo);
	}
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static int
fail_spawn(cli_context *cli, int error)
{
	cli_failure failure = { .exit = error == ENOENT ? NOT_FOUND : NOT_RUNNABLE };

	aet_error_set(&failure.error, AET_EINVAL, "cannot run \"%s\": %s",
	    cli->options.program[0], strerror(error));
	return output_fail(&cli->output, &failure);
}

static int
run_program(
    cli_context *cli, const char *url, const sigset_t *waited, const sigset_t *before)
{
	cli_failure failure = { .error.status = AET_ENOMEM };
	char *setting = NULL;
	char **environment = NULL;
	pid_t pid = -1;
	int error = 0, code;

	if (asprintf(&setting, "DATABASE_URL=%s", url) < 0)
		setting = NULL;
	if (setting != NULL)
		environment = make_environment(setting);
	if (environment == NULL) {
		free(setting);
		return output_fail(&cli->output, &failure);
	}
	output_note(&cli->output, "database: %s", url);
	error = spawn_program(cli->options.program, environment, before, &pid);
	if (error == 0)
		output_hand_over(&cli->output);
	code = error == 0 ? wait_for_program(pid, waited) : fail_spawn(cli, error);
	free(environment);
	free(setting);
	return code;
}

/* The result is out at once, since whoever reads it wants to connect. */
static int
wait_for_signal(cli_context *cli, const char *url, const sigset_t *waited)
{
	int signal, code;

	output_line(&cli->output, "%s", url);
	output_set(&cli->output, "url", json_string(url));
	code = output_finish(&cli->output, EXIT_DONE);
	if (code != EXIT_DONE)
		return code;
	output_note(&cli->output, "running; Ctrl-C stops it%s",
	    cli->options.persist != NULL ? "" : " and removes its data");
	do {
		signal = sigwaitinfo(waited, NULL);
	} while (signal == SIGCHLD || (signal < 0 && errno == EINTR));
	output_note(&cli->output, "stopping");
	return EXIT_DONE;
}

/* The folders above a kept data directory; it is the library that makes that. */
static int
make_parents(cli_context *cli, const char *path)
{
	cli_failure failure = { .exit = EXIT_FAILED };
	char *copy = aet__memory_text(path);
	int error = copy == NULL ? ENOMEM : 0;

	for (char *slash = copy;
	     error == 0 && (slash = strchr(slash + 1, '/')) != NULL;) {
		*slash = '\0';
		if (mkdir(copy, 0755) != 0 && errno != EEXIST)
			error = errno;
		*slash = '/';
	}
	free(copy);
	if (error == 0)
		return EXIT_DONE;
	aet_error_set(&failure.error, AET_EINVAL, "cannot make the folder of \"%s\": %s",
	    path, strerror(error));
	return output_fail(&cli->output, &failure);
}

static int
start(cli_context *cli, aet_ephemeral **server)
{
	aet_ephemeral_options opts = AET_EPHEMERAL_OPTIONS_INIT;
	cli_failure failure = { .exit = 0 };
	int code = target_load_environment(cli);

	if (code == EXIT_DONE && cli->options.persist != NULL)
		code = make_parents(cli, cli->options.persist);
	if (code != EXIT_DONE)
		return code;
	opts.bindir = cli->options.bindir != NULL
			  ? cli->options.bindir
			  : aet_environment_get(cli->environment, "AET_PG_BINDIR");
	opts.datadir = cli->options.persist;
	if (aet_ephemeral_start(&opts, server, &failure.error) == AET_OK)
		return EXIT_DONE;
	failure.exit = EXIT_FAILED;
	failure.next = "aet-db doctor";
	return output_fail(&cli->output, &failure);
}

int
run_dev(cli_context *cli)
{
	aet_ephemeral *server = NULL;
	sigset_t waited, before;
	cli_failure failure = { .exit = EXIT_FAILED };
	int code;

	if (!block_signals(&waited, &before)) {
		aet_error_set(&failure.error, AET_EINVAL, "cannot block signals: %s",
		    strerror(errno));
		return output_fail(&cli->output, &failure);
	}
	code = start(cli, &server);
	if (code != EXIT_DONE)
		return code;
	if (cli->options.program != NULL)
		code = run_program(cli, aet_ephemeral_url(server), &waited, &before);
	else
		code = wait_for_signal(cli, aet_ephemeral_url(server), &waited);
	aet_ephemeral_stop(&server);
	return code;
}
