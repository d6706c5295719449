/* SPDX-License-Identifier: MIT */
/* What differs between two schemas, as sentences: what check says. */
#ifndef AET_DB_CHANGE_DRIFT_H
#define AET_DB_CHANGE_DRIFT_H

#include "change/change.h"

typedef struct change_drift {
	const char *name; /* of the object, as facts have it */
	const char *sentence;
} change_drift;

typedef struct change_drifts {
	change_drift *items;
	size_t count;
} change_drifts;

/*
 * Compares the database of url with work's target; loaded: its schema was made
 * from files just now (diff_schema_read). What is on or in something
 * that is missing or extra itself is not told of besides.
 */
aet_status change_find_drift(
    change *work, const char *url, bool loaded, change_drifts *out, aet_error *err);

#endif
