/* SPDX-License-Identifier: MIT */
/*
 * PostgreSQL's node trees as text (src/backend/nodes/outfuncs.c), which is what
 * debug_print_rewritten prints: {TYPE :field value ...}, lists in round
 * brackets, atoms. The format moves between major versions, so fields are
 * looked up by their names, and what is not there is NULL or 0.
 */
#ifndef AET_DB_CODEGEN_TREE_H
#define AET_DB_CODEGEN_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "memory.h"

typedef struct codegen_node codegen_node;

/* NULL where the text is no tree. */
const codegen_node *codegen_tree_parse(codegen_memory *memory, const char *text);

/* A node's field; NULL for none and for <>. node may be NULL. */
const codegen_node *codegen_node_field(const codegen_node *node, const char *name);
/* A field that is one atom, "" if there is none. */
const char *codegen_node_text(const codegen_node *node, const char *name);
long codegen_node_number(const codegen_node *node, const char *name);
bool codegen_node_flag(const codegen_node *node, const char *name);

/* Whether it is a {TYPE ...} of that type. */
bool codegen_node_is(const codegen_node *node, const char *type);

/* The items of a list; of what is none, 0 of them. */
size_t codegen_node_count(const codegen_node *node);
const codegen_node *codegen_node_item(const codegen_node *node, size_t place);

/* The text of an atom, "" for anything else. */
const char *codegen_node_atom(const codegen_node *node);

/* The values of a node's fields, or a list's items; one may be NULL. */
size_t codegen_node_children(const codegen_node *node);
const codegen_node *codegen_node_child(const codegen_node *node, size_t place);

/* Whether a {TYPE ...} of that type is in it anywhere. */
bool codegen_node_has(const codegen_node *node, const char *type);

/* Whether both say the same, wherever they stand in the query's text. */
bool codegen_node_same(const codegen_node *a, const codegen_node *b);

/* The type of an expression's value; 0: not known. */
uint32_t codegen_node_type(const codegen_node *expression);

/* Whether it is a CONST of an integer type that is not 0, or of boolean. */
bool codegen_node_is_not_zero(const codegen_node *expression);
bool codegen_node_is_true(const codegen_node *expression);

/* What a CONST of type text has. */
const char *codegen_node_string(codegen_memory *memory, const codegen_node *constant);

#endif
