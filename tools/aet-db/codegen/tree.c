/* SPDX-License-Identifier: MIT */
#include "tree.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

/* Deeper than any query that PostgreSQL's own stack would let through. */
#define MOST_DEPTH 2000

typedef enum node_kind { NODE_OBJECT, NODE_LIST, NODE_ATOM } node_kind;

struct codegen_node {
	node_kind kind;
	const char *text;           /* an object's type, a child's field, an atom */
	const codegen_node *value;  /* of a field */
	const codegen_node **items; /* an object's fields, a list's items, a field's
	                             * values: a constant's length, then its bytes */
	size_t count;
};

typedef struct parsing {
	codegen_memory *memory;
	const char *at;
	size_t depth;
	bool failed;
} parsing;

static const codegen_node *parse(parsing *in);

static void
skip_blanks(parsing *in)
{
	while (isspace((unsigned char)*in->at))
		in->at++;
}

static codegen_node *
new_node(parsing *in, node_kind kind, const char *text)
{
	codegen_node *node = codegen_room(in->memory, 1, sizeof(*node));

	node->kind = kind;
	node->text = text;
	return node;
}

static bool
ends_atom(char c)
{
	return c == '\0' || isspace((unsigned char)c) || strchr("(){}", c) != NULL;
}

/* Up to a blank or a bracket; a backslash takes the next character as it is,
 * and a string's quotes stay off. */
static const char *
parse_word(parsing *in)
{
	aet__text word = { 0 };
	bool quoted = *in->at == '"';

	in->at += quoted;
	while (*in->at != '\0' && (quoted ? *in->at != '"' : !ends_atom(*in->at))) {
		if (*in->at == '\\' && in->at[1] != '\0')
			in->at++;
		aet__text_add_char(&word, *in->at++);
	}
	if (quoted && *in->at == '"')
		in->at++;
	return codegen_keep(in->memory, &word);
}

static void
add_item(parsing *in, codegen_node *to, const codegen_node *item)
{
	to->items = codegen_append(in->memory, to->items, &to->count, sizeof(*to->items));
	to->items[to->count - 1] = item;
}

static const codegen_node *
parse_list(parsing *in)
{
	codegen_node *list = new_node(in, NODE_LIST, "");

	in->at++;
	for (skip_blanks(in); !in->failed && *in->at != ')'; skip_blanks(in))
		add_item(in, list, parse(in));
	in->at += !in->failed;
	return list;
}

/* A field's value may be several words: 4 [ 1 0 0 0 ] is a constant's. */
static const codegen_node *
parse_field(parsing *in)
{
	codegen_node *field = new_node(in, NODE_OBJECT, NULL);

	in->at++;
	field->text = parse_word(in);
	skip_blanks(in);
	while (!in->failed && *in->at != ':' && *in->at != '}') {
		const codegen_node *value = parse(in);

		if (field->value == NULL)
			field->value = value;
		add_item(in, field, value);
		skip_blanks(in);
	}
	return field;
}

static const codegen_node *
parse_object(parsing *in)
{
	codegen_node *object = new_node(in, NODE_OBJECT, NULL);

	in->at++;
	object->text = parse_word(in);
	for (skip_blanks(in); !in->failed && *in->at != '}'; skip_blanks(in)) {
		if (*in->at != ':')
			in->failed = true;
		else
			add_item(in, object, parse_field(in));
	}
	in->at += !in->failed;
	return object;
}

static const codegen_node *
parse(parsing *in)
{
	const codegen_node *node = NULL;

	skip_blanks(in);
	in->failed = in->failed || *in->at == '\0' || *in->at == ')' || *in->at == '}' ||
		     ++in->depth > MOST_DEPTH;
	if (in->failed)
		return NULL;
	if (*in->at == '{')
		node = parse_object(in);
	else if (*in->at == '(')
		node = parse_list(in);
	else
		node = new_node(in, NODE_ATOM, parse_word(in));
	in->depth--;
	return node;
}

const codegen_node *
codegen_tree_parse(codegen_memory *memory, const char *text)
{
	parsing in = { .memory = memory, .at = text };
	const codegen_node *node = parse(&in);

	return in.failed ? NULL : node;
}

const codegen_node *
codegen_node_field(const codegen_node *node, const char *name)
{
	const codegen_node *value = NULL;

	if (node == NULL || node->kind != NODE_OBJECT)
		return NULL;
	for (size_t i = 0; i < node->count; i++)
		if (strcmp(node->items[i]->text, name) == 0)
			value = node->items[i]->value;
	if (value != NULL && value->kind == NODE_ATOM && strcmp(value->text, "<>") == 0)
		return NULL;
	return value;
}

const char *
codegen_node_text(const codegen_node *node, const char *name)
{
	return codegen_node_atom(codegen_node_field(node, name));
}

long
codegen_node_number(const codegen_node *node, const char *name)
{
	return strtol(codegen_node_text(node, name), NULL, 10);
}

bool
codegen_node_flag(const codegen_node *node, const char *name)
{
	return strcmp(codegen_node_text(node, name), "true") == 0;
}

bool
codegen_node_is(const codegen_node *node, const char *type)
{
	return node != NULL && node->kind == NODE_OBJECT && strcmp(node->text, type) == 0;
}

size_t
codegen_node_count(const codegen_node *node)
{
	return node != NULL && node->kind == NODE_LIST ? node->count : 0;
}

const codegen_node *
codegen_node_item(const codegen_node *node, size_t place)
{
	return place < codegen_node_count(node) ? node->items[place] : NULL;
}

