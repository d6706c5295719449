/* SPDX-License-Identifier: MIT */
/* A database's schema as pg_dump writes it. */
#ifndef AET_DB_DIFF_DUMP_H
#define AET_DB_DIFF_DUMP_H

#include <stdatomic.h>

#include <aeturnis/error.h>

#include "codegen/memory.h"

/* Set up with zeros. */
typedef struct diff_leave {
	atomic_bool wanted;
	atomic_int dumping; /* pg_dump's process; 0: none */
} diff_leave;

/* From another thread: what is dumped is wanted no longer, and diff_dump returns
 * soon, with a failure if it was not through. */
void diff_copy_leave(diff_leave *leave);

/* Appends to text. flags are more of pg_dump's, up to a NULL; may be NULL. Fails with
 * AET_EINVAL where there is no pg_dump, AET_EDB where it fails. */
aet_status diff_dump(codegen_memory *memory, const char *bindir, const char *url,
    const char *const *flags, diff_leave *leave, aet__text *text, aet_error *err);

#endif
