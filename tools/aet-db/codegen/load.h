/* SPDX-License-Identifier: MIT */
/* A schema's SQL files run in a database of the generator's own. */
#ifndef AET_DB_CODEGEN_LOAD_H
#define AET_DB_CODEGEN_LOAD_H

#include "core/deadline.h"
#include "memory.h"
#include "pg/connection.h"
#include "report.h"

/* The url with another database; url may be a URI or a keyword string. */
char *codegen_url_of(codegen_memory *memory, const char *url, const char *database);

/* The statements that made the schema, in their order. */
typedef struct codegen_script {
	const char **items;
	size_t count;
} codegen_script;

/* Why a statement of the schema failed; "" if none did. */
typedef struct codegen_load_failure {
	char sqlstate[6];
	size_t statement; /* how many had been run before it, of all files */
} codegen_load_failure;

/* Where and how a schema is loaded. */
typedef struct codegen_loading {
	codegen_messages *messages;
	aet__connection *connection;
	aet__deadline deadline;
	bool is_private; /* roles that are missing are made: nobody else's server */
	codegen_script *ran;
	codegen_load_failure failure;
} codegen_loading;

/* Takes apart what pg_dump wrote, without running it. */
aet_status codegen_load_dump(
    codegen_messages *messages, char *text, codegen_script *statements, aet_error *err);

/*
 * Runs the file, or the files of the folder in the order of their names; path
 * is relative to folder. What is wrong in them is a message, and only a lost
 * connection a failure.
 */
aet_status codegen_load(
    codegen_loading *in, const char *folder, const char *path, aet_error *err);

#endif
