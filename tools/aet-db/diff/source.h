/* SPDX-License-Identifier: MIT */
/* What --from and --to name: a database, a file of SQL, a folder of them. */
#ifndef AET_DB_DIFF_SOURCE_H
#define AET_DB_DIFF_SOURCE_H

#include <stdatomic.h>
#include <stdbool.h>

#include <aeturnis/migrate.h>

#include "codegen/memory.h"
#include "core/deadline.h"
#include "pg/connection.h"

bool diff_source_is_url(const char *source);

/*
 * Runs the file, or a folder's files in the order of their names: migrations
 * without those that undo them. Fails with AET_EINVAL (no such file, what a
 * script may not hold), or as the server does; the message names the place, as
 * does failure, which is left alone where it is no place in a file.
 */
aet_status diff_source_load(codegen_memory *memory, aet__connection *connection,
    const char *source, aet__deadline deadline, aet_migrate_failure *failure,
    aet_error *err);

/* Runs one text; name is for messages. Statements that do in one transaction
 * what they do in several go together, which takes half the time. */
aet_status diff_source_run(codegen_memory *memory, aet__connection *connection,
    const char *name, const char *text, size_t len, aet__deadline deadline,
    aet_error *err);

/* A text to run that may be given up, and that says where it failed. */
typedef struct diff_script {
	const char *name;
	const char *text;
	size_t len;
	const atomic_bool *left;     /* NULL, or true once nobody wants it: AET_EDB */
	size_t failed;               /* where the statement begins that did */
	aet_migrate_failure failure; /* why */
} diff_script;

aet_status diff_script_run(codegen_memory *memory, aet__connection *connection,
    diff_script *script, aet__deadline deadline, aet_error *err);

#endif
