/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "catalog/settle.h"
#include "diff/facts.h"
#include "diff/queries.h"
#include "diff/servers.h"

/* The order of kinds is that in which new things are made, where nothing else
 * says which comes first. */
static const char *const kinds[] = {
	diff_query_schemas,
	diff_query_extensions,
	diff_query_types,
	diff_query_sequences,
	diff_query_tables,
	diff_query_table_facts,
	diff_query_options,
	diff_query_columns,
	diff_query_column_facts,
	diff_query_functions,
	diff_query_constraints,
	diff_query_indexes,
	diff_query_foreign,
	diff_query_languages,
	diff_query_operators,
	diff_query_others,
	diff_query_publications,
	diff_query_text_search,
	diff_query_views,
	diff_query_triggers,
	diff_query_policies,
	diff_query_comments,
	diff_query_privileges,
	diff_query_owners,
};

enum {
	KIND,
	ADDRESS,
	NAME,
	SHAPE,
	DEFINITION,
	CREATE,
	ALTER,
	DROP,
	INLINED,
	PARENT,
	NEEDS,
	DETAIL,
	LINKS
};

typedef struct reader {
	diff_schema *schema;
	aet__connection *connection;
	aet__deadline deadline;
	diff_lookup aliases;
	/* Of schema->objects[i], until all addresses are known. */
	const char **parents;
	const char **needs;
	const char **links;
	size_t parent_count;
	size_t need_count;
	size_t link_count;
} reader;

bool
diff_is(const diff_object *object, const char *kind)
{
	return strcmp(object->kind, kind) == 0;
}

static char *
name_key(codegen_memory *memory, const char *kind, const char *name)
{
	return codegen_format(memory, "%s|%s", kind, name);
}

diff_object *
diff_schema_find(const diff_schema *schema, const char *kind, const char *name)
{
	return diff_lookup_find(&schema->by_name, name_key(schema->memory, kind, name));
}

static const char *
text_of(const reader *r, const aet__result *result, size_t row, size_t column)
{
	const char *text = aet__result_text(result, row, column);

	return text != NULL ? codegen_copy(r->schema->memory, text) : NULL;
}

static const char *
settled_of(const reader *r, const aet__result *result, size_t row, size_t column)
{
	codegen_memory *memory = r->schema->memory;
	const char *text = text_of(r, result, row, column);

	if (text == NULL)
		return NULL;
	return codegen_must(memory, aet__expression_settled(memory->arena, text));
}

static const char *
replayable_of(const reader *r, const aet__result *result, size_t row, size_t column)
{
	codegen_memory *memory = r->schema->memory;
	const char *text = text_of(r, result, row, column);

	if (text == NULL)
		return NULL;
	return codegen_must(memory, aet__expression_replayable(memory->arena, text));
}

static void
store(reader *r, const aet__result *result, size_t row)
{
	diff_schema *schema = r->schema;
	codegen_memory *memory = schema->memory;
	diff_object *object = codegen_room(memory, 1, sizeof(*object));

	object->kind = text_of(r, result, row, KIND);
	object->address = text_of(r, result, row, ADDRESS);
	object->name = text_of(r, result, row, NAME);
	object->shape = settled_of(r, result, row, SHAPE);
	object->definition = settled_of(r, result, row, DEFINITION);
	object->create = replayable_of(r, result, row, CREATE);
	object->alter = replayable_of(r, result, row, ALTER);
	object->drop = text_of(r, result, row, DROP);
	object->inlined = aet__result_text(result, row, INLINED) != NULL;
	object->detail = text_of(r, result, row, DETAIL);
	schema->objects = codegen_append(
	    memory, schema->objects, &schema->count, sizeof(*schema->objects));
	schema->objects[schema->count - 1] = object;
	r->parents =
	    codegen_append(memory, r->parents, &r->parent_count, sizeof(*r->parents));
	r->parents[r->parent_count - 1] = text_of(r, result, row, PARENT);
	r->needs = codegen_append(memory, r->needs, &r->need_count, sizeof(*r->needs));
	r->needs[r->need_count - 1] = text_of(r, result, row, NEEDS);
	r->links = codegen_append(memory, r->links, &r->link_count, sizeof(*r->links));
	r->links[r->link_count - 1] =
	    aet__result_columns(result) > LINKS ? text_of(r, result, row, LINKS) : NULL;
	diff_lookup_add(memory, &schema->by_name,
	    name_key(memory, object->kind, object->name), object);
	if (object->address != NULL)
		diff_lookup_add(memory, &schema->by_address, object->address, object);
}

