/* SPDX-License-Identifier: MIT */
/* Taking over what another migrator has made: evidence first, then the rows. */
#include "migrate/takeover.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/error.h"
#include "core/memory.h"

#define READ_MS 30000

void
aet__takeover_object(
    const aet__migrator *m, const aet__takeover *takeover, const char *format, ...)
{
	char sentence[AET_MESSAGE_SIZE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(sentence, sizeof(sentence), format, arguments);
	va_end(arguments);
	takeover->report->differences++;
	aet__migrate_log(m, AET_LOG_WARNING, "cannot adopt: %s", sentence);
	aet__migrate_tell(
	    m, (aet_migrate_event){ .kind = AET_MIGRATE_DIFFERENCE, .detail = sentence });
}

/* ---- evidence --------------------------------------------------------- */

static aet_status
conclude(const aet__takeover *takeover, aet_error *err)
{
	int count = takeover->report->differences;

	if (count == 0)
		return AET_OK;
	return aet_error_set(err, AET_EADOPT,
	    "%d thing%s against taking over what %s has made, and nothing was recorded",
	    count, count == 1 ? " speaks" : "s speak",
	    aet_journal_kind_text(takeover->report->kind));
}

static void
count(const aet__migrator *m, const aet__takeover *takeover)
{
	for (size_t i = 0; i < m->source->count; i++) {
		takeover->report->recorded += takeover->applied[i];
		takeover->report->pending += !takeover->applied[i];
	}
}

static aet_status
examine(aet__migrator *m, const aet__takeover *takeover, aet_error *err)
{
	aet__foreign foreign = { 0 };
	aet_status status = aet__foreign_read(m->connection, takeover->adopt->table,
	    m->options.journal, aet__deadline_in(READ_MS), &foreign, err);

	if (status != AET_OK)
		return status;
	takeover->report->kind = foreign.kind;
	aet__error_copy(
	    takeover->report->table, sizeof(takeover->report->table), foreign.table);
	status = aet__foreign_match(m, takeover, &foreign, err);
	aet__foreign_free(&foreign);
	if (status == AET_OK)
		status = conclude(takeover, err);
	if (status == AET_OK && !takeover->adopt->skip_replay)
		status = aet__takeover_replay(m, takeover, err);
	if (status == AET_OK)
		status = conclude(takeover, err);
	if (status == AET_OK)
		count(m, takeover);
	return status;
}

static aet_status
check_empty(aet__migrator *m, aet__deadline deadline, aet_error *err)
{
	aet__journal_copy journal = { 0 };
	aet_status status = aet__journal_read(
	    m->connection, m->options.journal, m->source->name, deadline, &journal, err);

	if (status == AET_OK && journal.journal.count > 0)
		status = aet_error_set(err, AET_EINVAL,
		    "the journal has \"%s\" already: only a database whose journal is "
		    "empty can be taken over",
		    journal.journal.rows[0].name);
	aet__journal_free(&journal);
	return status;
}

/* ---- recording -------------------------------------------------------- */

static aet_status
record_file(aet__migrator *m, const aet__migration_file *file, aet_error *err)
{
	const aet__journal_entry row = { .journal = m->options.journal,
		.source = m->source->name,
		.file = file,
		.adopted = true,
		.finished = true };

	return aet__apply_note(m, aet__journal_insert(m->connection, &row, err));
}

static aet_status
record(aet__migrator *m, const aet__takeover *takeover, aet_error *err)
{
	const aet__source *source = m->source;
	aet__plan_entry entry = { .file = source->files };
	bool already = false;
	aet_status status;

	m->entry = &entry;
	status = aet__apply_begin(m, "", 0, &already, err);
	for (size_t i = 0; status == AET_OK && i < source->count; i++)
		if (takeover->applied[i])
			status = record_file(m, &source->files[i], err);
	if (status == AET_OK)
		status = aet__apply_commit(m, err);
	if (status != AET_OK)
		aet__apply_rollback(m);
	for (size_t i = 0; status == AET_OK && i < source->count; i++) {
		entry.file = &source->files[i];
		if (takeover->applied[i])
			aet__migrate_tell(
			    m, (aet_migrate_event){ .kind = AET_MIGRATE_ADOPTED });
	}
	m->entry = NULL;
	return status;
}

/* ---- together --------------------------------------------------------- */

static aet_status
work(aet__migrator *m, aet__deadline deadline, const void *what, aet_error *err)
{
	aet__takeover takeover = *(const aet__takeover *)what;
	aet_status status = check_empty(m, deadline, err);

	if (status != AET_OK)
		return status;
	takeover.applied = aet__memory_array(m->source->count, sizeof(bool));
	if (takeover.applied == NULL)
		return aet__error_memory(err);
	status = examine(m, &takeover, err);
	if (status == AET_OK && !takeover.adopt->dry_run && takeover.report->recorded > 0)
		status = record(m, &takeover, err);
	free(takeover.applied);
	return status;
}

/* Trying it asks for no lock, and leaves no journal behind. */
static aet_status
try_out(aet__migrator *m, aet__deadline deadline, bool *idle, aet_error *err)
{
	const aet__takeover *takeover = m->what;

	*idle = takeover->adopt->dry_run;
	return *idle ? work(m, deadline, takeover, err) : AET_OK;
}

static aet_status
check_arguments(const aet_migrate_options *opts, const aet_adopt_options *adopt,
    const aet_adopt_report *report, aet_error *err)
{
	if (adopt->size != sizeof(*adopt))
		return aet_error_set(err, AET_EINVAL,
		    "aet_adopt_options has no size: start from AET_ADOPT_OPTIONS_INIT");
	if (report->size != sizeof(*report))
		return aet_error_set(err, AET_EINVAL,
		    "aet_adopt_report has no size: start from AET_ADOPT_REPORT_INIT");
	if (opts == NULL || opts->dir == NULL)
		return aet_error_set(err, AET_EINVAL,
		    "no folder is named: adopting compares a journal with its files "
		    "(dir)");
	return AET_OK;
}

aet_status
aet_db_migrate_adopt(aet_db *db, const aet_migrate_options *opts,
    const aet_adopt_options *adopt, aet_adopt_report *report, aet_error *err)
{
	const aet_adopt_options defaults = AET_ADOPT_OPTIONS_INIT;
	aet_adopt_report own = AET_ADOPT_REPORT_INIT;
	const aet__takeover takeover = { .adopt = adopt != NULL ? adopt : &defaults,
		.report = report != NULL ? report : &own };
	const aet__migrate_call call = {
		.idle = try_out, .work = work, .what = &takeover
	};
	aet_status status = check_arguments(opts, takeover.adopt, takeover.report, err);

	if (status != AET_OK)
		return status;
	*takeover.report = own;
	return aet__migrate_run(db, opts, NULL, &call, err);
}
