/* SPDX-License-Identifier: MIT */
#include "migrate/servers.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/error.h"
#include "core/text.h"
#include "migrate/journal_sql.h"

const char aet__servers_table[] =
    "CREATE TABLE {journal}.schema_servers ("
    " server uuid NOT NULL, source text NOT NULL, release text NOT NULL,"
    " host text NOT NULL, pid integer NOT NULL, knows bigint[] NOT NULL,"
    " started_at timestamp with time zone NOT NULL"
    " DEFAULT pg_catalog.clock_timestamp(),"
    " beat_at timestamp with time zone NOT NULL,"
    " expires_at timestamp with time zone NOT NULL, PRIMARY KEY (server, source)); ";

char *
aet__server_knows(const aet__source *source)
{
	size_t count = aet__source_versioned(source);
	aet__text text = { 0 };

	aet__text_add_char(&text, '{');
	for (size_t i = 0; i < count; i++)
		aet__text_addf(
		    &text, i > 0 ? ",%lld" : "%lld", (long long)source->files[i].version);
	aet__text_add_char(&text, '}');
	return aet__text_take(&text);
}

/* ---- announcing ------------------------------------------------------- */

static void
add_value(aet__text *sql, const char *value)
{
	aet__text_add(sql, ", ");
	aet__text_add_literal(sql, value);
}

static void
add_life(aet__text *sql, int beat_ms)
{
	aet__text_addf(sql,
	    "pg_catalog.clock_timestamp(), pg_catalog.clock_timestamp() +"
	    " interval '%lld milliseconds'",
	    (long long)beat_ms * AET__BEATS_MISSED);
}

/* A snapshot of its own for each command, whatever the session is set to: the
 * row, and what is read behind it, come after the fence. */
static void
add_announcement(aet__text *sql, const aet__server *server, int lock_timeout_ms)
{
	char host[256] = "";

	if (gethostname(host, sizeof(host) - 1) != 0)
		host[0] = '\0';
	aet__text_addf(sql,
	    "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = %d; ",
	    lock_timeout_ms);
	aet__journal_sql_add(sql, AET__SERVERS_FENCE "; ", server->journal);
	aet__journal_sql_add(sql,
	    "INSERT INTO {journal}.schema_servers (server, source, release, host, pid,"
	    " knows, beat_at, expires_at) VALUES (",
	    server->journal);
	aet__text_add_literal(sql, server->id);
	add_value(sql, server->source);
	add_value(sql, server->release);
	add_value(sql, host);
	aet__text_addf(sql, ", %ld", (long)getpid());
	add_value(sql, server->knows);
	aet__text_add(sql, ", ");
	add_life(sql, server->beat_ms);
	aet__text_add(sql,
	    ") ON CONFLICT (server, source) DO UPDATE SET release = excluded.release,"
	    " knows = excluded.knows, beat_at = excluded.beat_at,"
	    " expires_at = excluded.expires_at; COMMIT");
}

/* What the server's refusal means here. */
static aet_status
explain(const aet__server *server, const aet_error *failed, aet_error *err)
{
	if (failed->status == AET_EDB && (strcmp(failed->sqlstate, "42P01") == 0 ||
					     strcmp(failed->sqlstate, "3F000") == 0))
		return aet__error_sql(err, AET_ENOTFOUND, failed->sqlstate,
		    "there is no table of servers in \"%s\"", server->journal);
	if (strcmp(failed->sqlstate, "55P03") == 0)
		return aet__error_sql(err, AET_ELOCKED, failed->sqlstate,
		    "a contract migration runs, and keeps servers from starting: call "
		    "again when it is done");
	if (strcmp(failed->sqlstate, "42501") == 0)
		return aet__error_sql(err, AET_EDB, failed->sqlstate,
		    "this role may not announce the server: it needs SELECT, INSERT, "
		    "UPDATE and DELETE on \"%s\".schema_servers (aet-db roles grants "
		    "them)",
		    server->journal);
	if (err != NULL)
		*err = *failed;
	return failed->status;
}

aet_status
aet__server_announce(aet__connection *connection, const aet__server *server,
    int lock_timeout_ms, aet__deadline deadline, aet_error *err)
{
	aet__text sql = { 0 };
	aet_error failed = { 0 };
	aet_status status;

	add_announcement(&sql, server, lock_timeout_ms);
	if (aet__text_ok(&sql))
		status = aet__connection_command(
		    connection, aet__text_view(&sql), false, deadline, &failed);
	else
		status = aet__error_memory(&failed);
	aet__text_free(&sql);
	if (aet__connection_transaction(connection) == AET__TRANSACTION_OPEN ||
	    aet__connection_transaction(connection) == AET__TRANSACTION_FAILED)
		(void)aet__connection_command(
		    connection, "ROLLBACK", false, deadline, NULL);
	return status == AET_OK ? AET_OK : explain(server, &failed, err);
}

