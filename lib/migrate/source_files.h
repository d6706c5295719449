/* SPDX-License-Identifier: MIT */
/* How a source is put together, whatever its files come from. */
#ifndef AET_MIGRATE_SOURCE_FILES_H
#define AET_MIGRATE_SOURCE_FILES_H

#include "migrate/source.h"

/* Takes file over, its texts included, also on failure; a NULL name or path is
 * memory that ran out. */
aet_status aet__source_add(aet__source *source, aet__migration_file file, aet_error *err);

/* Puts them in order; AET_EINVAL names two files that have the same. */
aet_status aet__source_sort(aet__source *source, aet_error *err);

/* Reads every file once, for its checksum. */
aet_status aet__source_hash(aet__source *source, aet_error *err);

#endif
