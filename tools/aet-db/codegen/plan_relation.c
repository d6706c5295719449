/* SPDX-License-Identifier: MIT */
/* Relations, from either end: a child's parent, a parent's children, and the
 * children of many parents in one round trip. */
#include <stdio.h>
#include <string.h>

#include "page.h"
#include "template.h"

/* ---- the child's end --------------------------------------------------------- */

static void
plan_list_by(codegen_unit *unit, const codegen_relation *relation)
{
	codegen_page_list(unit,
	    codegen_format(unit->memory, "list_by_%s", relation->name), relation->fields,
	    relation->key->count,
	    codegen_format(unit->memory,
		"Lists the rows of one %s, %s, a page at a time.", relation->name,
		unit->noun->descending ? "the newest first"
				       : "in the order of their primary key"));
}

/* One index scan for each parent, which stops at the limit; a plain IN would
 * read all of them to number them. */
static const char *
many_sql(codegen_unit *unit, const codegen_field *field)
{
	const char *order = codegen_page_order(unit);
	aet__text column = { 0 };

	codegen_add_sql_name(&column, field->column->name);
	return codegen_fill(unit->memory,
	    "SELECT {{select}} FROM unnest($1::{{type}}[]) WITH ORDINALITY AS wanted "
	    "(aet_key, aet_place) CROSS JOIN LATERAL (SELECT {{select}} FROM {{table}} "
	    "WHERE "
	    "{{column}} = aet_key{{order}} LIMIT $2) AS child ORDER BY aet_place, "
	    "{{rest}}",
	    "select", unit->row->select, "type", field->type->sql, "table",
	    unit->noun->sql_name, "column", codegen_keep(unit->memory, &column), "order",
	    order, "rest", order + strlen(" ORDER BY "));
}

static void
plan_list_by_many(codegen_unit *unit, const codegen_relation *relation)
{
	const codegen_field *field = relation->fields[0];
	const char *plural = codegen_plural(unit->memory, relation->name);
	const char *name =
	    codegen_format(unit->memory, "%s_list_by_%s", unit->noun->name, plural);
	const char *items = codegen_parameter_name(
	    unit->memory, codegen_plural(unit->memory,
			      codegen_name(unit->memory, field->column->name)));
	codegen_function *function = codegen_unit_function(
	    unit, codegen_format(unit->memory, "%s_list_by_%s", unit->noun->c, plural));
	codegen_statement *statement =
	    codegen_unit_statement(unit, name, many_sql(unit, field), unit->row);

	codegen_page_limit_helper(unit);
	codegen_statement_parameter(unit, statement, items, field->type);
	statement->parameters[0].array = true;
	codegen_statement_parameter(unit, statement, "limit", codegen_type_by_oid(23));
	codegen_function_argument(unit, function,
	    codegen_format(unit->memory, "const %s *", field->type->c), items,
	    "count of them, each once");
	codegen_function_argument(unit, function, "size_t", "count", NULL);
	codegen_function_argument(unit, function, "int32_t", "limit_each",
	    "rows of one parent, up to " CODEGEN_PAGE_MOST "; 0: " CODEGEN_PAGE_DEFAULT);
	codegen_function_out(unit, function, unit->noun->c, true, false);
	function->about = codegen_format(unit->memory,
	    "Lists the rows of many parents in one round trip: in the order of the "
	    "parents, "
	    "and each one's as %s_list_by_%s gives them. %s_list_of_%s() finds one "
	    "parent's.",
	    unit->noun->c, relation->name, unit->noun->c, relation->name);
	function->fails = "AET_EINVAL: limit_each is out of bounds.";
	function->body = codegen_fill(unit->memory,
	    "\taet_args args = { 0 };\n"
	    "\taet_status status;\n"
	    "\tint32_t limit = 0;\n"
	    "\n"
	    "\tstatus = take_limit(limit_each, &limit, err);\n"
	    "\tif (status != AET_OK)\n"
	    "\t\treturn status;\n"
	    "\taet_args_{{codec}}_array(&args, {{items}}, count, sizeof(*{{items}}));\n"
	    "\taet_args_int32(&args, limit);\n"
	    "\treturn aet_statement_list(db, &{{statement}}, &args, out, err);\n",
	    "codec", field->type->codec, "items", items, "statement", name);
}

