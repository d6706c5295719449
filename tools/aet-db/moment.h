/* SPDX-License-Identifier: MIT */
/* A moment, as people give it to a flag. */
#ifndef AET_DB_MOMENT_H
#define AET_DB_MOMENT_H

#include <stdbool.h>

#include <aeturnis/types.h>

/* What moment_read takes, for messages and --help. */
#define MOMENT_FORMS "2026-01-31, 2026-01-31T18:00:00Z, or 90d, 12h, 30m for so long ago"

/*
 * A day is its midnight in UTC; a time needs its offset; so long ago is by this
 * machine's clock.
 */
bool moment_read(const char *text, aet_timestamp *out);

#endif
