/* SPDX-License-Identifier: MIT */
/* The private server that migrations are tried on, and what it begins with. */
#include <stdlib.h>
#include <string.h>

#include <aeturnis/database.h>

#include "diff/copy.h"
#include "lint/queries.h"
#include "lint/work.h"
#include "pg/result.h"

/* Planned statements read a whole table only where nothing else would do: a
 * plan for four rows says nothing of one for a million. */
#define SETTINGS "SET jit = off; SET enable_seqscan = off"

/* Of the live server, without touching a table: pg_class is what the last
 * VACUUM or ANALYZE left, the pages are those of now. */
static const char counts_query[] =
    "SELECT CASE n.nspname WHEN 'public' THEN '' ELSE quote_ident(n.nspname) || '.' END"
    " || quote_ident(c.relname), CASE WHEN c.relkind = 'p' THEN (SELECT"
    " coalesce(sum(greatest(p.reltuples, 0)), 0) FROM pg_partition_tree(c.oid) AS t"
    " JOIN pg_class AS p ON p.oid = t.relid WHERE t.isleaf)"
    " WHEN c.reltuples > 0 AND c.relpages > 0 THEN c.reltuples / c.relpages *"
    " (pg_relation_size(c.oid) / current_setting('block_size')::integer)"
    " ELSE greatest(c.reltuples, 0) END::bigint"
    " FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace"
    " WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname NOT IN"
    " ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'"
    " AND (c.reltuples >= 0 OR c.relkind = 'p')";

static aet_status
read_counts(lint_state *state, aet__connection *live, aet_error *err)
{
	aet__result *result = NULL;
	aet_status status = aet__connection_query(
	    live, counts_query, NULL, 0, state->deadline, &result, err);

	if (status != AET_OK)
		return status;
	for (size_t row = 0; row < aet__result_rows(result); row++) {
		double *rows = codegen_room(state->memory, 1, sizeof(*rows));

		*rows = strtod(aet__result_text(result, row, 1), NULL);
		diff_lookup_add(state->memory, &state->counts,
		    codegen_copy(state->memory, aet__result_text(result, row, 0)), rows);
	}
	aet__result_free(result);
	return AET_OK;
}

static aet_status
look_at_live(lint_state *state, aet_error *err)
{
	const lint_options *options = state->options;
	const char *url = options->live != NULL ? options->live : options->counts;
	aet__connection *live = NULL;
	aet_status status;

	if (url == NULL)
		return AET_OK;
	status = diff_connect(url, state->deadline, &live, err);
	if (status == AET_OK && state->counts.count == 0)
		status = read_counts(state, live, err);
	if (status == AET_OK && options->live != NULL)
		status = diff_scratch_roles(&state->scratch, live, err);
	aet__connection_close(live);
	return status;
}

static aet_status
migrate_library(const char *url, aet_error *err)
{
	aet_db_options open = AET_DB_OPTIONS_INIT;
	aet_db *db = NULL;
	aet_status status;

	open.url = url;
	status = aet_db_open(&open, &db, err);
	if (status == AET_OK)
		status = aet_db_migrate(db, NULL, NULL, err);
	(void)aet_db_close(&db);
	return status;
}

static aet_status
make_database(lint_state *state, const char **url, aet_error *err)
{
	aet_status status = AET_OK;

	if (state->scratch.server == NULL)
		status = diff_scratch_open(
		    &state->scratch, NULL, state->options->bindir, state->deadline, err);
	if (status == AET_OK)
		status = diff_scratch_database(&state->scratch, state->memory, url, err);
	return status;
}

aet_status
lint_world_open(lint_state *state, aet_error *err)
{
	const lint_options *options = state->options;
	const char *url = options->database;
	diff_leave leave = { 0 };
	aet_status status = AET_OK;

	if (url == NULL)
		status = make_database(state, &url, err);
	if (status == AET_OK && state->with_library)
		status = migrate_library(url, err);
	if (status == AET_OK)
		status = diff_connect(url, state->deadline, &state->connection, err);
	if (status == AET_OK)
		status = look_at_live(state, err);
	if (status == AET_OK && options->live != NULL)
		status = diff_copy_schema(state->memory, options->bindir, options->live,
		    state->connection, &leave, state->deadline, err);
	if (status == AET_OK)
		status = aet__connection_command(
		    state->connection, lint_query_plant, true, state->deadline, err);
	if (status == AET_OK)
		status = aet__connection_command(state->connection,
		    "RESET ALL; " SETTINGS, true, state->deadline, err);
	if (status == AET_OK)
		status = lint_look_prepare(
		    state->connection, options->journal, state->deadline, err);
	return status;
}

void
lint_world_close(lint_state *state)
{
	lint_look_drop(&state->base);
	lint_look_drop(&state->start);
	lint_look_drop(&state->before);
	lint_look_drop(&state->after);
	aet__connection_close(state->connection);
	state->connection = NULL;
}

aet_status
lint_world_plant(lint_state *state, aet_error *err)
{
	const char *journal = state->options->journal;
	aet__result *result = NULL;
	aet_status status = aet__connection_query(state->connection,
	    "SELECT aet_lint.plant($1)", &journal, 1, state->deadline, &result, err);

	aet__result_free(result);
	return status;
}

/* No setting of one file reaches the next; as the migrator has it. */
aet_status
lint_world_reset(lint_state *state, aet_error *err)
{
	return aet__connection_command(state->connection,
	    "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL; " SETTINGS, true,
	    state->deadline, err);
}
