/* SPDX-License-Identifier: MIT */
/* Whether the release that runs can go on: the statements of its manifest
 * (codegen --manifest), prepared before and after. */
#ifndef AET_DB_CHANGE_PREVIOUS_H
#define AET_DB_CHANGE_PREVIOUS_H

#include "change/change.h"

typedef struct change_previous {
	const char **names;
	const char **statements;
	size_t count;
} change_previous;

/*
 * Reads a manifest, and keeps the statements that can be prepared in the
 * database of url. AET_EINVAL: it is none, or cannot be read.
 */
aet_status change_previous_read(change *work, const char *path, const char *url,
    change_previous *out, aet_error *err);

/* Each statement that the target no longer takes is a hazard. */
aet_status change_previous_check(
    change *work, const change_previous *previous, aet_error *err);

#endif
