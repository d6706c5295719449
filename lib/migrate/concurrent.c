/* SPDX-License-Identifier: MIT */
#include "migrate/concurrent.h"

#include <stdio.h>
#include <string.h>

#include "core/error.h"
#include "core/text.h"
#include "migrate/journal_sql.h"

/* The next token that is no comment. */
static aet__token
next(aet__lexer *lexer)
{
	aet__token token;

	do
		token = aet__lexer_next(lexer);
	while (token.kind == AET__TOKEN_COMMENT);
	return token;
}

static bool
is_name(aet__token token)
{
	return token.kind == AET__TOKEN_WORD || token.kind == AET__TOKEN_QUOTED;
}

/* "schema.table", as it is written. */
static void
read_table(aet__lexer *lexer, aet__text *table)
{
	aet__token token = next(lexer);

	if (aet__token_is(lexer, token, "only"))
		token = next(lexer);
	while (is_name(token) || token.kind == AET__TOKEN_DOT) {
		bool name = is_name(token);

		aet__text_add_n(table, lexer->text + token.start, token.len);
		token = next(lexer);
		if (name && token.kind != AET__TOKEN_DOT)
			break;
	}
}

/* CREATE [UNIQUE] INDEX CONCURRENTLY [[IF NOT EXISTS] name] ON [ONLY] table; both
 * texts stay empty for anything else, and the index's where its name is left to the
 * server. */
static void
read_names(
    const char *text, const aet__statement *statement, aet__text *index, aet__text *table)
{
	aet__lexer lexer = { .text = text,
		.len = statement->start + statement->len,
		.at = statement->start };
	aet__token token;

	if (!aet__statement_begins(statement, "create index concurrently") &&
	    !aet__statement_begins(statement, "create unique index concurrently"))
		return;
	do
		token = next(&lexer);
	while (!aet__token_is(&lexer, token, "concurrently"));
	token = next(&lexer);
	if (aet__token_is(&lexer, token, "if")) {
		next(&lexer);
		next(&lexer);
		token = next(&lexer);
	}
	if (!aet__token_is(&lexer, token, "on")) {
		if (!is_name(token))
			return;
		aet__text_add_n(index, text + token.start, token.len);
		token = next(&lexer);
	}
	if (aet__token_is(&lexer, token, "on"))
		read_table(&lexer, table);
}

#define INDEXES                                                                 \
	"SELECT pg_catalog.format('%I.%I', n.nspname, c.relname), x.indisvalid" \
	" FROM pg_catalog.pg_index AS x"                                        \
	" JOIN pg_catalog.pg_class AS c ON c.oid = x.indexrelid"                \
	" JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace"          \
	" WHERE x.indrelid = pg_catalog.to_regclass($1)"

static const char find_named[] =
    INDEXES " AND NOT x.indisvalid AND c.relname = (pg_catalog.parse_ident($2))[1]";

/* The file's row was last written when the statement was about to be sent: what
 * has a younger transaction's mark was made by it. */
static const char find_young[] = INDEXES
    " AND pg_catalog.age(c.xmin) <= (SELECT pg_catalog.age(m.xmin)"
    " FROM {journal}.schema_migrations AS m WHERE m.source = $2 AND m.version = $3)";

/* REINDEX builds beside the index and gives the two each other's name
 * (PostgreSQL manual, REINDEX, "Rebuilding Indexes Concurrently"). */
static const char find_copies[] =
    "SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)"
    " FROM pg_catalog.pg_index AS x"
    " JOIN pg_catalog.pg_class AS c ON c.oid = x.indexrelid"
    " JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace"
    " WHERE NOT x.indisvalid AND c.relname ~ '_cc(new|old)[0-9]*$'"
    " AND pg_catalog.age(c.xmin) <= (SELECT pg_catalog.age(m.xmin)"
    " FROM {journal}.schema_migrations AS m WHERE m.source = $1 AND m.version = $2)";

static aet_status
send_drop(aet__migrator *m, const char *how, const char *index, aet_error *err)
{
	aet__text sql = { 0 };
	aet_status status;

	aet__text_add(&sql, how);
	aet__text_add(&sql, index);
	if (aet__text_ok(&sql))
		status = aet__apply_command(m, aet__text_view(&sql), err);
	else
		status = aet__error_memory(err);
	aet__text_free(&sql);
	return status;
}

static aet_status
drop(aet__migrator *m, const aet__statement *statement, const char *index, aet_error *err)
{
	aet__text words = { 0 };
	aet_status status;

	aet__text_addf(&words, "dropping the invalid index %s", index);
	aet__migrate_tell(m, (aet_migrate_event){ .kind = AET_MIGRATE_RETRY,
				 .statement = statement->number,
				 .line = statement->at.line,
				 .elapsed_us = aet__migrate_clock_us() - m->began_us,
				 .detail = aet__text_view(&words) });
	aet__migrate_log(m, AET_LOG_WARNING,
	    "%s:%d: index %s is invalid, left by an attempt that did not finish: it is "
	    "dropped, and built anew",
	    m->entry->file->path, statement->at.line, index);
	aet__text_free(&words);
	status = send_drop(m, "DROP INDEX CONCURRENTLY IF EXISTS ", index, err);
	/* An event trigger that writes was there before it. */
	if (status != AET_OK && strcmp(m->sqlstate, "0A000") == 0)
		status = send_drop(m, "DROP INDEX IF EXISTS ", index, err);
	return status;
}

