/* SPDX-License-Identifier: MIT */
#include "manifest_writes.h"

#include "describe.h"
#include "pg/describe.h"
#include "proof_scope.h"

typedef struct collecting {
	codegen_memory *memory;
	aet__connection *connection;
	aet__deadline deadline;
	codegen_printed printed;
	const json_t *query; /* of the manifest */
	codegen_writes *out;
} collecting;

/* ---- one target ------------------------------------------------------------- */

/* What a value is before it is cast to its column's type. */
static const codegen_node *
uncast(const codegen_node *node)
{
	for (;;) {
		if (codegen_node_is(node, "RELABELTYPE") ||
		    codegen_node_is(node, "COERCEVIAIO") ||
		    codegen_node_is(node, "COERCETODOMAIN"))
			node = codegen_node_field(node, "arg");
		else if (codegen_node_is(node, "FUNCEXPR") &&
			 codegen_node_number(node, "funcformat") > 0)
			node = codegen_node_item(codegen_node_field(node, "args"), 0);
		else
			return node;
	}
}

static bool
may_be_null(const collecting *c, const codegen_node *value)
{
	const codegen_node *node = uncast(value);
	const json_t *params = json_object_get(c->query, "params");

	if (codegen_node_is(node, "CONST"))
		return codegen_node_flag(node, "constisnull");
	if (!codegen_node_is(node, "PARAM"))
		return false;
	return json_is_true(json_object_get(
	    json_array_get(params, (size_t)codegen_node_number(node, "paramid") - 1),
	    "nullable"));
}

/* ---- one statement ---------------------------------------------------------- */

static void
add_number(aet__text *list, long number)
{
	aet__text_addf(list, "%s%ld", list->len > 1 ? "," : "", number);
}

static void
add_targets(const collecting *c, const codegen_node *targets, aet__text *columns,
    aet__text *nullable)
{
	for (size_t i = 0; i < codegen_node_count(targets); i++) {
		const codegen_node *target = codegen_node_item(targets, i);

		if (codegen_node_flag(target, "resjunk"))
			continue;
		add_number(columns, codegen_node_number(target, "resno"));
		if (may_be_null(c, codegen_node_field(target, "expr")))
			add_number(nullable, codegen_node_number(target, "resno"));
	}
}

static void
add_write(collecting *c, const codegen_node *query)
{
	size_t place = (size_t)codegen_node_number(query, "resultRelation");
	const codegen_node *table =
	    codegen_node_item(codegen_node_field(query, "rtable"), place - 1);
	aet__text columns = { 0 };
	aet__text nullable = { 0 };

	aet__text_add_char(&columns, '{');
	aet__text_add_char(&nullable, '{');
	add_targets(c, codegen_node_field(query, "targetList"), &columns, &nullable);
	add_targets(c,
	    codegen_node_field(codegen_node_field(query, "onConflict"), "onConflictSet"),
	    &columns, &nullable);
	aet__text_add_char(&columns, '}');
	aet__text_add_char(&nullable, '}');
	c->out->items = codegen_append(
	    c->memory, c->out->items, &c->out->count, sizeof(*c->out->items));
	c->out->items[c->out->count - 1] = (codegen_write){
		.query = codegen_copy(
		    c->memory, json_string_value(json_object_get(c->query, "name"))),
		.relation = codegen_node_number(table, "relid"),
		.inserts = codegen_node_number(query, "commandType") == CODEGEN_INSERT,
		.columns = codegen_keep(c->memory, &columns),
		.nullable = codegen_keep(c->memory, &nullable),
	};
}

/* WITH may have some, too. */
static void
walk(collecting *c, const codegen_node *node)
{
	long command =
	    codegen_node_is(node, "QUERY") ? codegen_node_number(node, "commandType") : 0;

	if (command == CODEGEN_INSERT || command == CODEGEN_UPDATE)
		add_write(c, node);
	for (size_t i = 0; i < codegen_node_children(node); i++)
		walk(c, codegen_node_child(node, i));
}

static aet_status
take_text(collecting *c, const json_t *sql, aet_error *err)
{
	aet__description described = { 0 };
	aet_error failure;
	aet_status status = AET_OK;

	if (!json_is_string(sql))
		return AET_OK;
	status = aet__connection_describe(
	    c->connection, json_string_value(sql), c->deadline, &described, &failure);
	aet__description_free(&described);
	if (status == AET_OK)
		walk(c, codegen_tree_parse(c->memory, aet__text_view(&c->printed.text)));
	else if (aet__connection_is_broken(c->connection))
		return aet_error_set(err, failure.status, "%s", failure.message);
	return AET_OK;
}

/* One of its texts stands for all: they differ by what they select. */
static aet_status
take_queries(collecting *c, const json_t *queries, aet_error *err)
{
	aet_status status = AET_OK;
	size_t i;

	for (i = 0; i < json_array_size(queries) && status == AET_OK; i++) {
		c->query = json_array_get(queries, i);
		status = take_text(c, json_object_get(c->query, "sql"), err);
	}
	return status;
}

aet_status
codegen_manifest_writes(codegen_memory *memory, const json_t *manifest, const char *url,
    aet__deadline deadline, codegen_writes *out, aet_error *err)
{
	collecting c = { .memory = memory, .deadline = deadline, .out = out };
	const aet__connection_options options = { .url = url,
		.application_name = "aet-db",
		.statement_cache = 1,
		.detail = codegen_printed_take,
		.detail_ctx = &c.printed };
	aet_status status;

	*out = (codegen_writes){ 0 };
	status = aet__connection_open(&options, deadline, &c.connection, err);
	if (status == AET_OK)
		status =
		    codegen_describe_settings(c.connection, &c.printed, deadline, err);
	if (status == AET_OK)
		status = take_queries(&c, json_object_get(manifest, "queries"), err);
	aet__connection_close(c.connection);
	aet__text_free(&c.printed.text);
	return status;
}
