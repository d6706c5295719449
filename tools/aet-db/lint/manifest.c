/* SPDX-License-Identifier: MIT */
#include "lint/manifest.h"

#include <string.h>

#include <jansson.h>

#include "core/error.h"
#include "lint/work.h"
#include "core/lexer.h"
#include "pg/describe.h"

/* Of what comes back, the type is read; of what is sent, the kind of value counts. */
static const char types_query[] =
    "SELECT coalesce((SELECT string_agg(typcategory, ',' ORDER BY n) FROM"
    " unnest($1::oid[]) WITH ORDINALITY AS p(o, n) JOIN pg_type AS t ON t.oid = o), '')"
    " || ' > ' || coalesce((SELECT string_agg(CASE typcategory WHEN 'S' THEN 'text'"
    " ELSE format_type(t.oid, NULL) END, ', ' ORDER BY n) FROM"
    " unnest($2::oid[]) WITH ORDINALITY AS c(o, n) JOIN pg_type AS t ON t.oid = o), '')";

static const char writes_query[] =
    "SELECT coalesce(string_agg(relation || ' ', ''), '') FROM pg_locks WHERE"
    " locktype = 'relation' AND pid = pg_backend_pid() AND mode = 'RowExclusiveLock'"
    " AND $1 = ''";

/* ---- reading ------------------------------------------------------------------- */

static bool
begins_insert(const char *sql)
{
	aet__lexer lexer = { .text = sql, .len = strlen(sql) };
	aet__token token;

	do
		token = aet__lexer_next(&lexer);
	while (token.kind == AET__TOKEN_COMMENT);
	return aet__token_is(&lexer, token, "insert");
}

static aet_status
read_query(codegen_memory *memory, const char *path, json_t *item, lint_query *out,
    aet_error *err)
{
	const char *name = json_string_value(json_object_get(item, "name"));
	const char *sql = json_string_value(json_object_get(item, "sql"));

	if (name == NULL || sql == NULL)
		return aet_error_set(err, AET_EINVAL,
		    "\"%s\" is no manifest of codegen's: a query lacks its name or sql",
		    path);
	*out = (lint_query){ .name = codegen_copy(memory, name),
		.sql = codegen_copy(memory, sql),
		.inserts = begins_insert(sql) };
	return AET_OK;
}

aet_status
lint_manifest_read(
    codegen_memory *memory, const char *path, lint_manifest *out, aet_error *err)
{
	json_error_t why;
	json_t *document = json_load_file(path, 0, &why);
	json_t *queries = json_object_get(document, "queries");
	aet_status status = AET_OK;

	if (document == NULL)
		return aet_error_set(err, AET_EINVAL,
		    "the manifest \"%s\" cannot be read: %s", path, why.text);
	if (!json_is_array(queries))
		status = aet_error_set(err, AET_EINVAL,
		    "\"%s\" is no manifest of codegen's: it has no queries", path);
	out->given = true;
	out->count = json_array_size(queries);
	out->queries = codegen_room(memory, out->count, sizeof(*out->queries));
	for (size_t i = 0; i < out->count && status == AET_OK; i++)
		status = read_query(
		    memory, path, json_array_get(queries, i), &out->queries[i], err);
	json_decref(document);
	return status;
}

/* ---- trying --------------------------------------------------------------------- */

static const char *
oid_list(codegen_memory *memory, const aet__description *description, bool columns)
{
	size_t count = columns ? description->column_count : description->parameter_count;
	aet__text text = { 0 };

	for (size_t i = 0; i < count; i++)
		aet__text_addf(&text, "%s%u", i > 0 ? "," : "{",
		    columns ? description->columns[i].type : description->parameters[i]);
	aet__text_add(&text, count > 0 ? "}" : "{}");
	return codegen_keep(memory, &text);
}

/* Types of what a query takes and answers; NULL where it does not work, and
 * then *trouble says why. */
