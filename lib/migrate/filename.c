/* SPDX-License-Identifier: MIT */
#include "migrate/filename.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "core/ascii.h"

#define NUMBER_MOST 19 /* digits, of 64 bits */

static bool
ends_with(const char *name, const char *end)
{
	size_t len = strlen(name);
	size_t end_len = strlen(end);

	return len >= end_len && strcmp(name + len - end_len, end) == 0;
}

/* ".SQL" too, so that it is refused and not passed over. */
static bool
is_sql(const char *name)
{
	size_t len = strlen(name);

	return len > 4 && aet__ascii_same(name + len - 4, ".sql");
}

/* The digits that name begins with, and what follows them; false when they
 * leave 64 bits. */
static bool
read_number(const char *name, int64_t *version, const char **rest)
{
	int64_t value = 0;

	for (; *name >= '0' && *name <= '9'; name++) {
		int digit = *name - '0';

		if (value > (INT64_MAX - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*version = value;
	*rest = name;
	return true;
}

/* What the journal keys a repeatable migration by; a clash of two names in 62
 * bits is not to be reckoned with. */
static int64_t
repeatable_version(const char *name)
{
	uint64_t hash = UINT64_C(14695981039346656037);

	for (; *name != '\0'; name++)
		hash = (hash ^ (unsigned char)*name) * UINT64_C(1099511628211);
	return -1 - (int64_t)(hash >> 2);
}

static aet__filename_kind
read_repeatable(const char *name, int64_t *version)
{
	if (strlen(name) <= strlen("R__") + strlen(".sql"))
		return AET__FILENAME_MALFORMED;
	*version = repeatable_version(name);
	return AET__FILENAME_REPEATABLE;
}

/* Flyway's: V7__name.sql, and U7__name.sql to take it back. Of V1.1 and V1_1 nobody
 * could say which number it is. */
static aet__filename_kind
read_flyway(const char *name, int64_t *version)
{
	const char *rest;
	int64_t number;

	if (!read_number(name + 1, &number, &rest))
		return AET__FILENAME_TOO_BIG;
	if (rest == name + 1 || strncmp(rest, "__", 2) != 0 ||
	    strlen(rest) <= strlen("__.sql"))
		return AET__FILENAME_MALFORMED;
	*version = number;
	return name[0] == 'U' ? AET__FILENAME_DOWN : AET__FILENAME_UP;
}

/* The digits of "2020-01-02-030405_name", as Diesel reads them. */
bool
aet__filename_is_folder(const char *name, int64_t *version)
{
	char digits[NUMBER_MOST + 1];
	size_t count = 0;
	const char *rest;
	int64_t number;

	for (; (*name >= '0' && *name <= '9') || (*name == '-' && count > 0); name++) {
		if (*name == '-')
			continue;
		if (count == NUMBER_MOST)
			return false;
		digits[count++] = *name;
	}
	digits[count] = '\0';
	if (count == 0 || name[0] != '_' || name[1] == '\0' ||
	    !read_number(digits, &number, &rest))
		return false;
	*version = number;
	return true;
}

aet__filename_kind
aet__filename_read(const char *name, int64_t *version)
{
	bool down = ends_with(name, ".down.sql");
	const char *suffix = down                         ? ".down.sql"
			     : ends_with(name, ".up.sql") ? ".up.sql"
							  : ".sql";
	const char *rest;
	int64_t number;

	if (name[0] == '.' || !is_sql(name))
		return AET__FILENAME_OTHER;
	if (!ends_with(name, suffix))
		return AET__FILENAME_MALFORMED;
	if (strncmp(name, "R__", 3) == 0)
		return read_repeatable(name, version);
	if (name[0] == 'V' || name[0] == 'U')
		return read_flyway(name, version);
	if (!read_number(name, &number, &rest))
		return AET__FILENAME_TOO_BIG;
	if (rest == name || *rest != '_' || strlen(rest) <= 1 + strlen(suffix))
		return AET__FILENAME_MALFORMED;
	*version = number;
	return down ? AET__FILENAME_DOWN : AET__FILENAME_UP;
}
