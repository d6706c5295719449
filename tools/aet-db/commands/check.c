/* SPDX-License-Identifier: MIT */
#include "catalog/catalog.h"
#include "catalog/compare.h"
#include "commands/checking.h"
#include "commands/migrating.h"
#include "core/deadline.h"
#include "ephemeral/ephemeral.h"
#include "pg/connection.h"
#include "target.h"

#define READ_TIMEOUT_MS 30000

/* The database as it is, and as the migrations make one. */
typedef struct comparison {
	cli_context *cli;
	bool has_library; /* the library's own migrations are in its journal */
	aet_ephemeral *server;
	aet__catalog *expected;
	aet__catalog *actual;
	aet__differences *differences;
	int drift;
} comparison;

static void
report(comparison *c, bool note, const char *object, const char *sentence)
{
	cli_output *out = &c->cli->output;

	if (!note)
		c->drift++;
	output_line(out, "%s%s", note ? "note: " : "", sentence);
	output_append(out, note ? "notes" : "differences",
	    json_pack("{s:s, s:s}", "object", object, "sentence", sentence));
}

/* A migration whose state is another than applied is a difference by itself. */
static void
compare_migration(comparison *c, const aet_migration *migration)
{
	char sentence[AET_MESSAGE_SIZE];

	if (migration->state == AET_MIGRATION_APPLIED)
		return;
	snprintf(sentence, sizeof(sentence), "migration \"%s\" is %s", migration->name,
	    aet_migration_state_text(migration->state));
	report(c, false, migration->name, sentence);
}

static aet_status
compare_journal(comparison *c, const aet_migrate_options *opts, aet_error *err)
{
	aet_migration_list *list = NULL;
	aet_status status = aet_db_migrations(c->cli->db, opts, &list, err);

	if (status != AET_OK)
		return status;
	for (size_t i = 0; i < list->len; i++)
		compare_migration(c, list->items[i]);
	aet_migration_list_free(list);
	return AET_OK;
}

/* A folder's tables may refer to the library's, where the database has these. */
static aet_status
look_for_library(comparison *c, aet_error *err)
{
	const aet_migrate_options opts = { .size = sizeof(opts),
		.journal = c->cli->options.journal };
	aet_migration_list *list = NULL;
	aet_status status = aet_db_migrations(c->cli->db, &opts, &list, err);

	if (status != AET_OK)
		return status;
	for (size_t i = 0; i < list->len; i++)
		if (list->items[i]->state == AET_MIGRATION_APPLIED)
			c->has_library = true;
	aet_migration_list_free(list);
	return AET_OK;
}

static aet_status
replay(comparison *c, const aet_migrate_options *opts, aet_migrate_report *migrated,
    aet_error *err)
{
	aet_db_options open = AET_DB_OPTIONS_INIT;
	aet_db *db = NULL;
	aet_status status;

	open.url = aet_ephemeral_url(c->server);
	status = aet_db_open(&open, &db, err);
	if (status == AET_OK && opts->dir != NULL && c->has_library)
		status = aet_db_migrate(db, NULL, migrated, err);
	if (status == AET_OK)
		status = aet_db_migrate(db, opts, migrated, err);
	(void)aet_db_close(&db);
	return status;
}

static aet_status
read_catalog(const char *url, aet__catalog **out, aet_error *err)
{
	aet__deadline deadline = aet__deadline_in(READ_TIMEOUT_MS);
	aet__connection_options opts = { .url = url, .application_name = "aet-db" };
	aet__connection *connection = NULL;
	aet_status status = aet__connection_open(&opts, deadline, &connection, err);

	if (status == AET_OK)
		status = aet__catalog_read(connection, NULL, deadline, out, err);
	aet__connection_close(connection);
	return status;
}

/* What is extra may belong to another folder's migrations, or to nobody. */
static aet_status
compare_schemas(comparison *c, aet_error *err)
{
	aet__compare_policy policy = { .tolerate_extra = true };
	aet_status status;

	status = read_catalog(aet_ephemeral_url(c->server), &c->expected, err);
	if (status == AET_OK)
		status = read_catalog(c->cli->url, &c->actual, err);
	if (status == AET_OK)
		status = aet__catalog_compare(
		    c->expected, c->actual, &policy, &c->differences, err);
	if (status != AET_OK)
		return status;
	for (size_t i = 0; i < c->differences->len; i++) {
		const aet__difference *difference = &c->differences->items[i];

		report(c, difference->note, difference->object, difference->sentence);
	}
	return AET_OK;
}

static int
start_server(comparison *c)
{
	aet_ephemeral_options opts = AET_EPHEMERAL_OPTIONS_INIT;
	cli_failure failure = { .exit = EXIT_FAILED };

	opts.bindir = c->cli->options.bindir != NULL
			  ? c->cli->options.bindir
			  : aet_environment_get(c->cli->environment, "AET_PG_BINDIR");
	if (aet__ephemeral_start_small(&opts, &c->server, &failure.error) == AET_OK)
		return EXIT_DONE;
	failure.hint =
	    "check replays the migrations in a private PostgreSQL to compare with";
	failure.next = "aet-db doctor";
	return output_fail(&c->cli->output, &failure);
}

static int
compare(comparison *c)
{
	aet_migrate_options opts = migrating_options(c->cli);
	aet_migrate_report migrated = AET_MIGRATE_REPORT_INIT;
	aet_error err;
	int code;

	if (compare_journal(c, &opts, &err) != AET_OK ||
	    look_for_library(c, &err) != AET_OK)
		return migrating_fail(c->cli, &err, NULL);
	code = start_server(c);
	if (code != EXIT_DONE)
		return code;
	if (replay(c, &opts, &migrated, &err) != AET_OK)
		return migrating_fail(c->cli, &err, &migrated.failure);
	if (compare_schemas(c, &err) != AET_OK)
		return target_fail(c->cli, &err);
	return c->drift > 0 ? EXIT_PENDING : EXIT_DONE;
}

int
run_check(cli_context *cli)
{
	comparison c = { .cli = cli };
	int code;

	if (cli->options.manifest != NULL)
		return checking_manifest(cli);
	if (cli->options.schema != NULL || cli->options.migrations != NULL)
		return output_usage(&cli->output,
		    "--schema and --migrations are for --manifest: its statements are "
		    "prepared there");
	code = target_open(cli);
	if (code != EXIT_DONE)
		return code;
	output_set(&cli->output, "differences", json_array());
	code = compare(&c);
	if (code == EXIT_DONE)
		output_line(&cli->output, "no difference");
	else if (code == EXIT_PENDING)
		output_note(
		    &cli->output, "%d difference%s", c.drift, c.drift == 1 ? "" : "s");
	aet__differences_free(c.differences);
	aet__catalog_free(c.expected);
	aet__catalog_free(c.actual);
	aet_ephemeral_stop(&c.server);
	return code;
}
