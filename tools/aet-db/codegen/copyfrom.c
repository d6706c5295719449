/* SPDX-License-Identifier: MIT */
#include "copyfrom.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/lexer.h"
#include "pg/copy.h"
#include "proof.h"

/* CmdType's number (nodes/nodes.h), and CoercionForm's (nodes/primnodes.h). */
#define CMD_INSERT 3
#define IMPLICIT_CAST 2

/* ---- the text ------------------------------------------------------------- */

/* What the text says: its table as it is written, and how many values there are
 * besides DEFAULT. */
typedef struct insert_text {
	aet__lexer lexer;
	aet__token token;
	const char *table;
	size_t table_len;
	size_t values;
} insert_text;

static void
next(insert_text *in)
{
	do
		in->token = aet__lexer_next(&in->lexer);
	while (in->token.kind == AET__TOKEN_COMMENT);
}

static bool
take_word(insert_text *in, const char *word)
{
	bool is = aet__token_is(&in->lexer, in->token, word);

	if (is)
		next(in);
	return is;
}

static bool
is_name(aet__token token)
{
	return token.kind == AET__TOKEN_WORD || token.kind == AET__TOKEN_QUOTED;
}

static bool
take_table(insert_text *in)
{
	size_t start = in->token.start;
	size_t end = start;
	bool more = true;

	while (more && is_name(in->token)) {
		end = in->token.start + in->token.len;
		next(in);
		more = in->token.kind == AET__TOKEN_DOT;
		if (more)
			next(in);
	}
	in->table = in->lexer.text + start;
	in->table_len = end - start;
	return end > start && !more;
}

/* Moves behind the bracket that closes the one at the token. */
static void
skip_brackets(insert_text *in)
{
	size_t depth = 0;

	do {
		if (in->token.kind == AET__TOKEN_OPEN)
			depth++;
		if (in->token.kind == AET__TOKEN_CLOSE)
			depth--;
		next(in);
	} while (depth > 0 && in->token.kind != AET__TOKEN_END);
}

static bool
is_comma(const insert_text *in)
{
	return in->token.kind == AET__TOKEN_OTHER &&
	       in->lexer.text[in->token.start] == ',';
}

/* One value, up to its comma or the end of the row. */
static void
take_value(insert_text *in)
{
	bool is_default = aet__token_is(&in->lexer, in->token, "default");

	in->values += !is_default;
	while (in->token.kind != AET__TOKEN_END && in->token.kind != AET__TOKEN_CLOSE &&
	       !is_comma(in)) {
		if (in->token.kind == AET__TOKEN_OPEN)
			skip_brackets(in);
		else
			next(in);
	}
}

/* VALUES (...) and nothing behind it. */
static bool
take_row(insert_text *in)
{
	if (!take_word(in, "values") || in->token.kind != AET__TOKEN_OPEN)
		return false;
	do {
		next(in);
		take_value(in);
	} while (is_comma(in));
	if (in->token.kind != AET__TOKEN_CLOSE)
		return false;
	next(in);
	return in->token.kind == AET__TOKEN_END;
}

static bool
read_text(const codegen_query *query, insert_text *in)
{
	*in = (insert_text){ .lexer = { .text = query->sql, .len = strlen(query->sql) } };
	next(in);
	if (!take_word(in, "insert") || !take_word(in, "into") || !take_table(in))
		return false;
	if (take_word(in, "as")) {
		if (!is_name(in->token))
			return false;
		next(in);
	}
	if (in->token.kind == AET__TOKEN_OPEN)
		skip_brackets(in);
	return take_row(in);
}

/* ---- the tree ------------------------------------------------------------- */

/* Without what the server has put around it to fit the column. */
static const codegen_node *
strip_implicit(const codegen_node *expression)
{
	for (;;) {
		const codegen_node *args = codegen_node_field(expression, "args");

		if (codegen_node_is(expression, "RELABELTYPE") ||
		    codegen_node_is(expression, "COERCETODOMAIN"))
			expression = codegen_node_field(expression, "arg");
		else if (codegen_node_is(expression, "FUNCEXPR") &&
			 codegen_node_number(expression, "funcformat") == IMPLICIT_CAST &&
			 codegen_node_count(args) > 0)
			expression = codegen_node_item(args, 0);
		else
			return expression;
	}
}

