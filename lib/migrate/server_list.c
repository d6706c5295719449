/* SPDX-License-Identifier: MIT */
/* Who was announced, for people and tools. */
#include <aeturnis/release.h>

#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/memory.h"
#include "db/session.h"
#include "migrate/journal_sql.h"
#include "migrate/migrator.h"

/* A list, and what its strings lie in. */
typedef struct owned_servers {
	aet_server_list list; /* first, so that the one leads to the other */
	aet_server *servers;
	aet__result *result; /* NULL: there is no such table */
} owned_servers;

#define MICROSECONDS(time) \
	"(extract(epoch FROM " time ") * 1000000)::bigint - 946684800000000"

/* aet_timestamp counts from 2000-01-01. */
static const char read_servers[] =
    "SELECT s.server, s.release, s.source, s.host, s.pid, " MICROSECONDS(
	"s.started_at") ", " MICROSECONDS("s.beat_at") ","
						       " (extract(epoch FROM "
						       "pg_catalog.clock_timestamp() - "
						       "s.beat_at) * 1000000)::bigint,"
						       " s.expires_at > "
						       "pg_catalog.clock_timestamp() AS "
						       "alive"
						       " FROM {journal}.schema_servers "
						       "AS s WHERE s.source = $1"
						       " ORDER BY alive DESC, s.release, "
						       "s.host, s.pid, s.server";

enum {
	COLUMN_ID,
	COLUMN_RELEASE,
	COLUMN_SOURCE,
	COLUMN_HOST,
	COLUMN_PID,
	COLUMN_STARTED_AT,
	COLUMN_BEAT_AT,
	COLUMN_SILENT,
	COLUMN_ALIVE
};

static aet_server
take_server(const aet__result *result, size_t at)
{
	aet_server server = { .release = aet__result_text(result, at, COLUMN_RELEASE),
		.source = aet__result_text(result, at, COLUMN_SOURCE),
		.host = aet__result_text(result, at, COLUMN_HOST),
		.pid = aet__result_int64(result, at, COLUMN_PID),
		.started_at = { aet__result_int64(result, at, COLUMN_STARTED_AT) },
		.beat_at = { aet__result_int64(result, at, COLUMN_BEAT_AT) },
		.silent_us = aet__result_int64(result, at, COLUMN_SILENT),
		.alive = aet__result_bool(result, at, COLUMN_ALIVE) };
	const char *id = aet__result_text(result, at, COLUMN_ID);

	if (aet_uuid_parse(id, &server.id, NULL) != AET_OK)
		memset(&server.id, 0, sizeof(server.id)); /* the server prints uuids */
	return server;
}

static aet_status
take_servers(owned_servers *owned, aet_error *err)
{
	size_t count = aet__result_rows(owned->result);

	owned->servers = aet__memory_array(count, sizeof(*owned->servers));
	if (owned->servers == NULL)
		return aet__error_memory(err);
	for (size_t i = 0; i < count; i++)
		owned->servers[i] = take_server(owned->result, i);
	owned->list.len = count;
	owned->list.items = owned->servers;
	return AET_OK;
}

static bool
is_absent(const aet_error *failed)
{
	return failed->status == AET_EDB && (strcmp(failed->sqlstate, "42P01") == 0 ||
						strcmp(failed->sqlstate, "3F000") == 0);
}

static aet_status
read(aet_db *db, const aet_migrate_options *options, owned_servers *owned, aet_error *err)
{
	aet__session session;
	aet_error failed = { 0 };
	aet_status status = aet__session_begin(db, &session, err);

	if (status != AET_OK)
		return status;
	status = aet__journal_query(session.connection, options->journal, read_servers,
	    &options->source, 1, session.deadline, &owned->result, &failed);
	aet__session_end(&session, status, &failed);
	if (status == AET_OK)
		return take_servers(owned, err);
	if (is_absent(&failed))
		return AET_OK;
	if (err != NULL)
		*err = failed;
	return status;
}

aet_status
aet_db_servers(
    aet_db *db, const aet_migrate_options *opts, aet_server_list **out, aet_error *err)
{
	owned_servers *owned = aet__memory_array(1, sizeof(*owned));
	aet_migrate_options options;
	aet_status status;

	if (owned == NULL)
		return aet__error_memory(err);
	status = aet__migrate_pool(db, err);
	if (status == AET_OK)
		status = aet__migrate_options_read(opts, &options, err);
	if (status == AET_OK)
		status = read(db, &options, owned, err);
	if (status == AET_OK)
		*out = &owned->list;
	else
		aet_server_list_free(&owned->list);
	return status;
}

void
aet_server_list_free(aet_server_list *list)
{
	owned_servers *owned = (owned_servers *)list;

	if (owned == NULL)
		return;
	aet__result_free(owned->result);
	free(owned->servers);
	free(owned);
}
