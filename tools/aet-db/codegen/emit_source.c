/* SPDX-License-Identifier: MIT */
/* The source of a noun: what its rows are read with, its statements, its
 * functions. */
#include <stdio.h>
#include <string.h>

#include "emit.h"
#include "layout.h"

static const char *
macro_name(const codegen_unit *unit, const codegen_row *row)
{
	return codegen_upper(
	    unit->memory, codegen_format(unit->memory, "%s_columns", row->stem));
}

static void
emit_includes(aet__text *out, const codegen_unit *unit)
{
	codegen_emit_include(out, unit->model, unit->name);
	aet__text_add_char(out, '\n');
	for (size_t i = 0; i < unit->include_count; i++)
		codegen_emit_include(out, unit->model, unit->includes[i]);
	aet__text_addf(out, "#include <aeturnis/%s>\n\n",
	    unit->model->beyond ? "codec.h" : "statement.h");
}

/* ---- a macro for the columns that every statement lists ------------------- */

#define SELECT_WIDTH 76

/* As much as fits, up to a blank; quotes take two columns in C. */
static size_t
select_piece(const char *text)
{
	size_t width = 0;
	size_t end = 0;

	for (size_t i = 0; text[i] != '\0'; i++) {
		width += text[i] == '"' ? 2 : 1;
		if (width > SELECT_WIDTH && end > 0)
			return end;
		if (text[i] == ' ')
			end = i + 1;
	}
	return strlen(text);
}

/* clang-format aligns by bytes, not by characters. */
static size_t
widest_piece(const char *select)
{
	size_t widest = 0;

	while (*select != '\0') {
		size_t len = select_piece(select);
		aet__text line = { 0 };

		codegen_emit_string(&line, select, len);
		select += len;
		if (*select != '\0' && line.len + CODEGEN_TAB > widest)
			widest = line.len + CODEGEN_TAB;
		aet__text_free(&line);
	}
	return widest;
}

static void
add_backslash(aet__text *out, size_t start, size_t widest)
{
	size_t tab = out->data[start] == '\t' ? CODEGEN_TAB - 1 : 0;

	for (size_t width = out->len - start + tab; width < widest; width++)
		aet__text_add_char(out, ' ');
	aet__text_add(out, " \\\n");
}

static void
emit_select(aet__text *out, const codegen_unit *unit, const codegen_row *row)
{
	const char *name = macro_name(unit, row);
	const char *select = row->select;
	size_t widest = widest_piece(select);
	aet__text line = { 0 };
	size_t start = out->len;

	codegen_emit_string(&line, select, strlen(select));
	aet__text_addf(out, "#define %s", name);
	if (strlen(name) + 9 + codegen_width(aet__text_view(&line), line.len, 0) <=
	    CODEGEN_COLUMNS) {
		aet__text_addf(out, " %s\n\n", aet__text_view(&line));
		aet__text_free(&line);
		return;
	}
	aet__text_free(&line);
	if (widest < strlen(name) + 8)
		widest = strlen(name) + 8;
	while (*select != '\0') {
		size_t len = select_piece(select);

		add_backslash(out, start, widest);
		start = out->len;
		aet__text_add_char(out, '\t');
		codegen_emit_string(out, select, len);
		select += len;
	}
	aet__text_add(out, "\n\n");
}

/* ---- static data ----------------------------------------------------------- */

/* What is between the braces goes further in where its name needs a line. */
static void
emit_static(aet__text *out, const char *type, const char *name, const char *tail,
    const char *members)
{
	size_t width =
	    strlen("static const  = {") + strlen(type) + strlen(name) + strlen(tail);
	bool wide;

	if (width <= CODEGEN_COLUMNS) {
		aet__text_addf(
		    out, "static const %s %s%s = {\n%s};\n\n", type, name, tail, members);
		return;
	}
	wide = strlen("     = {") + strlen(name) + strlen(tail) > CODEGEN_COLUMNS;
	aet__text_addf(out, "%sstatic const %s\n    %s%s = {\n",
	    wide ? CODEGEN_FORMAT_OFF : "", type, name, tail);
	codegen_layout_shift(out, members);
	aet__text_addf(out, "    };\n%s\n", wide ? CODEGEN_FORMAT_ON : "");
}

