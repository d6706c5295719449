/* SPDX-License-Identifier: MIT */
/* The manifest: JSON in one layout, so that it is the same from run to run. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "emit.h"

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
codegen_emit_manifest(codegen_outputs *outputs, const codegen_model *model)
{
	aet__text out = { 0 };

	if (model->config->manifest == NULL)
		return;
	aet__text_addf(&out,
	    "{\n  \"schema_hash\": \"%016" PRIx64 "\",\n  \"queries\": [",
	    schema_hash(model->catalog));
	for (size_t i = 0; i < model->query_count; i++) {
		aet__text_add(&out, i > 0 ? ",\n" : "\n");
		add_query(&out, &model->queries[i],
		    codegen_kind_text(model->queries[i].kind) + 1);
	}
	aet__text_add(&out, "\n  ]\n}\n");
	codegen_output_add(
	    outputs, model->config->manifest, codegen_keep(outputs->memory, &out));
}
