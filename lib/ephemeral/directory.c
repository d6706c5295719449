/* SPDX-License-Identifier: MIT */
#include "ephemeral/directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/error.h"
#include "core/memory.h"
#include "ephemeral/postmaster.h"
#include "ephemeral/supervision.h"

/* Long enough that no directory of somebody's own is mistaken for one of ours. */
#define PREFIX "aet-ephemeral-"
#define SUFFIX_SIZE 8 /* hexadecimal digits */
#define SUFFIX_MASK 0xffffffffU
#define SOCKET_NAME "/.s.PGSQL.5432.lock"

/* How long a directory may be held without a sign of stopping: its supervisor
 * needs a moment to see that its owner has ended. */
#define HELD_GRACE_MS 1000

#define SWEEP_AT_ONCE 16

#define IN_MEMORY "/dev/shm"
#define ENOUGH_MEMORY ((unsigned long)1 << 30)

static int
directory_open(const char *path)
{
	return aet__descriptor_raise(
	    open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

/*
 * TMPDIR where it is short enough for a socket (unix(7): 107 bytes) and plain
 * enough for unix_socket_directories, a list with quoting rules. Who steps down
 * gets /tmp: root's own TMPDIR is seldom open to others.
 */
static const char *
temporary_root(const aet__user *user)
{
	const char *wanted = getenv("TMPDIR");
	struct sockaddr_un address;
	size_t rest = strlen("/" PREFIX SOCKET_NAME) + SUFFIX_SIZE + 1;
	const char *plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			    "0123456789/._-";

	if (user->steps_down || wanted == NULL || wanted[0] != '/' ||
	    strlen(wanted) + rest > sizeof(address.sun_path) ||
	    wanted[strspn(wanted, plain)] != '\0' || access(wanted, W_OK | X_OK) != 0)
		return "/tmp";
	return wanted;
}

/*
 * Where files are memory: a start copies over a thousand of them, and each
 * table is two or more, which a disk's journal makes ten times as dear. A
 * container's few megabytes are left alone.
 */
static const char *
memory_root(void)
{
	struct statvfs room;

	if (statvfs(IN_MEMORY, &room) != 0 ||
	    room.f_bavail < ENOUGH_MEMORY / room.f_frsize ||
	    access(IN_MEMORY, W_OK | X_OK) != 0)
		return NULL;
	return IN_MEMORY;
}

/* Whether path still names what fd has open: a sweeper may have been faster. */
static bool
same_directory(int fd, const char *path)
{
	struct stat opened;
	struct stat named;

	return fstat(fd, &opened) == 0 && lstat(path, &named) == 0 &&
	       opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

aet_status
aet__directory_name(const aet__user *user, bool small, char **out, aet_error *err)
{
	const char *root = small ? memory_root() : NULL;
	uint64_t random;
	char *name = NULL;

	if (getrandom(&random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return aet_error_set(
		    err, AET_ECONNECT, "the kernel gives no random bytes");
	if (asprintf(&name, "%s/" PREFIX "%0*llx",
		root != NULL ? root : temporary_root(user), SUFFIX_SIZE,
		(unsigned long long)random & SUFFIX_MASK) < 0)
		return aet__error_memory(err);
	*out = name;
	return AET_OK;
}

/* ---- kept data -------------------------------------------------------- */

/* A directory made by root, or handed to us empty, becomes the user's. */
static bool
directory_adopt(int fd, const aet__user *user)
{
	struct stat info;
	DIR *entries;
	size_t count = 0;

	if (fstat(fd, &info) != 0)
		return false;
	if (info.st_uid == user->uid)
		return true;
	if (!user->steps_down || info.st_uid != 0)
		return false;
	entries = fdopendir(dup(fd));
	if (entries == NULL)
		return false;
	while (readdir(entries) != NULL)
		count++;
	closedir(entries);
	return count <= 2 && fchown(fd, user->uid, user->gid) == 0;
}

static aet_status
directory_lock(const aet__directory *kept, aet__deadline deadline, aet_error *err)
{
	aet__deadline grace = aet__deadline_in(HELD_GRACE_MS);

	while (flock(kept->lock, LOCK_EX | LOCK_NB) != 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return aet_error_set(err, AET_EINVAL,
			    "cannot lock datadir \"%s\": %s", kept->path,
			    strerror(errno));
		if (aet__postmaster_is(kept->path, NULL, "stopping"))
			grace = aet__deadline_in(HELD_GRACE_MS);
		if (aet__deadline_passed(aet__deadline_earlier(grace, deadline)))
			return aet_error_set(err, AET_EBUSY,
			    "datadir \"%s\" is in use by another server; stop that one, "
			    "or "
			    "name another directory",
			    kept->path);
		aet__sleep_ms(20, deadline);
	}
	return AET_OK;
}

static aet_status
directory_hold(
    const aet__user *user, aet__deadline deadline, aet__directory *kept, aet_error *err)
{
	kept->lock = directory_open(kept->path);
	if (kept->lock < 0)
		return aet_error_set(err, AET_EINVAL, "cannot open datadir \"%s\": %s",
		    kept->path, strerror(errno));
	if (!directory_adopt(kept->lock, user))
		return aet_error_set(err, AET_EINVAL,
		    "datadir \"%s\" belongs to another user; it must be empty, or belong "
		    "to "
		    "the one the server runs as",
		    kept->path);
	return directory_lock(kept, deadline, err);
}

aet_status
aet__directory_keep(const char *path, const aet__user *user, aet__deadline deadline,
    aet__directory *out, aet_error *err)
{
	aet__directory kept = AET__DIRECTORY_NONE;
	aet_status status;

	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		return aet_error_set(err, AET_EINVAL, "cannot make datadir \"%s\": %s",
		    path, strerror(errno));
	kept.path = realpath(path, NULL);
	if (kept.path == NULL)
		return aet_error_set(err, AET_EINVAL, "cannot find datadir \"%s\": %s",
		    path, strerror(errno));
	status = directory_hold(user, deadline, &kept, err);
	if (status == AET_OK)
		*out = kept;
	else
		aet__directory_release(&kept);
	return status;
}

/* ---- what was left behind --------------------------------------------- */

/* Locks a directory of user's that nobody holds; -1 when it is none. */
static int
leftover_lock(const char *path, const aet__user *user)
{
	struct stat info;
	int fd = directory_open(path);

	if (fd >= 0 && fstat(fd, &info) == 0 && info.st_uid == user->uid &&
	    flock(fd, LOCK_EX | LOCK_NB) == 0 && same_directory(fd, path))
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static size_t
leftover_collect(const char *root, const aet__user *user, aet__recipe *recipe,
    aet__step *removal, int locks[SWEEP_AT_ONCE])
{
	DIR *entries = opendir(root);
	const struct dirent *entry;
	size_t count = 0;

	while (entries != NULL && count < SWEEP_AT_ONCE &&
	       (entry = readdir(entries)) != NULL) {
		char path[sizeof(((struct sockaddr_un *)NULL)->sun_path)];
		int len;

		if (strncmp(entry->d_name, PREFIX, strlen(PREFIX)) != 0 ||
		    strlen(entry->d_name) != strlen(PREFIX) + SUFFIX_SIZE)
			continue;
		len = snprintf(path, sizeof(path), "%s/%s", root, entry->d_name);
		if (len < 0 || (size_t)len >= sizeof(path))
			continue;
		locks[count] = leftover_lock(path, user);
		if (locks[count] < 0)
			continue;
		count++;
		aet__recipe_word(recipe, removal, "%s", path);
	}
	if (entries != NULL)
		closedir(entries);
	return count;
}

static void
sweep(const char *root, const aet__user *user)
{
	static const char *const words[] = { "-rf", "--", NULL };
	aet__recipe recipe;
	aet__step *removal;
	int locks[SWEEP_AT_ONCE];
	int supervisor = -1;
	size_t count;

	aet__recipe_init(&recipe, user);
	removal = aet__recipe_step(&recipe, "/bin", "rm");
	aet__recipe_words(&recipe, removal, words);
	count = leftover_collect(root, user, &recipe, removal, locks);
	/* Best effort: what cannot be removed now is tried by the next one. */
	if (count > 0 && aet__supervision_start(&recipe, &supervisor, NULL) == AET_OK) {
		aet__supervision_wait(supervisor, AET__NEVER);
		aet__supervision_stop(&supervisor);
	}
	for (size_t i = 0; i < count; i++)
		close(locks[i]);
	aet__recipe_free(&recipe);
}

void
aet__directory_sweep(const aet__user *user)
{
	sweep(temporary_root(user), user);
	sweep(IN_MEMORY, user);
}

void
aet__directory_release(aet__directory *directory)
{
	free(directory->path);
	if (directory->lock >= 0)
		close(directory->lock);
	*directory = (aet__directory)AET__DIRECTORY_NONE;
}
