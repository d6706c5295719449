/* SPDX-License-Identifier: MIT */
/* Setting the journal right by hand: baseline and repair. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/error.h"
#include "migrate/amend.h"
#include "migrate/migrator.h"

/* Ends what aet__apply_begin has begun. */
static aet_status
end_change(aet__migrator *m, aet_status status, aet_error *err)
{
	if (status == AET_OK)
		status = aet__apply_commit(m, err);
	if (status != AET_OK)
		aet__apply_rollback(m);
	m->entry = NULL;
	return status;
}

/* ---- baseline --------------------------------------------------------- */

/* Whether a baseline of that number records the file. */
static bool
is_recorded(const aet__plan_entry *entry, int64_t version)
{
	return entry->file != NULL && entry->row == NULL && entry->file->version >= 0 &&
	       entry->file->version <= version;
}

static aet_status
record_up_to(aet__migrator *m, const aet__plan *plan, int64_t version, aet_error *err)
{
	aet_status status = AET_OK;

	for (size_t i = 0; status == AET_OK && i < plan->count; i++) {
		const aet__journal_entry row = { .journal = m->options.journal,
			.source = m->source->name,
			.file = plan->entries[i].file,
			.adopted = true,
			.finished = true };

		if (!is_recorded(&plan->entries[i], version))
			continue;
		m->entry = &plan->entries[i];
		status =
		    aet__apply_note(m, aet__journal_insert(m->connection, &row, err));
		m->report->adopted += status == AET_OK;
	}
	return status;
}

static aet_status
tell_adopted(aet__migrator *m, const aet__plan *plan, int64_t version)
{
	for (size_t i = 0; i < plan->count; i++) {
		if (!is_recorded(&plan->entries[i], version))
			continue;
		m->entry = &plan->entries[i];
		aet__migrate_tell(m, (aet_migrate_event){ .kind = AET_MIGRATE_ADOPTED });
	}
	m->entry = NULL;
	return AET_OK;
}

static aet_status
set_baseline(aet__migrator *m, const aet__plan *plan, int64_t version, aet_error *err)
{
	bool already = false;
	aet_status status;

	m->entry = &plan->entries[0];
	status = aet__apply_begin(m, "", 0, &already, err);
	if (status == AET_OK)
		status = record_up_to(m, plan, version, err);
	status = end_change(m, status, err);
	if (status == AET_OK)
		return tell_adopted(m, plan, version);
	m->report->adopted = 0;
	return status;
}

/* What was applied is as it was, and something is left to be recorded. */
static aet_status
check_history(const aet__plan *plan, int64_t version, aet_error *err)
{
	bool any = false;

	for (size_t i = 0; i < plan->count; i++) {
		const aet__plan_entry *entry = &plan->entries[i];

		any = any || is_recorded(entry, version);
		if (entry->row != NULL && entry->row->version >= 0 &&
		    entry->state != AET_MIGRATION_APPLIED)
			return aet_error_set(err, AET_EINVAL,
			    "\"%s\" is %s: a baseline goes on from what was applied as "
			    "it "
			    "stands in its file",
			    entry->row->name, aet_migration_state_text(entry->state));
	}
	if (any)
		return AET_OK;
	return aet_error_set(err, AET_EINVAL,
	    "the journal has every file up to number %lld already", (long long)version);
}

static aet_status
work_baseline_on(
    aet__migrator *m, aet__deadline deadline, const void *what, aet_error *err)
{
	const int64_t *version = what;
	aet__view seen;
	aet_status status;

	m->options.to = version; /* so that it is looked for */
	status = aet__migrate_see(m, deadline, &seen, err);
	if (status == AET_OK)
		status = check_history(&seen.plan, *version, err);
	if (status == AET_OK)
		status = set_baseline(m, &seen.plan, *version, err);
	aet__view_free(&seen);
	return status;
}

static aet_status
work_baseline(aet__migrator *m, aet__deadline deadline, const void *what, aet_error *err)
{
	const int64_t *version = what;
	aet__view seen;
	aet_status status;

	m->options.to = version; /* so that it is looked for */
	status = aet__migrate_see(m, deadline, &seen, err);
	if (status == AET_OK && seen.journal.journal.count > 0)
		status = aet_error_set(err, AET_EINVAL,
		    "the journal has \"%s\" already: a baseline is for a database whose "
		    "journal is empty",
		    seen.journal.journal.rows[0].name);
	if (status == AET_OK)
		status = set_baseline(m, &seen.plan, *version, err);
	aet__view_free(&seen);
	return status;
}

aet_status
aet_db_migrate_baseline(aet_db *db, const aet_migrate_options *opts, int64_t version,
    aet_migrate_report *report, aet_error *err)
{
	const aet__migrate_call call = { .work = work_baseline, .what = &version };

	if (version < 0)
		return aet_error_set(
		    err, AET_EINVAL, "a baseline's number is not negative");
	return aet__migrate_run(db, opts, report, &call, err);
}

