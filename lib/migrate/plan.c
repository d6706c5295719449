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

/* A newer release's text of a repeatable migration stands: otherwise the two
 * would take turns for as long as both are started. */
static bool
is_ahead(const newest_known *newest)
{
	return newest->row != NULL &&
	       (newest->file == NULL || newest->row->version > newest->file->version);
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
	if (strcmp(entry->row->checksum, entry->file->checksum) != 0)
		return AET_MIGRATION_CHANGED;
	return entry->row->gone == NULL ? AET_MIGRATION_APPLIED : AET_MIGRATION_GONE;
}

static bool
is_within(const aet__plan_entry *entry, aet__plan_policy policy)
{
	return policy.to == NULL || entry->file->version <= *policy.to;
}

static bool
may_run(const aet__plan_entry *entry, aet__plan_policy policy)
{
	switch (entry->state) {
	case AET_MIGRATION_PENDING:
		return is_within(entry, policy);
	case AET_MIGRATION_OUT_OF_ORDER:
		return policy.out_of_order && is_within(entry, policy);
	case AET_MIGRATION_HALF_DONE:
		return policy.resume && entry->file != NULL &&
		       entry->row->statement_begun >= 0 &&
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
	entry->accepted =
	    (policy.accept_unknown && is_newer(entry, newest)) ||
	    (policy.out_of_order && file != NULL && !is_within(entry, policy));
	plan->applied += file != NULL && row != NULL && row->finished;
	plan->pending += file != NULL && (row == NULL || !row->finished);
}

static const aet__journal_row *
find_row(const aet__journal *journal, int64_t version)
{
	for (size_t i = 0; i < journal->count; i++)
		if (journal->rows[i].version == version)
			return &journal->rows[i];
	return NULL;
}

/* Run again whenever its text is another one. One whose file is gone is
 * nobody's concern: what it made is for a migration to drop. */
static void
add_repeatable(aet__plan *plan, const aet__migration_file *file,
    const aet__journal *journal, const newest_known *newest, aet__plan_policy policy)
{
	aet__plan_entry *entry = &plan->entries[plan->count++];
	const aet__journal_row *row = find_row(journal, file->version);
	bool same = row != NULL && strcmp(row->checksum, file->checksum) == 0;

	*entry = (aet__plan_entry){ .file = file, .row = row };
	if (same || is_ahead(newest)) {
		entry->state =
		    row != NULL ? AET_MIGRATION_APPLIED : AET_MIGRATION_PENDING;
		plan->applied += row != NULL;
		return;
	}
	entry->state = AET_MIGRATION_PENDING;
	entry->runs = policy.to == NULL;
	plan->pending++;
}

/* Where the rows of those that have a number begin. */
static size_t
first_versioned(const aet__journal *journal)
{
	size_t first = 0;

	while (first < journal->count && journal->rows[first].version < 0)
		first++;
	return first;
}

/* Walks both sides in order of version. */
static void
merge(const aet__source *source, const aet__journal *journal, aet__plan_policy policy,
    aet__plan *plan)
{
	size_t versioned = aet__source_versioned(source);
	size_t rows = first_versioned(journal);
	const newest_known newest = { versioned > 0 ? &source->files[versioned - 1]
						    : NULL,
		journal->count > rows ? &journal->rows[journal->count - 1] : NULL };
	size_t files = 0;

	while (files < versioned || rows < journal->count) {
		const aet__migration_file *file =
		    files < versioned ? &source->files[files] : NULL;
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
	for (; files < source->count; files++)
		add_repeatable(plan, &source->files[files], journal, &newest, policy);
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
