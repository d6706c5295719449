/* SPDX-License-Identifier: MIT */
/* What migrating consists of, and in which order. */
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "migrate/hold.h"
#include "migrate/migrator.h"
#include "migrate/newer.h"

/* ---- looking ---------------------------------------------------------- */

void
aet__view_free(aet__view *seen)
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

static bool
knows(const aet__source *source, int64_t version)
{
	for (size_t i = 0; i < source->count; i++)
		if (source->files[i].version == version)
			return true;
	return false;
}

static aet__plan_policy
policy_of(const aet__migrator *m)
{
	return (aet__plan_policy){ .out_of_order = m->options.out_of_order,
		.accept_unknown = m->options.accept_unknown,
		.to = m->options.to,
		.resume = true };
}

aet_status
aet__migrate_see(aet__migrator *m, aet__deadline deadline, aet__view *out, aet_error *err)
{
	const aet__plan_policy policy = policy_of(m);
	aet_status status;

	*out = (aet__view){ 0 };
	if (policy.to != NULL && !knows(m->source, *policy.to))
		return aet_error_set(err, AET_EINVAL,
		    "no migration here has the number %lld: name one that is there",
		    (long long)*policy.to);
	status = aet__journal_read(m->connection, m->options.journal, m->source->name,
	    deadline, &out->journal, err);
	if (status == AET_OK)
		status = aet__plan_make(
		    m->source, &out->journal.journal, policy, &out->plan, err);
	return status;
}

static void
tell_breaks(aet__migrator *m, const aet__manifest_report *report)
{
	aet_migrate_failure *failure = &m->report->failure;
	size_t used = 0;

	*failure = (aet_migrate_failure){ 0 };
	for (size_t i = 0; i < report->count; i++) {
		const char *sentence = report->items[i].sentence;
		size_t len = strlen(sentence);

		aet__migrate_log(m, AET_LOG_WARNING, "%s", sentence);
		aet__migrate_tell(m, (aet_migrate_event){ .kind = AET_MIGRATE_BREAKS,
					 .detail = sentence });
		if (used + len + 2 > sizeof(failure->detail))
			continue;
		if (used > 0)
			failure->detail[used++] = '\n';
		memcpy(failure->detail + used, sentence, len);
		used += len;
	}
}

/* A newer release's migrations, if that is all that is in the way. */
static aet_status
judge_newer(aet__migrator *m, aet__deadline deadline, aet__view *seen, aet_error *err)
{
	aet__manifest_report report;
	aet_status status = aet__newer_judge(m->connection, &m->options, m->source,
	    &seen->journal.journal, policy_of(m), deadline, &seen->plan, &report, err);

	if (status == AET_EAHEAD)
		tell_breaks(m, &report);
	else if (status == AET_OK && report.checked > 0)
		aet__migrate_log(m, AET_LOG_INFO,
		    "a newer release has migrated the database: all %zu statements of "
		    "this one work on it",
		    report.checked);
	aet__manifest_report_free(&report);
	return status;
}

