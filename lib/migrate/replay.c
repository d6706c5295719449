/* SPDX-License-Identifier: MIT */
/* Whether files make what is in a database: they are run on a private PostgreSQL,
 * and the two catalogues compared by definition. */
#include <stdlib.h>

#include "ephemeral/ephemeral.h"

#include "catalog/compare.h"
#include "catalog/default_value.h"
#include "core/error.h"
#include "core/memory.h"
#include "migrate/journal_sql.h"
#include "migrate/takeover.h"

#define ANSWER_MS 60000

typedef struct replay {
	aet__migrator *m;
	const aet__takeover *takeover;
	aet_ephemeral *server;
	aet__connection *connection; /* to it */
	aet__catalog *expected;
	aet__catalog *actual;
} replay;

/* Files grant to roles, which are the server's and not the database's. */
static aet_status
copy_roles(const replay *r, aet_error *err)
{
	aet__result *roles = NULL;
	aet__text sql = { 0 };
	aet_status status = aet__connection_query(r->m->connection,
	    "SELECT pg_catalog.format('DO $$ BEGIN CREATE ROLE %I; EXCEPTION WHEN"
	    " duplicate_object THEN NULL; END $$;', rolname) FROM pg_catalog.pg_roles"
	    " WHERE rolname !~ '^pg_'",
	    NULL, 0, aet__deadline_in(ANSWER_MS), &roles, err);

	for (size_t i = 0; status == AET_OK && i < aet__result_rows(roles); i++)
		aet__text_add(&sql, aet__result_text(roles, i, 0));
	if (status == AET_OK && !aet__text_ok(&sql))
		status = aet__error_memory(err);
	if (status == AET_OK)
		status = aet__connection_command(r->connection, aet__text_view(&sql),
		    false, aet__deadline_in(ANSWER_MS), err);
	aet__text_free(&sql);
	aet__result_free(roles);
	return status;
}

static aet_status
start(replay *r, aet_error *err)
{
	aet_ephemeral_options opts = AET_EPHEMERAL_OPTIONS_INIT;
	aet__connection_options connect = { .application_name = "aet-replay" };
	aet_status status;

	opts.bindir = r->takeover->adopt->bindir;
	status = aet__ephemeral_start_small(&opts, &r->server, err);
	if (status != AET_OK)
		return status;
	connect.url = aet_ephemeral_url(r->server);
	status = aet__connection_open(
	    &connect, aet__deadline_in(ANSWER_MS), &r->connection, err);
	return status == AET_OK ? copy_roles(r, err) : status;
}

/* The files that were applied, borrowed from the migrator's. */
static aet_status
choose(const replay *r, aet__source *out, aet_error *err)
{
	const aet__source *all = r->m->source;

	*out = (aet__source){ .name = all->name };
	out->files = aet__memory_array(all->count, sizeof(*out->files));
	if (out->files == NULL)
		return aet__error_memory(err);
	for (size_t i = 0; i < all->count; i++)
		if (r->takeover->applied[i])
			out->files[out->count++] = all->files[i];
	return AET_OK;
}

static aet_status
run_files(const replay *r, aet_error *err)
{
	aet_db_options open = AET_DB_OPTIONS_INIT;
	aet_migrate_report report = AET_MIGRATE_REPORT_INIT;
	aet__source files = { 0 };
	aet__migrator m = {
		.options = r->m->options, .source = &files, .report = &report
	};
	aet_db *db = NULL;
	aet_status status;

	open.url = aet_ephemeral_url(r->server);
	m.options.progress = NULL;
	m.options.tell_locks = false;
	status = choose(r, &files, err);
	if (status == AET_OK)
		status = aet_db_open(&open, &db, err);
	if (status == AET_OK)
		status = aet__migrate_run_files(db, &m, &aet__migrate_pending, err);
	r->takeover->report->failure = report.failure;
	(void)aet_db_close(&db);
	free(m.defaults);
	free(m.objects);
	free(m.locks);
	free(files.files);
	return status;
}

/* The journal is none of what the files make. */
static aet_status
drop_journal(const replay *r, aet_error *err)
{
	aet__text sql = { 0 };
	aet_status status;

	aet__journal_sql_add(
	    &sql, "DROP SCHEMA IF EXISTS {journal} CASCADE", r->m->options.journal);
	if (aet__text_ok(&sql))
		status = aet__connection_command(r->connection, aet__text_view(&sql),
		    false, aet__deadline_in(ANSWER_MS), err);
	else
		status = aet__error_memory(err);
	aet__text_free(&sql);
	return status;
}

static aet_status
compare(replay *r, aet_error *err)
{
	aet__default_context context = { r->connection, AET__NEVER };
	const aet__compare_policy policy = { .by_definition = true,
		.tolerate_extra = true,
		.same_value = aet__default_same_value,
		.same_value_ctx = &context };
	aet__differences *differences = NULL;
	aet_status status = aet__catalog_read(
	    r->connection, NULL, aet__deadline_in(ANSWER_MS), &r->expected, err);

	if (status == AET_OK)
		status = aet__catalog_read(
		    r->m->connection, NULL, aet__deadline_in(ANSWER_MS), &r->actual, err);
	if (status == AET_OK)
		status = aet__catalog_compare(
		    r->expected, r->actual, &policy, &differences, err);
	for (size_t i = 0; status == AET_OK && i < differences->len; i++)
		if (!differences->items[i].note)
			aet__takeover_object(
			    r->m, r->takeover, "%s", differences->items[i].sentence);
	aet__differences_free(differences);
	return status;
}

aet_status
aet__takeover_replay(aet__migrator *m, const aet__takeover *takeover, aet_error *err)
{
	replay r = { .m = m, .takeover = takeover };
	aet_status status = start(&r, err);

	if (status == AET_OK)
		status = run_files(&r, err);
	if (status == AET_OK)
		status = drop_journal(&r, err);
	if (status == AET_OK)
		status = compare(&r, err);
	takeover->report->replayed = status == AET_OK;
	aet__catalog_free(r.expected);
	aet__catalog_free(r.actual);
	aet__connection_close(r.connection);
	aet_ephemeral_stop(&r.server);
	return status;
}
