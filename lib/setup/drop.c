/* SPDX-License-Identifier: MIT */
/*
 * Objects depend on one another in ways that only the server knows. All tables
 * go in one statement, since foreign keys may run in circles; the rest goes in
 * rounds, each in a savepoint, for as long as a round gets anywhere. What is
 * left then hangs on something that is not ours.
 */
#include "setup/drop.h"

#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/memory.h"
#include "core/text.h"
#include "migrate/journal_sql.h"

#define STATEMENT_MS 60000

typedef struct dropping {
	aet__connection *connection;
	const char *journal; /* the schema it lies in */
	char **statements;   /* NULL once done */
	size_t count;
	size_t capacity;
	aet__failure left; /* why the last one of a round would not go */
} dropping;

static aet__deadline
soon(void)
{
	return aet__deadline_in(STATEMENT_MS);
}

static aet_status
command(dropping *drop, const char *sql, aet_error *err)
{
	return aet__connection_command(drop->connection, sql, true, soon(), err);
}

/* Takes the text over. */
static aet_status
add_statement(dropping *drop, aet__text *sql, aet_error *err)
{
	void *items = drop->statements;
	char *text = aet__text_take(sql);

	if (text == NULL ||
	    !aet__memory_grow(&items, &drop->capacity, drop->count + 1, sizeof(char *))) {
		free(text);
		return aet__error_memory(err);
	}
	drop->statements = items;
	drop->statements[drop->count++] = text;
	return AET_OK;
}

/* Only what is still there: a later migration, or somebody by hand, may have
 * dropped an object since. Identities are quoted by the server. */
#define OWNED                                                        \
	"SELECT o.kind, o.identity FROM {journal}.schema_objects o " \
	"ORDER BY o.kind = 'table' DESC, o.version DESC, o.identity"

static aet_status
read_owned(dropping *drop, size_t *dropped, aet_error *err)
{
	aet__text tables = { 0 };
	aet__result *owned = NULL;
	aet_status status = aet__journal_query(
	    drop->connection, drop->journal, OWNED, NULL, 0, soon(), &owned, err);

	for (size_t i = 0; status == AET_OK && i < aet__result_rows(owned); i++) {
		const char *kind = aet__result_text(owned, i, 0);
		const char *identity = aet__result_text(owned, i, 1);
		aet__text one = { 0 };

		if (strcmp(kind, "table") == 0) {
			aet__text_add(
			    &tables, tables.len == 0 ? "DROP TABLE IF EXISTS " : ", ");
			aet__text_add(&tables, identity);
			continue;
		}
		aet__text_addf(&one, "DROP %s IF EXISTS %s", kind, identity);
		status = add_statement(drop, &one, err);
	}
	if (status == AET_OK) {
		*dropped = aet__result_rows(owned);
		if (tables.len > 0)
			status = add_statement(drop, &tables, err);
	}
	aet__text_free(&tables);
	aet__result_free(owned);
	return status;
}

/* Drops it, or leaves everything as it was. */
static aet_status
try_drop(dropping *drop, char **statement, bool *gone, aet_error *err)
{
	aet_status status = command(drop, "SAVEPOINT aet_drop", err);

	if (status != AET_OK)
		return status;
	status = command(drop, *statement, err);
	*gone = status == AET_OK;
	if (*gone) {
		free(*statement);
		*statement = NULL;
		return command(drop, "RELEASE aet_drop", err);
	}
	drop->left = *aet__connection_failure(drop->connection);
	if (strcmp(drop->left.sqlstate, "55P03") == 0)
		return aet__error_sql(err, AET_ELOCKED, "55P03",
		    "a session is using what reset would drop, and did not end in time");
	if (strcmp(drop->left.sqlstate, "2BP01") != 0)
		return status;
	return command(drop, "ROLLBACK TO aet_drop", err);
}

static aet_status
drop_round(dropping *drop, bool *progress, size_t *remaining, aet_error *err)
{
	aet_status status = AET_OK;

	*progress = false;
	*remaining = 0;
	for (size_t i = 0; i < drop->count && status == AET_OK; i++) {
		bool gone = false;

		if (drop->statements[i] == NULL)
			continue;
		status = try_drop(drop, &drop->statements[i], &gone, err);
		*progress = *progress || gone;
		*remaining += !gone;
	}
	return status;
}

static aet_status
drop_all(dropping *drop, aet_error *err)
{
	bool progress = true;
	size_t remaining = 1;
	aet_status status = AET_OK;

	while (status == AET_OK && progress && remaining > 0)
		status = drop_round(drop, &progress, &remaining, err);
	if (status == AET_OK && remaining > 0)
		status = aet__error_sql(err, AET_EREFUSED, "2BP01",
		    "%s, which the migrations did not make: %.300s", drop->left.message,
		    drop->left.detail);
	return status;
}

static aet_status
forget(dropping *drop, aet_error *err)
{
	static const char *const statements[] = {
		"DELETE FROM {journal}.schema_objects",
		"DELETE FROM {journal}.schema_migrations",
	};
	aet_status status = AET_OK;

	for (size_t i = 0; i < 2 && status == AET_OK; i++) {
		aet__result *result = NULL;

		status = aet__journal_query(drop->connection, drop->journal,
		    statements[i], NULL, 0, soon(), &result, err);
		aet__result_free(result);
	}
	return status;
}

static aet_status
has_journal(dropping *drop, bool *out, aet_error *err)
{
	aet__result *result = NULL;
	aet_status status = aet__connection_query(drop->connection,
	    "SELECT EXISTS (SELECT FROM pg_catalog.pg_class AS c"
	    " JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace"
	    " WHERE n.nspname = $1 AND c.relname = 'schema_objects')",
	    &drop->journal, 1, soon(), &result, err);

	*out = status == AET_OK && aet__result_bool(result, 0, 0);
	aet__result_free(result);
	return status;
}

static aet_status
set_lock_timeout(dropping *drop, int lock_timeout_ms, aet_error *err)
{
	aet__text sql = { 0 };
	aet_status status;

	aet__text_addf(&sql, "SET LOCAL lock_timeout = %d", lock_timeout_ms);
	if (!aet__text_ok(&sql))
		return aet__error_memory(err);
	status = command(drop, aet__text_view(&sql), err);
	aet__text_free(&sql);
	return status;
}

aet_status
aet__drop_owned(aet__connection *connection, const char *journal, int lock_timeout_ms,
    size_t *dropped, aet_error *err)
{
	dropping drop = { .connection = connection, .journal = journal };
	bool any = false;
	aet_status status = has_journal(&drop, &any, err);

	*dropped = 0;
	if (status != AET_OK || !any)
		return status;
	status = set_lock_timeout(&drop, lock_timeout_ms, err);
	if (status == AET_OK)
		status = read_owned(&drop, dropped, err);
	if (status == AET_OK)
		status = drop_all(&drop, err);
	if (status == AET_OK)
		status = forget(&drop, err);
	for (size_t i = 0; i < drop.count; i++)
		free(drop.statements[i]);
	free(drop.statements);
	return status;
}
