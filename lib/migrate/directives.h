/* SPDX-License-Identifier: MIT */
/*
 * What a migration file says about itself: `-- aet: word` lines before its
 * first SQL.
 */
#ifndef AET_MIGRATE_DIRECTIVES_H
#define AET_MIGRATE_DIRECTIVES_H

#include <stdbool.h>
#include <stddef.h>

#include <aeturnis/error.h>

typedef struct aet__directives {
	bool no_transaction; /* run statement by statement, outside a transaction */
	bool
	    contract; /* phase contract: waits until no server of an older release lives */
} aet__directives;

/* Fails with AET_EINVAL ("file:line: ...") on a directive that is not known, and on
 * two that do not go together; *out is written on success only. */
aet_status aet__directives_read(
    const char *file, const char *text, size_t len, aet__directives *out, aet_error *err);

#endif
