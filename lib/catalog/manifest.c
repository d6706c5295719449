/* SPDX-License-Identifier: MIT */
#include "catalog/manifest.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "catalog/arena.h"
#include "core/error.h"
#include "core/memory.h"
#include "core/text.h"
#include "pg/describe.h"
#include "pg/row.h"

typedef struct type_oid {
	const char *text;
	uint32_t oid; /* 0: there is none of that name */
} type_oid;

typedef struct checking {
	aet__connection *connection;
	aet__deadline deadline;
	aet__manifest_prove prove;
	void *ctx;
	aet__arena *arena;
	aet__manifest_report *out;
	size_t capacity;
	type_oid *types;
	size_t type_count;
	size_t type_capacity;
	const char *query; /* the one that is checked */
	aet_error *err;
} checking;

/* One entry of "params" or "columns". */
typedef struct entry {
	const char *name;
	const char *type;
	bool nullable;
} entry;

static aet_status add_break(checking *c, const char *format, ...) AET_PRINTF(2, 3);

static aet_status
add_break(checking *c, const char *format, ...)
{
	void *items = c->out->items;
	char sentence[AET_MESSAGE_SIZE];
	va_list list;

	va_start(list, format);
	vsnprintf(sentence, sizeof(sentence), format, list);
	va_end(list);
	if (!aet__memory_grow(
		&items, &c->capacity, c->out->count + 1, sizeof(aet__manifest_break)))
		return aet__error_memory(c->err);
	c->out->items = items;
	c->out->items[c->out->count++] =
	    (aet__manifest_break){ c->query, aet__arena_text(c->arena, sentence) };
	return aet__arena_ok(c->arena) ? AET_OK : aet__error_memory(c->err);
}

/* ---- types ------------------------------------------------------------------ */

static aet_status
ask_type(checking *c, const char *text, uint32_t *oid)
{
	aet__result *result = NULL;
	aet_status status = aet__connection_query(c->connection,
	    "SELECT pg_catalog.to_regtype($1)::pg_catalog.oid", &text, 1, c->deadline,
	    &result, c->err);

	if (status == AET_OK)
		*oid = (uint32_t)aet__result_int64(result, 0, 0);
	aet__result_free(result);
	return status;
}

static aet_status
oid_of(checking *c, const char *text, uint32_t *oid)
{
	void *types = c->types;
	aet_status status;

	for (size_t i = 0; i < c->type_count; i++) {
		if (strcmp(c->types[i].text, text) == 0) {
			*oid = c->types[i].oid;
			return AET_OK;
		}
	}
	status = ask_type(c, text, oid);
	if (status != AET_OK)
		return status;
	if (!aet__memory_grow(
		&types, &c->type_capacity, c->type_count + 1, sizeof(type_oid)))
		return aet__error_memory(c->err);
	c->types = types;
	c->types[c->type_count++] = (type_oid){ text, *oid };
	return AET_OK;
}

/* What the database calls a type; "" where it cannot be asked. */
static const char *
name_of(checking *c, uint32_t oid)
{
	char number[16];
	const char *parameters[] = { number };
	aet__result *result = NULL;
	const char *name = "";

	snprintf(number, sizeof(number), "%" PRIu32, oid);
	if (aet__connection_query(c->connection,
		"SELECT pg_catalog.format_type($1::pg_catalog.oid, NULL)", parameters, 1,
		c->deadline, &result, NULL) == AET_OK &&
	    aet__result_text(result, 0, 0) != NULL)
		name = aet__arena_text(c->arena, aet__result_text(result, 0, 0));
	aet__result_free(result);
	return name != NULL ? name : "";
}

/* ---- the manifest ------------------------------------------------------------ */

static const char *
text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text != NULL ? text : "";
}

static entry
entry_at(const json_t *query, const char *key, size_t place)
{
	const json_t *from = json_array_get(json_object_get(query, key), place);

	return (entry){ text_of(from, "name"), text_of(from, "type"),
		json_is_true(json_object_get(from, "nullable")) };
}

static size_t
entry_count(const json_t *query, const char *key)
{
	return json_array_size(json_object_get(query, key));
}

/* ---- one statement -------------------------------------------------------------- */

