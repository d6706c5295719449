/* SPDX-License-Identifier: MIT */
/* The messages of a run, gathered until its end. */
#ifndef AET_DB_CODEGEN_REPORT_H
#define AET_DB_CODEGEN_REPORT_H

#include "codegen.h"
#include "memory.h"

/* A file that was read, for messages that point into it. */
typedef struct codegen_source {
	const char *path; /* as the configuration names it */
	const char *text;
	size_t len;
} codegen_source;

typedef struct codegen_messages {
	codegen_memory *memory;
	codegen_message *items;
	size_t count;
} codegen_messages;

/* About the byte at offset of source's text; hint may be NULL. */
void codegen_say_at(codegen_messages *messages, const codegen_source *source,
    size_t offset, const char *hint, const char *format, ...) AET_PRINTF(5, 6);

/* About a file as a whole, or about nothing (file ""). */
void codegen_say(codegen_messages *messages, const char *file, const char *hint,
    const char *format, ...) AET_PRINTF(4, 5);

/* Moves messages and files into the report, with everything they point to. */
void codegen_report_fill(
    codegen_report *report, const codegen_messages *messages, codegen_memory *memory);

#endif