static aet_status
query(reader *r, const char *sql, aet__result **out, aet_error *err)
{
	return aet__connection_query(r->connection,
	    codegen_format(r->schema->memory, "%s%s", diff_query_prelude, sql), NULL, 0,
	    r->deadline, out, err);
}

static aet_status
read_kind(reader *r, const char *sql, aet_error *err)
{
	aet__result *result = NULL;
	aet_status status = query(r, sql, &result, err);

	if (status != AET_OK)
		return status;
	for (size_t row = 0; row < aet__result_rows(result); row++)
		store(r, result, row);
	aet__result_free(result);
	return AET_OK;
}

/* What only a superuser may read. */
static aet_status
read_secrets(reader *r, aet_error *err)
{
	const char *super = aet__connection_parameter(r->connection, "is_superuser");

	if (super == NULL || strcmp(super, "on") != 0)
		return AET_OK;
	return read_kind(r, diff_query_subscriptions, err);
}

static aet_status
read_aliases(reader *r, aet_error *err)
{
	aet__result *result = NULL;
	aet_status status = query(r, diff_query_aliases, &result, err);

	if (status != AET_OK)
		return status;
	for (size_t row = 0; row < aet__result_rows(result); row++) {
		const char *to = text_of(r, result, row, 1);

		if (to != NULL)
			diff_lookup_add(r->schema->memory, &r->aliases,
			    text_of(r, result, row, 0), (void *)(uintptr_t)to);
	}
	aet__result_free(result);
	return AET_OK;
}

/* A part that is not read by itself, a view's column say, is its whole. */
static diff_object *
resolve(const reader *r, const char *address)
{
	char whole[128];
	const char *alias;

	for (int depth = 0; address != NULL && depth < 8; depth++) {
		diff_object *object = diff_lookup_find(&r->schema->by_address, address);

		if (object != NULL)
			return object;
		alias = diff_lookup_find(&r->aliases, address);
		if (alias == NULL && strrchr(address, '/') != NULL &&
		    strcmp(strrchr(address, '/'), "/0") != 0) {
			snprintf(whole, sizeof(whole), "%.*s/0",
			    (int)(strrchr(address, '/') - address), address);
			object = diff_lookup_find(&r->schema->by_address, whole);
			if (object != NULL)
				return object;
			alias = diff_lookup_find(&r->aliases, whole);
		}
		address = alias;
	}
	return NULL;
}

static void
add_need(
    codegen_memory *memory, diff_object *object, diff_object *on, bool owned, bool weak)
{
	if (on == NULL || object == NULL || on == object)
		return;
	for (size_t i = 0; i < object->need_count; i++) {
		if (object->needs[i].on == on) {
			object->needs[i].owned |= owned;
			object->needs[i].weak &= weak;
			return;
		}
	}
	object->needs = codegen_append(
	    memory, object->needs, &object->need_count, sizeof(*object->needs));
	object->needs[object->need_count - 1] = (diff_need){ on, owned, weak };
	on->users =
	    codegen_append(memory, on->users, &on->user_count, sizeof(*on->users));
	on->users[on->user_count - 1] = object;
}

/* ~ADDRESS is only come after, ^ADDRESS takes the object along. */
static void
add_word(reader *r, diff_object *object, const char *word)
{
	bool weak = word[0] == '~';
	bool owned = word[0] == '^';

	add_need(
	    r->schema->memory, object, resolve(r, word + (weak || owned)), owned, weak);
}

/* These go only when they are empty, and take along what is a part of them. */
static bool
goes_with_parent(const diff_object *object)
{
	static const char *const homes[] = { "schema", "foreign data wrapper", "server",
		NULL };

	for (size_t i = 0; homes[i] != NULL && object->parent != NULL; i++)
		if (diff_is(object->parent, homes[i]))
			return object->address == NULL;
	return object->parent != NULL;
}

static void
add_links(reader *r, diff_object *object, const char *links)
{
	codegen_memory *memory = r->schema->memory;
	char *left = NULL;

	for (char *word = strtok_r(codegen_copy(memory, links), " ", &left); word != NULL;
	     word = strtok_r(NULL, " ", &left)) {
		object->links = codegen_append(
		    memory, object->links, &object->link_count, sizeof(*object->links));
		object->links[object->link_count - 1] = resolve(r, word);
	}
}

