/* SPDX-License-Identifier: MIT */
#include <stddef.h>
#include <string.h>

#include "core/error.h"
#include "db/handle.h"
#include "migrate/migrator.h"

#define OTHER_SOURCE "app"
#define JOURNAL "aeturnis"
#define NAME_MOST 63 /* bytes; the server cuts off the rest (NAMEDATALEN) */

#define LOCK_WAIT_MS 60000
#define LOCK_TIMEOUT_MS 3000
#define BEAT_MS 10000
#define BEAT_LEAST_MS 50

/* Callers that were built before the later members were there have less. */
static bool
is_known_size(size_t size)
{
	return size == sizeof(aet_migrate_options) ||
	       size == offsetof(aet_migrate_options, statements) ||
	       size == offsetof(aet_migrate_options, tell_locks) ||
	       size == offsetof(aet_migrate_options, journal);
}

static aet_status
check_release(const aet_migrate_options *options, aet_error *err)
{
	if (options->hold_wait_ms < -1)
		return aet_error_set(
		    err, AET_EINVAL, "a time in aet_migrate_options is negative");
	if (options->beat_ms < BEAT_LEAST_MS)
		return aet_error_set(err, AET_EINVAL,
		    "beat_ms is below %d: a sign of life that often helps nobody",
		    BEAT_LEAST_MS);
	if (options->release != NULL &&
	    (options->release[0] == '\0' || strlen(options->release) > AET__RELEASE_MOST))
		return aet_error_set(err, AET_EINVAL,
		    "a release must have a name of at most %d bytes: leave it NULL, or "
		    "name it",
		    AET__RELEASE_MOST);
	return AET_OK;
}

aet_status
aet__migrate_options_read(
    const aet_migrate_options *in, aet_migrate_options *out, aet_error *err)
{
	aet_migrate_options options = AET_MIGRATE_OPTIONS_INIT;

	if (in != NULL && !is_known_size(in->size))
		return aet_error_set(err, AET_EINVAL,
		    "aet_migrate_options has no size: start from "
		    "AET_MIGRATE_OPTIONS_INIT");
	if (in != NULL)
		memcpy(&options, in, in->size);
	options.size = sizeof(options);
	if (options.lock_wait_ms < -1 || options.lock_timeout_ms < 0 ||
	    options.statement_timeout_ms < 0)
		return aet_error_set(
		    err, AET_EINVAL, "a time in aet_migrate_options is negative");
	if (options.lock_wait_ms == 0)
		options.lock_wait_ms = LOCK_WAIT_MS;
	if (options.lock_timeout_ms == 0)
		options.lock_timeout_ms = LOCK_TIMEOUT_MS;
	if (options.source == NULL)
		options.source = options.dir != NULL ? OTHER_SOURCE : AET__OWN_SOURCE;
	if (options.source[0] == '\0')
		return aet_error_set(err, AET_EINVAL,
		    "the migrations' source has no name: leave it NULL, or name it");
	if (options.journal == NULL)
		options.journal = JOURNAL;
	if (options.journal[0] == '\0' || strlen(options.journal) > NAME_MOST)
		return aet_error_set(err, AET_EINVAL,
		    "the journal's schema must have a name of at most %d bytes: leave it "
		    "NULL, or name it",
		    NAME_MOST);
	if (options.beat_ms == 0)
		options.beat_ms = BEAT_MS;
	*out = options;
	return check_release(&options, err);
}

aet_status
aet__migrate_own_source(aet__source *out, aet_error *err)
{
	return aet__source_from_embedded(AET__OWN_SOURCE, aet__embedded_migrations,
	    aet__embedded_migration_count, out, err);
}

aet_status
aet__migrate_source(const aet_migrate_options *options, aet__source *out, aet_error *err)
{
	if (options->dir != NULL)
		return aet__source_from_directory(
		    options->source, options->dir, out, err);
	return aet__source_from_embedded(options->source, aet__embedded_migrations,
	    aet__embedded_migration_count, out, err);
}

aet_status
aet__migrate_pool(aet_db *db, aet_error *err)
{
	if (db == NULL)
		return aet_error_set(err, AET_EINVAL, "no database handle");
	if (aet__handle_target(db)->kind == AET__HANDLE_TRANSACTION)
		return aet_error_set(err, AET_EINVAL,
		    "migrations have transactions of their own: pass the pool, not a "
		    "transaction");
	return AET_OK;
}

bool
aet__migrate_is_own(const aet__source *source)
{
	return strcmp(source->name, AET__OWN_SOURCE) == 0 ||
	       (source->count > 0 && source->files[0].embedded != NULL);
}
