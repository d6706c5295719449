/* SPDX-License-Identifier: MIT */
/*
 * The files of migrations/ as they were when the library was built, byte for
 * byte, in the order of their names. scripts/embed_migrations.py writes them.
 */
#ifndef AET_MIGRATE_EMBEDDED_H
#define AET_MIGRATE_EMBEDDED_H

#include <stddef.h>

typedef struct aet__embedded_migration {
	const char *name; /* the file's, with .sql */
	const char *sql;  /* len bytes and a NUL that len does not count */
	size_t len;
} aet__embedded_migration;

/* Followed by an entry whose name is NULL. */
extern const aet__embedded_migration aet__embedded_migrations[];
extern const size_t aet__embedded_migration_count;

#endif