static void
link_object(reader *r, size_t number)
{
	codegen_memory *memory = r->schema->memory;
	diff_object *object = r->schema->objects[number];
	char *left = NULL;

	object->parent = resolve(r, r->parents[number]);
	add_need(memory, object, object->parent, goes_with_parent(object), false);
	if (r->links[number] != NULL)
		add_links(r, object, r->links[number]);
	if (r->needs[number] == NULL)
		return;
	for (char *word = strtok_r(codegen_copy(memory, r->needs[number]), " ", &left);
	     word != NULL; word = strtok_r(NULL, " ", &left))
		add_word(r, object, word);
}

static aet_status
read_dependencies(reader *r, aet_error *err)
{
	aet__result *result = NULL;
	aet_status status = query(r, diff_query_dependencies, &result, err);

	if (status != AET_OK)
		return status;
	for (size_t row = 0; row < aet__result_rows(result); row++)
		add_need(r->schema->memory, resolve(r, aet__result_text(result, row, 0)),
		    resolve(r, aet__result_text(result, row, 1)),
		    aet__result_text(result, row, 2)[0] != 'n', false);
	aet__result_free(result);
	return AET_OK;
}

/* Comments and grants on what is not read, an extension's members say. */
static void
leave_out_orphans(reader *r)
{
	diff_schema *schema = r->schema;
	size_t kept = 0;

	for (size_t i = 0; i < schema->count; i++) {
		if (diff_is(schema->objects[i], "comment") &&
		    resolve(r, r->parents[i]) == NULL)
			continue;
		r->parents[kept] = r->parents[i];
		r->needs[kept] = r->needs[i];
		r->links[kept] = r->links[i];
		schema->objects[kept++] = schema->objects[i];
	}
	schema->count = kept;
}

#define SETTINGS                                                             \
	"SET LOCAL search_path = ''; SET LOCAL quote_all_identifiers = off;" \
	"SET LOCAL extra_float_digits = 3; SET LOCAL jit = off"

static aet_status
read_all(reader *r, bool within, bool loaded, aet_error *err)
{
	aet_status status = aet__connection_command(r->connection,
	    within ? "SAVEPOINT aet_read;" SETTINGS
		   : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;" SETTINGS,
	    false, r->deadline, err);

	if (status == AET_OK)
		status = aet__connection_command(r->connection,
		    loaded
			? "SELECT pg_catalog.set_config('aet.loader', CURRENT_USER, true)"
			: "SET LOCAL aet.loader = ''",
		    false, r->deadline, err);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]) && status == AET_OK; i++)
		status = read_kind(r, kinds[i], err);
	if (status == AET_OK)
		status = read_secrets(r, err);
	if (status == AET_OK)
		status = read_aliases(r, err);
	if (status != AET_OK)
		return status;
	leave_out_orphans(r);
	for (size_t i = 0; i < r->schema->count; i++)
		link_object(r, i);
	return read_dependencies(r, err);
}

aet_status
diff_schema_read(codegen_memory *memory, aet__connection *connection, bool loaded,
    aet__deadline deadline, diff_schema **out, aet_error *err)
{
	diff_schema *schema = codegen_room(memory, 1, sizeof(*schema));
	reader r = { .schema = schema, .connection = connection, .deadline = deadline };
	bool within = aet__connection_transaction(connection) != AET__TRANSACTION_NONE;
	aet_status status;

	schema->memory = memory;
	status = read_all(&r, within, loaded, err);
	(void)aet__connection_command(connection,
	    within ? "ROLLBACK TO SAVEPOINT aet_read; RELEASE SAVEPOINT aet_read"
		   : "ROLLBACK",
	    false, deadline, NULL);
	if (status == AET_OK)
		*out = schema;
	return status;
}

aet_status
diff_schema_read_url(codegen_memory *memory, const char *url, bool loaded,
    aet__deadline deadline, diff_schema **out, aet_error *err)
{
	aet__connection *connection = NULL;
	aet_status status = diff_connect(url, deadline, &connection, err);

	if (status == AET_OK)
		status = diff_schema_read(memory, connection, loaded, deadline, out, err);
	aet__connection_close(connection);
	return status;
}
