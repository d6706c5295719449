/* SPDX-License-Identifier: MIT */
#include "codegen.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check_values.h"
#include "config.h"
#include "core/error.h"
#include "describe.h"
#include "emit.h"
#include "ephemeral/ephemeral.h"
#include "files.h"
#include "library.h"
#include "load.h"
#include "queries.h"

/* One statement of a schema, or one description, may take so long. */
#define PATIENCE_MS 120000

/* Everything that a run holds, so that it can be let go at one place. */
typedef struct run {
	codegen_memory memory;
	codegen_messages messages;
	codegen_outputs outputs;
	const codegen_options *options;
	const codegen_config *config;
	codegen_report *report;
	codegen_file *files;   /* the report's */
	aet_ephemeral *server; /* NULL: somebody else's */
	const char *url;
	aet__connection *root;       /* creates and drops databases */
	aet__connection *connection; /* to the package's */
	codegen_printed printed;     /* by the connection's server */
	const char *database;        /* to be dropped; NULL: none */
	aet__catalog *catalog;
} run;

static aet_status
connect_to(
    const char *url, codegen_printed *printed, aet__connection **out, aet_error *err)
{
	const aet__connection_options options = { .url = url,
		.application_name = "aet-db codegen",
		.statement_cache = 1,
		.detail = printed != NULL ? codegen_printed_take : NULL,
		.detail_ctx = printed };

	return aet__connection_open(&options, aet__deadline_in(PATIENCE_MS), out, err);
}

static aet_status
command(aet__connection *connection, const char *sql, aet_error *err)
{
	return aet__connection_command(
	    connection, sql, true, aet__deadline_in(PATIENCE_MS), err);
}

static aet_status
start(run *work, aet_error *err)
{
	aet_status status = AET_OK;

	work->url = work->options->url;
	if (work->url == NULL) {
		status = aet__ephemeral_start_small(NULL, &work->server, err);
		if (status != AET_OK)
			return status;
		work->url = aet_ephemeral_url(work->server);
	}
	return connect_to(work->url, NULL, &work->root, err);
}

/* A schema is loaded into a database of its own; without one, the url's is
 * read as it is. */
static aet_status
open_database(
    run *work, const codegen_package_config *package, size_t number, aet_error *err)
{
	codegen_memory *memory = &work->memory;
	const char *name;
	aet_status status;

	if (package->schema == NULL)
		return connect_to(work->url, &work->printed, &work->connection, err);
	name = codegen_format(memory, "aet_codegen_%ld_%zu", (long)getpid(), number);
	status = command(work->root,
	    codegen_format(
		memory, "CREATE DATABASE %s TEMPLATE template0 ENCODING 'UTF8'", name),
	    err);
	if (status != AET_OK)
		return status;
	work->database = name;
	return connect_to(codegen_url_of(memory, work->url, name), &work->printed,
	    &work->connection, err);
}

static void
close_database(run *work)
{
	aet__catalog_free(work->catalog);
	work->catalog = NULL;
	aet__connection_close(work->connection);
	work->connection = NULL;
	if (work->database != NULL && work->root != NULL) {
		char sql[128];

		snprintf(sql, sizeof(sql), "DROP DATABASE IF EXISTS %s WITH (FORCE)",
		    work->database);
		(void)command(work->root, sql, NULL);
	}
	work->database = NULL;
}

/* ---- one package ------------------------------------------------------------- */

/* Runs the schema's files, on the library's tables or on nothing. */
static aet_status
load_once(run *work, codegen_model *model, size_t number, bool library,
    codegen_load_failure *failure, aet_error *err)
{
	aet__deadline deadline = aet__deadline_in(PATIENCE_MS);
	codegen_loading loading = { .messages = &work->messages,
		.deadline = deadline,
		.is_private = work->server != NULL,
		.ran = &model->script };
	aet_status status = open_database(work, model->config, number, err);

	if (status != AET_OK || model->config->schema == NULL)
		return status;
	loading.connection = work->connection;
	model->script = (codegen_script){ 0 };
	model->library_count = 0;
	if (library)
		status = codegen_library_migrate(
		    codegen_url_of(&work->memory, work->url, work->database), err);
	if (status == AET_OK && library)
		status = codegen_library_note(model, work->connection, deadline, err);
	if (status == AET_OK)
		status = codegen_load(
		    &loading, work->config->folder, model->config->schema, err);
	*failure = loading.failure;
	return status;
}

