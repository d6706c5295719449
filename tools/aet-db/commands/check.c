/* SPDX-License-Identifier: MIT */
#include "catalog/catalog.h"
#include "catalog/compare.h"
#include "catalog/default_value.h"
#include "commands/checking.h"
#include "commands/migrating.h"
#include "core/deadline.h"
#include "ephemeral/ephemeral.h"
#include "pg/connection.h"
#include "roles/grants.h"
#include "target.h"

#define READ_TIMEOUT_MS 30000

/* The database as it is, and as the migrations make one. */
typedef struct comparison {
	cli_context *cli;
	bool has_library; /* the library's own migrations are in its journal */
	bool pending;     /* not all that is compared with has been applied */
	bool adopted;     /* others made what is there: names and order are theirs */
	bool any;         /* at least one migration has been applied */
	bool blocked;     /* somebody else's tables are in the way of the first */
	aet_ephemeral *server;
	aet__catalog *expected;
	aet__catalog *actual;
	aet__differences *differences;
	checking_others others;
	int drift;
} comparison;

/* next: the command that mends it; NULL for a note. sql: what does; may be NULL. */
static void
report(comparison *c, const char *object, const char *sentence, const char *next,
    const char *sql)
{
	cli_output *out = &c->cli->output;
	bool statements = c->cli->options.sql;

	if (next != NULL)
		c->drift++;
	output_line(out, "%s%s%s", statements ? "-- " : "", next == NULL ? "note: " : "",
	    sentence);
	if (statements && sql != NULL)
		output_line(out, "%s;", sql);
	else if (next != NULL)
		output_line(out, "%s    next: %s", statements ? "--" : "", next);
	output_append(out, next == NULL ? "notes" : "differences",
	    json_pack("{s:s, s:s, s:o, s:o}", "object", object, "sentence", sentence,
		"next", output_text(next), "sql", output_text(sql)));
}

static const char *
next_for(aet_migration_state state)
{
	switch (state) {
	case AET_MIGRATION_PENDING:
	case AET_MIGRATION_HALF_DONE:
		return "aet-db migrate";
	case AET_MIGRATION_HELD:
		return "aet-db migrate, when the servers of the older release have left";
	case AET_MIGRATION_OUT_OF_ORDER:
		return "aet-db migrate --out-of-order";
	case AET_MIGRATION_CHANGED:
		return "put the file's text back, or: aet-db repair FILE";
	case AET_MIGRATION_MISSING:
	case AET_MIGRATION_UNKNOWN:
		return "put the file back, or update this release; then: aet-db status";
	case AET_MIGRATION_GONE:
		return "restore the table, or start over: aet-db reset";
	default:
		return "aet-db status";
	}
}

/* A migration whose state is another than applied is a difference by itself. */
static void
compare_migration(comparison *c, const aet_migration *migration)
{
	char sentence[AET_MESSAGE_SIZE];

	c->adopted = c->adopted || migration->adopted;
	if (migration->state == AET_MIGRATION_APPLIED)
		return;
	snprintf(sentence, sizeof(sentence), "migration \"%s\" is %s", migration->name,
	    aet_migration_state_text(migration->state));
	c->pending = c->pending || migration->state == AET_MIGRATION_PENDING ||
		     migration->state == AET_MIGRATION_HELD ||
		     migration->state == AET_MIGRATION_HALF_DONE;
	report(c, migration->name, sentence,
	    migrating_next(c->cli, next_for(migration->state)), NULL);
}

/* To compare them with the library's would say nothing more. */
static bool
tell_strangers(comparison *c)
{
	char sentence[AET_MESSAGE_SIZE];

	if (!migrating_strangers(c->cli, sentence))
		return false;
	report(c, "tables", sentence, MIGRATING_STRANGERS_NEXT, NULL);
	return true;
}

static aet_status
compare_journal(comparison *c, const aet_migrate_options *opts, aet_error *err)
{
	aet_migration_list *list = NULL;
	aet_status status = aet_db_migrations(c->cli->db, opts, &list, err);

	if (status != AET_OK)
		return status;
	for (size_t i = 0; i < list->len; i++)
		c->any = c->any || list->items[i]->applied_at.us != 0;
	c->blocked = !c->any && tell_strangers(c);
	for (size_t i = 0; i < list->len && !c->blocked; i++)
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
	const aet__catalog_scope scope = { .library = true };
	aet__connection *connection = NULL;
	aet_status status = aet__connection_open(&opts, deadline, &connection, err);

	if (status == AET_OK)
		status = aet__catalog_read(connection, &scope, deadline, out, err);
	aet__connection_close(connection);
	return status;
}

