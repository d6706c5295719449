/* SPDX-License-Identifier: MIT */
/* Opening, closing and asking after a handle. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <aeturnis/environment.h>

#include "core/error.h"
#include "core/memory.h"
#include "db/handle.h"
#include "db/session.h"

typedef struct setting {
	const char *name;
	int *field;
	int fallback;
	int least;
} setting;

static aet_status
fill_defaults(aet_db_options *options, aet_error *err)
{
	const setting settings[] = {
		{ "max_connections", &options->max_connections, 20, 1 },
		{ "min_connections", &options->min_connections, 0, 0 },
		{ "connect_timeout_ms", &options->connect_timeout_ms, 2000, 1 },
		{ "call_timeout_ms", &options->call_timeout_ms, 30000, 1 },
		{ "idle_timeout_ms", &options->idle_timeout_ms, 30000, 1 },
		{ "lifetime_ms", &options->lifetime_ms, 1800000, 1 },
		{ "leak_warning_ms", &options->leak_warning_ms, 10000, 1 },
		{ "drain_timeout_ms", &options->drain_timeout_ms, 5000, 1 },
		{ "statement_cache", &options->statement_cache, 256, 1 },
	};

	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		if (*settings[i].field == 0)
			*settings[i].field = settings[i].fallback;
		if (*settings[i].field < settings[i].least)
			return aet_error_set(err, AET_EINVAL, "the option %s is negative",
			    settings[i].name);
	}
	if (options->min_connections > options->max_connections)
		return aet_error_set(
		    err, AET_EINVAL, "min_connections is above max_connections");
	return AET_OK;
}

/* Whether it can connect: dialling and the first answer have
 * connect_timeout_ms together. */
static aet_status
prove(aet_db *db, const aet_db_options *options, aet_error *err)
{
	aet_db limited = { .kind = AET__HANDLE_LIMITED,
		.base = db,
		.pool = db->pool,
		.call_timeout_ms = options->connect_timeout_ms };

	if (db->call_timeout_ms < limited.call_timeout_ms)
		limited.call_timeout_ms = db->call_timeout_ms;
	return aet_db_ping(&limited, err);
}

/* libpq takes nothing but blanks for its defaults, a server on this machine. */
static bool
is_blank(const char *url)
{
	return url[strspn(url, " \t\r\n\f\v")] == '\0';
}

static aet_status
open_pool(const aet_db_options *options, aet_db **out, aet_error *err)
{
	aet_db *db = aet__memory_array(1, sizeof(*db));
	aet_status status;

	if (db == NULL)
		return aet__error_memory(err);
	db->kind = AET__HANDLE_POOL;
	db->call_timeout_ms = options->call_timeout_ms;
	status = aet__pool_new(options, db, &db->pool, err);
	if (status != AET_OK) {
		free(db);
		return status;
	}
	status = prove(db, options, err);
	if (status == AET_OK)
		*out = db;
	else
		aet_db_close(&db);
	return status;
}

/* Without a url: the environment's, then .env's; never a silent localhost. The
 * environment wins, so that no file need be readable where it says all. */
static aet_status
open_from_environment(aet_db_options *options, aet_db **out, aet_error *err)
{
	aet_environment *environment = NULL;
	aet_status status;

	options->url = aet_environment_get(NULL, "DATABASE_URL");
	if (options->url != NULL && !is_blank(options->url))
		return open_pool(options, out, err);
	status = aet_environment_load(NULL, &environment, err);
	if (status != AET_OK)
		return status;
	options->url = aet_environment_get(environment, "DATABASE_URL");
	if (options->url == NULL || is_blank(options->url))
		status = aet_error_set(err, AET_EINVAL,
		    "no database is named: set DATABASE_URL, or the url option");
	else
		status = open_pool(options, out, err);
	aet_environment_free(environment);
	return status;
}

aet_status
aet_db_open(const aet_db_options *opts, aet_db **out, aet_error *err)
{
	aet_db_options options = AET_DB_OPTIONS_INIT;
	aet_status status;

	if (out == NULL)
		return aet_error_set(err, AET_EINVAL, "no place for the handle");
	if (opts != NULL && opts->size != sizeof(options))
		return aet_error_set(err, AET_EINVAL,
		    "aet_db_options has no size: start from AET_DB_OPTIONS_INIT");
	if (opts != NULL)
		options = *opts;
	status = fill_defaults(&options, err);
	if (status != AET_OK)
		return status;
	if (options.url != NULL && is_blank(options.url))
		return aet_error_set(err, AET_EINVAL,
		    "the url is empty: name a database, or give NULL for DATABASE_URL's");
	if (options.url == NULL)
		return open_from_environment(&options, out, err);
	return open_pool(&options, out, err);
}

aet_status
aet_db_close(aet_db **db)
{
	aet_db *closing = db != NULL ? *db : NULL;

	if (closing == NULL)
		return AET_OK;
	if (closing->kind == AET__HANDLE_TRANSACTION) {
		aet_db_rollback(db);
		return AET_OK;
	}
	*db = NULL;
	if (closing->kind == AET__HANDLE_POOL)
		return aet__pool_close_with_guest(closing->pool);
	free(closing);
	return AET_OK;
}

aet_status
aet_db_ping(aet_db *db, aet_error *err)
{
	aet__session session;
	aet_status status = aet__session_begin(db, &session, err);

	if (status != AET_OK)
		return status;
	status = aet__connection_command(
	    session.connection, "SELECT 1", false, session.deadline, err);
	return aet__session_end(&session, status, err);
}

aet_status
aet_db_limit(aet_db *db, int timeout_ms, aet_db **out, aet_error *err)
{
	aet_db *limited;

	if (db == NULL || out == NULL || timeout_ms <= 0)
		return aet_error_set(
		    err, AET_EINVAL, "a handle and a timeout above 0 are needed");
	limited = aet__memory_array(1, sizeof(*limited));
	if (limited == NULL)
		return aet__error_memory(err);
	limited->kind = AET__HANDLE_LIMITED;
	limited->base = db;
	limited->pool = db->pool;
	limited->call_timeout_ms =
	    timeout_ms < db->call_timeout_ms ? timeout_ms : db->call_timeout_ms;
	*out = limited;
	return AET_OK;
}

aet_status
aet_db_get_stats(aet_db *db, aet_db_stats *out, aet_error *err)
{
	if (db == NULL || out == NULL || out->size != sizeof(*out))
		return aet_error_set(err, AET_EINVAL,
		    "a handle and aet_db_stats with its size are needed");
	aet__pool_stats(db->pool, out);
	return AET_OK;
}
