/* SPDX-License-Identifier: MIT */
/* What a file in a folder of migrations is, by its name alone. */
#ifndef AET_MIGRATE_FILENAME_H
#define AET_MIGRATE_FILENAME_H

#include <stdbool.h>
#include <stdint.h>

typedef enum aet__filename_kind {
	AET__FILENAME_OTHER = 0, /* not SQL, or hidden: none of ours */
	AET__FILENAME_UP,        /* NNNN_name.sql, NNNN_name.up.sql, VNNNN__name.sql */
	AET__FILENAME_DOWN, /* NNNN_name.down.sql, UNNNN__name.sql: never run by itself */
	AET__FILENAME_REPEATABLE, /* R__name.sql */
	AET__FILENAME_MALFORMED,  /* .sql, and fits none of these */
	AET__FILENAME_TOO_BIG     /* the number leaves 64 bits */
} aet__filename_kind;

/* Writes *version for UP and DOWN; for REPEATABLE, which has no number, a
 * negative one made of the name (FNV-1a). */
aet__filename_kind aet__filename_read(const char *name, int64_t *version);

/* Whether a folder of that name may hold one migration: NNNN_name, how Prisma,
 * Drizzle's later releases and Diesel lay them; the number may have dashes in it,
 * which do not count. Writes *version then. */
bool aet__filename_is_folder(const char *name, int64_t *version);

#endif
