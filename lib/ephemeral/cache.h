/* SPDX-License-Identifier: MIT */
/*
 * A data directory that initdb has filled once and every throw-away server
 * copies: half a second becomes a tenth. One for each build of PostgreSQL.
 * Nothing depends on it; whatever goes wrong, there is just no cache.
 */
#ifndef AET_EPHEMERAL_CACHE_H
#define AET_EPHEMERAL_CACHE_H

#include <stdbool.h>

#include "core/deadline.h"
#include "ephemeral/user.h"

typedef struct aet__cache {
	char *finished; /* the template's path; NULL: no cache can be used */
	char *half;     /* where it is made before it is renamed */
	int lock;       /* held by the one who is to make it; -1: it is there */
} aet__cache;

#define AET__CACHE_NONE        \
	{                      \
		NULL, NULL, -1 \
	}

/*
 * Finds the template, or the right to make it: of those who come at once, one
 * gets the lock and the others wait, within the deadline, until it is there.
 */
void aet__cache_open(
    const char *bindir, const aet__user *user, aet__deadline deadline, aet__cache *out);

/* Has the template made anew next time: what it gave would not start. */
void aet__cache_retire(const aet__cache *cache);

void aet__cache_close(aet__cache *cache);

#endif