/* index "": the one that the statement has begun, by whatever name. */
static aet_status
find(aet__migrator *m, const char *table, const char *index, aet__result **out,
    aet_error *err)
{
	char version[24];
	const char *const by_name[] = { table, index };
	const char *const by_age[] = { table, m->source->name, version };

	if (index[0] != '\0')
		return aet__apply_note(m, aet__connection_query(m->connection, find_named,
					      by_name, 2, AET__NEVER, out, err));
	snprintf(version, sizeof(version), "%lld", (long long)m->entry->file->version);
	return aet__apply_note(m, aet__journal_query(m->connection, m->options.journal,
				      find_young, by_age, 3, AET__NEVER, out, err));
}

static aet_status
drop_copies(aet__migrator *m, const aet__statement *statement, aet_error *err)
{
	char version[24];
	const char *const row[] = { m->source->name, version };
	aet__result *result = NULL;
	aet_status status;

	snprintf(version, sizeof(version), "%lld", (long long)m->entry->file->version);
	status = aet__apply_note(m, aet__journal_query(m->connection, m->options.journal,
					find_copies, row, 2, AET__NEVER, &result, err));
	for (size_t i = 0; status == AET_OK && i < aet__result_rows(result); i++)
		status = drop(m, statement, aet__result_text(result, i, 0), err);
	aet__result_free(result);
	return status;
}

aet_status
aet__concurrent_clear(aet__migrator *m, const char *text, const aet__statement *statement,
    bool begun, bool *done, aet_error *err)
{
	aet__text index = { 0 };
	aet__text table = { 0 };
	aet__result *result = NULL;
	aet_status status = AET_OK;

	if (begun && aet__statement_begins(statement, "reindex"))
		return drop_copies(m, statement, err);
	read_names(text, statement, &index, &table);
	if (!aet__text_ok(&index) || !aet__text_ok(&table))
		status = aet__error_memory(err);
	else if (table.len > 0 && (begun || index.len > 0))
		status =
		    find(m, aet__text_view(&table), aet__text_view(&index), &result, err);
	if (status == AET_OK && result != NULL && aet__result_rows(result) > 0) {
		*done = aet__result_bool(result, 0, 1);
		if (!*done)
			status = drop(m, statement, aet__result_text(result, 0, 0), err);
	}
	aet__result_free(result);
	aet__text_free(&index);
	aet__text_free(&table);
	return status;
}

bool
aet__concurrent_abandon(
    aet__migrator *m, const char *text, const aet__statement *statement)
{
	aet__text index = { 0 };
	aet__text table = { 0 };
	bool done = false;
	aet_status status = AET_OK;

	if (aet__statement_begins(statement, "reindex"))
		return drop_copies(m, statement, NULL) == AET_OK;
	read_names(text, statement, &index, &table);
	if (index.len == 0 && table.len > 0)
		status = aet__concurrent_clear(m, text, statement, true, &done, NULL);
	aet__text_free(&index);
	aet__text_free(&table);
	return status == AET_OK;
}

/* ---- a partition ------------------------------------------------------ */

/* The statement without the word that ends it, which is CONCURRENTLY; 0: it is no
 * such statement. */
static size_t
length_to_detach(const char *text, const aet__statement *statement)
{
	aet__lexer lexer = { .text = text,
		.len = statement->start + statement->len,
		.at = statement->start };
	aet__token last = { AET__TOKEN_END, 0, 0 };
	aet__token token;
	bool detaches = false;

	if (!aet__statement_begins(statement, "alter table"))
		return 0;
	while ((token = next(&lexer)).kind != AET__TOKEN_END) {
		detaches = detaches || aet__token_is(&lexer, token, "detach");
		last = token;
	}
	return detaches && aet__token_is(&lexer, last, "concurrently")
		   ? last.start - statement->start
		   : 0;
}

bool
aet__concurrent_detaches(const char *text, const aet__statement *statement)
{
	return length_to_detach(text, statement) > 0;
}

aet_status
aet__concurrent_finalize(
    aet__migrator *m, const char *text, const aet__statement *statement, aet_error *err)
{
	aet__text sql = { 0 };
	aet_status status;

	aet__text_add_n(&sql, text + statement->start, length_to_detach(text, statement));
	aet__text_add(&sql, "FINALIZE");
	if (aet__text_ok(&sql))
		status = aet__apply_command(m, aet__text_view(&sql), err);
	else
		status = aet__error_memory(err);
	aet__text_free(&sql);
	return status;
}
