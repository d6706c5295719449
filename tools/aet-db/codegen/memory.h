/* SPDX-License-Identifier: MIT */
/*
 * Memory for one run of the generator, freed as a whole. What asks for it
 * always gets it: when memory is out, the run is left by longjmp to
 * codegen_run, the one place that cleans up (everything else that a run holds
 * hangs on the run itself). The generator makes thousands of small strings;
 * a check after each would bury what it does. A text (core/text.h) under way is
 * lost then; the process is about to end.
 */
#ifndef AET_DB_CODEGEN_MEMORY_H
#define AET_DB_CODEGEN_MEMORY_H

#include <setjmp.h>
#include <stddef.h>

#include <aeturnis/export.h>

#include "catalog/arena.h"
#include "core/text.h"

typedef struct codegen_memory {
	aet__arena *arena;
	jmp_buf out; /* set by codegen_run */
} codegen_memory;

/* Zeroed room for count items of size bytes. */
void *codegen_room(codegen_memory *memory, size_t count, size_t size);

char *codegen_copy(codegen_memory *memory, const char *text);
char *codegen_copy_n(codegen_memory *memory, const char *text, size_t len);
char *codegen_format(codegen_memory *memory, const char *format, ...) AET_PRINTF(2, 3);

/* A copy of what was built, which is freed. */
char *codegen_keep(codegen_memory *memory, aet__text *text);

/* What another made in the arena: NULL is memory that is out. */
const char *codegen_must(codegen_memory *memory, const char *made);

/* Room for one more at the end of an array of *count items, which may move. */
void *codegen_append(codegen_memory *memory, void *items, size_t *count, size_t size);

#endif