/* ---- rows -------------------------------------------------------------------- */

static void
emit_type(aet__text *out, const codegen_type *type, uint32_t oid, bool array)
{
	if (oid != 0 && !array) {
		aet__text_addf(out, ".type = { .oid = %u }", oid);
	} else if (oid == 2950) {
		aet__text_add(out, ".type = { .oid = 2951 }");
	} else {
		aet__text_add(out, ".type = { .name = ");
		codegen_emit_string(out, type->type_name, strlen(type->type_name));
		aet__text_add(out, " }");
	}
}

static void
emit_columns(aet__text *out, const codegen_unit *unit, const codegen_row *row)
{
	aet__text members = { 0 };

	for (size_t i = 0; i < row->column_count; i++) {
		const codegen_column *column = &row->columns[i];

		aet__text_add(&members, "\t{ .name = ");
		codegen_emit_string(&members, column->sql_name, strlen(column->sql_name));
		aet__text_add(&members, ", ");
		emit_type(&members, column->type, column->type->oid, false);
		aet__text_add(
		    &members, column->nullable ? ", .nullable = true },\n" : " },\n");
	}
	emit_static(out, "aet_column", row->stem, "_columns[]",
	    codegen_keep(unit->memory, &members));
}

static void
emit_reader(aet__text *out, codegen_unit *unit, const codegen_row *row)
{
	aet__text_addf(
	    out, "static void\nread_%s(aet_row *row, void *out)\n{\n", row->stem);
	if (row->columns[0].name == NULL) {
		aet__text_addf(out, "\t*(%s *)out = aet_row_%s(row, 0);\n}\n\n", row->c,
		    row->columns[0].type->codec);
		return;
	}
	aet__text_addf(out, "\t%s *%s = out;\n\n", row->c, row->variable);
	for (size_t i = 0; i < row->column_count; i++)
		codegen_value_read(unit, out, row->variable, i, &row->columns[i]);
	aet__text_add(out, "}\n\n");
}

/* ---- statements ---------------------------------------------------------------- */

static void
emit_parameter(aet__text *out, const codegen_parameter *parameter)
{
	const codegen_type *type = parameter->type;
	uint32_t oid = type->parameter_oid != 0 ? type->parameter_oid : type->oid;

	aet__text_add(out, "\t{ .name = ");
	codegen_emit_string(out, parameter->name, strlen(parameter->name));
	aet__text_add(out, ", ");
	emit_type(out, type, oid, parameter->array);
	if (parameter->when_unset != NULL) {
		aet__text_add(out, ", .when_unset = ");
		codegen_emit_string(
		    out, parameter->when_unset, strlen(parameter->when_unset));
	}
	aet__text_add(out, " },\n");
}

static void
emit_parameters(
    aet__text *out, const codegen_unit *unit, const codegen_statement *statement)
{
	aet__text members = { 0 };

	if (statement->parameter_count == 0)
		return;
	for (size_t i = 0; i < statement->parameter_count; i++)
		emit_parameter(&members, &statement->parameters[i]);
	emit_static(out, "aet_parameter", statement->name, "_parameters[]",
	    codegen_keep(unit->memory, &members));
}

static void
emit_texts(aet__text *out, const codegen_unit *unit, const codegen_statement *statement)
{
	const char *select = statement->row != NULL ? statement->row->select : NULL;
	const char *macro = select != NULL ? macro_name(unit, statement->row) : NULL;

	codegen_emit_sql(out, "\t.sql = ",
	    statement->query != NULL ? codegen_first_piece(unit->memory, statement->query)
				     : statement->sql,
	    select, macro);
	if (statement->tail != NULL)
		codegen_emit_sql(out, "\t.tail = ", statement->tail, select, macro);
	if (statement->otherwise != NULL)
		codegen_emit_sql(
		    out, "\t.otherwise = ", statement->otherwise, select, macro);
}