/* Types that the release's code declares, as this database knows them. */
static aet_status
declared_types(checking *c, const json_t *query, uint32_t *types, bool *known)
{
	*known = true;
	for (size_t i = 0; i < entry_count(query, "params"); i++) {
		entry parameter = entry_at(query, "params", i);
		aet_status status = oid_of(c, parameter.type, &types[i]);

		if (status == AET_OK && types[i] == 0) {
			*known = false;
			status = add_break(c,
			    "query \"%s\": the type %s of parameter \"%s\" is gone",
			    c->query, parameter.type, parameter.name);
		}
		if (status != AET_OK)
			return status;
	}
	return AET_OK;
}

static aet_status
compare_parameters(
    checking *c, const json_t *query, const uint32_t *types, const uint32_t *found)
{
	size_t before = c->out->count;

	for (size_t i = 0; i < entry_count(query, "params"); i++) {
		entry parameter = entry_at(query, "params", i);

		if (types[i] == found[i] || aet__row_same_type(types[i], found[i]))
			continue;
		if (add_break(c, "query \"%s\": parameter \"%s\" is %s, not %s", c->query,
			parameter.name, name_of(c, found[i]), parameter.type) != AET_OK)
			return AET_ENOMEM;
	}
	return c->out->count > before ? AET_OK : AET_ENOTFOUND;
}

/* Why a statement cannot be prepared: a parameter that is of another type now, if
 * it can be without its types, else the server's words. */
static aet_status
explain(checking *c, const json_t *query, const char *sql, const uint32_t *types,
    const aet_error *failure)
{
	aet__description described = { 0 };
	aet_status status =
	    aet__connection_describe(c->connection, sql, c->deadline, &described, NULL);

	if (status == AET_OK && described.parameter_count == entry_count(query, "params"))
		status = compare_parameters(c, query, types, described.parameters);
	else
		status = AET_ENOTFOUND;
	aet__description_free(&described);
	if (aet__connection_is_broken(c->connection))
		return aet_error_set(c->err, AET_ECONNECT, "the connection was lost");
	if (status != AET_ENOTFOUND)
		return status;
	return add_break(c, "query \"%s\": %s (SQLSTATE %s)", c->query, failure->message,
	    failure->sqlstate);
}

static aet_status
compare_column(
    checking *c, const entry *expected, const aet__described_column *found, size_t place)
{
	uint32_t oid = 0;
	aet_status status;

	if (strcmp(expected->name, found->name) != 0)
		return add_break(c, "query \"%s\": column %zu is \"%s\", not \"%s\"",
		    c->query, place + 1, found->name, expected->name);
	status = oid_of(c, expected->type, &oid);
	if (status != AET_OK || (oid != 0 && aet__row_same_type(oid, found->type)))
		return status;
	return add_break(c, "query \"%s\": column \"%s\" is %s, not %s", c->query,
	    expected->name, name_of(c, found->type), expected->type);
}

static aet_status
compare_columns(checking *c, const json_t *query, const aet__description *described,
    const bool *not_null, bool proven)
{
	size_t count = entry_count(query, "columns");
	aet_status status = AET_OK;

	if (count != described->column_count)
		return add_break(c, "query \"%s\" answers with %zu column%s, not %zu",
		    c->query, described->column_count,
		    described->column_count == 1 ? "" : "s", count);
	for (size_t i = 0; i < count && status == AET_OK; i++) {
		entry expected = entry_at(query, "columns", i);
		size_t len = strlen(expected.name);
		bool said = len > 0 && expected.name[len - 1] == '!';

		status = compare_column(c, &expected, &described->columns[i], i);
		if (status == AET_OK && proven && !expected.nullable && !said &&
		    !not_null[i])
			status = add_break(c, "query \"%s\": column \"%s\" may be NULL",
			    c->query, expected.name);
	}
	return status;
}

/* The proof is asked for at once: what it goes by is of the last statement. */
static aet_status
compare_answer(checking *c, const json_t *query, const uint32_t *types,
    const aet__description *described)
{
	size_t parameters = entry_count(query, "params");
	bool *required = aet__arena_array(c->arena, parameters + 1, sizeof(bool));
	bool *not_null =
	    aet__arena_array(c->arena, described->column_count + 1, sizeof(bool));
	bool proven = false;

	if (required == NULL || not_null == NULL)
		return aet__error_memory(c->err);
	for (size_t i = 0; i < parameters; i++)
		required[i] = !entry_at(query, "params", i).nullable;
	if (c->prove != NULL)
		proven = c->prove(c->ctx, types, required, parameters, not_null,
		    described->column_count);
	return compare_columns(c, query, described, not_null, proven);
}

