/* SPDX-License-Identifier: MIT */
/* Which tables there are, and what their rows are called. */
#include <string.h>

#include "emit.h"
#include "library.h"
#include "registry.h"

static bool
is_wanted(const aet__table *table, const codegen_table_config *config)
{
	bool kind =
	    table->kind == AET__TABLE_ORDINARY || table->kind == AET__TABLE_PARTITIONED;

	return kind && table->column_count > 0 && (config == NULL || !config->skip);
}

static const char *
sql_name(codegen_model *model, const aet__table *table)
{
	aet__text name = { 0 };

	codegen_add_sql_name(&name, table->schema);
	aet__text_add_char(&name, '.');
	codegen_add_sql_name(&name, table->name);
	return codegen_keep(model->memory, &name);
}

static void
add_noun(
    codegen_model *model, const aet__table *table, const codegen_table_config *config)
{
	codegen_noun *noun = codegen_room(model->memory, 1, sizeof(*noun));

	noun->table = table;
	noun->config = config;
	noun->sql_name = sql_name(model, table);
	if (config != NULL && config->row != NULL)
		noun->name = codegen_name(model->memory, config->row);
	else
		noun->name = codegen_singular(
		    model->memory, codegen_name(model->memory, table->name));
	model->nouns = codegen_append(
	    model->memory, model->nouns, &model->noun_count, sizeof(codegen_noun *));
	model->nouns[model->noun_count - 1] = noun;
}

static size_t
bearers(const codegen_model *model, const char *name)
{
	size_t count = 0;

	for (size_t i = 0; i < model->noun_count; i++)
		count += strcmp(model->nouns[i]->name, name) == 0;
	return count;
}

static bool
has_row_name(const codegen_noun *noun)
{
	return noun->config != NULL && noun->config->row != NULL;
}

/* Tables of one name in several schemas: those outside public, and without a
 * name from the configuration, take their schema's name before their own. Of "user"
 * and "users" the latter keeps its plural. */
static void
tell_apart(codegen_model *model)
{
	for (size_t i = 0; i < model->noun_count; i++) {
		codegen_noun *noun = model->nouns[i];

		if (bearers(model, noun->name) > 1 && !has_row_name(noun) &&
		    strcmp(noun->table->schema, "public") != 0)
			noun->name = codegen_format(model->memory, "%s_%s",
			    codegen_name(model->memory, noun->table->schema), noun->name);
	}
	for (size_t i = 0; i < model->noun_count; i++) {
		codegen_noun *noun = model->nouns[i];

		if (bearers(model, noun->name) > 1 && !has_row_name(noun) &&
		    strcmp(noun->table->schema, "public") == 0)
			noun->name = codegen_name(model->memory, noun->table->name);
	}
	for (size_t i = 0; i < model->noun_count; i++) {
		codegen_noun *noun = model->nouns[i];

		if (bearers(model, noun->name) > 1)
			codegen_say(model->messages, model->config->schema, NULL,
			    "table \"%s\": another table's rows are called \"%s\", too; "
			    "give "
			    "one of them a \"row\" name in the configuration",
			    noun->sql_name, noun->name);
	}
}

/* A header of this name would stand in the way of the system's own, where the
 * folder itself is searched for headers. */
static bool
is_system_header(const char *name)
{
	static const char *const headers[] = { "aio", "alloca", "argp", "assert",
		"complex", "cpio", "crypt", "ctype", "dirent", "elf", "endian", "err",
		"errno", "error", "fcntl", "features", "fenv", "float", "fnmatch", "fts",
		"ftw", "getopt", "glob", "grp", "iconv", "ifaddrs", "inttypes",
		"langinfo", "libintl", "limits", "link", "locale", "malloc", "math",
		"memory", "monetary", "netdb", "nss", "paths", "poll", "pthread", "pty",
		"pwd", "regex", "resolv", "sched", "search", "semaphore", "setjmp",
		"shadow", "signal", "spawn", "stdint", "stdio", "stdlib", "string",
		"strings", "stropts", "syscall", "syslog", "tar", "termio", "tgmath",
		"thread", "threads", "time", "uchar", "unistd", "utime", "utmp", "values",
		"version", "wait", "wchar", "wctype", "wordexp" };

	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		if (strcmp(headers[i], name) == 0)
			return true;
	return false;
}

static const char *
file_name(codegen_model *model, const char *name)
{
	static const char *const own[] = { "models", "model_types", "queries" };
	bool taken = model->config->include_as[0] == '\0' && is_system_header(name);

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		taken = taken || strcmp(own[i], name) == 0;
	return taken ? codegen_format(model->memory, "%s_%s", model->config->prefix, name)
		     : name;
}

void
codegen_noun_begin(codegen_model *model, codegen_noun *noun)
{
	noun->field_count = noun->table->column_count;
	noun->fields =
	    codegen_room(model->memory, noun->field_count, sizeof(*noun->fields));
	for (size_t i = 0; i < noun->field_count; i++) {
		noun->fields[i].noun = noun;
		noun->fields[i].column = &noun->table->columns[i];
	}
}

static void
name_parts(codegen_model *model, codegen_noun *noun)
{
	codegen_memory *memory = model->memory;

	if (bearers(model, noun->name) == 1)
		codegen_registry_claim(model, noun->name, codegen_noun_forms,
		    codegen_format(memory, "table \"%s\"", noun->sql_name));
	noun->file = file_name(model, noun->name);
	codegen_scope_take(
	    model->names, codegen_emit_guard(model, noun->file), "a header");
	noun->plural = codegen_plural(memory, noun->name);
	noun->c = codegen_format(memory, "%s_%s", model->config->prefix, noun->name);
	noun->variable = codegen_parameter_name(memory, noun->name);
	codegen_noun_begin(model, noun);
}

static void
check_config(codegen_model *model)
{
	const codegen_package_config *config = model->config;

	for (size_t i = 0; i < config->table_count; i++) {
		bool found = false;

		for (size_t j = 0; j < model->catalog->table_count; j++)
			found =
			    found ||
			    codegen_config_table(config, model->catalog->tables[j].schema,
				model->catalog->tables[j].name) == &config->tables[i];
		if (!found)
			codegen_config_wrong(model->messages, config->file,
			    config->tables[i].path, NULL,
			    "names are \"schema.table\", as in \"public.users\"",
			    "there is no table \"%s\"", config->tables[i].table);
	}
}

void
codegen_model_nouns(codegen_model *model)
{
	const aet__catalog *catalog = model->catalog;

	for (size_t i = 0; i < catalog->table_count; i++) {
		const aet__table *table = &catalog->tables[i];
		const codegen_table_config *config =
		    codegen_config_table(model->config, table->schema, table->name);

		if (is_wanted(table, config) && !codegen_library_has(model, table->oid))
			add_noun(model, table, config);
	}
	tell_apart(model);
	check_config(model);
	for (size_t i = 0; i < model->noun_count; i++)
		name_parts(model, model->nouns[i]);
}
