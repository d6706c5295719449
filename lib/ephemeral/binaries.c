/* SPDX-License-Identifier: MIT */
#include "ephemeral/binaries.h"

#include <glob.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/error.h"
#include "core/memory.h"

/* Debian, PGDG's RPMs, Alpine: each keeps a directory a version, with the
 * version as the first number in it. */
static const char *const versioned[] = {
	"/usr/lib/postgresql/*/bin",
	"/usr/pgsql-*/bin",
	"/usr/libexec/postgresql*",
};

static bool
is_program(const char *dir, const char *name)
{
	char path[PATH_MAX];
	struct stat info;
	int len = snprintf(path, sizeof(path), "%s/%s", dir, name);

	return len > 0 && (size_t)len < sizeof(path) && stat(path, &info) == 0 &&
	       S_ISREG(info.st_mode) && access(path, X_OK) == 0;
}

static bool
has_binaries(const char *dir)
{
	return is_program(dir, "initdb") && is_program(dir, "postgres");
}

/* PATH may lead to links in /usr/bin; initdb finds its share files from there
 * as well, so the directory is taken as it is. */
static aet_status
binaries_keep(const char *dir, char **out, aet_error *err)
{
	char *absolute = realpath(dir, NULL);

	if (absolute == NULL)
		return aet__error_memory(err);
	*out = absolute;
	return AET_OK;
}

static long
version_in(const char *path)
{
	const char *digits = strpbrk(path, "0123456789");

	return digits != NULL ? strtol(digits, NULL, 10) : 0;
}

/* The newest directory with both programs; "" where there is none. */
static void
binaries_newest(char newest[PATH_MAX])
{
	long best = -1;

	newest[0] = '\0';
	for (size_t i = 0; i < sizeof(versioned) / sizeof(versioned[0]); i++) {
		glob_t found;

		if (glob(versioned[i], GLOB_NOSORT, NULL, &found) != 0)
			continue;
		for (size_t j = 0; j < found.gl_pathc; j++) {
			const char *path = found.gl_pathv[j];

			if (version_in(path) > best && strlen(path) < PATH_MAX &&
			    has_binaries(path)) {
				best = version_in(path);
				strcpy(newest, path);
			}
		}
		globfree(&found);
	}
}

/* The first directory of PATH with both programs; "" where there is none. */
static void
binaries_on_path(char found[PATH_MAX])
{
	const char *entry = getenv("PATH");

	for (; entry != NULL && *entry != '\0'; entry += *entry == ':') {
		size_t len = strcspn(entry, ":");

		if (len > 0 && len < PATH_MAX) {
			memcpy(found, entry, len);
			found[len] = '\0';
			if (has_binaries(found))
				return;
		}
		entry += len;
	}
	found[0] = '\0';
}

aet_status
aet__binaries_find(const char *wanted, char **out, aet_error *err)
{
	const char *setting = getenv("AET_PG_BINDIR");
	char dir[PATH_MAX];

	if (wanted != NULL && !has_binaries(wanted))
		return aet_error_set(err, AET_EINVAL,
		    "no initdb and postgres in bindir \"%s\"; name the directory that "
		    "holds "
		    "both, or install the Debian package postgresql-15",
		    wanted);
	if (wanted != NULL)
		return binaries_keep(wanted, out, err);
	if (setting != NULL && setting[0] != '\0' && !has_binaries(setting))
		return aet_error_set(err, AET_EINVAL,
		    "no initdb and postgres in AET_PG_BINDIR \"%s\"; name the directory "
		    "that "
		    "holds both, or install the Debian package postgresql-15",
		    setting);
	if (setting != NULL && setting[0] != '\0')
		return binaries_keep(setting, out, err);
	binaries_newest(dir);
	if (dir[0] == '\0' && has_binaries("/usr/local/pgsql/bin"))
		return binaries_keep("/usr/local/pgsql/bin", out, err);
	if (dir[0] == '\0')
		binaries_on_path(dir);
	if (dir[0] == '\0')
		return aet_error_set(err, AET_EINVAL,
		    "no PostgreSQL server is installed; install the Debian package "
		    "postgresql-15 (or postgresql), or set AET_PG_BINDIR to the "
		    "directory of "
		    "initdb and postgres");
	return binaries_keep(dir, out, err);
}