static uint32_t
relation_of(const codegen_node *tree)
{
	long place = codegen_node_number(tree, "resultRelation");

	if (codegen_node_number(tree, "commandType") != CMD_INSERT || place < 1)
		return 0;
	return (uint32_t)codegen_node_number(
	    codegen_node_item(codegen_node_field(tree, "rtable"), (size_t)place - 1),
	    "relid");
}

/* The column that each parameter is stored in; false where one is stored in none
 * or in several. */
static bool
read_columns(const codegen_model *model, const codegen_query *query,
    const codegen_node *tree, const char **columns)
{
	const codegen_node *list = codegen_node_field(tree, "targetList");
	uint32_t relation = relation_of(tree);
	size_t found = 0;

	for (size_t i = 0; i < codegen_node_count(list); i++) {
		const codegen_node *target = codegen_node_item(list, i);
		const codegen_node *value =
		    strip_implicit(codegen_node_field(target, "expr"));
		size_t number = (size_t)codegen_node_number(value, "paramid");
		const codegen_pg_attribute *attribute = codegen_pg_attribute_find(
		    model->pg_types, relation, (int)codegen_node_number(target, "resno"));

		if (!codegen_node_is(value, "PARAM"))
			continue;
		if (attribute == NULL || number < 1 || number > query->parameter_count ||
		    columns[number - 1] != NULL)
			return false;
		columns[number - 1] = attribute->name;
		found++;
	}
	return found == query->parameter_count;
}

/* ---- the server ------------------------------------------------------------ */

/* COPY is refused to roles that row-level security holds for, which the one that
 * generates may not be. */
static bool
has_row_security(uint32_t relation, aet__connection *connection, aet__deadline deadline)
{
	char number[16];
	const char *parameters[] = { number };
	aet__result *result = NULL;
	bool has = true;

	snprintf(number, sizeof(number), "%" PRIu32, relation);
	if (aet__connection_query(connection,
		"SELECT relrowsecurity FROM pg_catalog.pg_class WHERE oid = $1",
		parameters, 1, deadline, &result, NULL) == AET_OK &&
	    aet__result_rows(result) > 0)
		has = aet__result_bool(result, 0, 0);
	aet__result_free(result);
	return has;
}

static bool
server_copies(codegen_model *model, const codegen_query *query, const char *table,
    const char *const *columns, aet__connection *connection, aet__deadline deadline)
{
	aet_parameter *parameters =
	    codegen_room(model->memory, query->parameter_count, sizeof(*parameters));
	const aet_statement statement = { .size = sizeof(statement),
		.name = query->name,
		.kind = AET_STATEMENT_COPY,
		.sql = table,
		.parameters = parameters,
		.parameter_count = query->parameter_count };

	for (size_t i = 0; i < query->parameter_count; i++) {
		const codegen_type *type = query->parameters[i].type;

		if (type == NULL)
			return false;
		parameters[i].name = columns[i];
		parameters[i].type.oid =
		    type->parameter_oid != 0 ? type->parameter_oid : type->oid;
		parameters[i].type.name = type->type_name;
	}
	return aet__statement_copy_try(connection, &statement, deadline) == AET_OK;
}

void
codegen_copyfrom(codegen_model *model, codegen_query *query,
    const codegen_node *rewritten, aet__connection *connection, aet__deadline deadline)
{
	const char **columns =
	    codegen_room(model->memory, query->parameter_count, sizeof(*columns));
	const char *table;
	insert_text text;

	/* A rule makes several of one, and COPY knows no rules. */
	if (codegen_node_count(rewritten) != 1 || query->parameter_count == 0 ||
	    !read_text(query, &text) || text.values != query->parameter_count ||
	    !read_columns(model, query, codegen_tree_query(rewritten), columns))
		return;
	table = codegen_copy_n(model->memory, text.table, text.table_len);
	if (has_row_security(
		relation_of(codegen_tree_query(rewritten)), connection, deadline) ||
	    !server_copies(model, query, table, columns, connection, deadline))
		return;
	query->copy = table;
	query->copy_columns = columns;
}