aet_status
aet__migrate_baseline_on(aet_db *db, const aet_migrate_options *opts, int64_t version,
    aet_migrate_report *report, aet_error *err)
{
	const aet__migrate_call call = { .work = work_baseline_on, .what = &version };

	return aet__migrate_run(db, opts, report, &call, err);
}

/* ---- repair ----------------------------------------------------------- */

/* Whether path leads to the very file. */
static bool
is_same_file(const char *path, const char *other)
{
	struct stat one;
	struct stat two;

	return stat(path, &one) == 0 && stat(other, &two) == 0 &&
	       one.st_dev == two.st_dev && one.st_ino == two.st_ino;
}

/* By its name in the journal, its number, or a path. */
static bool
is_named(const aet__migration_file *file, const char *name)
{
	char *end;
	long long number = strtoll(name, &end, 10);

	if (strcmp(file->name, name) == 0)
		return true;
	if (name[0] >= '0' && name[0] <= '9' && *end == '\0')
		return file->version == number;
	return strchr(name, '/') != NULL && file->embedded == NULL &&
	       is_same_file(name, file->path);
}

static const aet__plan_entry *
find_name(const aet__plan *plan, const char *name, aet_error *err)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan->entries[i].file != NULL &&
		    is_named(plan->entries[i].file, name))
			return &plan->entries[i];
	aet_error_set(err, AET_EINVAL,
	    "there is no file \"%s\" among the migrations: give the name, number or path "
	    "of one",
	    name);
	return NULL;
}

static aet_status
check_changed(const aet__plan_entry *entry, aet_error *err)
{
	if (entry->state == AET_MIGRATION_HALF_DONE &&
	    strcmp(entry->row->checksum, entry->file->checksum) != 0)
		return AET_OK; /* what comes after the last finished statement is new */
	if (entry->state != AET_MIGRATION_CHANGED)
		return aet_error_set(err, AET_EINVAL,
		    "\"%s\" is %s, not changed: there is nothing to repair",
		    entry->file->name, aet_migration_state_text(entry->state));
	return AET_OK;
}

static aet_status
accept_text(aet__migrator *m, const aet__plan_entry *entry, aet_error *err)
{
	bool already = false;
	aet_status status;

	m->entry = entry;
	status = aet__apply_begin(m, "", 0, &already, err);
	if (status == AET_OK)
		status = aet__apply_note(
		    m, aet__journal_accept(m->connection, m->options.journal,
			   m->source->name, entry->file, err));
	return end_change(m, status, err);
}

static aet_status
work_repair(aet__migrator *m, aet__deadline deadline, const void *what, aet_error *err)
{
	const aet__plan_entry *entry;
	aet__view seen;
	aet_status status = aet__migrate_see(m, deadline, &seen, err);

	if (status == AET_OK) {
		entry = find_name(&seen.plan, what, err);
		status = entry != NULL ? check_changed(entry, err) : AET_EINVAL;
		if (status == AET_OK)
			status = accept_text(m, entry, err);
	}
	aet__view_free(&seen);
	return status;
}

aet_status
aet_db_migrate_repair(
    aet_db *db, const aet_migrate_options *opts, const char *name, aet_error *err)
{
	const aet__migrate_call call = { .work = work_repair, .what = name };

	if (name == NULL || name[0] == '\0')
		return aet_error_set(
		    err, AET_EINVAL, "no file is named: say which one to repair");
	return aet__migrate_run(db, opts, NULL, &call, err);
}

/* ---- resolve ---------------------------------------------------------- */

typedef struct resolution {
	const char *name;
	bool done;
} resolution;

static aet_status
resolve(aet__migrator *m, const aet__plan_entry *entry, bool done, aet_error *err)
{
	bool already = false;
	aet_status status;

	m->entry = entry;
	status = aet__apply_begin(m, "", 0, &already, err);
	if (status == AET_OK)
		status = aet__apply_note(
		    m, aet__journal_resolve(m->connection, m->options.journal,
			   m->source->name, entry->file, done, err));
	return end_change(m, status, err);
}

static aet_status
work_resolve(aet__migrator *m, aet__deadline deadline, const void *what, aet_error *err)
{
	const resolution *asked = what;
	const aet__plan_entry *entry;
	aet__view seen;
	aet_status status = aet__migrate_see(m, deadline, &seen, err);

	if (status == AET_OK) {
		entry = find_name(&seen.plan, asked->name, err);
		status = entry != NULL ? resolve(m, entry, asked->done, err) : AET_EINVAL;
	}
	aet__view_free(&seen);
	return status;
}

aet_status
aet_db_migrate_resolve(aet_db *db, const aet_migrate_options *opts, const char *name,
    bool done, aet_error *err)
{
	const resolution what = { .name = name, .done = done };
	const aet__migrate_call call = { .work = work_resolve, .what = &what };

	if (name == NULL || name[0] == '\0')
		return aet_error_set(
		    err, AET_EINVAL, "no file is named: say which one to resolve");
	return aet__migrate_run(db, opts, NULL, &call, err);
}