void
codegen_emit_statement(
    aet__text *out, const codegen_unit *unit, const codegen_statement *statement)
{
	const codegen_row *row = statement->row;
	aet__text members = { 0 };

	emit_parameters(out, unit, statement);
	if (statement->query != NULL)
		codegen_emit_pieces(out, statement);
	aet__text_addf(&members, "\t.size = sizeof(aet_statement),\n\t.name = \"%s\",\n",
	    statement->name);
	if (statement->kind == AET_STATEMENT_INSERT)
		aet__text_add(&members, "\t.kind = AET_STATEMENT_INSERT,\n");
	if (statement->kind == AET_STATEMENT_UPDATE)
		aet__text_add(&members, "\t.kind = AET_STATEMENT_UPDATE,\n");
	if (statement->kind == AET_STATEMENT_PIECES)
		aet__text_add(&members, "\t.kind = AET_STATEMENT_PIECES,\n");
	if (statement->kind == AET_STATEMENT_COPY)
		aet__text_add(&members, "\t.kind = AET_STATEMENT_COPY,\n");
	if (statement->writes)
		aet__text_add(&members, "\t.writes = true,\n");
	emit_texts(&members, unit, statement);
	if (statement->keys > 0)
		aet__text_addf(&members, "\t.keys = %zu,\n", statement->keys);
	if (statement->parameter_count > 0)
		aet__text_addf(&members,
		    "\t.parameters = %s_parameters,\n\t.parameter_count = %zu,\n",
		    statement->name, statement->parameter_count);
	if (row != NULL)
		aet__text_addf(&members,
		    "\t.columns = %s_columns,\n\t.column_count = %zu,\n"
		    "\t.row_size = sizeof(%s),\n\t.read = read_%s,\n",
		    row->stem, row->column_count, row->c, row->stem);
	if (statement->query != NULL)
		aet__text_addf(&members,
		    "\t.pieces = %s_pieces,\n"
		    "\t.piece_count = sizeof(%s_pieces) / sizeof(%s_pieces[0]),\n",
		    statement->name, statement->name, statement->name);
	if (statement->query != NULL && statement->query->sort != NULL)
		aet__text_addf(
		    &members, "\t.choices = %zu,\n", statement->query->sort->count);
	emit_static(out, "aet_statement", statement->name, "",
	    codegen_keep(unit->memory, &members));
}

/* ---- the file -------------------------------------------------------------------- */

static void
emit_body(aet__text *out, const codegen_function *function)
{
	codegen_emit_head(out, function, false);
	aet__text_addf(out, "{\n%s}\n\n", function->body);
}

static bool
has_long_string(const codegen_unit *unit)
{
	for (size_t i = 0; i < unit->statement_count; i++)
		if (strlen(unit->statements[i].sql) > CODEGEN_STRING_LIMIT)
			return true;
	return false;
}

/* Readers come first, as they may ask for helpers, which stand before them. */
const char *
codegen_emit_source(const codegen_unit *unit)
{
	codegen_unit own = *unit;
	aet__text readers = { 0 };
	aet__text out = { 0 };

	for (size_t i = 0; i < own.row_count; i++) {
		emit_columns(&readers, &own, own.rows[i]);
		emit_reader(&readers, &own, own.rows[i]);
	}
	codegen_emit_banner(&out, own.model, "");
	emit_includes(&out, &own);
	if (has_long_string(&own))
		aet__text_add(&out, CODEGEN_LONG_STRINGS);
	for (size_t i = 0; i < own.row_count; i++)
		if (own.rows[i]->select != NULL)
			emit_select(&out, &own, own.rows[i]);
	for (size_t i = 0; i < own.helper_count; i++)
		aet__text_addf(&out, "%s\n", own.helpers[i]);
	aet__text_add(&out, codegen_keep(own.memory, &readers));
	for (size_t i = 0; i < own.statement_count; i++)
		codegen_emit_statement(&out, &own, &own.statements[i]);
	for (size_t i = 0; i < own.binder_count; i++)
		aet__text_addf(&out, "%s\n", own.binders[i]);
	codegen_emit_set(&out, &own);
	for (size_t i = 0; i < own.function_count; i++)
		emit_body(&out, &own.functions[i]);
	while (out.len > 1 && out.data[out.len - 2] == '\n')
		out.data[--out.len] = '\0';
	return codegen_keep(own.memory, &out);
}
