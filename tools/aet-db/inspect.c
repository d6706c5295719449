/* SPDX-License-Identifier: MIT */
#include "inspect.h"

#include <aeturnis/statement.h>

/* Oids of built-in types (PostgreSQL's pg_type.dat). */
#define BOOL 16
#define INT4 23
#define TEXT 25
#define TIMESTAMPTZ 1184

static const aet_column columns[] = {
	{ "version", { INT4, NULL }, false },
	{ "database", { TEXT, NULL }, false },
	{ "role", { TEXT, NULL }, false },
	{ "encoding", { TEXT, NULL }, false },
	{ "may_create_schemas", { BOOL, NULL }, false },
	{ "may_create_tables", { BOOL, NULL }, false },
	{ "read_only", { BOOL, NULL }, false },
	{ "now", { TIMESTAMPTZ, NULL }, false },
};

static void
read_facts(aet_row *row, void *out)
{
	server_facts *facts = out;

	facts->version = aet_row_int32(row, 0);
	facts->database = aet_row_text(row, 1);
	facts->role = aet_row_text(row, 2);
	facts->encoding = aet_row_text(row, 3);
	facts->may_create_schemas = aet_row_bool(row, 4);
	facts->may_create_tables = aet_row_bool(row, 5);
	facts->read_only = aet_row_bool(row, 6);
	facts->now = aet_row_timestamp(row, 7);
}

/* A schema public may have been dropped: then nothing can be made in it. */
static const aet_statement statement = {
	.size = sizeof(aet_statement),
	.name = "inspect_server",
	.sql = "SELECT current_setting('server_version_num')::int4,"
	       " current_database()::text, current_user::text,"
	       " current_setting('server_encoding'),"
	       " has_database_privilege(current_database(), 'CREATE'),"
	       " coalesce((SELECT has_schema_privilege(oid, 'CREATE')"
	       " FROM pg_namespace WHERE nspname = 'public'), false),"
	       " pg_is_in_recovery() OR current_setting('transaction_read_only')::bool,"
	       " clock_timestamp()",
	.columns = columns,
	.column_count = sizeof(columns) / sizeof(columns[0]),
	.row_size = sizeof(server_facts),
	.read = read_facts,
};

aet_status
inspect_server(aet_db *db, server_facts **out, aet_error *err)
{
	aet_args args = { 0 };

	return aet_statement_find_one(db, &statement, &args, out, err);
}

static const aet_column stranger_columns[] = {
	{ "tables", { TEXT, NULL }, true },
};

static void
read_strangers(aet_row *row, void *out)
{
	strangers *found = out;

	found->tables = aet_row_text_or_null(row, 0);
}

static const aet_statement strangers_statement = {
	.size = sizeof(aet_statement),
	.name = "inspect_strangers",
	.sql = "SELECT CASE WHEN count(*) < 3 THEN"
	       " string_agg('public.' || relname, ', ' ORDER BY relname DESC) END"
	       " FROM pg_class WHERE relnamespace ="
	       " (SELECT oid FROM pg_namespace WHERE nspname = 'public')"
	       " AND relname IN ('users', 'user_sessions', 'audit_log')",
	.columns = stranger_columns,
	.column_count = 1,
	.row_size = sizeof(strangers),
	.read = read_strangers,
};

aet_status
inspect_strangers(aet_db *db, strangers **out, aet_error *err)
{
	aet_args args = { 0 };

	return aet_statement_find_one(db, &strangers_statement, &args, out, err);
}
