/* SPDX-License-Identifier: MIT */
/* The frame of every call that changes the journal: connection, lock, work. */
#include <stdlib.h>

#include "core/error.h"
#include "db/session.h"
#include "migrate/lock.h"
#include "migrate/migrator.h"
#include "migrate/pooler.h"

static void
tell_waiting(void *ctx, const char *who, int64_t waited_us)
{
	aet__migrate_tell(ctx,
	    (aet_migrate_event){
		.kind = AET_MIGRATE_WAITING, .elapsed_us = waited_us, .detail = who });
}

static aet_status
work_alone(
    aet__migrator *m, const aet_db *db, const aet__migrate_call *call, aet_error *err)
{
	aet__deadline deadline;
	bool held = true;
	const aet__lock_wait wait = { .wait_ms = m->options.lock_wait_ms,
		.journal = m->patient ? m->options.journal : NULL,
		.waiting = tell_waiting,
		.ctx = m };
	aet_status status =
	    aet__migrate_lock(m->connection, &wait, &m->report->waited_us, err);

	if (status != AET_OK)
		return status;
	deadline = aet__handle_deadline(db, aet__clock_ms());
	status = aet__journal_ensure(m->connection, m->options.journal, deadline, err);
	if (status == AET_OK)
		status = call->work(m, deadline, call->what, err);
	if (!aet__connection_is_broken(m->connection) &&
	    aet__migrate_unlock(m->connection, &held, NULL) == AET_OK && !held)
		aet__migrate_log(m, AET_LOG_WARNING,
		    "the migrator's lock was lost while it worked: connect to PostgreSQL "
		    "itself, or through a pooler in session mode");
	return status;
}

aet_status
aet__migrate_run_files(
    aet_db *db, aet__migrator *m, const aet__migrate_call *call, aet_error *err)
{
	aet__session session;
	bool idle = false;
	aet_status status;

	m->what = call->what;
	status = aet__session_begin(db, &session, err);

	if (status != AET_OK)
		return status;
	aet__session_take_time(&session);
	m->connection = session.connection;
	m->pool = aet__pool_options(session.db->pool);
	m->log = aet__pool_options(session.db->pool)->log;
	m->log_ctx = aet__pool_options(session.db->pool)->log_ctx;
	if (call->idle != NULL)
		status = call->idle(m, session.deadline, &idle, err);
	if (status != AET_OK || idle)
		return aet__session_end(&session, status, err);
	status = aet__pooler_check(m->connection, aet__pool_options(session.db->pool),
	    session.deadline, &m->pooled, err);
	if (status == AET_OK)
		status = work_alone(m, db, call, err);
	/* Its settings were changed, and a lock may be left. */
	aet__session_discard(&session);
	return status;
}

aet_status
aet__migrate_run(aet_db *db, const aet_migrate_options *opts, aet_migrate_report *report,
    const aet__migrate_call *call, aet_error *err)
{
	aet_migrate_report own = AET_MIGRATE_REPORT_INIT;
	int64_t started = aet__migrate_clock_us();
	aet__migrator m = { .report = report != NULL ? report : &own,
		.patient = opts == NULL || opts->lock_wait_ms == 0 };
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
		status = aet__migrate_run_files(db, &m, call, err);
	aet__source_free(&source);
	free(m.defaults);
	free(m.objects);
	free(m.locks);
	m.report->elapsed_us = aet__migrate_clock_us() - started;
	return status;
}
