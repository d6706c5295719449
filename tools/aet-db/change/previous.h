/* SPDX-License-Identifier: MIT */
/* Whether the release that runs can go on: what its manifest (codegen --manifest)
 * says of its statements, held against the schema before and after. */
#ifndef AET_DB_CHANGE_PREVIOUS_H
#define AET_DB_CHANGE_PREVIOUS_H

#include <jansson.h>

#include "change/change.h"

/* change_previous_free() in any case. */
typedef struct change_previous {
	const char *text; /* of the manifest */
	size_t len;
	json_t *manifest;
	diff_lookup said;   /* what is in its way already: sentences */
	diff_lookup widths; /* of the columns that it writes */
	diff_lookup labels; /* of the enums that it sends */
} change_previous;

/*
 * Reads a manifest, and what is in its statements' way in the database of url.
 * AET_EINVAL: it is none, or cannot be read.
 */
aet_status change_previous_read(change *work, const char *path, const char *url,
    change_previous *out, aet_error *err);

/* What is in their way in the target, and was not before, is a hazard. */
aet_status change_previous_check(change *work, change_previous *previous, aet_error *err);

void change_previous_free(change_previous *previous);

#endif
