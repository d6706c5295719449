/* SPDX-License-Identifier: MIT */
/*
 * The migrations that are known here: a folder's files, or those compiled into
 * the library, in order of version. Texts are read when they are wanted, one at
 * a time.
 */
#ifndef AET_MIGRATE_SOURCE_H
#define AET_MIGRATE_SOURCE_H

#include <stddef.h>
#include <stdint.h>

#include <aeturnis/migrate.h>

#include "core/text.h"
#include "migrate/embedded.h"
#include "migrate/reader.h"
#include "migrate/spool.h"

typedef struct aet__migration_file {
	int64_t version; /* negative: repeatable, R__name.sql */
	char *name;      /* "0001_users.sql" */
	char *path;      /* for messages and to open; embedded: as name */
	char *down_path; /* of the .down.sql beside it; NULL: none */
	const aet__embedded_migration *embedded; /* NULL: it is a file */
	char checksum[AET_CHECKSUM_SIZE];
} aet__migration_file;

typedef struct aet__source {
	char *name;                 /* in the journal: "aeturnis", "app" */
	aet__migration_file *files; /* in order of version, then the repeatable ones in
				       order of name */
	size_t count;
	size_t capacity;
} aet__source;

/*
 * Each fails with AET_EINVAL (a folder or file that cannot be read or is not
 * UTF-8, a .sql file whose name is none of the forms, two files of one
 * version), AET_ENOMEM. *out is written on success only: aet__source_free().
 */
aet_status aet__source_from_directory(
    const char *name, const char *dir, aet__source *out, aet_error *err);

/* The migrations are borrowed, and outlive the source. */
aet_status aet__source_from_embedded(const char *name,
    const aet__embedded_migration *migrations, size_t count, aet__source *out,
    aet_error *err);

/* How many of the files have a number: those come first. */
size_t aet__source_versioned(const aet__source *source);

/* Starts reading a file: aet__file_reader_close(). */
aet_status aet__source_open(
    const aet__migration_file *file, aet__file_reader *reader, aet_error *err);

/* Reads a file's whole text into out, which is {0}: aet__spool_free() in any case.
 * AET_EINVAL, too, when the file is no longer what its checksum was taken of. */
aet_status aet__source_load(
    const aet__migration_file *file, aet__spool *out, aet_error *err);

void aet__source_free(aet__source *source);

#endif
