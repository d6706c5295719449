/* SPDX-License-Identifier: MIT */
/*
 * Pages by keyset: a page goes on after the last row of the one before, so
 * that it costs the same however far on it is, and rows that come and go in
 * between shift nothing.
 */
#include <stdio.h>
#include <string.h>

#include "page.h"
#include "template.h"

const char *
codegen_page_order(codegen_unit *unit)
{
	const codegen_noun *noun = unit->noun;
	aet__text sql = { 0 };

	for (size_t i = 0; i < noun->order_count; i++) {
		aet__text_add(&sql, i == 0 ? " ORDER BY " : ", ");
		codegen_add_sql_name(&sql, noun->order[i]->column->name);
		aet__text_add(&sql, noun->descending ? " DESC" : "");
	}
	return codegen_keep(unit->memory, &sql);
}

void
codegen_page_limit_helper(codegen_unit *unit)
{
	codegen_unit_helper(unit,
	    "static aet_status\n"
	    "take_limit(int32_t asked, int32_t *limit, aet_error *err)\n"
	    "{\n"
	    "\tif (asked < 0 || asked > " CODEGEN_PAGE_MOST ")\n"
	    "\t\treturn aet_error_set(\n"
	    "\t\t    err, AET_EINVAL, \"the limit is not between 0 and " CODEGEN_PAGE_MOST
	    "\");\n"
	    "\t*limit = asked == 0 ? " CODEGEN_PAGE_DEFAULT " : asked;\n"
	    "\treturn AET_OK;\n"
	    "}\n");
}

/* ---- statements -------------------------------------------------------------- */

/* (created_at, id) < ($2, $3): one comparison, which an index can answer. */
static void
add_after(aet__text *sql, const codegen_noun *noun, size_t number, bool first)
{
	const char *open = noun->order_count > 1 ? "(" : "";
	const char *close = noun->order_count > 1 ? ")" : "";

	aet__text_add(sql, first ? " WHERE " : " AND ");
	aet__text_add(sql, open);
	for (size_t i = 0; i < noun->order_count; i++) {
		aet__text_add(sql, i == 0 ? "" : ", ");
		codegen_add_sql_name(sql, noun->order[i]->column->name);
	}
	aet__text_addf(sql, "%s %c %s", close, noun->descending ? '<' : '>', open);
	for (size_t i = 0; i < noun->order_count; i++)
		aet__text_addf(sql, i == 0 ? "$%zu" : ", $%zu", number + i);
	aet__text_add(sql, close);
}

static void
add_parameters(codegen_unit *unit, codegen_statement *statement,
    codegen_field *const *fields, size_t count)
{
	for (size_t i = 0; i < count; i++)
		codegen_statement_parameter(
		    unit, statement, fields[i]->column->name, fields[i]->type);
}

static void
plan_statement(codegen_unit *unit, const char *name, codegen_field *const *fields,
    size_t count, bool after)
{
	const codegen_noun *noun = unit->noun;
	codegen_statement *statement;
	aet__text sql = { 0 };
	size_t number = 1;

	aet__text_addf(&sql, "SELECT %s FROM %s", unit->row->select, noun->sql_name);
	for (size_t i = 0; i < count; i++) {
		aet__text_add(&sql, i == 0 ? " WHERE " : " AND ");
		codegen_add_sql_name(&sql, fields[i]->column->name);
		aet__text_addf(&sql, " = $%zu", number++);
	}
	if (after) {
		add_after(&sql, noun, number, count == 0);
		number += noun->order_count;
	}
	aet__text_addf(&sql, "%s LIMIT $%zu", codegen_page_order(unit), number);
	statement = codegen_unit_statement(
	    unit, name, codegen_keep(unit->memory, &sql), unit->row);
	add_parameters(unit, statement, fields, count);
	if (after)
		add_parameters(unit, statement, noun->order, noun->order_count);
	codegen_statement_parameter(unit, statement, "limit", codegen_type_by_oid(23));
}

/* ---- functions --------------------------------------------------------------- */

/* An enum in a cursor is the stored text: it has a place in the order even
 * where the C enum does not know it. */
static bool
as_text(const codegen_field *field)
{
	return field->type->shape == CODEGEN_ENUM;
}

static void
bind_cursor(codegen_unit *unit, aet__text *out, const codegen_noun *noun)
{
	for (size_t i = 0; i < noun->order_count; i++) {
		const codegen_field *field = noun->order[i];
		const char *value =
		    codegen_format(unit->memory, "page->after->%s", field->name);

		if (as_text(field))
			aet__text_addf(out, "\taet_args_text(&args, %s);\n", value);
		else
			codegen_bind_argument(unit, out, field->type, value);
	}
}

