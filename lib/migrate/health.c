/* SPDX-License-Identifier: MIT */
/* Whether the game can work with this database, in one round trip. */
#include <string.h>

#include "core/error.h"
#include "db/session.h"
#include "migrate/hold.h"
#include "migrate/migrator.h"
#include "migrate/newer.h"

static aet_health_kind
kind_of(const aet_error *failed)
{
	bool read_only = strcmp(failed->sqlstate, "25006") == 0;

	switch (failed->status) {
	case AET_OK:
		return AET_HEALTH_OK;
	case AET_ECONNECT:
		return strncmp(failed->sqlstate, "28", 2) == 0  ? AET_HEALTH_AUTH
		       : strcmp(failed->sqlstate, "3D000") == 0 ? AET_HEALTH_NO_DATABASE
								: AET_HEALTH_DOWN;
	case AET_EBUSY:
		return AET_HEALTH_BUSY;
	case AET_ETIMEOUT:
		return AET_HEALTH_SLOW;
	case AET_EDB:
		return read_only ? AET_HEALTH_READ_ONLY : AET_HEALTH_BROKEN;
	case AET_EBEHIND:
		return AET_HEALTH_BEHIND;
	case AET_EAHEAD:
		return AET_HEALTH_AHEAD;
	case AET_ECHECKSUM:
		return AET_HEALTH_CHANGED;
	case AET_EMISSING:
		return AET_HEALTH_MISSING;
	case AET_EDIVERGED:
		return AET_HEALTH_DIVERGED;
	case AET_EORDER:
		return AET_HEALTH_OUT_OF_ORDER;
	case AET_EHALFDONE:
		return AET_HEALTH_HALF_DONE;
	default:
		return AET_HEALTH_BROKEN;
	}
}

/* What was asked for, and what was found. */
typedef struct asking {
	aet_migrate_options options;
	aet__source source;
	aet__journal_copy journal;
	aet__plan plan;
} asking;

static aet_status
judge(const asking *a, aet_health *out, aet_error *err)
{
	aet_status status;

	out->applied = a->plan.applied;
	out->pending = a->plan.pending;
	if (a->journal.read_only)
		status = aet__error_sql(err, AET_EDB, "25006",
		    "the server takes no writes: it is a standby, or "
		    "default_transaction_read_only is on; connect to the primary "
		    "(target_session_attrs=read-write)");
	else
		status = aet__plan_check(&a->plan, err);
	if (status != AET_OK)
		return status;
	status = aet__journal_check_tables(&a->journal, err);
	if (status != AET_OK)
		out->kind = AET_HEALTH_GONE;
	return status;
}

/* Reads the journal, and where a newer release has written in it, asks on. */
static aet_status
look(asking *a, const aet__session *session, aet_health *out, aet_error *err)
{
	const aet__plan_policy policy = { .out_of_order = a->options.out_of_order,
		.accept_unknown = a->options.accept_unknown };
	aet__manifest_report report;
	int64_t started = aet__migrate_clock_us();
	aet_status status = aet__journal_read(session->connection, a->options.journal,
	    a->source.name, session->deadline, &a->journal, err);

	out->elapsed_us = aet__migrate_clock_us() - started;
	if (status == AET_OK)
		status = aet__plan_make(
		    &a->source, &a->journal.journal, policy, &a->plan, err);
	if (status == AET_OK && a->plan.verdict == AET_OK && a->plan.pending > 0)
		status = aet__hold_mark(&a->plan, err);
	if (status != AET_OK)
		return status;
	status = aet__newer_judge(session->connection, &a->options, &a->source,
	    &a->journal.journal, policy, session->deadline, &a->plan, &report, err);
	aet__manifest_report_free(&report);
	return status;
}

static aet_status
ask(aet_db *db, const aet_migrate_options *opts, aet_health *out, aet_error *err)
{
	aet__session session;
	asking a = { 0 };
	aet_status status = aet__migrate_options_read(opts, &a.options, err);

	if (status == AET_OK)
		status = aet__migrate_source(&a.options, &a.source, err);
	if (status == AET_OK)
		status = aet__session_begin(db, &session, err);
	if (status == AET_OK) {
		status = look(&a, &session, out, err);
		aet__session_end(&session, status, err);
	}
	if (status == AET_OK)
		status = judge(&a, out, err);
	aet__plan_free(&a.plan);
	aet__journal_free(&a.journal);
	aet__source_free(&a.source);
	return status;
}

aet_status
aet_db_health(
    aet_db *db, const aet_migrate_options *opts, aet_health *out, aet_error *err)
{
	aet_health health = AET_HEALTH_INIT;
	aet_error failed = { 0 };
	aet_status status;

	if (out != NULL && out->size != sizeof(*out))
		return aet_error_set(err, AET_EINVAL,
		    "aet_health has no size: start from AET_HEALTH_INIT");
	status = aet__migrate_pool(db, &failed);
	if (status == AET_OK)
		status = ask(db, opts, &health, &failed);
	health.status = status;
	if (health.kind != AET_HEALTH_GONE)
		health.kind = kind_of(&failed);
	aet__error_copy(health.message, sizeof(health.message),
	    status == AET_OK ? "the database answers and is up to date" : failed.message);
	if (out != NULL)
		*out = health;
	if (status != AET_OK && err != NULL)
		*err = failed;
	return status;
}

const char *
aet_health_kind_text(aet_health_kind kind)
{
	static const char *const texts[] = { "ok", "down", "refused", "no database",
		"busy", "slow", "read only", "behind", "ahead", "changed", "missing",
		"diverged", "out of order", "half-done", "broken", "gone" };

	if (kind < AET_HEALTH_OK || kind > AET_HEALTH_GONE)
		return "?";
	return texts[kind];
}
