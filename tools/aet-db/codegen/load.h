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

/*
 * Runs the file, or the files of the folder in the order of their names; path
 * is relative to folder. What is wrong in them is a message, and only a lost
 * connection a failure.
 */
aet_status codegen_load(codegen_messages *messages, aet__connection *connection,
    const char *folder, const char *path, aet__deadline deadline, codegen_script *ran,
    aet_error *err);

#endif
