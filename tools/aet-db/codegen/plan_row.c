/* SPDX-License-Identifier: MIT */
/* A noun's structs: the row and its list, what an insert and an update take. */
#include <string.h>

#include "layout.h"
#include "plan.h"
#include "template.h"

static void
add_comment(aet__text *out, const char *comment)
{
	if (comment != NULL && comment[0] != '\0')
		codegen_layout_comment(out, "\t", comment);
}

/* Of a type that C itself does not show to be nullable: const char *, an enum. */
static bool
hides_null(const codegen_type *type)
{
	return type->shape == CODEGEN_TEXT || type->shape == CODEGEN_JSON ||
	       type->shape == CODEGEN_ENUM || type->shape == CODEGEN_ENUM_ARRAY;
}

void
codegen_member_comment(codegen_unit *unit, aet__text *out, const codegen_type *type,
    bool nullable, const char *comment)
{
	if (nullable && hides_null(type))
		comment = codegen_format(unit->memory, "%s%sMay be NULL.", comment,
		    comment[0] != '\0' ? "\n" : "");
	add_comment(out, comment);
}

static void
add_select(aet__text *select, const codegen_field *field)
{
	if (select->len > 0)
		aet__text_add(select, ", ");
	codegen_add_sql_name(select, field->column->name);
}

const codegen_row *
codegen_noun_row(codegen_unit *unit, const codegen_noun *noun)
{
	codegen_row *row = codegen_room(unit->memory, 1, sizeof(*row));
	codegen_column *columns =
	    codegen_room(unit->memory, noun->field_count, sizeof(*columns));
	aet__text select = { 0 };

	row->c = noun->c;
	row->stem = noun->name;
	row->variable = noun->variable;
	row->columns = columns;
	for (size_t i = 0; i < noun->field_count; i++) {
		const codegen_field *field = &noun->fields[i];
		const char *comment = field->column->comment;

		if (field->secret)
			continue;
		add_select(&select, field);
		columns[row->column_count++] = (codegen_column){ field->column->name,
			field->name, field->text_name, comment != NULL ? comment : "",
			field->type, field->nullable };
	}
	row->select = codegen_keep(unit->memory, &select);
	return row;
}

void
codegen_plan_struct(codegen_unit *unit, const codegen_row *row, bool list)
{
	aet__text out = { 0 };

	aet__text_addf(&out, "typedef struct %s {\n", row->c);
	for (size_t i = 0; i < row->column_count; i++) {
		const codegen_column *column = &row->columns[i];

		codegen_member_comment(
		    unit, &out, column->type, column->nullable, column->comment);
		codegen_value_members(&out, column->type, column->nullable, column->name,
		    column->text_name);
	}
	aet__text_addf(&out, "} %s;\n", row->c);
	codegen_unit_type(unit, codegen_keep(unit->memory, &out));
	if (!list)
		return;
	codegen_unit_type(unit, codegen_fill(unit->memory,
				    "typedef struct {{c}}_list {\n"
				    "\t{{c}} *items;\n"
				    "\tsize_t len;\n"
				    "} {{c}}_list;\n",
				    "c", row->c));
}

static void
add_written_member(aet__text *out, const codegen_field *field, bool required)
{
	const codegen_type *type = field->type;
	bool open = type->values != NULL && type->values->open;
	bool array = type->shape == CODEGEN_ENUM_ARRAY;
	const char *c = required ? type->c : type->field;

	add_comment(out, field->column->comment);
	aet__text_addf(out, "\t%s%s%s;\n", c, codegen_type_space(c), field->name);
	if (!open)
		return;
	if (required)
		c = array ? "aet_text_array" : "const char *";
	else
		c = array ? "aet_field_text_array" : "aet_field_text";
	aet__text_addf(out, "\t%s%s%s;\n", c, codegen_type_space(c), field->text_name);
}

/* C has no empty structs: a table whose every column is made by PostgreSQL. */
static void
end_struct(aet__text *out, size_t members, const char *prefix, const char *name,
    const char *tail)
{
	if (members == 0)
		aet__text_add(out, "\tchar nothing; /* a C struct is never empty */\n");
	aet__text_addf(out, "} %s_%s%s;\n", prefix, name, tail);
}

static void
plan_new(codegen_unit *unit)
{
	const char *prefix = unit->model->config->prefix;
	const codegen_noun *noun = unit->noun;
	aet__text out = { 0 };
	size_t members = 0;

	aet__text_add(&out,
	    "/*\n"
	    " * What an insert takes. Start from {0}: a field that is left alone takes "
	    "its\n"
	    " * column's DEFAULT; members that are no field must be given.\n"
	    " */\n");
	aet__text_addf(&out, "typedef struct %s_new_%s {\n", prefix, noun->name);
	for (size_t i = 0; i < noun->field_count; i++) {
		const codegen_field *field = &noun->fields[i];

		if (!field->insertable)
			continue;
		add_written_member(&out, field, field->required);
		members++;
	}
	end_struct(&out, members, prefix,
	    codegen_format(unit->memory, "new_%s", noun->name), "");
	codegen_unit_type(unit, codegen_keep(unit->memory, &out));
}

static void
plan_changes(codegen_unit *unit)
{
	const codegen_noun *noun = unit->noun;
	aet__text out = { 0 };
	size_t members = 0;

	if (noun->key_count == 0 || !noun->keys[0].primary)
		return;
	aet__text_add(&out, "/* What an update takes. Start from {0}: a field that is "
			    "left alone stays as "
			    "it\n"
			    " * is in the database. */\n");
	aet__text_addf(&out, "typedef struct %s_changes {\n", noun->c);
	for (size_t i = 0; i < noun->field_count; i++) {
		if (!noun->fields[i].updatable)
			continue;
		add_written_member(&out, &noun->fields[i], false);
		members++;
	}
	end_struct(&out, members, unit->model->config->prefix, noun->name, "_changes");
	codegen_unit_type(unit, codegen_keep(unit->memory, &out));
}

void
codegen_plan_free(codegen_unit *unit, const char *c, const char *what, const char *name)
{
	codegen_function *function =
	    codegen_unit_function(unit, codegen_format(unit->memory, "%s_free", c));

	function->returns = "void";
	function->about = codegen_format(
	    unit->memory, "Frees %s. NULL is nothing. Does not block.", what);
	codegen_function_argument(
	    unit, function, codegen_format(unit->memory, "%s *", c), name, NULL);
	function->body = codegen_format(unit->memory, "\taet_block_free(%s);\n", name);
}

void
codegen_plan_row(codegen_unit *unit)
{
	const codegen_noun *noun = unit->noun;
	const codegen_row *row = codegen_noun_row(unit, noun);

	unit->row = row;
	codegen_plan_struct(unit, row, true);
	plan_new(unit);
	plan_changes(unit);
	codegen_plan_free(unit, row->c, "a row and everything in it", noun->variable);
	codegen_plan_free(unit, codegen_format(unit->memory, "%s_list", row->c),
	    "a list and every row in it", "list");
}
