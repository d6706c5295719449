/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "config_reading.h"
#include "files.h"

static void
read_touches(
    codegen_reading *in, const char *path, json_t *object, codegen_table_config *table)
{
	json_t *touch = json_object_get(object, "touch");
	const char *column;
	json_t *sql;

	if (touch == NULL || !codegen_read_is_object(in, path, touch))
		return;
	table->touches =
	    codegen_room(in->memory, json_object_size(touch), sizeof(*table->touches));
	json_object_foreach(touch, column, sql)
	{
		if (!json_is_string(sql)) {
			codegen_config_wrong(in->messages, in->file, path, "touch", NULL,
			    "\"touch\" gives each column an SQL expression");
			continue;
		}
		table->touches[table->touch_count++] =
		    (codegen_touch){ codegen_copy(in->memory, column),
			    codegen_copy(in->memory, json_string_value(sql)) };
	}
}

static void
read_tables(codegen_reading *in, const char *path, json_t *tables,
    codegen_package_config *package)
{
	const char *name;
	json_t *value;

	if (tables == NULL || !codegen_read_is_object(in, path, tables))
		return;
	package->tables =
	    codegen_room(in->memory, json_object_size(tables), sizeof(*package->tables));
	json_object_foreach(tables, name, value)
	{
		const char *here = codegen_format(in->memory, "%s[\"%s\"]", path, name);
		codegen_table_config *table = &package->tables[package->table_count];

		if (!codegen_read_is_object(in, here, value))
			continue;
		codegen_read_keys(
		    in, here, value, "row, newest, secret, hidden, touch, skip");
		package->table_count++;
		table->path = here;
		table->table = codegen_copy(in->memory, name);
		table->row = codegen_read_text(in, here, value, "row", false);
		table->newest = codegen_read_text(in, here, value, "newest", false);
		table->secret = codegen_read_texts(in, here, value, "secret");
		table->hidden = codegen_read_texts(in, here, value, "hidden");
		table->skip = codegen_read_flag(in, here, value, "skip");
		read_touches(in, here, value, table);
	}
}

static void
read_enums(
    codegen_reading *in, const char *path, json_t *enums, codegen_package_config *package)
{
	const char *name;
	json_t *value;

	if (enums == NULL || !codegen_read_is_object(in, path, enums))
		return;
	package->enums =
	    codegen_room(in->memory, json_object_size(enums), sizeof(*package->enums));
	json_object_foreach(enums, name, value)
	{
		const char *here = codegen_format(in->memory, "%s[\"%s\"]", path, name);
		codegen_enum_config *made = &package->enums[package->enum_count];

		if (!codegen_read_is_object(in, here, value))
			continue;
		codegen_read_keys(in, here, value, "values, columns, types, open");
		package->enum_count++;
		made->path = here;
		made->name = codegen_copy(in->memory, name);
		made->values = codegen_read_texts(in, here, value, "values");
		made->columns = codegen_read_texts(in, here, value, "columns");
		made->types = codegen_read_texts(in, here, value, "types");
		made->open = codegen_read_flag(in, here, value, "open");
		if (made->values.count == 0)
			codegen_config_wrong(in->messages, in->file, here, "values", NULL,
			    "\"values\" must name at least one value");
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
    codegen_reading *in, const char *path, json_t *value, codegen_package_config *package)
{
	if (!codegen_read_is_object(in, path, value))
		return;
	codegen_read_keys(in, path, value,
	    "name, prefix, schema, queries, queries_only, include, include_as, source, "
	    "library, manifest, test, tables, enums, overrides");
	package->file = in->file;
	package->path = path;
	package->name = codegen_read_text(in, path, value, "name", true);
	package->prefix = codegen_read_text(in, path, value, "prefix", true);
	package->schema = codegen_read_text(in, path, value, "schema", false);
	package->queries = codegen_read_text(in, path, value, "queries", false);
	package->include = codegen_read_text(in, path, value, "include", true);
	package->include_as = codegen_read_text(in, path, value, "include_as", false);
	package->source = codegen_read_text(in, path, value, "source", true);
	package->manifest = codegen_read_text(in, path, value, "manifest", false);
	package->test = codegen_read_text(in, path, value, "test", false);
	package->library_is_set = json_object_get(value, "library") != NULL;
	package->library = codegen_read_flag(in, path, value, "library");
	package->queries_only = codegen_read_flag(in, path, value, "queries_only");
	if (package->include_as == NULL)
		package->include_as = "";
	if (package->prefix != NULL && !codegen_is_prefix(package->prefix))
		codegen_config_wrong(in->messages, in->file, path, "prefix", NULL,
		    "\"prefix\" must be small letters, digits and '_'");
	read_tables(in, codegen_format(in->memory, "%s.tables", path),
	    json_object_get(value, "tables"), package);
	read_enums(in, codegen_format(in->memory, "%s.enums", path),
	    json_object_get(value, "enums"), package);
	codegen_read_overrides(in, codegen_format(in->memory, "%s.overrides", path),
	    json_object_get(value, "overrides"), package);
}

static void
read_root(codegen_reading *in, json_t *root, codegen_config *config)
{
	json_t *packages = json_object_get(root, "packages");
	json_t *version = json_object_get(root, "version");

	if (!codegen_read_is_object(in, "", root))
		return;
	codegen_read_keys(in, "", root, "version, packages");
	if (!json_is_integer(version) || json_integer_value(version) != 1)
		codegen_config_wrong(in->messages, in->file, "version", NULL, NULL,
		    "must be 1, the only one this program knows");
	if (!json_is_array(packages) || json_array_size(packages) == 0) {
		codegen_config_wrong(in->messages, in->file, "packages", NULL, NULL,
		    "must be a list of at least one package");
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
	codegen_reading *in;
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
say_syntax(codegen_reading *in, const json_error_t *error)
{
	size_t at = error->position > 0 ? (size_t)error->position - 1 : 0;

	codegen_say_at(in->messages, in->file, at, NULL, "not JSON: %s", error->text);
}

codegen_config *
codegen_config_read(codegen_memory *memory, codegen_messages *messages, const char *path)
{
	codegen_config *config = codegen_room(memory, 1, sizeof(*config));
	codegen_source *file = codegen_room(memory, 1, sizeof(*file));
	codegen_reading in = { memory, messages, file };
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
	file->path = config->path;
	file->text = text;
	file->len = len;
	work.root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
	if (work.root == NULL) {
		say_syntax(&in, &error);
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
