/* SPDX-License-Identifier: MIT */
#include "commands/numbering.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "migrate/filename.h"

#define USUAL_WIDTH 4
#define TIMESTAMP_WIDTH 14 /* 20260102030405 */

bool
numbering_slug(const char *name, char slug[SLUG_SIZE])
{
	size_t len = 0;

	for (; *name != '\0'; name++) {
		char c = *name;

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		else if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9'))
			c = '_';
		if (c == '_' && (len == 0 || slug[len - 1] == '_'))
			continue;
		if (len + 1 == SLUG_SIZE)
			return false;
		slug[len++] = c;
	}
	if (len > 0 && slug[len - 1] == '_')
		len--;
	slug[len] = '\0';
	return len > 0;
}

static int64_t
timestamp(void)
{
	time_t now = time(NULL);
	struct tm utc;

	if (gmtime_r(&now, &utc) == NULL)
		return 0;
	return ((((utc.tm_year + INT64_C(1900)) * 100 + utc.tm_mon + 1) * 100 +
		    utc.tm_mday) *
		       100 +
		   utc.tm_hour) *
		   10000 +
	       utc.tm_min * 100 + utc.tm_sec;
}

/* Of the number; Diesel's has dashes in it, Flyway's a V before it. */
static int
digits_of(const char *name)
{
	int digits = 0;

	name += *name == 'V' || *name == 'U';
	for (; (*name >= '0' && *name <= '9') || *name == '-'; name++)
		digits += *name != '-';
	return digits;
}

static void
look_at(const char *name, int64_t *highest, int *width)
{
	int64_t version;
	aet__filename_kind kind = aet__filename_read(name, &version);
	bool counts =
	    kind == AET__FILENAME_UP || kind == AET__FILENAME_DOWN ||
	    (kind == AET__FILENAME_OTHER && aet__filename_is_folder(name, &version));

	if (!counts || version <= *highest)
		return;
	*highest = version;
	*width = digits_of(name);
}

bool
numbering_read(int folder, numbering *out)
{
	struct dirent *entry;
	int64_t highest = -1;
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *listing = fd >= 0 ? fdopendir(fd) : NULL;

	if (listing == NULL) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	out->width = USUAL_WIDTH;
	while ((entry = readdir(listing)) != NULL)
		look_at(entry->d_name, &highest, &out->width);
	closedir(listing);
	if (highest == INT64_MAX) {
		errno = ERANGE;
		return false;
	}
	/* A folder begins with 0001; 0000 is there for whoever wants it. */
	out->next = highest < 0 ? 1 : highest + 1;
	if (out->width == TIMESTAMP_WIDTH && timestamp() > out->next)
		out->next = timestamp();
	return true;
}
