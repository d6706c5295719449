/* SPDX-License-Identifier: MIT */
/* Whether the game can work with this database, in one round trip. */
#include <string.h>

#include "core/error.h"
#include "db/session.h"
#include "migrate/migrator.h"

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

static aet_status
judge(const aet__source *source, const aet_migrate_options *options,
    const aet__journal_copy *journal, aet_health *out, aet_error *err)
{
	const aet__plan_policy policy = { .out_of_order = options->out_of_order,
		.accept_unknown = options->accept_unknown };
	aet__plan plan;
	aet_status status = aet__plan_make(source, &journal->journal, policy, &plan, err);

	if (status != AET_OK)
		return status;
	out->applied = plan.applied;
	out->pending = plan.pending;
	if (journal->read_only)
		status = aet__error_sql(err, AET_EDB, "25006",
		    "the server takes no writes: it is a standby, or "
		    "default_transaction_read_only is on; connect to the primary "
		    "(target_session_attrs=read-write)");
	else
		status = aet__plan_check(&plan, err);
	aet__plan_free(&plan);
	if (status != AET_OK)
		return status;
	status = aet__journal_check_tables(journal, err);
	if (status != AET_OK)
		out->kind = AET_HEALTH_GONE;
	return status;
}

static aet_status
ask(aet_db *db, const aet_migrate_options *opts, aet_health *out, aet_error *err)
{
	aet_migrate_options options;
	aet__session session;
	aet__source source = { 0 };
	aet__journal_copy journal = { 0 };
	int64_t started;
	aet_status status = aet__migrate_options_read(opts, &options, err);

	if (status == AET_OK)
		status = aet__migrate_source(&options, &source, err);
	if (status == AET_OK)
		status = aet__session_begin(db, &session, err);
	if (status == AET_OK) {
		started = aet__migrate_clock_us();
		status = aet__journal_read(session.connection, options.journal,
		    source.name, session.deadline, &journal, err);
		out->elapsed_us = aet__migrate_clock_us() - started;
		aet__session_end(&session, status, err);
	}
	if (status == AET_OK)
		status = judge(&source, &options, &journal, out, err);
	aet__journal_free(&journal);
	aet__source_free(&source);
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
