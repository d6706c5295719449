/* SPDX-License-Identifier: MIT */
#include "ephemeral/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ephemeral/supervision.h"

/* Goes up when what cluster.c puts into a template changes. */
#define LAYOUT 1

/* Longer than anybody needs to make one; past it, one does without. */
#define WAIT_MS 10000

/* A real directory of uid's that no one else may write to. */
static bool
is_trusted(const char *path, uid_t uid)
{
	struct stat info;

	return lstat(path, &info) == 0 && S_ISDIR(info.st_mode) && info.st_uid == uid &&
	       (info.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/* Root's place: one directory a user, since who copies a template must own it. */
static bool
directory_for_root(const aet__user *user, char dir[PATH_MAX])
{
	const char *root = "/var/cache/aeturnis-db";

	if ((mkdir(root, 0755) != 0 && errno != EEXIST) || !is_trusted(root, 0))
		return false;
	snprintf(dir, PATH_MAX, "%s/%u", root, (unsigned int)user->uid);
	return mkdir(dir, 0700) != 0 || lchown(dir, user->uid, user->gid) == 0;
}

/* XDG Base Directory Specification: a relative XDG_CACHE_HOME is ignored. */
static bool
directory_at_home(char dir[PATH_MAX])
{
	const char *base = getenv("XDG_CACHE_HOME");
	const char *tail = "";
	int len;

	if (base == NULL || base[0] != '/') {
		base = getenv("HOME");
		tail = "/.cache";
	}
	if (base == NULL || base[0] != '/')
		return false;
	len = snprintf(dir, PATH_MAX, "%s%s", base, tail);
	if (len < 0 || len >= PATH_MAX - 16)
		return false;
	mkdir(dir, 0700); /* if it fails, the next one does, too */
	strcat(dir, "/aeturnis-db");
	return mkdir(dir, 0700) == 0 || errno == EEXIST;
}

/* FNV-1a, so that two installations of one size and time differ. */
static uint64_t
hash_of(const char *text)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (; *text != '\0'; text++)
		hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
	return hash;
}

/* Names the template after the program that is to run on it. */
static bool
cache_name(const char *dir, const char *bindir, aet__cache *cache)
{
	char program[PATH_MAX];
	struct stat info;

	if (snprintf(program, sizeof(program), "%s/postgres", bindir) >=
		(int)sizeof(program) ||
	    stat(program, &info) != 0)
		return false;
	if (asprintf(&cache->finished, "%s/template-%d-%016llx-%llx-%llx", dir, LAYOUT,
		(unsigned long long)hash_of(bindir), (unsigned long long)info.st_size,
		(unsigned long long)info.st_mtim.tv_sec) < 0) {
		cache->finished = NULL;
		return false;
	}
	if (asprintf(&cache->half, "%s.half", cache->finished) < 0) {
		cache->half = NULL;
		return false;
	}
	return true;
}

/* True once the template is there (no lock is kept) or may be made (one is). */
static bool
cache_settle(aet__cache *cache, uid_t uid, aet__deadline deadline)
{
	while (!is_trusted(cache->finished, uid)) {
		if (flock(cache->lock, LOCK_EX | LOCK_NB) == 0) {
			if (!is_trusted(cache->finished, uid))
				return true;
			break;
		}
		if (errno != EWOULDBLOCK && errno != EINTR)
			return false;
		if (aet__deadline_passed(deadline))
			return false;
		aet__sleep_ms(aet__jitter(10, 30), deadline);
	}
	close(cache->lock);
	cache->lock = -1;
	return true;
}

void
aet__cache_open(
    const char *bindir, const aet__user *user, aet__deadline deadline, aet__cache *out)
{
	aet__deadline patience =
	    aet__deadline_earlier(deadline, aet__deadline_in(WAIT_MS));
	char dir[PATH_MAX];
	bool settled = false;

	*out = (aet__cache)AET__CACHE_NONE;
	if (!(user->steps_down ? directory_for_root(user, dir)
			       : directory_at_home(dir)) ||
	    !is_trusted(dir, user->uid) || access(dir, W_OK | X_OK) != 0)
		return;
	out->lock = aet__descriptor_raise(
	    open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
	if (out->lock >= 0 && cache_name(dir, bindir, out))
		settled = cache_settle(out, user->uid, patience);
	if (!settled)
		aet__cache_close(out);
}

void
aet__cache_retire(const aet__cache *cache)
{
	if (cache->finished != NULL)
		rename(cache->finished, cache->half);
}

void
aet__cache_close(aet__cache *cache)
{
	free(cache->finished);
	free(cache->half);
	if (cache->lock >= 0)
		close(cache->lock);
	*cache = (aet__cache)AET__CACHE_NONE;
}
