/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"

/* Where reading stands: the value's own path is what a message names. */
typedef struct reading {
	codegen_memory *memory;
	codegen_messages *messages;
	const char *file;
} reading;

static void
wrong(reading *in, const char *path, const char *what, const char *hint)
{
	codegen_say(in->messages, in->file, hint, "%s: %s", path, what);
}

static bool
is_object(reading *in, const char *path, json_t *value)
{
	if (!json_is_object(value))
		wrong(in, path, "an object { ... } is expected", NULL);
	return json_is_object(value);
}

/* keys is a list with commas, in the order of the reference. */
static bool
is_listed(const char *keys, const char *key)
{
	size_t len = strlen(key);

	for (const char *at = strstr(keys, key); at != NULL; at = strstr(at + 1, key))
		if ((at == keys || at[-1] == ' ') && (at[len] == ',' || at[len] == '\0'))
			return true;
	return false;
}

static void
check_keys(reading *in, const char *path, json_t *object, const char *keys)
{
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value)
	{
		if (!is_listed(keys, key))
			wrong(in, path,
			    codegen_format(in->memory, "unknown key \"%s\"", key),
			    codegen_format(in->memory, "use one of: %s", keys));
	}
}

static const char *
read_text(reading *in, const char *path, json_t *object, const char *key, bool required)
{
	json_t *value = json_object_get(object, key);

	if (json_is_string(value))
		return codegen_copy(in->memory, json_string_value(value));
	if (value != NULL)
		wrong(in, path, codegen_format(in->memory, "\"%s\" must be text", key),
		    NULL);
	else if (required)
		wrong(
		    in, path, codegen_format(in->memory, "\"%s\" is missing", key), NULL);
	return NULL;
}

static bool
read_flag(reading *in, const char *path, json_t *object, const char *key)
{
	json_t *value = json_object_get(object, key);

	if (value != NULL && !json_is_boolean(value))
		wrong(in, path,
		    codegen_format(in->memory, "\"%s\" must be true or false", key),
		    NULL);
	return json_is_true(value);
}

static codegen_texts
read_texts(reading *in, const char *path, json_t *object, const char *key)
{
	json_t *value = json_object_get(object, key);
	codegen_texts texts = { 0 };

	texts.items = codegen_room(in->memory, json_array_size(value), sizeof(char *));
	for (size_t i = 0; i < json_array_size(value); i++)
		if (json_is_string(json_array_get(value, i)))
			texts.items[texts.count++] = codegen_copy(
			    in->memory, json_string_value(json_array_get(value, i)));
	if (value != NULL &&
	    (!json_is_array(value) || texts.count < json_array_size(value)))
		wrong(in, path,
		    codegen_format(in->memory, "\"%s\" must be a list of texts", key),
		    NULL);
	return texts;
}

static void
read_touches(reading *in, const char *path, json_t *object, codegen_table_config *table)
{
	json_t *touch = json_object_get(object, "touch");
	const char *column;
	json_t *sql;

	if (touch == NULL || !is_object(in, path, touch))
		return;
	table->touches =
	    codegen_room(in->memory, json_object_size(touch), sizeof(*table->touches));
	json_object_foreach(touch, column, sql)
	{
		if (!json_is_string(sql)) {
			wrong(in, path, "\"touch\" gives each column an SQL expression",
			    NULL);
			continue;
		}
		table->touches[table->touch_count++] =
		    (codegen_touch){ codegen_copy(in->memory, column),
			    codegen_copy(in->memory, json_string_value(sql)) };
	}
}

static void
read_tables(
    reading *in, const char *path, json_t *tables, codegen_package_config *package)
{
	const char *name;
	json_t *value;

	if (tables == NULL || !is_object(in, path, tables))
		return;
	package->tables =
	    codegen_room(in->memory, json_object_size(tables), sizeof(*package->tables));
	json_object_foreach(tables, name, value)
	{
		const char *here = codegen_format(in->memory, "%s[\"%s\"]", path, name);
		codegen_table_config *table = &package->tables[package->table_count];

		if (!is_object(in, here, value))
			continue;
		check_keys(in, here, value, "row, newest, secret, hidden, touch, skip");
		package->table_count++;
		table->table = codegen_copy(in->memory, name);
		table->row = read_text(in, here, value, "row", false);
		table->newest = read_text(in, here, value, "newest", false);
		table->secret = read_texts(in, here, value, "secret");
		table->hidden = read_texts(in, here, value, "hidden");
		table->skip = read_flag(in, here, value, "skip");
		read_touches(in, here, value, table);
	}
}

static void
read_enums(reading *in, const char *path, json_t *enums, codegen_package_config *package)
{
	const char *name;
	json_t *value;

	if (enums == NULL || !is_object(in, path, enums))
		return;
	package->enums =
	    codegen_room(in->memory, json_object_size(enums), sizeof(*package->enums));
	json_object_foreach(enums, name, value)
	{
		const char *here = codegen_format(in->memory, "%s[\"%s\"]", path, name);
		codegen_enum_config *made = &package->enums[package->enum_count];

		if (!is_object(in, here, value))
			continue;
		check_keys(in, here, value, "values, columns, open");
		package->enum_count++;
		made->name = codegen_copy(in->memory, name);
		made->values = read_texts(in, here, value, "values");
		made->columns = read_texts(in, here, value, "columns");
		made->open = read_flag(in, here, value, "open");
		if (made->values.count == 0)
			wrong(in, here, "\"values\" must name at least one value", NULL);
	}
}