static const char *
list_body(codegen_unit *unit, const char *name, const char *binds)
{
	aet__text cursor = { 0 };

	bind_cursor(unit, &cursor, unit->noun);
	return codegen_fill(unit->memory,
	    "\tbool first = page == NULL || page->after == NULL;\n"
	    "\taet_args args = { 0 };\n"
	    "\taet_status status;\n"
	    "\tint32_t limit = 0;\n"
	    "\n"
	    "\tstatus = take_limit(page != NULL ? page->limit : 0, &limit, err);\n"
	    "\tif (status != AET_OK)\n"
	    "\t\treturn status;\n"
	    "{{binds}}"
	    "\tif (first) {\n"
	    "\t\taet_args_int32(&args, limit);\n"
	    "\t\treturn aet_statement_list(db, &{{statement}}, &args, out, err);\n"
	    "\t}\n"
	    "{{cursor}}"
	    "\taet_args_int32(&args, limit);\n"
	    "\treturn aet_statement_list(db, &{{statement}}_after, &args, out, err);\n",
	    "binds", binds, "cursor", codegen_keep(unit->memory, &cursor), "statement",
	    name);
}

void
codegen_page_list(codegen_unit *unit, const char *name, codegen_field *const *fields,
    size_t count, const char *about)
{
	const codegen_noun *noun = unit->noun;
	const char *statement = codegen_format(unit->memory, "%s_%s", noun->name, name);
	codegen_function *function = codegen_unit_function(
	    unit, codegen_format(unit->memory, "%s_%s", noun->c, name));
	aet__text binds = { 0 };

	plan_statement(unit, statement, fields, count, false);
	plan_statement(unit, codegen_format(unit->memory, "%s_after", statement), fields,
	    count, true);
	codegen_page_limit_helper(unit);
	for (size_t i = 0; i < count; i++) {
		codegen_function_argument(unit, function,
		    codegen_value_argument(fields[i]->type), fields[i]->parameter, NULL);
		codegen_bind_argument(
		    unit, &binds, fields[i]->type, fields[i]->parameter);
	}
	codegen_function_argument(unit, function,
	    codegen_format(unit->memory, "const %s_page *", noun->c), "page",
	    "NULL: the first " CODEGEN_PAGE_DEFAULT);
	codegen_function_out(unit, function, noun->c, true, false);
	function->about = about;
	function->fails = "AET_EINVAL: the page's limit is out of bounds.";
	function->body = list_body(unit, statement, codegen_keep(unit->memory, &binds));
}

static void
plan_page_types(codegen_unit *unit)
{
	const codegen_noun *noun = unit->noun;
	bool texts = false;
	aet__text members = { 0 };

	for (size_t i = 0; i < noun->order_count; i++) {
		const codegen_field *field = noun->order[i];
		const char *c = as_text(field) ? "const char *" : field->type->c;

		aet__text_addf(
		    &members, "\t%s%s%s;\n", c, codegen_type_space(c), field->name);
		texts = texts || c[strlen(c) - 1] == '*';
	}
	codegen_unit_type(unit,
	    codegen_fill(unit->memory,
		"/* The place of a row in a list{{borrows}}: {{c}}_cursor_of(). */\n"
		"typedef struct {{c}}_cursor {\n"
		"{{members}}"
		"} {{c}}_cursor;\n",
		"c", noun->c, "borrows", texts ? ", whose text it borrows" : "",
		"members", codegen_keep(unit->memory, &members)));
	codegen_unit_type(
	    unit, codegen_fill(unit->memory,
		      "/* Which part of a list; {0} is its beginning. */\n"
		      "typedef struct {{c}}_page {\n"
		      "\t/* Go on after this row; NULL: from the first. */\n"
		      "\tconst {{c}}_cursor *after;\n"
		      "\t/* At most so many rows, up to " CODEGEN_PAGE_MOST
		      "; 0: " CODEGEN_PAGE_DEFAULT ". */\n"
		      "\tint32_t limit;\n"
		      "} {{c}}_page;\n",
		      "c", noun->c));
}

static void
plan_cursor_of(codegen_unit *unit)
{
	const codegen_noun *noun = unit->noun;
	codegen_function *function = codegen_unit_function(
	    unit, codegen_format(unit->memory, "%s_cursor_of", noun->c));
	aet__text members = { 0 };

	for (size_t i = 0; i < noun->order_count; i++) {
		const codegen_field *field = noun->order[i];

		aet__text_addf(&members, "\t\t.%s = %s->%s,\n", field->name,
		    noun->variable, as_text(field) ? field->text_name : field->name);
	}
	function->returns = codegen_format(unit->memory, "%s_cursor", noun->c);
	function->about = "The place of a row, for the page after it. Does not block.";
	codegen_function_argument(unit, function,
	    codegen_format(unit->memory, "const %s *", noun->c), noun->variable, NULL);
	function->body = codegen_fill(unit->memory,
	    "\treturn ({{c}}_cursor){\n"
	    "{{members}}"
	    "\t};\n",
	    "c", noun->c, "members", codegen_keep(unit->memory, &members));
}

void
codegen_plan_pages(codegen_unit *unit)
{
	const codegen_noun *noun = unit->noun;

	if (noun->order_count == 0)
		return;
	plan_page_types(unit);
	plan_cursor_of(unit);
	if (noun->descending)
		codegen_page_list(unit, "list_newest", NULL, 0,
		    "Lists rows, the newest first, a page at a time.");
	else
		codegen_page_list(unit, "list_all", NULL, 0,
		    "Lists rows in the order of their primary key, a page at a time.");
}
