/* SPDX-License-Identifier: MIT */
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli.h"

/* What ends a program from outside. */
static const int ending[] = { SIGINT, SIGTERM, SIGHUP };

/* Written by the handler, so made before it is installed. */
static char talk[256];
static char documents[sizeof(ending) / sizeof(ending[0])][512];
static char folder[PATH_MAX];

static void
write_all(int fd, const char *text)
{
	size_t len = strlen(text);

	while (len > 0) {
		ssize_t wrote = write(fd, text, len);

		if (wrote <= 0)
			return;
		text += wrote;
		len -= (size_t)wrote;
	}
}

/* In a handler a folder can be listed by another program only: opendir(3)
 * allocates. */
static void
remove_folder(void)
{
	pid_t child = _Fork();

	if (child == 0) {
		execl("/bin/rm", "rm", "-rf", "--", folder, (char *)NULL);
		_exit(127);
	}
	if (child > 0)
		waitpid(child, NULL, 0);
}

static void
end_interrupted(int signal)
{
	write_all(STDERR_FILENO, talk);
	for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++)
		if (ending[i] == signal)
			write_all(STDOUT_FILENO, documents[i]);
	if (folder[0] != '\0')
		remove_folder();
	_exit(128 + signal);
}

/* A signal that was ignored stays so: nohup(1) and a shell's background. */
static void
arm(int signal)
{
	struct sigaction action = { .sa_handler = end_interrupted };
	struct sigaction before;

	/* Neither can fail: the signals exist and may be caught. */
	sigaction(signal, NULL, &before);
	if (before.sa_handler == SIG_IGN)
		return;
	sigfillset(&action.sa_mask);
	sigaction(signal, &action, NULL);
}

void
output_arm_interrupt(cli_output *out, const char *message)
{
	/* A terminal shows ^C, perhaps behind a question. */
	snprintf(talk, sizeof(talk), "%saet-db: %s\n",
	    isatty(STDERR_FILENO) == 1 ? "\n" : "", message);
	for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++) {
		if (out->json)
			snprintf(documents[i], sizeof(documents[i]),
			    "{\"version\":%d,\"command\":\"%s\",\"ok\":false,\"exit\":%d,"
			    "\"error\":{\"status\":\"AET_EUNKNOWN\",\"message\":\"%s\"}}"
			    "\n",
			    JSON_DOCUMENT_VERSION, out->command, 128 + ending[i],
			    message);
		arm(ending[i]);
	}
}

void
output_disarm_interrupt(void)
{
	memset(talk, 0, sizeof(talk));
	memset(documents, 0, sizeof(documents));
}

void
output_interrupt_removes(const char *path)
{
	snprintf(folder, sizeof(folder), "%s", path != NULL ? path : "");
}