/* What prints the SQL that mends a difference between the two. */
static void
next_for_schema(const comparison *c, const char *mend, char *next, size_t size)
{
	const char *dir = c->cli->options.dir;

	if (!c->any && dir == NULL &&
	    aet__catalog_table(c->actual, "public", "users") != NULL)
		snprintf(next, size,
		    "make it what is expected, or rename the table; then: aet-db "
		    "migrate, "
		    "which takes over what is the same");
	else if (c->pending) /* what differs may be what they bring */
		snprintf(next, size, "%s",
		    migrating_next(c->cli, "aet-db migrate; then: aet-db check"));
	else if (dir == NULL && mend != NULL)
		snprintf(next, size, "aet-db check --sql | psql \"$DATABASE_URL\"");
	else if (dir != NULL)
		snprintf(next, size, "aet-db diff --from \"$DATABASE_URL\" --to %s", dir);
	else
		snprintf(next, size,
		    "make the change by hand, or start over: aet-db reset; then: aet-db "
		    "check");
}

static void
report_grant(void *ctx, const char *object, const char *sentence)
{
	report(ctx, object, sentence, "aet-db roles --apply", NULL);
}

/* What is extra may belong to another folder's migrations, or to nobody. */
static aet_status
compare_catalogs(comparison *c, aet__connection *witness, aet_error *err)
{
	aet__default_context context = { witness, AET__NEVER };
	aet__compare_policy policy = { .tolerate_extra = true };
	char next[512];
	aet_status status;

	if (c->adopted) {
		policy.by_definition = true;
		policy.same_value = aet__default_same_value;
		policy.same_value_ctx = &context;
	}
	status =
	    aet__catalog_compare(c->expected, c->actual, &policy, &c->differences, err);
	if (status != AET_OK)
		return status;
	for (size_t i = 0; i < c->differences->len; i++) {
		const aet__difference *difference = &c->differences->items[i];

		if (difference->note &&
		    checking_others_made(&c->others, difference->object))
			continue;
		next_for_schema(c, difference->mend, next, sizeof(next));
		report(c, difference->object, difference->sentence,
		    difference->note ? NULL : next, difference->mend);
	}
	return AET_OK;
}

static aet_status
read_others(comparison *c, aet_error *err)
{
	const cli_options *given = &c->cli->options;
	const char *journal = given->journal != NULL ? given->journal : "aeturnis";
	const char *source = given->source != NULL ? given->source
			     : given->dir != NULL  ? "app"
						   : "aeturnis";

	return checking_others_read(c->cli->url, journal, source, &c->others, err);
}

static aet_status
compare_schemas(comparison *c, aet_error *err)
{
	aet__connection_options opts = { .url = aet_ephemeral_url(c->server),
		.application_name = "aet-db" };
	aet__connection *witness = NULL;
	aet__connection *live = NULL;
	aet_status status = read_catalog(opts.url, &c->expected, err);

	if (status == AET_OK)
		status = read_catalog(c->cli->url, &c->actual, err);
	if (status == AET_OK)
		status = aet__connection_open(
		    &opts, aet__deadline_in(READ_TIMEOUT_MS), &witness, err);
	if (status == AET_OK)
		status = read_others(c, err);
	if (status == AET_OK)
		status = compare_catalogs(c, witness, err);
	opts.url = c->cli->url;
	if (status == AET_OK)
		status = aet__connection_open(
		    &opts, aet__deadline_in(READ_TIMEOUT_MS), &live, err);
	if (status == AET_OK)
		status = grants_compare(witness, live, aet__deadline_in(READ_TIMEOUT_MS),
		    report_grant, c, err);
	aet__connection_close(live);
	aet__connection_close(witness);
	return status;
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
	if (c->blocked)
		return EXIT_PENDING;
	code = start_server(c);
	if (code != EXIT_DONE)
		return code;
	if (replay(c, &opts, &migrated, &err) != AET_OK)
		return migrating_fail(c->cli, &err, &migrated.failure);
	if (compare_schemas(c, &err) != AET_OK)
		return target_fail(c->cli, &err);
	code = opts.dir != NULL ? checking_migrations(c->cli) : EXIT_DONE;
	return code == EXIT_DONE && c->drift > 0 ? EXIT_PENDING : code;
}

int
run_check(cli_context *cli)
{
	comparison c = { .cli = cli };
	int code;

	if (cli->options.manifest != NULL)
		return checking_manifest(cli);
	if (cli->options.migrations != NULL)
		return output_usage(&cli->output,
		    "--migrations is for --manifest: its statements are prepared there");
	if (cli->options.schema != NULL && cli->options.dir == NULL)
		return checking_schema_files(cli);
	code = target_open(cli);
	if (code != EXIT_DONE)
		return code;
	output_set(&cli->output, "differences", json_array());
	code = compare(&c);
	if (code == EXIT_DONE)
		output_line(
		    &cli->output, "%sno difference", cli->options.sql ? "-- " : "");
	else if (code == EXIT_PENDING && c.drift > 0)
		output_note(
		    &cli->output, "%d difference%s", c.drift, c.drift == 1 ? "" : "s");
	aet__differences_free(c.differences);
	aet__catalog_free(c.expected);
	aet__catalog_free(c.actual);
	checking_others_free(&c.others);
	aet_ephemeral_stop(&c.server);
	return code;
}
