/* SPDX-License-Identifier: MIT */
#include "library.h"

#include <string.h>

#include <aeturnis/migrate.h>

/* What its models call the rows of its tables: include/aeturnis/models.h. */
static const struct {
	const char *table;
	const char *row;
} nouns[] = {
	{ "audit_log", "audit_entry" },
	{ "user_sessions", "session" },
	{ "users", "user" },
};

const char *const codegen_library_dump_flags[] = { "--no-owner", "--no-privileges",
	"--exclude-schema=aeturnis", "--exclude-table=public.audit_log",
	"--exclude-table=public.user_sessions", "--exclude-table=public.users", NULL };

bool
codegen_library_may_help(const char *sqlstate)
{
	static const char *const missing[] = { "42P01", "42704", "42883", "3F000" };

	for (size_t i = 0; i < sizeof(missing) / sizeof(missing[0]); i++)
		if (strcmp(sqlstate, missing[i]) == 0)
			return true;
	return false;
}

aet_status
codegen_library_migrate(const char *url, aet_error *err)
{
	aet_db_options options = AET_DB_OPTIONS_INIT;
	aet_db *db = NULL;
	aet_status status;

	options.url = url;
	status = aet_db_open(&options, &db, err);
	if (status == AET_OK)
		status = aet_db_migrate(db, NULL, NULL, err);
	(void)aet_db_close(&db);
	return status;
}

static void
add(codegen_model *model, uint32_t oid)
{
	model->library = codegen_append(model->memory, model->library,
	    &model->library_count, sizeof(*model->library));
	model->library[model->library_count - 1] = oid;
}

aet_status
codegen_library_note(codegen_model *model, aet__connection *connection,
    aet__deadline deadline, aet_error *err)
{
	static const char sql[] =
	    "SELECT oid FROM pg_catalog.pg_class WHERE oid >= 16384"
	    " UNION ALL SELECT oid FROM pg_catalog.pg_type WHERE oid >= 16384";
	aet__result *result = NULL;
	aet_status status =
	    aet__connection_query(connection, sql, NULL, 0, deadline, &result, err);

	if (status != AET_OK)
		return status;
	for (size_t i = 0; i < aet__result_rows(result); i++)
		add(model, (uint32_t)aet__result_int64(result, i, 0));
	aet__result_free(result);
	return AET_OK;
}

static const char *
row_of(const aet__table *table)
{
	for (size_t i = 0; i < sizeof(nouns) / sizeof(nouns[0]); i++)
		if (strcmp(table->schema, "public") == 0 &&
		    strcmp(table->name, nouns[i].table) == 0)
			return nouns[i].row;
	return NULL;
}

void
codegen_library_assume(codegen_model *model)
{
	for (size_t i = 0; i < model->catalog->table_count; i++) {
		const aet__table *table = &model->catalog->tables[i];

		if (row_of(table) != NULL || strcmp(table->schema, "aeturnis") == 0)
			add(model, table->oid);
	}
}

bool
codegen_library_has(const codegen_model *model, uint32_t oid)
{
	for (size_t i = 0; i < model->library_count; i++)
		if (model->library[i] == oid)
			return true;
	return false;
}

static void
add_noun(codegen_model *model, const aet__table *table, const char *row)
{
	codegen_memory *memory = model->memory;
	codegen_noun *noun = codegen_room(memory, 1, sizeof(*noun));

	noun->external = true;
	noun->table = table;
	noun->name = row;
	noun->c = codegen_format(memory, "aet_%s", row);
	noun->file = codegen_format(memory, "<aeturnis/%s.h>", row);
	noun->sql_name = codegen_format(memory, "%s.%s", table->schema, table->name);
	codegen_noun_begin(model, noun);
	model->externals = codegen_append(
	    memory, model->externals, &model->external_count, sizeof(codegen_noun *));
	model->externals[model->external_count - 1] = noun;
}

void
codegen_model_library(codegen_model *model)
{
	for (size_t i = 0; i < model->catalog->table_count; i++) {
		const aet__table *table = &model->catalog->tables[i];

		if (row_of(table) != NULL && codegen_library_has(model, table->oid))
			add_noun(model, table, row_of(table));
	}
}
