/* SPDX-License-Identifier: MIT */
/*
 * Directories that are ours while we hold their lock: flock(2) on the
 * directory itself, which ends with its last holder however that ends. Process
 * ids say nothing about a directory, since they are used again.
 */
#ifndef AET_EPHEMERAL_DIRECTORY_H
#define AET_EPHEMERAL_DIRECTORY_H

#include <stdbool.h>

#include <aeturnis/error.h>

#include "core/deadline.h"
#include "ephemeral/user.h"

typedef struct aet__directory {
	char *path; /* absolute */
	int lock;
} aet__directory;

#define AET__DIRECTORY_NONE \
	{                   \
		NULL, -1    \
	}

/* A name for a private directory of user's that is not there yet, short enough
 * for a socket in it; free(). The supervisor makes it. small: what it will hold
 * may be in memory, where there is plenty. */
aet_status aet__directory_name(
    const aet__user *user, bool small, char **out, aet_error *err);

/*
 * The directory in which data is kept, made if absent. While a server that
 * holds it is on its way out, waits for it until the deadline; AET_EBUSY when
 * it is in use.
 */
aet_status aet__directory_keep(const char *path, const aet__user *user,
    aet__deadline deadline, aet__directory *out, aet_error *err);

/* Removes what earlier supervisors that were killed have left behind. */
void aet__directory_sweep(const aet__user *user);

/* Closes and frees; the directory stays. */
void aet__directory_release(aet__directory *directory);

#endif
