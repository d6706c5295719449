/* SPDX-License-Identifier: MIT */
#include "commands/rehearse.h"

#include <setjmp.h>

#include "core/error.h"
#include "diff/copy.h"
#include "diff/servers.h"
#include "target.h"

#define REHEARSAL_MS (30 * 60 * 1000)

typedef struct rehearsal {
	cli_context *cli;
	aet_migrate_options opts;
	codegen_memory memory;
	diff_scratch scratch;
	diff_leave leave;
	aet__deadline deadline;
	aet__connection *live;
	aet__connection *copy;
	const char *url; /* of the copy */
	aet_migrate_report report;
} rehearsal;

/* pg_dump --schema-only leaves a table's rows behind: the journal's are what tells
 * the pending from the applied. */
static aet_status
copy_rows(rehearsal *r, const char *table, aet_error *err)
{
	const char *journal = r->opts.journal != NULL ? r->opts.journal : "aeturnis";
	aet__text name = { 0 };
	aet__text sql = { 0 };
	aet__result *rows = NULL;
	aet__result *result = NULL;
	const char *json = NULL;
	aet_status status;

	aet__text_add_identifier(&name, journal);
	aet__text_addf(&name, ".%s", table);
	aet__text_addf(&sql,
	    "SELECT pg_catalog.jsonb_agg(pg_catalog.to_jsonb(m)) FROM %s AS m",
	    aet__text_view(&name));
	status = aet__connection_query(
	    r->live, aet__text_view(&sql), NULL, 0, r->deadline, &rows, err);
	json = status == AET_OK ? aet__result_text(rows, 0, 0) : NULL;
	aet__text_clear(&sql);
	aet__text_addf(&sql,
	    "INSERT INTO %s SELECT * FROM"
	    " pg_catalog.jsonb_populate_recordset(NULL::%s, $1::jsonb)",
	    aet__text_view(&name), aet__text_view(&name));
	if (json != NULL)
		status = aet__connection_query(
		    r->copy, aet__text_view(&sql), &json, 1, r->deadline, &result, err);
	aet__result_free(rows);
	aet__result_free(result);
	aet__text_free(&name);
	aet__text_free(&sql);
	return status;
}

/* A database without a journal has none to copy. */
static aet_status
copy_journal(rehearsal *r, aet_error *err)
{
	const char *journal = r->opts.journal != NULL ? r->opts.journal : "aeturnis";
	aet__result *result = NULL;
	bool there = false;
	aet_status status = aet__connection_query(r->live,
	    "SELECT EXISTS (SELECT FROM pg_catalog.pg_tables WHERE schemaname = $1"
	    " AND tablename = 'schema_migrations')",
	    &journal, 1, r->deadline, &result, err);

	if (status == AET_OK)
		there = aet__result_bool(result, 0, 0);
	aet__result_free(result);
	if (status == AET_OK && there)
		status = copy_rows(r, "schema_migrations", err);
	if (status == AET_OK && there)
		status = copy_rows(r, "schema_objects", err);
	return status;
}

/* A dump leaves its settings behind in the session. */
static aet_status
make_copy(rehearsal *r, aet_error *err)
{
	aet__connection *restoring = NULL;
	aet_status status = diff_connect(r->cli->url, r->deadline, &r->live, err);

	if (status == AET_OK)
		status = diff_scratch_roles(&r->scratch, r->live, err);
	if (status == AET_OK)
		status = diff_scratch_database(&r->scratch, &r->memory, &r->url, err);
	if (status == AET_OK)
		status = diff_connect(r->url, r->deadline, &restoring, err);
	if (status == AET_OK)
		status = diff_copy_schema(&r->memory, r->cli->options.bindir, r->cli->url,
		    restoring, &r->leave, r->deadline, err);
	aet__connection_close(restoring);
	if (status == AET_OK)
		status = diff_connect(r->url, r->deadline, &r->copy, err);
	return status == AET_OK ? copy_journal(r, err) : status;
}

static aet_status
migrate_copy(rehearsal *r, aet_error *err)
{
	aet_db_options open = AET_DB_OPTIONS_INIT;
	aet_db *db = NULL;
	aet_status status;

	open.url = r->url;
	status = aet_db_open(&open, &db, err);
	if (status == AET_OK)
		status = aet_db_migrate(db, &r->opts, &r->report, err);
	(void)aet_db_close(&db);
	return status;
}

/* Where memory is out the run is left from anywhere below. */
static int
run(rehearsal *r)
{
	aet_error err = { 0 };

	if (setjmp(r->memory.out) != 0) {
		aet_error_set(&err, AET_ENOMEM, "out of memory");
		return migrating_fail(r->cli, &err, NULL);
	}
	if (diff_scratch_open(
		&r->scratch, NULL, r->cli->options.bindir, r->deadline, &err) != AET_OK) {
		output_note(&r->cli->output, "not rehearsed: %s", err.message);
		return EXIT_DONE;
	}
	output_note(&r->cli->output, "rehearsing on a copy of the schema, without rows");
	if (make_copy(r, &err) != AET_OK)
		return migrating_fail(r->cli, &err, NULL);
	if (migrate_copy(r, &err) != AET_OK)
		return migrating_fail(r->cli, &err, &r->report.failure);
	output_set(&r->cli->output, "rehearsed", json_true());
	output_set(&r->cli->output, "elapsed_us", json_integer(r->report.elapsed_us));
	output_line(&r->cli->output, "rehearsed: %d applied to a copy in %.1f ms",
	    r->report.applied, (double)r->report.elapsed_us / 1000.0);
	return EXIT_DONE;
}

int
rehearse(cli_context *cli, const aet_migrate_options *opts)
{
	rehearsal r = { .cli = cli,
		.opts = *opts,
		.deadline = aet__deadline_in(REHEARSAL_MS),
		.report = AET_MIGRATE_REPORT_INIT };
	cli_failure failure = { .error.status = AET_ENOMEM };
	int code;

	r.opts.progress = migrating_progress;
	r.opts.progress_ctx = cli;
	r.opts.tell_locks = true;
	r.memory.arena = aet__arena_open();
	if (r.memory.arena == NULL)
		return output_fail(&cli->output, &failure);
	code = run(&r);
	aet__connection_close(r.live);
	aet__connection_close(r.copy);
	diff_scratch_close(&r.scratch);
	aet__arena_free(r.memory.arena);
	return code;
}
