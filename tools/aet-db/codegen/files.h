/* SPDX-License-Identifier: MIT */
/* Files read whole, and files written whole or not at all. */
#ifndef AET_DB_CODEGEN_FILES_H
#define AET_DB_CODEGEN_FILES_H

#include "memory.h"
#include "report.h"

/* A folder and a name; an absolute name, or an empty folder, stays alone. */
char *codegen_path(codegen_memory *memory, const char *folder, const char *name);

/* The folder that path lies in, "" for the current one. */
char *codegen_folder(codegen_memory *memory, const char *path);

/* NULL where it cannot be read: errno says why. */
char *codegen_file_read(codegen_memory *memory, const char *path, size_t *len);
/* The same of what people write: without the byte order mark that some editors put
 * before it. */
char *codegen_text_read(codegen_memory *memory, const char *path, size_t *len);

/*
 * The files of a folder that end with suffix, in the order of their names; or,
 * where path is a file, that one. Paths are as path is given. Returns -1 and
 * errno.
 */
int codegen_file_list(codegen_memory *memory, const char *path, const char *suffix,
    char ***out, size_t *count);

/* Writes a temporary file beside path and renames it, so that a reader sees
 * the old or the new one. Makes missing folders. Returns -1 and errno. */
int codegen_file_write(codegen_memory *memory, const char *path, const char *text);

/* The lines that differ, in the manner of diff -u; "" where nothing does. */
char *codegen_difference(
    codegen_memory *memory, const char *path, const char *old, const char *fresh);

#endif