/* A game's tables may refer to the library's: what does not stand alone is tried with
 * these below it. Where that gets no further, the first failure says more. */
static aet_status
load(run *work, codegen_model *model, size_t number, aet_error *err)
{
	const codegen_package_config *config = model->config;
	codegen_load_failure first = { 0 };
	codegen_load_failure second = { 0 };
	size_t before = work->messages.count;
	codegen_messages told;
	aet_status status = load_once(
	    work, model, number, config->library_is_set && config->library, &first, err);

	if (status != AET_OK || work->messages.count == before ||
	    config->library_is_set || !codegen_library_may_help(first.sqlstate))
		return status;
	told = work->messages;
	work->messages = (codegen_messages){ .memory = &work->memory };
	for (size_t i = 0; i < before; i++) {
		work->messages.items = codegen_append(&work->memory, work->messages.items,
		    &work->messages.count, sizeof(*told.items));
		work->messages.items[i] = told.items[i];
	}
	close_database(work);
	status = load_once(work, model, number, true, &second, err);
	if (status == AET_OK && work->messages.count > before &&
	    second.statement <= first.statement)
		work->messages = told;
	return status;
}

/* A test makes the schema anew: where no files say it, the database is dumped. */
static aet_status
dump(run *work, codegen_model *model, aet_error *err)
{
	const codegen_dumping *dumping = &work->options->dumping;
	const codegen_package_config *config = model->config;
	char *text;
	char *kept;

	if (config->test == NULL || config->schema != NULL)
		return AET_OK;
	if (dumping->dump == NULL)
		return aet_error_set(err, AET_EINVAL,
		    "a test of what a database has needs pg_dump: name a \"schema\"");
	text = dumping->dump(dumping->ctx, work->url, config->library, err);
	if (text == NULL)
		return err != NULL ? err->status : AET_EDB;
	kept = codegen_copy(&work->memory, text);
	free(text);
	return codegen_load_dump(&work->messages, kept, &model->script, err);
}

static aet_status
ask(run *work, codegen_model *model, aet_error *err)
{
	aet__deadline deadline = aet__deadline_in(PATIENCE_MS);
	aet_status status =
	    aet__catalog_read(work->connection, NULL, deadline, &work->catalog, err);

	if (status != AET_OK)
		return status;
	model->catalog = work->catalog;
	if (model->config->library && model->config->schema == NULL)
		codegen_library_assume(model);
	status = codegen_pg_types_read(
	    model->memory, work->connection, deadline, &model->pg_types, err);
	if (status != AET_OK)
		return status;
	codegen_queries_read(model, work->config->folder);
	codegen_model_build(model);
	status = codegen_check_values(model, work->connection, deadline, err);
	if (status != AET_OK)
		return status;
	return codegen_describe(model, work->connection, &work->printed, deadline, err);
}

static aet_status
run_package(run *work, size_t number, aet_error *err)
{
	codegen_model *model = codegen_room(&work->memory, 1, sizeof(*model));
	size_t before = work->messages.count;
	aet_status status;
	codegen_plan plan;

	model->memory = &work->memory;
	model->messages = &work->messages;
	model->config = &work->config->packages[number];
	status = load(work, model, number, err);
	if (status == AET_OK && work->messages.count == before)
		status = ask(work, model, err);
	if (status == AET_OK && work->messages.count == before)
		status = dump(work, model, err);
	if (status == AET_OK && work->messages.count == 0) {
		plan = codegen_plan_make(model);
		if (work->messages.count == 0)
			codegen_emit(&work->outputs, model, &plan);
		if (work->messages.count == 0)
			codegen_emit_manifest(&work->outputs, model, &plan);
		if (work->messages.count == 0)
			codegen_emit_test(&work->outputs, model, &plan);
	}
	close_database(work);
	return status;
}