static const char *
is_of(codegen_unit *unit, const codegen_relation *relation)
{
	const codegen_field *field = relation->fields[0];
	const char *variable = unit->noun->variable;
	const char *has = "";

	if (field->nullable)
		has = codegen_format(unit->memory,
		    "\tif (!%s->%s.has_value)\n\t\treturn false;\n", variable,
		    field->name);
	codegen_unit_helper(
	    unit, codegen_fill(unit->memory,
		      "static bool\n"
		      "is_of_{{relation}}(const {{c}} *{{variable}}, {{id}} id)\n"
		      "{\n"
		      "{{has}}"
		      "\treturn {{id}}_equal({{value}}, id);\n"
		      "}\n",
		      "relation", relation->name, "c", unit->noun->c, "variable",
		      variable, "id", field->type->c, "has", has, "value",
		      codegen_value_of_row(unit, field, variable)));
	return codegen_format(unit->memory, "is_of_%s", relation->name);
}

static void
plan_list_of(codegen_unit *unit, const codegen_relation *relation)
{
	const codegen_noun *noun = unit->noun;
	codegen_function *function = codegen_unit_function(
	    unit, codegen_format(unit->memory, "%s_list_of_%s", noun->c, relation->name));

	function->returns = "size_t";
	function->about = codegen_format(unit->memory,
	    "How many rows of a list are of one %s, where they stand together, as "
	    "%s_list_by_%s gives them. Does not block.",
	    relation->name, noun->c, codegen_plural(unit->memory, relation->name));
	codegen_function_argument(unit, function,
	    codegen_format(unit->memory, "const %s_list *", noun->c), "list", NULL);
	codegen_function_argument(unit, function,
	    codegen_format(unit->memory, "%s", relation->fields[0]->type->c), "id", NULL);
	codegen_function_argument(unit, function,
	    codegen_format(unit->memory, "const %s **", noun->c), "first",
	    "becomes the first of them, borrowed from list, or NULL if there is none; "
	    "may "
	    "itself be NULL");
	function->body = codegen_fill(unit->memory,
	    "\tsize_t start = 0;\n"
	    "\tsize_t end;\n"
	    "\n"
	    "\twhile (start < list->len && !{{is}}(&list->items[start], id))\n"
	    "\t\tstart++;\n"
	    "\tend = start;\n"
	    "\twhile (end < list->len && {{is}}(&list->items[end], id))\n"
	    "\t\tend++;\n"
	    "\tif (first != NULL)\n"
	    "\t\t*first = end > start ? &list->items[start] : NULL;\n"
	    "\treturn end - start;\n",
	    "is", is_of(unit, relation));
}

static void
add_row_check(aet__text *body, const codegen_noun *noun)
{
	aet__text_addf(body,
	    "\tif (%s == NULL)\n"
	    "\t\treturn aet_error_set(err, AET_EINVAL, \"no row to start from\");\n",
	    noun->variable);
}

/* AET_ENOTFOUND without asking, where the foreign key is NULL. */
static void
add_null_check(codegen_unit *unit, aet__text *body, const codegen_relation *relation)
{
	for (size_t i = 0; i < relation->key->count; i++) {
		const codegen_field *field = relation->fields[i];

		if (!field->nullable)
			continue;
		aet__text_addf(body, "\tif (%s)\n",
		    codegen_value_is_null(unit, field, unit->noun->variable));
		aet__text_addf(body,
		    "\t\treturn aet_error_set(err, AET_ENOTFOUND, \"%s_%s: %s is "
		    "NULL\");\n",
		    unit->noun->name, relation->name,
		    codegen_name(unit->memory, field->column->name));
	}
}

static bool
is_visible(codegen_field *const *fields, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (fields[i]->secret)
			return false;
	return true;
}

