/* SPDX-License-Identifier: MIT */
#include "migrate/hold.h"

#include <string.h>

#include "core/error.h"
#include "migrate/servers.h"

#define ANSWER_MS 30000
#define TELL_EVERY_US 5000000

/* ---- which they are --------------------------------------------------- */

static aet_status
read_phase(const aet__migration_file *file, bool *contract, aet_error *err)
{
	aet__directives directives = { 0 };
	aet__spool text = { 0 };
	aet_error failed = { 0 };
	aet_status status = aet__source_load(file, &text, &failed);

	if (status == AET_OK)
		status = aet__directives_read(
		    file->path, aet__spool_view(&text), text.len, &directives, &failed);
	aet__spool_free(&text);
	*contract = status == AET_OK && directives.contract;
	if (status != AET_ENOMEM)
		return AET_OK;
	if (err != NULL)
		*err = failed;
	return status;
}

aet_status
aet__hold_mark(aet__plan *plan, aet_error *err)
{
	aet_status status = AET_OK;

	for (size_t i = 0; i < plan->count && status == AET_OK; i++) {
		aet__plan_entry *entry = &plan->entries[i];

		if (entry->row == NULL && entry->file->version >= 0)
			status = read_phase(entry->file, &entry->contract, err);
	}
	return status;
}

/* ---- what waits ------------------------------------------------------- */

/* A numbered file behind that this release cannot do without; NULL: none. */
static const aet__migration_file *
needed(const aet__plan *plan, size_t place)
{
	for (size_t i = place + 1; i < plan->count; i++)
		if (plan->entries[i].runs && !plan->entries[i].contract &&
		    plan->entries[i].file->version >= 0)
			return plan->entries[i].file;
	return NULL;
}

static int
count_behind(const aet__plan *plan, size_t place)
{
	int count = 0;

	for (size_t i = place; i < plan->count; i++)
		count += plan->entries[i].runs && plan->entries[i].file->version >= 0;
	return count;
}

/* One who waits looks more often than others want to hear of it. */
static bool
is_time_to_tell(aet__migrator *m)
{
	int64_t now = aet__migrate_clock_us();

	if (m->held_told_us != 0 && now - m->held_told_us < TELL_EVERY_US)
		return false;
	m->held_told_us = now;
	return true;
}

aet_status
aet__hold_tell(aet__migrator *m, const aet__plan *plan, size_t place, aet_error *err)
{
	const aet__plan_entry *entry = &plan->entries[place];
	const aet__plan_entry *before = m->entry;
	const aet__migration_file *lacks = needed(plan, place);
	aet_migrate_report *report = m->report;

	report->held = count_behind(plan, place);
	aet__error_copy(report->held_file, sizeof(report->held_file), entry->file->name);
	aet__error_copy(report->held_by, sizeof(report->held_by), m->held_by);
	m->entry = entry;
	if (is_time_to_tell(m))
		aet__migrate_tell(m, (aet_migrate_event){ .kind = AET_MIGRATE_HELD,
					 .detail = report->held_by });
	m->entry = before;
	if (lacks == NULL)
		return AET_OK;
	return aet_error_set(err, AET_EHELD,
	    "\"%s\" comes after \"%s\", which waits for an older release to leave: %s; "
	    "give what is needed at once the lower number, or its own release",
	    lacks->name, entry->file->name, m->held_by);
}

aet_status
aet__hold_look(
    aet__migrator *m, const aet__plan *plan, size_t place, bool *held, aet_error *err)
{
	const aet__migration_file *file = plan->entries[place].file;
	aet_status status;

	*held = false;
	if (m->within)
		return AET_OK;
	status = aet__server_holders(m->connection, m->options.journal, m->source->name,
	    file->version, aet__deadline_in(ANSWER_MS), m->held_by, err);
	if (status != AET_OK || m->held_by[0] == '\0')
		return status;
	if (m->options.force_contract) {
		aet__migrate_log(m, AET_LOG_WARNING,
		    "\"%s\" runs by force, though an older release lives: %s", file->name,
		    m->held_by);
		m->held_by[0] = '\0';
		return AET_OK;
	}
	*held = true;
	return aet__hold_tell(m, plan, place, err);
}

aet_status
aet__hold_behind_fence(aet__migrator *m, aet_error *err)
{
	return aet__apply_note(
	    m, aet__server_holders(m->connection, m->options.journal, m->source->name,
		   m->entry->file->version, AET__NEVER, m->held_by, err));
}

aet_status
aet__hold_all(aet__migrator *m, aet__plan *plan, bool *held, aet_error *err)
{
	size_t first = plan->count;
	aet_status status = AET_OK;

	*held = false;
	if (m->options.force_contract)
		return AET_OK;
	for (size_t i = 0; i < plan->count; i++) {
		aet__plan_entry *entry = &plan->entries[i];

		if (!entry->runs)
			continue;
		if (entry->row == NULL && entry->file->version >= 0)
			status = read_phase(entry->file, &entry->contract, err);
		if (status != AET_OK || !entry->contract)
			return status;
		first = i < first ? i : first;
	}
	return first < plan->count ? aet__hold_look(m, plan, first, held, err) : AET_OK;
}
