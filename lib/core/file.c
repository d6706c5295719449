/* SPDX-License-Identifier: MIT */
#include "core/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/error.h"
#include "core/memory.h"

static aet_status
system_error(const char *path, const char *what, aet_error *err)
{
	int number = errno;
	char reason[128];

	return aet_error_set(err, number == ENOENT ? AET_ENOTFOUND : AET_EINVAL,
	    "cannot %s \"%s\": %s", what, path,
	    strerror_r(number, reason, sizeof(reason)));
}

/* Opens without waiting for a writer, should it turn out to be a FIFO. */
static aet_status
open_regular(const char *path, size_t limit, int *fd, aet_error *err)
{
	int opened = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	aet_status status = AET_OK;
	struct stat about;

	if (opened < 0)
		return system_error(path, "open", err);
	if (fstat(opened, &about) != 0)
		status = system_error(path, "look at", err);
	else if (!S_ISREG(about.st_mode))
		status =
		    aet_error_set(err, AET_EINVAL, "\"%s\" is not a regular file", path);
	else if (about.st_size < 0 || (size_t)about.st_size > limit)
		status = aet_error_set(err, AET_EINVAL,
		    "\"%s\" is larger than the %zu bytes allowed", path, limit);
	if (status != AET_OK) {
		close(opened);
		return status;
	}
	*fd = opened;
	return AET_OK;
}

/* Fills at most size bytes; returns how many, -1 with errno set. */
static ssize_t
read_fully(int fd, char *data, size_t size)
{
	size_t len = 0;
	ssize_t got;

	while (len < size) {
		got = read(fd, data + len, size - len);
		if (got == 0)
			break;
		if (got > 0)
			len += (size_t)got;
		else if (errno != EINTR)
			return -1;
	}
	return (ssize_t)len;
}

/* One byte more than the limit is room for the NUL, and shows a file that has
 * grown since it was looked at. */
static aet_status
read_opened(
    int fd, const char *path, size_t limit, char *data, size_t *len, aet_error *err)
{
	ssize_t got = read_fully(fd, data, limit + 1);

	if (got < 0)
		return system_error(path, "read", err);
	if ((size_t)got > limit)
		return aet_error_set(err, AET_EINVAL,
		    "\"%s\" is larger than the %zu bytes allowed", path, limit);
	data[got] = '\0';
	*len = (size_t)got;
	return AET_OK;
}

aet_status
aet__file_read(const char *path, size_t limit, char **text, size_t *len, aet_error *err)
{
	aet_status status;
	char *data;
	int fd = -1;

	status = open_regular(path, limit, &fd, err);
	if (status != AET_OK)
		return status;
	data = malloc(limit + 1);
	status = data != NULL ? read_opened(fd, path, limit, data, len, err)
			      : aet__error_memory(err);
	close(fd);
	if (status != AET_OK) {
		aet__memory_wipe(data, limit + 1);
		free(data);
		return status;
	}
	*text = data;
	return AET_OK;
}
