/* SPDX-License-Identifier: MIT */
/* Where the installed initdb and postgres are. Nothing is ever downloaded. */
#ifndef AET_EPHEMERAL_BINARIES_H
#define AET_EPHEMERAL_BINARIES_H

#include <aeturnis/error.h>

/*
 * The directory that holds both: wanted if it is not NULL, else AET_PG_BINDIR,
 * the newest of the directories that packages use, /usr/local/pgsql/bin, PATH.
 *
 *   out  owned: free()
 *
 * A place that is named but lacks them is AET_EINVAL, as is finding none.
 */
aet_status aet__binaries_find(const char *wanted, char **out, aet_error *err);

#endif