static const char *
describe(lint_state *state, lint_query *query, const char **trouble)
{
	aet__description description = { 0 };
	const char *types;
	const char *taken;
	const char *given;
	aet_error why;

	if (aet__connection_describe(state->connection, query->sql, state->deadline,
		&description, &why) != AET_OK) {
		*trouble = codegen_copy(state->memory, why.message);
		return NULL;
	}
	taken = oid_list(state->memory, &description, false);
	given = oid_list(state->memory, &description, true);
	types = lint_ask(state, types_query, taken, given);
	if (query->oids == NULL)
		query->oids = codegen_format(state->memory, "%s%s", taken, given);
	aet__description_free(&description);
	return types;
}

static void
try_query(lint_state *state, lint_query *query, const lint_statement *statement)
{
	const char *trouble = NULL;
	const char *types = describe(state, query, &trouble);

	if (statement == NULL) {
		query->works = types != NULL;
		query->types = types;
		query->trouble = NULL;
		if (query->works)
			query->writes = lint_ask(state, writes_query, "", NULL);
		return;
	}
	if (types != NULL && strcmp(types, query->types) != 0)
		trouble = codegen_format(
		    state->memory, "it took and gave %s, now %s", query->types, types);
	if (trouble != NULL && query->trouble == NULL)
		query->broken_by = statement;
	query->trouble = trouble;
}

aet_status
lint_manifest_try(
    struct lint_state *state, const struct lint_statement *statement, aet_error *err)
{
	bool within =
	    aet__connection_transaction(state->connection) != AET__TRANSACTION_NONE;
	aet_status status = AET_OK;

	/* The game's session is not the migration's. */
	for (size_t i = 0; i < state->manifest.count && status == AET_OK; i++) {
		lint_query *query = &state->manifest.queries[i];

		if (statement != NULL && !query->works)
			continue;
		status = aet__connection_command(state->connection,
		    within ? "SAVEPOINT aet_lint" : "BEGIN", true, state->deadline, err);
		if (status == AET_OK)
			status = aet__connection_command(state->connection,
			    "SET LOCAL search_path TO DEFAULT", true, state->deadline,
			    err);
		if (status != AET_OK)
			return status;
		try_query(state, query, statement);
		status = aet__connection_command(state->connection,
		    within ? "ROLLBACK TO SAVEPOINT aet_lint; RELEASE SAVEPOINT aet_lint"
			   : "ROLLBACK",
		    true, state->deadline, err);
	}
	return status;
}

/* ---- judging --------------------------------------------------------------------- */

void
lint_manifest_judge(struct lint_state *state)
{
	for (size_t i = 0; i < state->manifest.count; i++) {
		const lint_query *query = &state->manifest.queries[i];

		if (!query->works || query->trouble == NULL)
			continue;
		lint_say(state, HAZARD_BREAKS_RELEASE, query->broken_by, query->name,
		    NULL,
		    codegen_format(state->memory,
			"query %s of the release that still runs stops working: %s",
			query->name, query->trouble),
		    NULL);
	}
}

const char *
lint_manifest_inserts(
    const lint_manifest *manifest, const char *relation, const char *column)
{
	for (size_t i = 0; i < manifest->count; i++) {
		const lint_query *query = &manifest->queries[i];
		const char *at = query->works && query->inserts ? query->writes : "";
		size_t len = strlen(relation);

		if (strstr(query->sql, column) != NULL)
			continue;
		for (; *at != '\0'; at = strchr(at, ' ') + 1)
			if (strncmp(at, relation, len) == 0 && at[len] == ' ')
				return query->name;
	}
	return NULL;
}

const char *
lint_manifest_uses_type(const lint_manifest *manifest, const char *type)
{
	size_t len = strlen(type);

	for (size_t i = 0; i < manifest->count; i++) {
		const char *at = manifest->queries[i].oids;

		for (; at != NULL && (at = strstr(at, type)) != NULL; at++)
			if (at[-1] < '0' || at[-1] > '9')
				if (at[len] < '0' || at[len] > '9')
					return manifest->queries[i].name;
	}
	return NULL;
}
