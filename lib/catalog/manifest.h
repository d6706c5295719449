/* SPDX-License-Identifier: MIT */
/*
 * The manifest that aet-db codegen writes: what a release's statements take and
 * answer. Whether they still work on a database is asked by preparing each there
 * as that release does, with its parameters' types; nothing is run.
 */
#ifndef AET_CATALOG_MANIFEST_H
#define AET_CATALOG_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/deadline.h"
#include "pg/connection.h"

/* Of a statement that would break. */
typedef struct aet__manifest_break {
	const char *query;
	const char *sentence;
} aet__manifest_break;

typedef struct aet__manifest_report {
	aet__manifest_break *items; /* in the manifest's order */
	size_t count;
	size_t checked; /* statements; one query may have several texts */
	void *memory;   /* the report's own */
} aet__manifest_report;

/*
 * Who can tell which columns of the statement that was prepared last on the
 * connection cannot be NULL: required says which parameters, of these types, never
 * are, and may be changed. false: nothing is known, and nothing is said of NULLs.
 */
typedef bool (*aet__manifest_prove)(void *ctx, const uint32_t *types, bool *required,
    size_t parameter_count, bool *not_null, size_t column_count);

/*
 * Prepares every statement of the manifest's text.
 *
 *   prove, ctx  NULL: NULLs are not looked at
 *   out         wholly overwritten: aet__manifest_report_free(), on failure too
 *
 * AET_OK whether or not something would break: out->count says. Fails with
 * AET_EINVAL (the text is no manifest), AET_ENOMEM, and where the connection
 * does. Inside a transaction the first statement that breaks would fail it: the
 * connection must have none.
 */
aet_status aet__manifest_check(const char *text, size_t len, aet__connection *connection,
    aet__manifest_prove prove, void *ctx, aet__deadline deadline,
    aet__manifest_report *out, aet_error *err);

/* One that is {0} may be freed too. */
void aet__manifest_report_free(aet__manifest_report *report);

#endif