aet_status
aet__migrate_look(
    aet__migrator *m, aet__deadline deadline, aet__view *out, aet_error *err)
{
	aet_status status = aet__migrate_see(m, deadline, out, err);

	if (status == AET_OK && !m->within)
		status = judge_newer(m, deadline, out, err);
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

/* All that is to be run is read and checked before the first of it runs. What the
 * caller's transaction cannot hold is left, and all after it. */
static aet_status
check_files(aet__migrator *m, aet__plan *plan, aet_error *err)
{
	aet_status status = AET_OK;
	size_t count = 0;
	bool left = false;

	for (size_t i = 0; status == AET_OK && i < plan->count; i++) {
		aet__migration_text text;

		if (!plan->entries[i].runs)
			continue;
		status = aet__migration_text_read(m, plan->entries[i].file, &text, err);
		if (status != AET_OK)
			break;
		plan->entries[i].contract = text.directives.contract;
		left = left || (m->within &&
				   (text.directives.no_transaction || count == m->most));
		plan->entries[i].runs = !left;
		count++;
		aet__migration_text_free(&text);
	}
	return status;
}

/* The library's baseline, where the journal knows nothing yet. */
static aet_status
adopt_baseline(aet__migrator *m, aet__view *seen, aet_error *err)
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

/* *held is set where it waits, and so do all numbered ones that follow it. */
static aet_status
apply_entry(
    aet__migrator *m, const aet__plan *plan, size_t place, bool *held, aet_error *err)
{
	const aet__plan_entry *entry = &plan->entries[place];
	bool waits = false;
	aet_status status = AET_OK;

	if (entry->contract)
		status = aet__hold_look(m, plan, place, &waits, err);
	if (status == AET_OK && !waits) {
		m->index++;
		status = aet__apply(m, entry, err);
		m->report->remaining -= status == AET_OK && m->held_by[0] == '\0';
		waits = status == AET_OK && m->held_by[0] != '\0';
		m->index -= waits;
		if (waits)
			status = aet__hold_tell(m, plan, place, err);
	}
	*held = *held || waits;
	return status;
}

static aet_status
apply_all(aet__migrator *m, const aet__plan *plan, aet_error *err)
{
	aet_status status = AET_OK;
	bool held = false;

	m->entry = NULL;
	m->total = to_run(plan);
	aet__migrate_tell(m, (aet_migrate_event){ .kind = AET_MIGRATE_PLANNED });
	for (size_t i = 0; status == AET_OK && i < plan->count; i++)
		if (plan->entries[i].runs &&
		    !(held && plan->entries[i].file->version >= 0))
			status = apply_entry(m, plan, i, &held, err);
	return status;
}

/* Under the lock: looks again, since whoever had it has worked. */
static aet_status
work(aet__migrator *m, aet__deadline deadline, const void *what, aet_error *err)
{
	aet__view seen = { 0 };
	aet_status status = aet__migrate_look(m, deadline, &seen, err);

	(void)what;
	if (status == AET_OK)
		status = check_files(m, &seen.plan, err);
	if (status == AET_OK && !m->within)
		status = adopt_baseline(m, &seen, err);
	if (status == AET_OK && to_run(&seen.plan) > 0)
		status = apply_all(m, &seen.plan, err);
	m->entry = NULL;
	aet__view_free(&seen);
	return status;
}

/* ---- entrances -------------------------------------------------------- */

static aet_status
is_idle(aet__migrator *m, aet__deadline deadline, bool *idle, aet_error *err)
{
	aet__view seen = { 0 };
	aet_error failed;
	aet_status status = aet__migrate_look(m, deadline, &seen, &failed);

	*idle = false;
	if (status == AET_OK && to_run(&seen.plan) == 0)
		*idle = true;
	else if (status == AET_OK) /* many servers start in a deploy: no queue for that */
		status = aet__hold_all(m, &seen.plan, idle, &failed);
	*idle = *idle && !seen.journal.outdated;
	aet__view_free(&seen);
	if (status == AET_EHALFDONE) /* may be under way: that is known under the lock */
		return AET_OK;
	if (status != AET_OK && err != NULL)
		*err = failed;
	return status;
}

const aet__migrate_call aet__migrate_pending = { .idle = is_idle,
	.work = work,
	.announces = true };

aet_status
aet_db_migrate(aet_db *db, const aet_migrate_options *opts, aet_migrate_report *report,
    aet_error *err)
{
	return aet__migrate_run(db, opts, report, &aet__migrate_pending, err);
}

aet_status
aet__migrate_within(aet__connection *connection, const aet__source *source,
    const aet_migrate_options *options, size_t most, aet_migrate_report *report,
    aet_error *err)
{
	aet__migrator m = { .connection = connection,
		.options = *options,
		.source = source,
		.report = report,
		.within = true,
		.most = most };
	int64_t started = aet__migrate_clock_us();
	aet_status status;

	*report = (aet_migrate_report){ .size = sizeof(*report) };
	status = aet__journal_ensure(connection, options->journal, AET__NEVER, err);
	if (status == AET_OK)
		status = work(&m, AET__NEVER, NULL, err);
	free(m.objects);
	free(m.locks);
	report->elapsed_us = aet__migrate_clock_us() - started;
	return status;
}