static aet_status
check_text(checking *c, const json_t *query, const char *sql, const uint32_t *types)
{
	aet__description described = { 0 };
	aet_error failure;
	aet_status status = aet__connection_describe_as(c->connection, sql, types,
	    entry_count(query, "params"), c->deadline, &described, &failure);

	c->out->checked++;
	if (status != AET_OK && aet__connection_is_broken(c->connection)) {
		if (c->err != NULL)
			*c->err = failure;
		return status;
	}
	if (status != AET_OK)
		return explain(c, query, sql, types, &failure);
	if (described.parameter_count != entry_count(query, "params"))
		status = add_break(c, "query \"%s\" takes %zu parameters, not %zu",
		    c->query, described.parameter_count, entry_count(query, "params"));
	else
		status = compare_answer(c, query, types, &described);
	aet__description_free(&described);
	return status;
}

/* Its text, and the others that optional clauses and orders make; one that breaks
 * is enough. */
static aet_status
check_query(checking *c, const json_t *query)
{
	const json_t *texts = json_object_get(query, "texts");
	size_t before = c->out->count;
	uint32_t *types =
	    aet__arena_array(c->arena, entry_count(query, "params") + 1, sizeof(*types));
	aet_status status;
	bool known;

	c->query = aet__arena_text(c->arena, text_of(query, "name"));
	if (types == NULL || c->query == NULL)
		return aet__error_memory(c->err);
	status = declared_types(c, query, types, &known);
	if (status == AET_OK && known)
		status = check_text(c, query, text_of(query, "sql"), types);
	for (size_t i = 0; i < json_array_size(texts); i++)
		if (status == AET_OK && c->out->count == before)
			status = check_text(
			    c, query, json_string_value(json_array_get(texts, i)), types);
	return status;
}

/* ---- the whole -------------------------------------------------------------- */

static bool
is_query(const json_t *query)
{
	const json_t *text;
	size_t i;

	json_array_foreach(json_object_get(query, "texts"), i, text)
	{
		if (!json_is_string(text))
			return false;
	}
	return text_of(query, "name")[0] != '\0' && text_of(query, "sql")[0] != '\0' &&
	       json_is_array(json_object_get(query, "params")) &&
	       json_is_array(json_object_get(query, "columns"));
}

static aet_status
read_manifest(const char *text, size_t len, json_t **out, aet_error *err)
{
	json_error_t failure;
	json_t *manifest = json_loadb(text, len, JSON_REJECT_DUPLICATES, &failure);
	const json_t *queries = json_object_get(manifest, "queries");
	const json_t *query;
	size_t i;

	if (manifest == NULL)
		return aet_error_set(
		    err, AET_EINVAL, "no JSON: line %d: %s", failure.line, failure.text);
	*out = manifest;
	if (!json_is_array(queries))
		return aet_error_set(
		    err, AET_EINVAL, "no manifest of aet-db codegen: no \"queries\"");
	json_array_foreach(queries, i, query)
	{
		if (!is_query(query))
			return aet_error_set(err, AET_EINVAL,
			    "no manifest of aet-db codegen: query %zu lacks name, sql, "
			    "params or columns",
			    i + 1);
	}
	return AET_OK;
}

aet_status
aet__manifest_check(const char *text, size_t len, aet__connection *connection,
    aet__manifest_prove prove, void *ctx, aet__deadline deadline,
    aet__manifest_report *out, aet_error *err)
{
	checking c = { .connection = connection,
		.deadline = deadline,
		.prove = prove,
		.ctx = ctx,
		.arena = aet__arena_open(),
		.out = out,
		.err = err };
	json_t *manifest = NULL;
	const json_t *query;
	aet_status status;
	size_t i;

	*out = (aet__manifest_report){ .memory = c.arena };
	if (c.arena == NULL)
		return aet__error_memory(err);
	status = read_manifest(text, len, &manifest, err);
	if (status == AET_OK)
		json_array_foreach(json_object_get(manifest, "queries"), i, query)
		{
			if (status == AET_OK)
				status = check_query(&c, query);
		}
	free(c.types);
	json_decref(manifest);
	return status;
}

void
aet__manifest_report_free(aet__manifest_report *report)
{
	free(report->items);
	aet__arena_free(report->memory);
	*report = (aet__manifest_report){ 0 };
}
