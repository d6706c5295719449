/* SPDX-License-Identifier: MIT */
/* What a run of the migrator consists of, and in which order. */
#include "core/error.h"
#include "db/session.h"
#include "migrate/lock.h"
#include "migrate/migrator.h"

/* ---- looking ---------------------------------------------------------- */

/* What was read of the database, and what follows from it. */
typedef struct view {
	aet__journal_copy journal;
	aet__plan plan;
} view;

static void
view_free(view *seen)
{
	aet__plan_free(&seen->plan);
	aet__journal_free(&seen->journal);
}

static int
to_run(const aet__plan *plan)
{
	int count = 0;

	for (size_t i = 0; i < plan->count; i++)
		count += plan->entries[i].runs;
	return count;
}

/* Reads the journal and plans. A verdict that nothing may be run is the
 * status. *out wants view_free() in any case. */
static aet_status
look(aet__migrator *m, aet__deadline deadline, view *out, aet_error *err)
{
	const aet__plan_policy policy = { .out_of_order = m->options.out_of_order,
		.accept_unknown = m->options.accept_unknown,
		.resume = true };
	aet_status status;

	*out = (view){ 0 };
	status = aet__journal_read(m->connection, m->options.journal, m->source->name,
	    deadline, &out->journal, err);
	if (status == AET_OK)
		status = aet__plan_make(
		    m->source, &out->journal.journal, policy, &out->plan, err);
	if (status != AET_OK)
		return status;
	m->report->already = out->plan.applied;
	m->report->remaining = to_run(&out->plan);
	if (out->plan.verdict != AET_OK) {
		if (err != NULL)
			*err = out->plan.error;
		return out->plan.verdict;
	}
	return aet__journal_check_tables(&out->journal, err);
}

/* ---- working ---------------------------------------------------------- */

/* All that is to be run is read and checked before the first of it runs. */
static aet_status
check_files(aet__migrator *m, const aet__plan *plan, aet_error *err)
{
	aet_status status = AET_OK;

	for (size_t i = 0; status == AET_OK && i < plan->count; i++) {
		aet__migration_text text;

		if (!plan->entries[i].runs)
			continue;
		status = aet__migration_text_read(m, plan->entries[i].file, &text, err);
		if (status == AET_OK)
			aet__migration_text_free(&text);
	}
	return status;
}

/* The library's baseline, where the journal knows nothing yet. */
static aet_status
adopt_baseline(aet__migrator *m, view *seen, aet_error *err)
{
	aet__plan_entry *first = seen->plan.count > 0 ? &seen->plan.entries[0] : NULL;
	bool adopted = false;
	aet_status status;

	if (first == NULL || !aet__migrate_is_own(m->source) ||
	    seen->journal.journal.count > 0)
		return AET_OK;
	status = aet__adopt(m, first, &adopted, err);
	if (status != AET_OK || !adopted)
		return status;
	first->runs = false;
	m->report->adopted++;
	m->report->remaining--;
	aet__migrate_tell(m, (aet_migrate_event){ .kind = AET_MIGRATE_ADOPTED });
	return AET_OK;
}

static aet_status
apply_all(aet__migrator *m, const aet__plan *plan, aet_error *err)
{
	aet_status status = AET_OK;

	m->entry = NULL;
	m->total = to_run(plan);
	aet__migrate_tell(m, (aet_migrate_event){ .kind = AET_MIGRATE_PLANNED });
	for (size_t i = 0; status == AET_OK && i < plan->count; i++) {
		if (!plan->entries[i].runs)
			continue;
		m->index++;
		status = aet__apply(m, &plan->entries[i], err);
		m->report->remaining -= status == AET_OK;
	}
	return status;
}

