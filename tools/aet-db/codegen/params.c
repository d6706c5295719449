/* SPDX-License-Identifier: MIT */
/* What each parameter is for: the column that it is stored in, or compared
 * with, by the server's tree of the query. */
#include <stdlib.h>
#include <string.h>

#include "proof_scope.h"

typedef struct feeding {
	const codegen_model *model;
	codegen_fed *fed;
	size_t count;
} feeding;

static void feed_query(feeding *in, const codegen_node *query);

const codegen_node *
codegen_node_strip(const codegen_node *expression)
{
	for (;;) {
		const codegen_node *args = codegen_node_field(expression, "args");

		if (codegen_node_is(expression, "RELABELTYPE") ||
		    codegen_node_is(expression, "COERCEVIAIO") ||
		    codegen_node_is(expression, "ARRAYCOERCEEXPR") ||
		    codegen_node_is(expression, "COERCETODOMAIN") ||
		    codegen_node_is(expression, "COLLATEEXPR") ||
		    codegen_node_is(expression, "COLLATE"))
			expression = codegen_node_field(expression, "arg");
		else if (codegen_node_is(expression, "FUNCEXPR") &&
			 codegen_node_number(expression, "funcformat") != 0 &&
			 codegen_node_count(args) > 0)
			expression = codegen_node_item(args, 0);
		else
			return expression;
	}
}

/* The first use that says something is what counts for the name. */
static void
note(feeding *in, const codegen_node *expression, codegen_fed by)
{
	const codegen_node *param = codegen_node_strip(expression);
	size_t number;

	if (!codegen_node_is(param, "PARAM") || by.name == NULL || by.name[0] == '\0')
		return;
	number = (size_t)codegen_node_number(param, "paramid");
	if (number < 1 || number > in->count)
		return;
	if (in->fed[number - 1].name == NULL)
		in->fed[number - 1] = by;
	else if (!by.nullable)
		in->fed[number - 1].nullable = false;
}

static const codegen_node *
entry_at(const codegen_node *query, long table)
{
	return codegen_node_item(codegen_node_field(query, "rtable"), (size_t)table - 1);
}

static codegen_fed
column_of(const codegen_node *query, const codegen_node *expression)
{
	const codegen_node *var = codegen_node_strip(expression);
	const codegen_node *entry = entry_at(query, codegen_node_number(var, "varno"));
	codegen_fed column = { 0 };
	const codegen_node *names;

	if (!codegen_node_is(var, "VAR") || codegen_node_number(var, "varlevelsup") != 0)
		return column;
	names = codegen_node_field(codegen_node_field(entry, "eref"), "colnames");
	column.number = (int)codegen_node_number(var, "varattno");
	column.name =
	    codegen_node_atom(codegen_node_item(names, (size_t)column.number - 1));
	if (codegen_node_number(entry, "rtekind") == CODEGEN_RTE_RELATION)
		column.relation = (uint32_t)codegen_node_number(entry, "relid");
	return column;
}

/* ---- what is stored ---------------------------------------------------------- */

/* One of VALUES' rows: the n-th of each feeds the same column. */
static void
feed_values(
    feeding *in, const codegen_node *query, const codegen_node *var, codegen_fed by)
{
	const codegen_node *lists = codegen_node_field(
	    entry_at(query, codegen_node_number(var, "varno")), "values_lists");
	size_t column = (size_t)codegen_node_number(var, "varattno") - 1;

	for (size_t i = 0; i < codegen_node_count(lists); i++)
		note(in, codegen_node_item(codegen_node_item(lists, i), column), by);
}

static void
feed_stored(feeding *in, const codegen_node *query)
{
	const codegen_node *list = codegen_node_field(query, "targetList");
	const codegen_node *entry =
	    entry_at(query, codegen_node_number(query, "resultRelation"));
	uint32_t relation = (uint32_t)codegen_node_number(entry, "relid");

	for (size_t i = 0; i < codegen_node_count(list); i++) {
		const codegen_node *target = codegen_node_item(list, i);
		const codegen_node *value =
		    codegen_node_strip(codegen_node_field(target, "expr"));
		const codegen_pg_attribute *attribute =
		    codegen_pg_attribute_find(in->model->pg_types, relation,
			(int)codegen_node_number(target, "resno"));
		codegen_fed by = { .relation = relation };

		if (attribute == NULL)
			continue;
		by.name = attribute->name;
		by.number = attribute->number;
		by.nullable =
		    !attribute->not_null &&
		    !codegen_pg_type_refuses_null(in->model->pg_types, attribute->type);
		if (codegen_node_is(value, "SUBSCRIPTINGREF")) {
			value = codegen_node_field(value, "refassgnexpr");
			by.nullable = false;
			by.relation = 0; /* an element is not of the column's type */
		}
		note(in, value, by);
		if (codegen_node_is(value, "VAR"))
			feed_values(in, query, value, by);
	}
}

/* ---- what is compared ------------------------------------------------------- */

static void
feed_arguments(feeding *in, const codegen_node *query, const codegen_node *call)
{
	const codegen_node *args = codegen_node_field(call, "args");
	codegen_fed by = { 0 };

	for (size_t i = 0; i < codegen_node_count(args) && by.name == NULL; i++)
		by = column_of(query, codegen_node_item(args, i));
	for (size_t i = 0; i < codegen_node_count(args) && by.name != NULL; i++) {
		const codegen_node *argument =
		    codegen_node_strip(codegen_node_item(args, i));
		const codegen_node *elements = codegen_node_field(argument, "elements");

		note(in, argument, by);
		for (size_t j = 0; j < codegen_node_count(elements); j++)
			note(in, codegen_node_item(elements, j), by);
	}
}

static void
feed_expressions(feeding *in, const codegen_node *query, const codegen_node *node)
{
	if (codegen_node_is(node, "QUERY") && node != query) {
		feed_query(in, node);
		return;
	}
	if (codegen_node_is(node, "OPEXPR") ||
	    codegen_node_is(node, "SCALARARRAYOPEXPR") ||
	    codegen_node_is(node, "DISTINCTEXPR") || codegen_node_is(node, "COALESCE") ||
	    codegen_node_is(node, "COALESCEEXPR"))
		feed_arguments(in, query, node);
	for (size_t i = 0; i < codegen_node_children(node); i++)
		feed_expressions(in, query, codegen_node_child(node, i));
}

static void
feed_query(feeding *in, const codegen_node *query)
{
	if (codegen_node_number(query, "resultRelation") > 0)
		feed_stored(in, query);
	note(in, codegen_node_field(query, "limitCount"),
	    (codegen_fed){ .name = "limit" });
	note(in, codegen_node_field(query, "limitOffset"),
	    (codegen_fed){ .name = "offset" });
	feed_expressions(in, query, query);
}

void
codegen_feed(
    const codegen_model *model, const codegen_node *query, codegen_fed *fed, size_t count)
{
	feeding in = { model, fed, count };

	if (query != NULL)
		feed_query(&in, query);
}