/* ---- files ------------------------------------------------------------------- */

static void
add_file(run *work, const codegen_output *output, const char *difference)
{
	codegen_report *report = work->report;

	work->files = codegen_append(
	    &work->memory, work->files, &report->file_count, sizeof(*work->files));
	work->files[report->file_count - 1] = (codegen_file){ output->path, difference };
	report->files = work->files;
}

static aet_status
put_file(run *work, const codegen_output *output, aet_error *err)
{
	codegen_memory *memory = &work->memory;
	const char *path = codegen_path(memory, work->config->folder, output->path);
	size_t len = 0;
	char *old = codegen_file_read(memory, path, &len);

	if (old == NULL && errno != ENOENT)
		return aet_error_set(
		    err, AET_EDB, "\"%s\" cannot be read: %s", path, strerror(errno));
	if (old != NULL && strcmp(old, output->text) == 0) {
		work->report->unchanged_count++;
		return AET_OK;
	}
	if (work->options->check) {
		add_file(work, output,
		    codegen_difference(
			memory, output->path, old != NULL ? old : "", output->text));
		return AET_OK;
	}
	if (codegen_file_write(memory, path, output->text) != 0)
		return aet_error_set(
		    err, AET_EDB, "\"%s\" cannot be written: %s", path, strerror(errno));
	add_file(work, output, "");
	return AET_OK;
}

static aet_status
put_files(run *work, aet_error *err)
{
	aet_status status = AET_OK;

	for (size_t i = 0; i < work->outputs.count && status == AET_OK; i++)
		status = put_file(work, &work->outputs.items[i], err);
	if (status == AET_OK && work->options->check && work->report->file_count > 0)
		status = aet_error_set(err, AET_EDATA,
		    "%zu generated files are not what the schema and the queries say",
		    work->report->file_count);
	return status;
}

/* ---- the run ------------------------------------------------------------------ */

static aet_status
refuse(run *work, aet_error *err)
{
	return aet_error_set(err, AET_EINVAL, "%zu %s found; nothing was written",
	    work->messages.count, work->messages.count == 1 ? "error" : "errors");
}

static aet_status
run_all(run *work, aet_error *err)
{
	const char *path = work->options->config;
	aet_status status;

	work->config =
	    codegen_config_of_flags(&work->memory, &work->messages, work->options);
	if (work->config == NULL)
		work->config = codegen_config_read(
		    &work->memory, &work->messages, path != NULL ? path : "aet-db.json");
	if (work->messages.count > 0)
		return refuse(work, err);
	status = start(work, err);
	for (size_t i = 0; i < work->config->package_count && status == AET_OK; i++)
		status = run_package(work, i, err);
	if (status != AET_OK)
		return status;
	if (work->messages.count > 0)
		return refuse(work, err);
	return put_files(work, err);
}

/* The one place that memory running out comes back to: see memory.h. */
static aet_status
run_guarded(run *work, aet_error *err)
{
	if (setjmp(work->memory.out) != 0)
		return aet__error_memory(err);
	return run_all(work, err);
}

aet_status
codegen_run(const codegen_options *options, codegen_report *report, aet_error *err)
{
	run work = { .options = options, .report = report };
	aet_status status;

	memset(report, 0, sizeof(*report));
	work.memory.arena = aet__arena_open();
	if (work.memory.arena == NULL)
		return aet__error_memory(err);
	work.messages.memory = &work.memory;
	work.outputs.memory = &work.memory;
	status = run_guarded(&work, err);
	close_database(&work);
	aet__connection_close(work.root);
	aet__text_free(&work.printed.text);
	aet_ephemeral_stop(&work.server);
	codegen_report_fill(report, &work.messages, &work.memory);
	return status;
}
