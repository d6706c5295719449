/* SPDX-License-Identifier: MIT */
/*
 * aet-db codegen as a function: reads aet-db.json, asks PostgreSQL what the
 * schema and the queries are, and writes C from it (docs/codegen.md).
 *
 * Everything is made in memory first. A run with one error writes nothing, and
 * reports every error it found, not only the first.
 */
#ifndef AET_DB_CODEGEN_H
#define AET_DB_CODEGEN_H

#include <stdbool.h>
#include <stddef.h>

#include <aeturnis/error.h>

/* One package without a file that says so; all NULL where there is a file. */
typedef struct codegen_flags {
	const char *schema;
	const char *migrations;
	const char *queries;
	const char *prefix;
	const char *include;
	const char *source;
	const char *manifest;
	const char *test;
	bool tables;
} codegen_flags;

/* A database's schema as SQL that makes it anew, by pg_dump: without the library's
 * tables where library says so. NULL text: err says why not. */
typedef struct codegen_dumping {
	char *(*dump)(void *ctx, const char *url, bool library, aet_error *err);
	void *ctx;
} codegen_dumping;

typedef struct codegen_options {
	const char *config; /* NULL: "aet-db.json"; paths inside are relative to it */
	bool check;         /* compare with the files that are there, write nothing */
	const char *url;    /* a server to work on, in a database of its own; NULL:
	                       a private one is started */
	codegen_flags flags;
	codegen_dumping dumping; /* for a test of what is only in the url's database;
	                            NULL dump: such a test is refused */
} codegen_options;

/* Something wrong, and where. */
typedef struct codegen_message {
	const char *file;   /* as the configuration names it; "" if none */
	size_t line;        /* from 1; 0: the file as a whole */
	size_t column;      /* in characters, from 1; 0: the line as a whole */
	const char *text;   /* what is wrong */
	const char *hint;   /* what to do about it; "" if nothing is known */
	const char *source; /* the line itself; "" if line is 0 */
} codegen_message;

typedef struct codegen_file {
	const char *path;
	const char *difference; /* with check: a unified diff; else "" */
} codegen_file;

typedef struct codegen_report {
	const codegen_message *messages; /* by file, line and column */
	size_t message_count;
	const codegen_file *files; /* written; with check: stale */
	size_t file_count;
	size_t unchanged_count; /* files that were already as they should be */
	void *memory;           /* the report's own */
} codegen_report;

/*
 * Generates, or checks.
 *
 *   report  wholly overwritten, on failure too; codegen_report_free()
 *
 * Fails with AET_EINVAL (report.messages say what is wrong with the files),
 * AET_EDATA (check only: report.files are stale), AET_ECONNECT, AET_ETIMEOUT
 * and the like (err says: no PostgreSQL to ask), AET_EDB (a file could not be
 * written), AET_ENOMEM. Blocks.
 */
aet_status codegen_run(
    const codegen_options *options, codegen_report *report, aet_error *err);

/* Prints a message as "file:line:column: text", the line and a caret below it.
 * The result is free()d by the caller; NULL when memory is out. */
char *codegen_message_format(const codegen_message *message);

/* A report that is {0} may be freed too. */
void codegen_report_free(codegen_report *report);

#endif
