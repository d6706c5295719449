/* SPDX-License-Identifier: MIT */
#include "ephemeral/postmaster.h"

#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LINE_SOCKET_DIRECTORY 5
#define LINE_STATE 8

/* The file, NUL-terminated; empty where there is none. */
static void
pidfile_read(const char *directory, char *text, size_t size)
{
	char path[PATH_MAX];
	ssize_t len = -1;
	int fd;

	text[0] = '\0';
	if (snprintf(path, sizeof(path), "%s/data/postmaster.pid", directory) >=
	    (int)sizeof(path))
		return;
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return;
	len = read(fd, text, size - 1);
	close(fd);
	if (len > 0)
		text[len] = '\0';
	else
		text[0] = '\0';
}

/* Whether the line with this number, from 1, is value, padded or not. */
static bool
line_is(const char *text, int number, const char *value)
{
	size_t len = strlen(value);

	while (--number > 0) {
		text = strchr(text, '\n');
		if (text == NULL)
			return false;
		text++;
	}
	return strncmp(text, value, len) == 0 &&
	       (text[len] == '\n' || text[len] == ' ' || text[len] == '\0');
}

bool
aet__postmaster_is(const char *directory, const char *socket_directory, const char *state)
{
	char text[2 * PATH_MAX];

	pidfile_read(directory, text, sizeof(text));
	return line_is(text, LINE_STATE, state) &&
	       (socket_directory == NULL ||
		   line_is(text, LINE_SOCKET_DIRECTORY, socket_directory));
}
