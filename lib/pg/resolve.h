/* SPDX-License-Identifier: MIT */
/*
 * Names to addresses within a deadline. PQconnectStart looks names up itself,
 * and blocks for as long as the resolver likes; so names are looked up here,
 * on a thread that can be left behind, and libpq is given hostaddr.
 */
#ifndef AET_PG_RESOLVE_H
#define AET_PG_RESOLVE_H

#include <stdbool.h>
#include <stddef.h>

#include <aeturnis/error.h>

#include "core/deadline.h"

/*
 * Looks up a connection string's hosts.
 *
 *   hosts, ports  comma-separated, as libpq takes them; ports may be NULL or one
 *                 for all
 *   out           owned: three texts of equal length, one place an address:
 *                 aet__resolved_free()
 *
 * Socket directories and numeric addresses pass as they are; where there is
 * nothing else no thread is started. Fails with AET_ECONNECT (no host could be
 * found), AET_ETIMEOUT, AET_ENOMEM.
 */
typedef struct aet__resolved {
	char *hosts;
	char *addresses;
	char *ports; /* NULL when none was given */
	size_t count;
	char *next_host; /* where aet__resolved_next is; private */
	char *next_address;
	char *next_port;
} aet__resolved;

typedef struct aet__place {
	const char *host;
	const char *address; /* "" for a socket directory */
	const char *port;    /* NULL when none was given */
} aet__place;

aet_status aet__resolve(const char *hosts, const char *ports, aet__deadline deadline,
    aet__resolved *out, aet_error *err);

/* Cuts the next place off in place, each once; false at the end. It borrows from
 * resolved. */
bool aet__resolved_next(aet__resolved *resolved, aet__place *out);

void aet__resolved_free(aet__resolved *resolved);

#endif