/* ---- living ----------------------------------------------------------- */

/* Runs what is about one server, with its id and source first. */
static aet_status
run(aet__connection *connection, const aet__server *server, const char *sql,
    const char *third, size_t count, aet__deadline deadline, aet__result **out,
    aet_error *err)
{
	const char *const parameters[] = { server->id, server->source, third };

	return aet__journal_query(
	    connection, server->journal, sql, parameters, count, deadline, out, err);
}

aet_status
aet__server_beat(aet__connection *connection, const aet__server *server,
    aet__deadline deadline, bool *alive, aet_error *err)
{
	aet__result *result = NULL;
	char life[64];
	aet_status status;

	snprintf(life, sizeof(life), "%lld milliseconds",
	    (long long)server->beat_ms * AET__BEATS_MISSED);
	status = run(connection, server,
	    "UPDATE {journal}.schema_servers SET beat_at = pg_catalog.clock_timestamp(),"
	    " expires_at = pg_catalog.clock_timestamp() + $3::interval"
	    " WHERE server = $1 AND source = $2"
	    " AND expires_at > pg_catalog.clock_timestamp()",
	    life, 3, deadline, &result, err);
	if (status == AET_OK)
		*alive = aet__result_affected(result) > 0;
	aet__result_free(result);
	return status;
}

aet_status
aet__server_sweep(aet__connection *connection, const aet__server *server,
    aet__deadline deadline, aet_error *err)
{
	aet__result *result = NULL;
	aet_status status = aet__journal_query(connection, server->journal,
	    "DELETE FROM {journal}.schema_servers"
	    " WHERE expires_at < pg_catalog.clock_timestamp() - interval '1 day'",
	    NULL, 0, deadline, &result, err);

	aet__result_free(result);
	return status;
}

aet_status
aet__server_leave(aet__connection *connection, const aet__server *server,
    aet__deadline deadline, aet_error *err)
{
	aet__result *result = NULL;
	aet_status status = run(connection, server,
	    "DELETE FROM {journal}.schema_servers WHERE server = $1 AND source = $2",
	    NULL, 2, deadline, &result, err);

	aet__result_free(result);
	return status;
}

/* ---- looking ---------------------------------------------------------- */

aet_status
aet__server_passed(aet__connection *connection, const aet__server *server,
    aet__deadline deadline, char name[AET__SERVER_TEXT_SIZE], aet_error *err)
{
	const char *const parameters[] = { server->source, server->knows };
	aet__result *result = NULL;
	aet_status status = aet__journal_query(connection, server->journal,
	    "SELECT name FROM {journal}.schema_migrations WHERE source = $1"
	    " AND version >= 0 AND version <> ALL ($2::bigint[])"
	    " ORDER BY version LIMIT 1",
	    parameters, 2, deadline, &result, err);

	if (status != AET_OK)
		return status;
	aet__error_copy(name, AET__SERVER_TEXT_SIZE,
	    aet__result_rows(result) > 0 ? aet__result_text(result, 0, 0) : NULL);
	aet__result_free(result);
	return AET_OK;
}

/* The one that was heard of last is told of. */
static const char holders[] =
    "SELECT pg_catalog.format('%s on %s (process %s, last heard of %s s ago)%s',"
    " s.release, s.host, s.pid, extract(epoch FROM"
    " pg_catalog.clock_timestamp() - s.beat_at)::bigint,"
    " CASE WHEN pg_catalog.count(*) OVER () > 1"
    "  THEN pg_catalog.format(' and %s more', pg_catalog.count(*) OVER () - 1)"
    "  ELSE '' END)"
    " FROM {journal}.schema_servers AS s WHERE s.source = $1"
    " AND s.expires_at > pg_catalog.clock_timestamp()"
    " AND $2::bigint <> ALL (s.knows) ORDER BY s.beat_at DESC LIMIT 1";

aet_status
aet__server_holders(aet__connection *connection, const char *journal, const char *source,
    int64_t version, aet__deadline deadline, char who[AET__SERVER_TEXT_SIZE],
    aet_error *err)
{
	char number[24];
	const char *const parameters[] = { source, number };
	aet__result *result = NULL;
	aet_error failed = { 0 };
	aet_status status;

	who[0] = '\0';
	snprintf(number, sizeof(number), "%lld", (long long)version);
	status = aet__journal_query(
	    connection, journal, holders, parameters, 2, deadline, &result, &failed);
	if (status == AET_OK && aet__result_rows(result) > 0)
		aet__error_copy(
		    who, AET__SERVER_TEXT_SIZE, aet__result_text(result, 0, 0));
	aet__result_free(result);
	if (status == AET_EDB && (strcmp(failed.sqlstate, "42P01") == 0 ||
				     strcmp(failed.sqlstate, "3F000") == 0))
		return AET_OK;
	if (status != AET_OK && err != NULL)
		*err = failed;
	return status;
}
