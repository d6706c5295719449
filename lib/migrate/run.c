/* SPDX-License-Identifier: MIT */
/* The frame of every call that changes the journal: connection, lock, work. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "db/session.h"
#include "migrate/announcement.h"
#include "migrate/lock.h"
#include "migrate/migrator.h"
#include "migrate/pooler.h"

#define ANNOUNCE_WAIT_MS 250 /* for a contract migration; then for its lock, patiently */
#define HOLD_POLL_MS 500

static void
tell_waiting(void *ctx, const char *who, int64_t waited_us)
{
	aet__migrate_tell(ctx,
	    (aet_migrate_event){
		.kind = AET_MIGRATE_WAITING, .elapsed_us = waited_us, .detail = who });
}

/* Before anything is read, so that a contract migration that did not see this server
 * is seen by it. */
static aet_status
announce(aet__migrator *m, const aet__session *session, int lock_timeout_ms,
    aet__deadline deadline, aet_error *err)
{
	if (m->options.release == NULL)
		return AET_OK;
	return aet__announce(session, &m->options, m->source, lock_timeout_ms, deadline,
	    &m->announced, err);
}

static aet_status
work_alone(aet__migrator *m, const aet__session *session, const aet_db *db,
    const aet__migrate_call *call, aet_error *err)
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
	if (status == AET_OK && call->announces)
		status = announce(m, session, m->options.lock_timeout_ms, deadline, err);
	if (status == AET_OK)
		status = call->work(m, deadline, call->what, err);
	if (status == AET_OK && call->announces) /* that may have taken long */
		status =
		    announce(m, session, m->options.lock_timeout_ms, AET__NEVER, err);
	if (!aet__connection_is_broken(m->connection) &&
	    aet__migrate_unlock(m->connection, &held, NULL) == AET_OK && !held)
		aet__migrate_log(m, AET_LOG_WARNING,
		    "the migrator's lock was lost while it worked: connect to PostgreSQL "
		    "itself, or through a pooler in session mode");
	return status;
}

/* What is left for the slow way, behind the lock: no table of servers yet, or a
 * contract migration under way. */
static aet_status
look_first(aet__migrator *m, const aet__session *session, const aet__migrate_call *call,
    bool *idle, aet_error *err)
{
	aet_error failed = { 0 };
	aet_status status = AET_OK;

	if (call->announces)
		status =
		    announce(m, session, ANNOUNCE_WAIT_MS, session->deadline, &failed);
	if (status == AET_ENOTFOUND || status == AET_ELOCKED)
		return AET_OK;
	if (status == AET_OK && call->idle != NULL)
		return call->idle(m, session->deadline, idle, err);
	if (status != AET_OK && err != NULL)
		*err = failed;
	return status;
}

/* Ends the session. What did not succeed is no server that lives. */
static aet_status
run_session(aet_db *db, aet__migrator *m, aet__session *session,
    const aet__migrate_call *call, aet_error *err)
{
	bool idle = false;
	aet_status status = look_first(m, session, call, &idle, err);
	bool works = status == AET_OK && !idle;

	if (works) {
		status =
		    aet__pooler_check(m->connection, aet__pool_options(session->db->pool),
			session->deadline, &m->pooled, err);
		if (status == AET_OK)
			status = work_alone(m, session, db, call, err);
	}
	if (status != AET_OK && m->announced)
		aet__announce_withdraw(session, &m->options, m->source);
	if (works) /* its settings were changed, and a lock may be left */
		aet__connection_retire(m->connection);
	return aet__session_end(session, status, err);
}

aet_status
aet__migrate_run_files(
    aet_db *db, aet__migrator *m, const aet__migrate_call *call, aet_error *err)
{
	aet__session session;
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
	return run_session(db, m, &session, call, err);
}

static void
start_over(aet__migrator *m)
{
	aet_migrate_report fresh = AET_MIGRATE_REPORT_INIT;

	*m->report = fresh;
	m->index = 0;
	m->held_by[0] = '\0';
}

/* One call, or, while some of its files are held, one of several. */
static aet_status
run_until(aet_db *db, aet__migrator *m, const aet__migrate_call *call, aet_error *err)
{
	aet__deadline end = aet__deadline_in(m->options.hold_wait_ms);
	int applied = 0;
	aet_status status;

	for (;;) {
		status = aet__migrate_run_files(db, m, call, err);
		applied += m->report->applied;
		if (m->report->held == 0 || m->options.hold_wait_ms == 0 ||
		    (status != AET_OK && status != AET_EHELD))
			break;
		if (aet__deadline_passed(end)) {
			status = aet_error_set(err, AET_EHELD,
			    "\"%s\" still waits after %d ms for an older release to "
			    "leave: %s",
			    m->report->held_file, m->options.hold_wait_ms,
			    m->report->held_by);
			break;
		}
		aet__sleep_ms(HOLD_POLL_MS, end);
		start_over(m);
	}
	m->report->already -= applied - m->report->applied;
	m->report->applied = applied;
	return status;
}

/* Callers that were built before the later members were there have less. */
static bool
is_known_size(size_t size)
{
	return size == sizeof(aet_migrate_report) ||
	       size == offsetof(aet_migrate_report, held);
}

aet_status
aet__migrate_run(aet_db *db, const aet_migrate_options *opts, aet_migrate_report *report,
    const aet__migrate_call *call, aet_error *err)
{
	aet_migrate_report own = AET_MIGRATE_REPORT_INIT;
	int64_t started = aet__migrate_clock_us();
	aet__migrator m = { .report = &own,
		.patient = opts == NULL || opts->lock_wait_ms == 0 };
	aet__source source = { 0 };
	aet_status status;

	if (report != NULL && !is_known_size(report->size))
		return aet_error_set(err, AET_EINVAL,
		    "aet_migrate_report has no size: start from "
		    "AET_MIGRATE_REPORT_INIT");
	status = aet__migrate_pool(db, err);
	if (status == AET_OK)
		status = aet__migrate_options_read(opts, &m.options, err);
	if (status == AET_OK)
		status = aet__migrate_source(&m.options, &source, err);
	m.source = &source;
	if (status == AET_OK)
		status = run_until(db, &m, call, err);
	aet__source_free(&source);
	free(m.defaults);
	free(m.objects);
	free(m.locks);
	own.elapsed_us = aet__migrate_clock_us() - started;
	if (report != NULL) {
		own.size = report->size;
		memcpy(report, &own, own.size);
	}
	return status;
}
