/* SPDX-License-Identifier: MIT */
/* aet-db check --manifest: would a release's statements work on a schema? */
#include <errno.h>
#include <string.h>

#include "codegen/files.h"
#include "codegen/library.h"
#include "codegen/manifest_proof.h"
#include "commands/checking.h"
#include "commands/migrating.h"
#include "diff/servers.h"
#include "diff/source.h"
#include "target.h"

#define PATIENCE_MS 120000

typedef struct work {
	cli_context *cli;
	codegen_memory memory;
	diff_scratch scratch; /* for --schema and --migrations */
	aet__manifest_report report;
	aet_migrate_failure failure; /* of the schema's file; file "": none */
	aet__deadline deadline;
} work;

static int
fail(const work *w, const char *file, const aet_error *err)
{
	cli_failure failure = { .error = *err, .file = file };

	if (w->failure.file[0] != '\0')
		return migrating_fail(w->cli, err, &w->failure);
	return output_fail(&w->cli->output, &failure);
}

static aet_status
load_once(work *w, const char *schema, bool library, const char **url, aet_error *err)
{
	aet__connection *connection = NULL;
	aet_status status = diff_scratch_database(&w->scratch, &w->memory, url, err);

	if (status == AET_OK && library)
		status = codegen_library_migrate(*url, err);
	if (status == AET_OK)
		status = diff_connect(*url, w->deadline, &connection, err);
	if (status == AET_OK)
		status = diff_source_load(
		    &w->memory, connection, schema, w->deadline, &w->failure, err);
	aet__connection_close(connection);
	return status;
}

/* A database of the schema that the flags name, on a private server; where it does not
 * stand alone, on the library's tables. */
static aet_status
load_schema(work *w, const char *schema, const char **url, aet_error *err)
{
	const char *bindir =
	    w->cli->options.bindir != NULL
		? w->cli->options.bindir
		: aet_environment_get(w->cli->environment, "AET_PG_BINDIR");
	aet_status status =
	    diff_scratch_open(&w->scratch, NULL, bindir, w->deadline, err);

	if (status == AET_OK)
		status = load_once(w, schema, false, url, err);
	if (status != AET_OK && codegen_library_may_help(err->sqlstate) &&
	    load_once(w, schema, true, url, NULL) == AET_OK)
		return AET_OK;
	return status;
}

static void
show(work *w)
{
	cli_output *out = &w->cli->output;

	output_set(out, "breaks", json_array());
	for (size_t i = 0; i < w->report.count; i++) {
		const aet__manifest_break *one = &w->report.items[i];

		output_line(out, "%s", one->sentence);
		output_append(out, "breaks",
		    json_pack(
			"{s:s, s:s}", "query", one->query, "sentence", one->sentence));
	}
	output_set(out, "checked", json_integer((json_int_t)w->report.checked));
	if (w->report.count == 0)
		output_line(out, "every statement works: %zu", w->report.checked);
}

static int
check(work *w)
{
	const cli_options *options = &w->cli->options;
	const char *schema =
	    options->schema != NULL ? options->schema : options->migrations;
	const char *url = w->cli->url;
	aet_error err;
	size_t len;
	char *text;

	if (setjmp(w->memory.out) != 0) {
		aet_error_set(&err, AET_ENOMEM, "out of memory");
		return fail(w, NULL, &err);
	}
	text = codegen_file_read(&w->memory, options->manifest, &len);
	if (text == NULL) {
		aet_error_set(&err, AET_EINVAL, "cannot be read: %s", strerror(errno));
		return fail(w, options->manifest, &err);
	}
	if (schema != NULL && load_schema(w, schema, &url, &err) != AET_OK)
		return fail(w, NULL, &err);
	if (codegen_manifest_check(
		&w->memory, text, len, url, w->deadline, &w->report, &err) != AET_OK)
		return err.status == AET_EINVAL ? fail(w, options->manifest, &err)
						: fail(w, NULL, &err);
	show(w);
	return w->report.count > 0 ? EXIT_PENDING : EXIT_DONE;
}

int
checking_manifest(cli_context *cli)
{
	const cli_options *options = &cli->options;
	work w = { .cli = cli, .deadline = aet__deadline_in(PATIENCE_MS) };
	int code = EXIT_DONE;

	if (options->schema != NULL && options->migrations != NULL)
		return output_usage(
		    &cli->output, "--schema and --migrations say the same: give one");
	if (options->schema == NULL && options->migrations == NULL)
		code = target_resolve(cli);
	else
		code = target_load_environment(cli);
	if (code != EXIT_DONE)
		return code;
	w.memory.arena = aet__arena_open();
	if (w.memory.arena == NULL)
		return fail(&w, NULL, &(aet_error){ .status = AET_ENOMEM });
	code = check(&w);
	aet__manifest_report_free(&w.report);
	if (w.scratch.url != NULL)
		diff_scratch_close(&w.scratch);
	aet__arena_free(w.memory.arena);
	return code;
}
