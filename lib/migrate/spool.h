/* SPDX-License-Identifier: MIT */
/*
 * A migration's whole text, ready to be read at any place: in memory while it is
 * small; else in a file that nobody else sees and whose pages are mapped, so that
 * what was read can be forgotten, and memory holds no more than one statement. A
 * copy, since a file that somebody cuts short while it is mapped would raise
 * SIGBUS in the caller, and one that is edited would run as a mixture.
 */
#ifndef AET_MIGRATE_SPOOL_H
#define AET_MIGRATE_SPOOL_H

#include <stdbool.h>
#include <stddef.h>

#include <aeturnis/error.h>

#include "core/text.h"

/* {0} is empty. */
typedef struct aet__spool {
	size_t len;
	bool mapped;    /* its pages may be forgotten */
	aet__text text; /* while it is small */
	bool filed;
	int fd;      /* while filed, and not mapped yet */
	char *pages; /* when mapped */
	int failure; /* errno of the first */
} aet__spool;

/* Appends. A failure shows in aet__spool_finish. */
void aet__spool_add(aet__spool *spool, const char *text, size_t len);

/* Nothing is appended any more. AET_ENOMEM, AET_EDB where there is no room for the
 * file ($TMPDIR, else /var/tmp, else /tmp). */
aet_status aet__spool_finish(aet__spool *spool, aet_error *err);

/* len bytes; borrowed until aet__spool_free. */
const char *aet__spool_view(const aet__spool *spool);

void aet__spool_free(aet__spool *spool);

/* Of a mapped text: what lies before end may leave memory; *from is how far that was
 * said before. It comes back when it is read again. */
void aet__spool_forget(const char *text, size_t *from, size_t end);

#endif