/* Under the lock: looks again, since whoever had it has worked. */
static aet_status
work(aet__migrator *m, aet__deadline deadline, aet_error *err)
{
	view seen = { 0 };
	aet_status status =
	    aet__journal_ensure(m->connection, m->options.journal, deadline, err);

	if (status == AET_OK)
		status = look(m, deadline, &seen, err);
	if (status == AET_OK)
		status = check_files(m, &seen.plan, err);
	if (status == AET_OK && !m->within)
		status = adopt_baseline(m, &seen, err);
	if (status == AET_OK && to_run(&seen.plan) > 0)
		status = apply_all(m, &seen.plan, err);
	m->entry = NULL;
	view_free(&seen);
	return status;
}

/* ---- the lock --------------------------------------------------------- */

static void
tell_waiting(void *ctx, const char *who, int64_t waited_us)
{
	aet__migrate_tell(ctx,
	    (aet_migrate_event){
		.kind = AET_MIGRATE_WAITING, .elapsed_us = waited_us, .detail = who });
}

static aet_status
work_alone(aet__migrator *m, const aet_db *db, aet_error *err)
{
	bool held = true;
	aet_status status = aet__migrate_lock(m->connection, m->options.lock_wait_ms,
	    tell_waiting, m, &m->report->waited_us, err);

	if (status != AET_OK)
		return status;
	status = work(m, aet__handle_deadline(db, aet__clock_ms()), err);
	if (!aet__connection_is_broken(m->connection) &&
	    aet__migrate_unlock(m->connection, &held, NULL) == AET_OK && !held)
		aet__migrate_log(m, AET_LOG_WARNING,
		    "the migrator's lock was lost while it worked: connect to PostgreSQL "
		    "itself, or through a pooler in session mode");
	return status;
}

/* ---- entrances -------------------------------------------------------- */

static aet_status
migrate_source(aet_db *db, aet__migrator *m, aet_error *err)
{
	aet__session session;
	view seen = { 0 };
	bool idle;
	aet_status status = aet__session_begin(db, &session, err);

	if (status != AET_OK)
		return status;
	m->connection = session.connection;
	m->log = aet__pool_options(session.db->pool)->log;
	m->log_ctx = aet__pool_options(session.db->pool)->log_ctx;
	status = look(m, session.deadline, &seen, err);
	idle = status != AET_OK || to_run(&seen.plan) == 0;
	view_free(&seen);
	if (idle)
		return aet__session_end(&session, status, err);
	status = work_alone(m, db, err);
	/* Its settings were changed, and a lock may be left. */
	aet__session_discard(&session);
	return status;
}

aet_status
aet_db_migrate(aet_db *db, const aet_migrate_options *opts, aet_migrate_report *report,
    aet_error *err)
{
	aet_migrate_report own = AET_MIGRATE_REPORT_INIT;
	int64_t started = aet__migrate_clock_us();
	aet__migrator m = { .report = report != NULL ? report : &own };
	aet__source source = { 0 };
	aet_status status;

	if (report != NULL && report->size != sizeof(*report))
		return aet_error_set(err, AET_EINVAL,
		    "aet_migrate_report has no size: start from "
		    "AET_MIGRATE_REPORT_INIT");
	*m.report = own;
	status = aet__migrate_pool(db, err);
	if (status == AET_OK)
		status = aet__migrate_options_read(opts, &m.options, err);
	if (status == AET_OK)
		status = aet__migrate_source(&m.options, &source, err);
	m.source = &source;
	if (status == AET_OK)
		status = migrate_source(db, &m, err);
	aet__source_free(&source);
	m.report->elapsed_us = aet__migrate_clock_us() - started;
	return status;
}

aet_status
aet__migrate_within(aet__connection *connection, const aet__source *source,
    const aet_migrate_options *options, aet_migrate_report *report, aet_error *err)
{
	aet__migrator m = { .connection = connection,
		.options = *options,
		.source = source,
		.report = report,
		.within = true };
	int64_t started = aet__migrate_clock_us();
	aet_status status;

	*report = (aet_migrate_report){ .size = sizeof(*report) };
	status = work(&m, AET__NEVER, err);
	report->elapsed_us = aet__migrate_clock_us() - started;
	return status;
}