const char *
codegen_node_atom(const codegen_node *node)
{
	return node != NULL && node->kind == NODE_ATOM ? node->text : "";
}

size_t
codegen_node_children(const codegen_node *node)
{
	return node != NULL ? node->count : 0;
}

const codegen_node *
codegen_node_child(const codegen_node *node, size_t place)
{
	return node->kind == NODE_OBJECT ? node->items[place]->value : node->items[place];
}

/* ---- sameness --------------------------------------------------------------- */

static bool same_nodes(const codegen_node *a, const codegen_node *b);

/* Where something stands in the text of the query does not matter. */
static bool
is_told_apart(const codegen_node *field)
{
	return strcmp(field->text, "location") != 0;
}

static bool
same_fields(const codegen_node *a, const codegen_node *b)
{
	if (strcmp(a->text, b->text) != 0 || a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count && is_told_apart(a); i++)
		if (!same_nodes(a->items[i], b->items[i]))
			return false;
	return true;
}

/* A column is which one of which table how many levels up: what else is said of
 * it differs from place to place. */
static bool
same_columns(const codegen_node *a, const codegen_node *b)
{
	return codegen_node_number(a, "varno") == codegen_node_number(b, "varno") &&
	       codegen_node_number(a, "varattno") == codegen_node_number(b, "varattno") &&
	       codegen_node_number(a, "varlevelsup") ==
		   codegen_node_number(b, "varlevelsup") &&
	       codegen_node_number(a, "varreturningtype") ==
		   codegen_node_number(b, "varreturningtype");
}

static bool
same_nodes(const codegen_node *a, const codegen_node *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	if (a->kind != b->kind || a->count != b->count || strcmp(a->text, b->text) != 0)
		return false;
	if (codegen_node_is(a, "VAR"))
		return same_columns(a, b);
	for (size_t i = 0; i < a->count; i++) {
		if (a->kind == NODE_OBJECT ? !same_fields(a->items[i], b->items[i])
					   : !same_nodes(a->items[i], b->items[i]))
			return false;
	}
	return true;
}

bool
codegen_node_same(const codegen_node *a, const codegen_node *b)
{
	return a != NULL && b != NULL && same_nodes(a, b);
}

bool
codegen_node_has(const codegen_node *node, const char *type)
{
	if (codegen_node_is(node, type))
		return true;
	for (size_t i = 0; i < codegen_node_children(node); i++)
		if (codegen_node_has(codegen_node_child(node, i), type))
			return true;
	return false;
}

/* ---- constants -------------------------------------------------------------- */

/* :constvalue 9 [ 36 0 0 0 101 112 111 99 104 ]: a head of four bytes, then the
 * text, as bytes that may be printed with a sign. */
const char *
codegen_node_string(codegen_memory *memory, const codegen_node *constant)
{
	aet__text text = { 0 };

	for (size_t i = 0; i < codegen_node_children(constant); i++) {
		const codegen_node *field = constant->items[i];

		if (strcmp(field->text, "constvalue") != 0)
			continue;
		for (size_t j = 6; j + 1 < field->count; j++)
			aet__text_add_char(&text,
			    (char)strtol(codegen_node_atom(field->items[j]), NULL, 10));
	}
	return codegen_keep(memory, &text);
}

#define BOOLEAN 16
#define INT2 21
#define INT4 23
#define INT8 20

static bool
has_a_byte(const codegen_node *constant)
{
	for (size_t i = 0; i < codegen_node_children(constant); i++) {
		const codegen_node *field = constant->items[i];

		if (strcmp(field->text, "constvalue") != 0)
			continue;
		for (size_t j = 2; j + 1 < field->count; j++)
			if (strcmp(codegen_node_atom(field->items[j]), "0") != 0)
				return true;
	}
	return false;
}

bool
codegen_node_is_not_zero(const codegen_node *expression)
{
	long type = codegen_node_number(expression, "consttype");

	return codegen_node_is(expression, "CONST") &&
	       (type == INT2 || type == INT4 || type == INT8) && has_a_byte(expression);
}

bool
codegen_node_is_true(const codegen_node *expression)
{
	return codegen_node_is(expression, "CONST") &&
	       codegen_node_number(expression, "consttype") == BOOLEAN &&
	       has_a_byte(expression);
}

/* ---- types ------------------------------------------------------------------ */

uint32_t
codegen_node_type(const codegen_node *expression)
{
	static const char *const fields[] = { "vartype", "consttype", "paramtype",
		"funcresulttype", "opresulttype", "aggtype", "wintype", "resulttype",
		"casetype", "coalescetype", "minmaxtype", "array_typeid", "row_typeid" };
	static const char *const booleans[] = { "BOOLEXPR", "NULLTEST", "BOOLEANTEST",
		"SCALARARRAYOPEXPR", "DISTINCTEXPR" };

	for (size_t i = 0; i < sizeof(booleans) / sizeof(booleans[0]); i++)
		if (codegen_node_is(expression, booleans[i]))
			return BOOLEAN;
	if (codegen_node_is(expression, "COLLATEEXPR") ||
	    codegen_node_is(expression, "COLLATE"))
		return codegen_node_type(codegen_node_field(expression, "arg"));
	if (codegen_node_is(expression, "SUBLINK"))
		return codegen_node_number(expression, "subLinkType") == 0 ? BOOLEAN : 0;
	if (codegen_node_is(expression, "SQLVALUEFUNCTION"))
		return (uint32_t)codegen_node_number(expression, "type");
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (codegen_node_field(expression, fields[i]) != NULL)
			return (uint32_t)codegen_node_number(expression, fields[i]);
	return 0;
}
