/* SPDX-License-Identifier: MIT */
/* Taking the newest migration back, by its .down.sql. */
#include "core/error.h"
#include "migrate/migrator.h"
#include "migrate/source_files.h"

/* The newest that is applied; NULL: none is. */
static const aet__plan_entry *
find_newest(const aet__plan *plan)
{
	const aet__plan_entry *newest = NULL;

	for (size_t i = 0; i < plan->count; i++)
		if (plan->entries[i].row != NULL && plan->entries[i].row->version >= 0)
			newest = &plan->entries[i];
	return newest;
}

static aet_status
check_entry(const aet__plan_entry *entry, aet_error *err)
{
	if (entry == NULL)
		return aet_error_set(
		    err, AET_EINVAL, "nothing is applied that could be taken back");
	if (entry->file == NULL || !entry->row->finished)
		return aet_error_set(err, AET_EINVAL,
		    "\"%s\", the newest, is %s: it cannot be taken back",
		    entry->row->name, aet_migration_state_text(entry->state));
	if (entry->file->down_path == NULL)
		return aet_error_set(err, AET_EINVAL,
		    "\"%s\" has no .down.sql beside it: write one, or a new migration "
		    "that "
		    "undoes it",
		    entry->file->path);
	return AET_OK;
}

/* ---- one attempt ------------------------------------------------------ */

static aet_status
run_inside(aet__migrator *m, const aet__migration_text *down, aet_error *err)
{
	const aet__envelope *envelope = &down->envelope;
	const aet__migration_file *file = m->entry->file;
	const char *text = aet__spool_view(&down->text);
	bool there = false;
	aet_status status = aet__apply_begin(
	    m, text + envelope->modes_start, envelope->modes_len, &there, err);

	if (status == AET_OK && !there)
		status = aet_error_set(err, AET_ELOCKED,
		    "another migrator took \"%s\" back at the same time", file->name);
	if (status == AET_OK)
		status = aet__apply_watch(m, err);
	if (status == AET_OK)
		status = aet__apply_statements(m, text, envelope, err);
	if (status == AET_OK)
		status = aet__apply_command(m, AET__APPLY_RESET, err);
	if (status == AET_OK)
		status = aet__apply_collect(m, err);
	if (status == AET_OK)
		status = aet__apply_note(
		    m, aet__journal_delete(m->connection, m->options.journal,
			   m->source->name, file->version, err));
	return status == AET_OK ? aet__apply_commit(m, err) : status;
}

static aet_status
attempt(aet__migrator *m, void *ctx, aet_error *err)
{
	aet_status status = run_inside(m, ctx, err);

	if (status != AET_OK)
		aet__apply_rollback(m);
	return status;
}

/* ---- the file --------------------------------------------------------- */

static aet_status
run_down(aet__migrator *m, const aet__migration_file *down, aet_error *err)
{
	aet__migration_text text;
	aet_status status = aet__migration_text_read(m, down, &text, err);

	if (status != AET_OK)
		return status;
	if (text.directives.no_transaction)
		status = aet_error_set(err, AET_EINVAL,
		    "%s: says \"-- aet: no-transaction\", and taking back runs in one "
		    "transaction: leave it out, or run the file by hand",
		    down->path);
	if (status == AET_OK)
		status = aet__apply_retried(m, attempt, &text, err);
	aet__migration_text_free(&text);
	if (status != AET_OK)
		return status;
	m->report->applied = 1;
	aet__migrate_tell(m, (aet_migrate_event){ .kind = AET_MIGRATE_ROLLED_BACK,
				 .elapsed_us = aet__migrate_clock_us() - m->began_us });
	return AET_OK;
}

/* The .down.sql in the place of its migration. */
static aet_status
take_back(aet__migrator *m, const aet__plan_entry *entry, aet_error *err)
{
	aet__migration_file down = { .version = entry->file->version,
		.name = entry->file->name,
		.path = entry->file->down_path };
	aet__source alone = { .files = &down, .count = 1 };
	const aet__plan_entry turned = {
		.state = entry->state, .file = &down, .row = entry->row
	};
	aet_status status = aet__source_hash(&alone, err);

	m->entry = &turned;
	m->began_us = aet__migrate_clock_us();
	m->index = m->total = 1;
	if (status == AET_OK)
		status = run_down(m, &down, err);
	m->entry = NULL;
	return status;
}

static aet_status
work(aet__migrator *m, aet__deadline deadline, const void *what, aet_error *err)
{
	const aet__plan_entry *entry;
	aet__view seen;
	aet_status status = aet__migrate_look(m, deadline, &seen, err);

	(void)what;
	if (status == AET_OK) {
		entry = find_newest(&seen.plan);
		status = check_entry(entry, err);
		if (status == AET_OK)
			status = take_back(m, entry, err);
	}
	aet__view_free(&seen);
	return status;
}

aet_status
aet_db_migrate_rollback(aet_db *db, const aet_migrate_options *opts,
    aet_migrate_report *report, aet_error *err)
{
	const aet__migrate_call call = { .work = work };

	return aet__migrate_run(db, opts, report, &call, err);
}
