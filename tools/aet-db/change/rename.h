/* SPDX-License-Identifier: MIT */
/* Renames that somebody declared: none is ever guessed. */
#ifndef AET_DB_CHANGE_RENAME_H
#define AET_DB_CHANGE_RENAME_H

#include <stdbool.h>
#include <stddef.h>

#include <aeturnis/migrate.h>

#include "diff/facts.h"

typedef struct change_rename {
	const char *place; /* "schema/users.sql:3", or "--rename a=b", for messages */
	/* From a schema file: what is there now, as facts name it, and the old name
	 * of its last part. From a flag: both sides as they were given. */
	const char *kind;  /* "table", "column", "enum"; NULL: to be found out */
	const char *owner; /* of an enum's label: the type */
	const char *was;
	const char *is;
} change_rename;

typedef struct change_renames {
	change_rename *items;
	size_t count;
} change_renames;

change_rename *change_rename_add(codegen_memory *memory, change_renames *renames);

/* Reads "users.mail=users.email"; AET_EINVAL where it is no such thing. */
aet_status change_rename_read(
    codegen_memory *memory, const char *flag, change_renames *renames, aet_error *err);

typedef struct change_renaming {
	const char *text;  /* the statement */
	const char *table; /* of a table: its old name and its new one; else NULL */
	const char *becomes;
	const char *wrong; /* a doubt about it; NULL: none */
} change_renaming;

/*
 * The statement that renames, NULL where it is done already or both schemas are
 * without the old name. AET_EINVAL where it cannot be meant.
 */
aet_status change_rename_text(codegen_memory *memory, const change_rename *rename,
    const diff_schema *from, const diff_schema *to, change_renaming *out, aet_error *err);

/*
 * Runs a schema's files as diff_source_load does, and collects what they say of
 * renames. The comment stands on the line of a column (or a label) of the
 * CREATE statement, or on a line of its own before it; or before the statement
 * or on its first line, which is about the table itself.
 */
aet_status change_declared_load(codegen_memory *memory, aet__connection *connection,
    const char *source, aet__deadline deadline, change_renames *renames,
    aet_migrate_failure *failure, aet_error *err);

#endif
