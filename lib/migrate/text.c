/* SPDX-License-Identifier: MIT */
/* Reading a file, and whether it can be run. */
#include "core/error.h"
#include "migrate/migrator.h"

/* A file that runs statement by statement may have transactions of its own,
 * and may not end one in any other way. */
static aet_status
check_script(
    const aet__migration_file *file, const aet__spool *text, int *count, aet_error *err)
{
	aet__statement statement;
	aet__script script;
	aet_status status;
	bool found = false;

	*count = 0;
	aet__script_init(&script, file->path, aet__spool_view(text), text->len);
	script.mapped = text->mapped;
	do {
		status = aet__script_next(&script, &statement, &found, err);
		if (status == AET_OK && found && statement.kind == AET__STATEMENT_CONTROL)
			status = aet_error_set(err, AET_EINVAL,
			    "%s:%d:%d: this ends a transaction otherwise than by COMMIT "
			    "or ROLLBACK: leave it out",
			    file->path, statement.at.line, statement.at.column);
	} while (status == AET_OK && found);
	*count = script.count;
	return status;
}

/* Of a file without statements: one that only takes back is no migration, and no
 * .down.sql either, where everything counts. */
static aet_status
check_empty(const aet__migration_file *file, const aet__spool *text, aet_error *err)
{
	aet__statement statement;
	aet__script script;
	aet_status status;
	bool found = false;

	aet__script_init(&script, file->path, aet__spool_view(text), text->len);
	status = aet__script_next(&script, &statement, &found, err);
	if (status == AET_OK && script.passed_over && !script.sectioned)
		status = aet_error_set(err, AET_EINVAL,
		    "%s: all of it stands below another tool's mark of what takes back, "
		    "so that nothing would run: take the mark out, or write above it "
		    "what is to run",
		    file->path);
	return status;
}

static aet_status
check_text(const aet__migration_file *file, aet__migration_text *out, aet_error *err)
{
	const char *view = aet__spool_view(&out->text);
	aet_status status =
	    aet__directives_read(file->path, view, out->text.len, &out->directives, err);

	if (status != AET_OK)
		return status;
	if (out->directives.no_transaction) {
		status = check_script(file, &out->text, &out->statements, err);
	} else {
		status = aet__envelope_read(file->path, view, out->text.len,
		    out->text.mapped, &out->envelope, err);
		out->statements = out->envelope.statements + 2 * out->envelope.present;
	}
	if (status == AET_OK && out->statements == 0)
		status = check_empty(file, &out->text, err);
	return status;
}

/* What a file says of itself has to go with what it is. */
static aet_status
check_place(const aet__migration_file *file, const aet__directives *says, aet_error *err)
{
	if (file->version < 0 && says->no_transaction)
		return aet_error_set(err, AET_EINVAL,
		    "%s: says \"-- aet: no-transaction\", and a repeatable migration "
		    "runs in one transaction: give the file a number",
		    file->path);
	if (file->version < 0 && says->contract)
		return aet_error_set(err, AET_EINVAL,
		    "%s: is of the phase contract, which a repeatable migration cannot "
		    "be: give the file a number",
		    file->path);
	return AET_OK;
}

aet_status
aet__migration_text_read(aet__migrator *m, const aet__migration_file *file,
    aet__migration_text *out, aet_error *err)
{
	aet__migration_text text = { 0 };
	aet_error failed = { 0 };
	aet_status status = aet__source_load(file, &text.text, &failed);

	if (status == AET_OK)
		status = check_text(file, &text, &failed);
	if (status == AET_OK)
		status = check_place(file, &text.directives, &failed);
	if (status == AET_OK) {
		*out = text;
		return AET_OK;
	}
	aet__migrate_refused(m, file, &failed);
	aet__migration_text_free(&text);
	if (err != NULL)
		*err = failed;
	return status;
}

void
aet__migration_text_free(aet__migration_text *text)
{
	aet__spool_free(&text->text);
}
