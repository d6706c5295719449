/* SPDX-License-Identifier: MIT */
/* The manifest: JSON in one layout, so that it is the same from run to run. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emit.h"
#include "pg/statement_text.h"

static void
add_json(aet__text *out, const char *text)
{
	aet__text_add_char(out, '"');
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			aet__text_addf(out, "\\%c", *text);
		else if (*text == '\n')
			aet__text_add(out, "\\n");
		else if (*text == '\t')
			aet__text_add(out, "\\t");
		else if ((unsigned char)*text < 0x20)
			aet__text_addf(out, "\\u%04x", (unsigned)*text);
		else
			aet__text_add_char(out, *text);
	}
	aet__text_add_char(out, '"');
}

static void
add_entry(aet__text *out, const char *name, const char *type, bool nullable, bool first)
{
	aet__text_add(out, first ? "\n        {\"name\": " : ",\n        {\"name\": ");
	add_json(out, name);
	aet__text_add(out, ", \"type\": ");
	add_json(out, type);
	aet__text_addf(out, ", \"nullable\": %s}", nullable ? "true" : "false");
}

/* The other texts that it may be run with. */
static void
add_texts(aet__text *out, const codegen_query *query)
{
	aet__text_add(out, ",\n      \"texts\": [");
	for (size_t i = 0; i < query->text_count; i++) {
		aet__text_add(out, i > 0 ? ",\n        " : "\n        ");
		add_json(out, query->texts[i]);
	}
	aet__text_add(out, "]");
}

static void
add_query(aet__text *out, const codegen_query *query, const char *kind)
{
	aet__text_add(out, "    {\n      \"name\": ");
	add_json(out, query->title);
	aet__text_addf(out, ",\n      \"kind\": \"%s\",\n      \"sql\": ", kind);
	add_json(out, query->sql);
	if (query->text_count > 0)
		add_texts(out, query);
	aet__text_add(out, ",\n      \"params\": [");
	for (size_t i = 0; i < query->parameter_count; i++)
		add_entry(out, query->parameters[i].sql_name,
		    query->parameters[i].type_text,
		    query->parameters[i].nullable || query->parameters[i].optional,
		    i == 0);
	aet__text_add(out, "],\n      \"columns\": [");
	for (size_t i = 0; i < query->column_count; i++)
		add_entry(out, query->columns[i].sql_name, query->columns[i].type_text,
		    query->columns[i].nullable, i == 0);
	aet__text_add(out, "]\n    }");
}

/* ---- statements of tables -------------------------------------------------- */

/* As it is run with all that it can be given. */
static const char *
whole_text(const codegen_model *model, const codegen_statement *from)
{
	aet_parameter *parameters =
	    codegen_room(model->memory, from->parameter_count + 1, sizeof(*parameters));
	const aet_statement statement = { .kind = from->kind,
		.sql = from->sql,
		.tail = from->tail != NULL ? from->tail : "",
		.otherwise = from->otherwise != NULL ? from->otherwise : "",
		.keys = from->keys,
		.parameters = parameters };
	aet_args args = { 0 };
	aet__text text = { 0 };
	char *sql;

	for (size_t i = 0; i < from->parameter_count; i++) {
		parameters[i].name = from->parameters[i].name;
		aet_args_null(&args);
	}
	sql = aet__statement_text(&statement, &args);
	aet_args_clear(&args);
	aet__text_add(&text, sql != NULL ? sql : "");
	text.failed = text.failed || sql == NULL;
	free(sql);
	return codegen_keep(model->memory, &text);
}

static const char *
type_text(const codegen_model *model, const codegen_type *type, bool array)
{
	return codegen_format(model->memory, array ? "%s[]" : "%s", type->sql);
}

static void
add_statement(
    aet__text *out, const codegen_model *model, const codegen_statement *statement)
{
	const codegen_row *row = statement->row;

	aet__text_add(out, "    {\n      \"name\": ");
	add_json(out, statement->name);
	aet__text_add(out, ",\n      \"kind\": \"table\",\n      \"sql\": ");
	add_json(out, whole_text(model, statement));
	aet__text_add(out, ",\n      \"params\": [");
	for (size_t i = 0; i < statement->parameter_count; i++) {
		const codegen_parameter *parameter = &statement->parameters[i];

		add_entry(out, parameter->name,
		    type_text(model, parameter->type, parameter->array), true, i == 0);
	}
	aet__text_add(out, "],\n      \"columns\": [");
	for (size_t i = 0; row != NULL && i < row->column_count; i++)
		add_entry(out, row->columns[i].sql_name,
		    type_text(model, row->columns[i].type, false),
		    row->columns[i].nullable, i == 0);
	aet__text_add(out, "]\n    }");
}

static size_t
add_statements(
    aet__text *out, const codegen_model *model, const codegen_unit *unit, size_t before)
{
	for (size_t i = 0; i < unit->statement_count; i++) {
		if (unit->statements[i].named)
			continue;
		aet__text_add(out, before++ > 0 ? ",\n" : "\n");
		add_statement(out, model, &unit->statements[i]);
	}
	return before;
}

/* ---- the file --------------------------------------------------------------- */

/* FNV-1a, over what queries can see of the tables. */
static uint64_t
add_hash(uint64_t hash, const char *text)
{
	for (; *text != '\0'; text++)
		hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
	return (hash ^ 0xff) * UINT64_C(1099511628211);
}

static uint64_t
schema_hash(const aet__catalog *catalog)
{
	uint64_t hash = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < catalog->table_count; i++) {
		const aet__table *table = &catalog->tables[i];

		hash = add_hash(add_hash(hash, table->schema), table->name);
		for (size_t j = 0; j < table->column_count; j++) {
			const aet__table_column *column = &table->columns[j];

			hash = add_hash(add_hash(hash, column->name), column->type_text);
			hash = add_hash(hash, column->not_null ? "not null" : "");
		}
	}
	return hash;
}

void
codegen_emit_manifest(
    codegen_outputs *outputs, const codegen_model *model, const codegen_plan *plan)
{
	size_t count = 0;
	aet__text out = { 0 };

	if (model->config->manifest == NULL)
		return;
	aet__text_addf(&out,
	    "{\n  \"schema_hash\": \"%016" PRIx64 "\",\n  \"queries\": [",
	    schema_hash(model->catalog));
	for (size_t i = 0; i < plan->unit_count; i++)
		count = add_statements(&out, model, &plan->units[i], count);
	for (size_t i = 0; i < model->query_count; i++) {
		aet__text_add(&out, count++ > 0 ? ",\n" : "\n");
		add_query(&out, &model->queries[i],
		    codegen_kind_text(model->queries[i].kind) + 1);
	}
	aet__text_add(&out, "\n  ]\n}\n");
	codegen_output_add(
	    outputs, model->config->manifest, codegen_keep(outputs->memory, &out));
}
