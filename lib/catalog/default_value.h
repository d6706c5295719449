/* SPDX-License-Identifier: MIT */
/*
 * Whether two default expressions mean the same: now() and CURRENT_TIMESTAMP,
 * '{user}'::text[] and ARRAY['user'::text]. The server is asked to evaluate
 * both at one moment; but first, every word that could make an accident of the
 * answer, or do something, is refused:
 *
 * - only functions that are known to be stable are called; what is volatile
 *   (nextval, gen_random_uuid, clock_timestamp) or unknown is never the same
 *   as another text;
 * - one side cannot depend on the time when the other does not, since a date
 *   may equal today's by chance;
 * - nothing may depend on who asks (CURRENT_USER), and the session's time zone
 *   is set to one that nobody uses.
 *
 * The evaluation is read-only and is rolled back.
 */
#ifndef AET_CATALOG_DEFAULT_VALUE_H
#define AET_CATALOG_DEFAULT_VALUE_H

#include <stdbool.h>

#include <aeturnis/error.h>

#include "core/deadline.h"
#include "pg/connection.h"

/* The context of aet__default_same_value. */
typedef struct aet__default_context {
	aet__connection *connection; /* idle, or in a transaction that has not failed */
	aet__deadline deadline;
} aet__default_context;

/*
 * An aet__same_value_fn (catalog/compare.h); ctx is an aet__default_context.
 * Fails only as a connection does: AET_ECONNECT, AET_ETIMEOUT, AET_ENOMEM.
 */
aet_status aet__default_same_value(void *ctx, const char *expected, const char *actual,
    const char *type, bool *same, aet_error *err);

/* Whether the two may be evaluated at all; see above. */
bool aet__default_comparable(const char *expected, const char *actual);

#endif