bool
codegen_is_prefix(const char *text)
{
	if (!islower((unsigned char)text[0]))
		return false;
	for (; *text != '\0'; text++)
		if (!islower((unsigned char)*text) && !isdigit((unsigned char)*text) &&
		    *text != '_')
			return false;
	return true;
}

static void
read_package(
    reading *in, const char *path, json_t *value, codegen_package_config *package)
{
	if (!is_object(in, path, value))
		return;
	check_keys(in, path, value,
	    "name, prefix, schema, queries, queries_only, include, include_as, source, "
	    "manifest, test, tables, enums");
	package->name = read_text(in, path, value, "name", true);
	package->prefix = read_text(in, path, value, "prefix", true);
	package->schema = read_text(in, path, value, "schema", false);
	package->queries = read_text(in, path, value, "queries", false);
	package->include = read_text(in, path, value, "include", true);
	package->include_as = read_text(in, path, value, "include_as", false);
	package->source = read_text(in, path, value, "source", true);
	package->manifest = read_text(in, path, value, "manifest", false);
	package->test = read_text(in, path, value, "test", false);
	package->queries_only = read_flag(in, path, value, "queries_only");
	if (package->include_as == NULL)
		package->include_as = "";
	if (package->prefix != NULL && !codegen_is_prefix(package->prefix))
		wrong(in, path, "\"prefix\" must be small letters, digits and '_'", NULL);
	read_tables(in, codegen_format(in->memory, "%s.tables", path),
	    json_object_get(value, "tables"), package);
	read_enums(in, codegen_format(in->memory, "%s.enums", path),
	    json_object_get(value, "enums"), package);
}

static void
read_root(reading *in, json_t *root, codegen_config *config)
{
	json_t *packages = json_object_get(root, "packages");
	json_t *version = json_object_get(root, "version");

	if (!is_object(in, "the file", root))
		return;
	check_keys(in, "the file", root, "version, packages");
	if (!json_is_integer(version) || json_integer_value(version) != 1)
		wrong(in, "version", "must be 1, the only one this program knows", NULL);
	if (!json_is_array(packages) || json_array_size(packages) == 0) {
		wrong(in, "packages", "must be a list of at least one package", NULL);
		return;
	}
	config->package_count = json_array_size(packages);
	config->packages =
	    codegen_room(in->memory, config->package_count, sizeof(*config->packages));
	for (size_t i = 0; i < config->package_count; i++)
		read_package(in, codegen_format(in->memory, "packages[%zu]", i),
		    json_array_get(packages, i), &config->packages[i]);
}

/* When memory is out the tree is freed on the way: see memory.h. */
typedef struct guarded {
	reading *in;
	json_t *root;
	codegen_config *config;
} guarded;

static bool
read_guarded(guarded *work)
{
	codegen_memory *memory = work->in->memory;
	jmp_buf outer;

	memcpy(&outer, &memory->out, sizeof(outer));
	if (setjmp(memory->out) != 0) {
		memcpy(&memory->out, &outer, sizeof(outer));
		return false;
	}
	read_root(work->in, work->root, work->config);
	memcpy(&memory->out, &outer, sizeof(outer));
	return true;
}

static void
say_syntax(reading *in, const char *text, size_t len, const json_error_t *error)
{
	codegen_source source = { in->file, text, len };
	size_t at = error->position > 0 ? (size_t)error->position - 1 : 0;

	codegen_say_at(in->messages, &source, at, NULL, "not JSON: %s", error->text);
}

codegen_config *
codegen_config_read(codegen_memory *memory, codegen_messages *messages, const char *path)
{
	codegen_config *config = codegen_room(memory, 1, sizeof(*config));
	reading in = { memory, messages, path };
	guarded work = { &in, NULL, config };
	json_error_t error;
	size_t len = 0;
	char *text = codegen_file_read(memory, path, &len);
	bool whole;

	config->path = codegen_copy(memory, path);
	config->folder = codegen_folder(memory, path);
	if (text == NULL) {
		codegen_say(messages, path, "write one: docs/codegen.md shows how",
		    "cannot be read: %s", strerror(errno));
		return config;
	}
	work.root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
	if (work.root == NULL) {
		say_syntax(&in, text, len, &error);
		return config;
	}
	whole = read_guarded(&work);
	json_decref(work.root);
	if (!whole)
		longjmp(memory->out, 1);
	return config;
}

const codegen_table_config *
codegen_config_table(
    const codegen_package_config *package, const char *schema, const char *table)
{
	size_t len = strlen(schema);

	for (size_t i = 0; i < package->table_count; i++) {
		const char *name = package->tables[i].table;

		if (strncmp(name, schema, len) == 0 && name[len] == '.' &&
		    strcmp(name + len + 1, table) == 0)
			return &package->tables[i];
	}
	return NULL;
}

bool
codegen_texts_have(const codegen_texts *texts, const char *text)
{
	for (size_t i = 0; i < texts->count; i++)
		if (strcmp(texts->items[i], text) == 0)
			return true;
	return false;
}
