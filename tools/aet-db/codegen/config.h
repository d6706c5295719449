/* SPDX-License-Identifier: MIT */
/* aet-db.json, read and checked (docs/codegen.md is its reference). */
#ifndef AET_DB_CODEGEN_CONFIG_H
#define AET_DB_CODEGEN_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "memory.h"
#include "report.h"

typedef struct codegen_texts {
	const char **items;
	size_t count;
} codegen_texts;

typedef struct codegen_touch {
	const char *column;
	const char *sql;
} codegen_touch;

typedef struct codegen_table_config {
	const char *path;   /* in the file: packages[0].tables["public.users"] */
	const char *table;  /* "schema.table" */
	const char *row;    /* NULL: from the table's name */
	const char *newest; /* a column; NULL: lists are by primary key */
	codegen_texts secret;
	codegen_texts hidden;
	codegen_touch *touches;
	size_t touch_count;
	bool skip;
} codegen_table_config;

typedef struct codegen_enum_config {
	const char *path;
	const char *name;
	codegen_texts values;
	codegen_texts columns; /* "schema.table.column" */
	codegen_texts types;   /* domains: "public.rank" */
	bool open;
} codegen_enum_config;

/* What a column, or every value of a type, is in C instead of what it would be. */
typedef struct codegen_override {
	const char *path;     /* in the file: packages[0].overrides[1] */
	const char *column;   /* "schema.table.column", of a view, too; or else */
	const char *db_type;  /* "numeric", "public.money_amount" */
	const char *type;     /* another type that the generator knows */
	const char *c;        /* or the caller's own, */
	const char *include;  /* of this header, with these functions */
	const char *read;     /* c read(aet_row *, size_t column) */
	const char *write;    /* void write(aet_args *, c value) */
	const char *sample;   /* an initialiser for the generated test */
	const char *name;     /* of the member */
	bool id;              /* a key in a type of its own */
	bool nullable_is_set; /* then */
	bool nullable;
} codegen_override;

typedef struct codegen_package_config {
	const codegen_source *file; /* that says all this; NULL: flags do */
	const char *path;           /* in it: packages[0] */
	const char *name;
	const char *prefix;
	const char *schema;     /* a file or folder of SQL; NULL: what the url has */
	const char *queries;    /* a file or folder; NULL: none */
	const char *include;    /* where headers go */
	const char *include_as; /* how they are included: "aeturnis"; may be "" */
	const char *source;
	const char *manifest; /* NULL: none */
	const char *test;     /* NULL: none */
	bool queries_only;    /* nothing for tables */
	bool library_is_set; /* whether the library's tables are below the schema; else */
	bool library;        /* they are tried where it fails without */
	codegen_table_config *tables;
	size_t table_count;
	codegen_enum_config *enums;
	size_t enum_count;
	codegen_override *overrides;
	size_t override_count;
} codegen_package_config;

typedef struct codegen_config {
	const char *path;   /* as it was given */
	const char *folder; /* that it lies in */
	codegen_package_config *packages;
	size_t package_count;
} codegen_config;

/* What is wrong is said in messages; then the result is incomplete. */
codegen_config *codegen_config_read(
    codegen_memory *memory, codegen_messages *messages, const char *path);

/* The same of a package that the command line describes; NULL where it does not. */
codegen_config *codegen_config_of_flags(
    codegen_memory *memory, codegen_messages *messages, const codegen_options *options);

/* About the value at path of the file, or its member key; file, key and hint may be
 * NULL. */
void codegen_config_wrong(codegen_messages *messages, const codegen_source *file,
    const char *path, const char *key, const char *hint, const char *format, ...)
    AET_PRINTF(6, 7);

/* Small letters, digits and '_'. */
bool codegen_is_prefix(const char *text);

/* NULL where the table is not listed. */
const codegen_table_config *codegen_config_table(
    const codegen_package_config *package, const char *schema, const char *table);

bool codegen_texts_have(const codegen_texts *texts, const char *text);

#endif