static void
plan_parent(codegen_unit *unit, const codegen_relation *relation)
{
	const codegen_noun *noun = unit->noun;
	codegen_function *function = codegen_unit_function(
	    unit, codegen_format(unit->memory, "%s_%s", noun->c, relation->name));
	aet__text body = { 0 };

	codegen_unit_forward(unit, relation->parent->c);
	codegen_unit_include(unit, relation->parent->file);
	codegen_function_argument(unit, function,
	    codegen_format(unit->memory, "const %s *", noun->c), noun->variable, NULL);
	codegen_function_out(unit, function, relation->parent->c, false, false);
	function->about = codegen_format(
	    unit->memory, "Finds a row's %s (%s).", relation->name, relation->constraint);
	function->fails = "AET_ENOTFOUND: it has none.";
	add_row_check(&body, unit->noun);
	add_null_check(unit, &body, relation);
	aet__text_addf(
	    &body, "\treturn %s_%s(db", relation->parent->c, relation->key->find);
	for (size_t i = 0; i < relation->key->count; i++)
		aet__text_addf(&body, ", %s",
		    codegen_value_of_row(unit, relation->fields[i], noun->variable));
	aet__text_add(&body, ", out, err);\n");
	function->body = codegen_keep(unit->memory, &body);
}

/* ---- the parent's end -------------------------------------------------------- */

/* audit_entries -> audit entries */
static const char *
in_words(codegen_unit *unit, const char *name)
{
	char *words = codegen_copy(unit->memory, name);

	for (char *c = words; *c != '\0'; c++)
		if (*c == '_')
			*c = ' ';
	return words;
}

static void
plan_children(codegen_unit *unit, const codegen_relation *relation)
{
	const codegen_noun *noun = unit->noun;
	const codegen_noun *child = relation->child;
	codegen_function *function = codegen_unit_function(
	    unit, codegen_format(unit->memory, "%s_%s", noun->c, relation->reverse));
	aet__text body = { 0 };

	if (child != noun) {
		codegen_unit_forward(
		    unit, codegen_format(unit->memory, "%s_page", child->c));
		codegen_unit_forward(
		    unit, codegen_format(unit->memory, "%s_list", child->c));
	}
	codegen_unit_include(unit, child->file);
	codegen_function_argument(unit, function,
	    codegen_format(unit->memory, "const %s *", noun->c), noun->variable, NULL);
	codegen_function_argument(unit, function,
	    codegen_format(unit->memory, "const %s_page *", child->c), "page",
	    "NULL: the first " CODEGEN_PAGE_DEFAULT);
	codegen_function_out(unit, function, child->c, true, false);
	function->about =
	    codegen_format(unit->memory, "Lists a row's %s, as %s_list_by_%s().",
		in_words(unit, child->plural), child->c, relation->name);
	function->fails = "AET_EINVAL: the page's limit is out of bounds.";
	add_row_check(&body, noun);
	aet__text_addf(&body, "\treturn %s_list_by_%s(db", child->c, relation->name);
	for (size_t i = 0; i < relation->key->count; i++)
		aet__text_addf(&body, ", %s",
		    codegen_value_of_row(unit, relation->key->fields[i], noun->variable));
	aet__text_add(&body, ", page, out, err);\n");
	function->body = codegen_keep(unit->memory, &body);
}

void
codegen_plan_relations(codegen_unit *unit)
{
	const codegen_noun *noun = unit->noun;

	for (size_t i = 0; i < noun->parent_count; i++) {
		const codegen_relation *relation = noun->parents[i];

		if (noun->order_count > 0)
			plan_list_by(unit, relation);
		if (noun->order_count > 0 && relation->key->count == 1 &&
		    relation->fields[0]->type->arrays) {
			plan_list_by_many(unit, relation);
			if (!relation->fields[0]->secret)
				plan_list_of(unit, relation);
		}
		if (is_visible(relation->fields, relation->key->count))
			plan_parent(unit, relation);
	}
	for (size_t i = 0; i < noun->child_count; i++)
		if (noun->children[i]->child->order_count > 0 &&
		    is_visible(
			noun->children[i]->key->fields, noun->children[i]->key->count))
			plan_children(unit, noun->children[i]);
}
