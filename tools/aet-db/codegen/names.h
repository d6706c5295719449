/* SPDX-License-Identifier: MIT */
/*
 * From names of the database to names of C. A name that C and C++ accept stays
 * as it is; what they do not accept is changed as little as possible, and the
 * same way every time.
 */
#ifndef AET_DB_CODEGEN_NAMES_H
#define AET_DB_CODEGEN_NAMES_H

#include <stdbool.h>

#include "memory.h"

/* An identifier: other characters become '_', those outside ASCII uXXXX, and
 * what would begin with a digit, or as only C's own names do (_Bool), gets an 'n'
 * before it. */
char *codegen_name(codegen_memory *memory, const char *name);

/* The same for a struct's member or a parameter: what is a keyword of C or
 * C++, or a macro of theirs, gets a '_' behind it. */
char *codegen_member(codegen_memory *memory, const char *name);

/* A parameter: what generated functions call their own variables is kept free
 * as well. */
char *codegen_parameter_name(codegen_memory *memory, const char *name);

char *codegen_upper(codegen_memory *memory, const char *name);

/* English, by ending alone: users -> user, entries -> entry, boxes -> box. */
char *codegen_singular(codegen_memory *memory, const char *name);
char *codegen_plural(codegen_memory *memory, const char *name);

/* What a foreign key's column calls the other side: user_id -> user. */
char *codegen_relation_name(codegen_memory *memory, const char *column);

/* Names that are taken, of one scope. */
typedef struct codegen_scope {
	codegen_memory *memory;
	const char **items;
	const char **owners; /* what each is the name of */
	size_t *buckets;     /* place + 1 by hash; 0: empty */
	size_t bucket_count;
	size_t count;
} codegen_scope;

/* Who has name; NULL: nobody. */
const char *codegen_scope_owner(codegen_scope *scope, const char *name);

/* Takes name for owner. NULL, or the owner who has it already. */
const char *codegen_scope_take(codegen_scope *scope, const char *name, const char *owner);

/* Takes name, or name_2, name_3, ... where it is taken, and returns it. */
const char *codegen_scope_unique(codegen_scope *scope, const char *name);

#endif
