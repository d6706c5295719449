/* SPDX-License-Identifier: MIT */
#include "migrate/plan.h"

#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/memory.h"
#include "migrate/verdict.h"

/* The ends of the two sets, beyond which a version is new to the other. */
typedef struct newest_known {
	const aet__migration_file *file;
	const aet__journal_row *row;
} newest_known;

/* What only a newer release knows is none of ours, half-done or not. */
static bool
is_newer(const aet__plan_entry *entry, const newest_known *newest)
{
	return entry->file == NULL &&
	       (newest->file == NULL || entry->row->version > newest->file->version);
}

/* A file that was renamed is the same migration: version and text decide. */
static aet_migration_state
state_of(const aet__plan_entry *entry, const newest_known *newest)
{
	if (entry->file == NULL && !entry->row->finished)
		return AET_MIGRATION_HALF_DONE;
	if (entry->file == NULL)
		return is_newer(entry, newest) ? AET_MIGRATION_UNKNOWN
					       : AET_MIGRATION_MISSING;
	if (entry->row == NULL)
		return newest->row != NULL && entry->file->version < newest->row->version
			   ? AET_MIGRATION_OUT_OF_ORDER
			   : AET_MIGRATION_PENDING;
	if (!entry->row->finished)
		return AET_MIGRATION_HALF_DONE;
	return strcmp(entry->row->checksum, entry->file->checksum) == 0
		   ? AET_MIGRATION_APPLIED
		   : AET_MIGRATION_CHANGED;
}

static bool
may_run(const aet__plan_entry *entry, aet__plan_policy policy)
{
	switch (entry->state) {
	case AET_MIGRATION_PENDING:
		return true;
	case AET_MIGRATION_OUT_OF_ORDER:
		return policy.out_of_order;
	case AET_MIGRATION_HALF_DONE:
		return policy.resume && entry->file != NULL &&
		       strcmp(entry->row->checksum, entry->file->checksum) == 0;
	default:
		return false;
	}
}

static void
add_entry(aet__plan *plan, const aet__migration_file *file, const aet__journal_row *row,
    const newest_known *newest, aet__plan_policy policy)
{
	aet__plan_entry *entry = &plan->entries[plan->count++];

	*entry = (aet__plan_entry){ .file = file, .row = row };
	entry->state = state_of(entry, newest);
	entry->runs = may_run(entry, policy);
	entry->accepted = policy.accept_unknown && is_newer(entry, newest);
	plan->applied += file != NULL && row != NULL && row->finished;
	plan->pending += file != NULL && (row == NULL || !row->finished);
}

/* Walks both sides in order of version. */
static void
merge(const aet__source *source, const aet__journal *journal, aet__plan_policy policy,
    aet__plan *plan)
{
	const newest_known newest = {
		source->count > 0 ? &source->files[source->count - 1] : NULL,
		journal->count > 0 ? &journal->rows[journal->count - 1] : NULL
	};
	size_t files = 0;
	size_t rows = 0;

	while (files < source->count || rows < journal->count) {
		const aet__migration_file *file =
		    files < source->count ? &source->files[files] : NULL;
		const aet__journal_row *row =
		    rows < journal->count ? &journal->rows[rows] : NULL;

		if (file != NULL && row != NULL && file->version < row->version)
			row = NULL;
		else if (file != NULL && row != NULL && row->version < file->version)
			file = NULL;
		add_entry(plan, file, row, &newest, policy);
		files += file != NULL;
		rows += row != NULL;
	}
}

aet_status
aet__plan_make(const aet__source *source, const aet__journal *journal,
    aet__plan_policy policy, aet__plan *out, aet_error *err)
{
	aet__plan plan = { .entries = aet__memory_array(
			       source->count + journal->count, sizeof(*plan.entries)) };

	if (plan.entries == NULL)
		return aet__error_memory(err);
	merge(source, journal, policy, &plan);
	plan.verdict = aet__verdict(&plan, &plan.error);
	*out = plan;
	return AET_OK;
}

void
aet__plan_free(aet__plan *plan)
{
	free(plan->entries);
	*plan = (aet__plan){ 0 };
}
