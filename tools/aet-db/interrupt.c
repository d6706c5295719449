/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

/* Written by the handler, so made before it is installed. */
static char talk[256];
static char document[512];

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

static void
end_interrupted(int signal)
{
	write_all(STDERR_FILENO, talk);
	if (signal == SIGINT)
		write_all(STDOUT_FILENO, document);
	_exit(128 + signal);
}

void
output_arm_interrupt(cli_output *out, const char *message)
{
	struct sigaction action = { .sa_handler = end_interrupted };

	snprintf(talk, sizeof(talk), "aet-db: %s\n", message);
	if (out->json)
		snprintf(document, sizeof(document),
		    "{\"version\":%d,\"command\":\"%s\",\"ok\":false,\"exit\":%d,"
		    "\"error\":{\"status\":\"AET_EUNKNOWN\",\"message\":\"%s\"}}\n",
		    JSON_DOCUMENT_VERSION, out->command, EXIT_INTERRUPTED, message);
	sigemptyset(&action.sa_mask);
	sigaddset(&action.sa_mask, SIGINT);
	sigaddset(&action.sa_mask, SIGTERM);
	/* Neither can fail: both signals exist and may be caught. */
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}
