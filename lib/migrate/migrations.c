/* SPDX-License-Identifier: MIT */
/* Where each migration stands. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/memory.h"
#include "db/session.h"
#include "migrate/hold.h"
#include "migrate/migrator.h"

/* A list, and all that its strings lie in. */
typedef struct owned_list {
	aet_migration_list list; /* first, so that the one leads to the other */
	aet_migration *migrations;
	const aet_migration **items;
	aet__source source;
	aet__journal_copy journal;
	aet__plan plan;
	const aet__plan_entry *first_held;
	char held_by[AET__SERVER_TEXT_SIZE]; /* first_held */
	char behind[AET_FILE_SIZE + 16];     /* all others */
} owned_list;

static void
fill_migration(
    aet_migration *out, const aet__source *source, const aet__plan_entry *entry)
{
	*out = (aet_migration){ .source = source->name, .state = entry->state };
	if (entry->row != NULL) {
		out->version = entry->row->version;
		out->name = entry->row->name;
		out->checksum = entry->row->checksum;
		out->applied_at = entry->row->applied_at;
		out->duration_us = entry->row->duration_us;
		out->library_version = entry->row->library_version;
		out->applied_by = entry->row->applied_by;
		out->adopted = entry->row->adopted;
		if (entry->state == AET_MIGRATION_GONE)
			out->gone = entry->row->gone;
		if (!entry->row->finished)
			out->statements_done = entry->row->statements_done;
		if (!entry->row->finished && entry->row->statement_begun < 0)
			out->statement_in_doubt = -entry->row->statement_begun;
	}
	if (entry->file != NULL) {
		out->version = entry->file->version;
		out->name = entry->file->name;
		out->file_checksum = entry->file->checksum;
	}
}

static void
fill_held(aet_migration *out, const owned_list *owned, const aet__plan_entry *entry)
{
	out->contract = entry->contract;
	if (entry->state != AET_MIGRATION_HELD)
		return;
	out->held_by = entry == owned->first_held ? owned->held_by : owned->behind;
}

static aet_status
fill_list(owned_list *owned, aet_error *err)
{
	const aet__plan *plan = &owned->plan;

	owned->migrations = aet__memory_array(plan->count, sizeof(*owned->migrations));
	owned->items = aet__memory_array(plan->count, sizeof(const aet_migration *));
	if (owned->migrations == NULL || owned->items == NULL)
		return aet__error_memory(err);
	for (size_t i = 0; i < plan->count; i++) {
		fill_migration(&owned->migrations[i], &owned->source, &plan->entries[i]);
		fill_held(&owned->migrations[i], owned, &plan->entries[i]);
		owned->items[i] = &owned->migrations[i];
	}
	owned->list.len = plan->count;
	owned->list.items = owned->items;
	return AET_OK;
}

static bool
waits_to_run(const aet__plan_entry *entry)
{
	return entry->state == AET_MIGRATION_PENDING && entry->file->version >= 0;
}

/* The first of the phase contract that somebody holds takes all behind it along. */
static aet_status
find_held(
    const aet__session *session, const char *journal, owned_list *owned, aet_error *err)
{
	aet_status status = aet__hold_mark(&owned->plan, err);

	for (size_t i = 0; i < owned->plan.count && status == AET_OK; i++) {
		aet__plan_entry *entry = &owned->plan.entries[i];

		if (!waits_to_run(entry))
			continue;
		if (entry->contract && owned->held_by[0] == '\0') {
			status = aet__server_holders(session->connection, journal,
			    owned->source.name, entry->file->version, session->deadline,
			    owned->held_by, err);
			snprintf(owned->behind, sizeof(owned->behind), "behind \"%s\"",
			    entry->file->name);
			owned->first_held = entry;
		}
		if (owned->held_by[0] != '\0')
			entry->state = AET_MIGRATION_HELD;
	}
	return status;
}

static aet_status
look(aet_db *db, const char *journal, owned_list *owned, aet_error *err)
{
	aet__session session;
	aet_status status = aet__session_begin(db, &session, err);

	if (status != AET_OK)
		return status;
	status = aet__journal_read(session.connection, journal, owned->source.name,
	    session.deadline, &owned->journal, err);
	if (status == AET_OK)
		status = aet__plan_make(&owned->source, &owned->journal.journal,
		    (aet__plan_policy){ 0 }, &owned->plan, err);
	if (status == AET_OK && owned->plan.pending > 0)
		status = find_held(&session, journal, owned, err);
	return aet__session_end(&session, status, err);
}

static aet_status
make_list(aet_db *db, const aet_migrate_options *opts, owned_list *owned, aet_error *err)
{
	aet_migrate_options options;
	aet_status status = aet__migrate_pool(db, err);

	if (status == AET_OK)
		status = aet__migrate_options_read(opts, &options, err);
	if (status == AET_OK)
		status = aet__migrate_source(&options, &owned->source, err);
	if (status == AET_OK)
		status = look(db, options.journal, owned, err);
	if (status == AET_OK)
		status = fill_list(owned, err);
	return status;
}

aet_status
aet_db_migrations(
    aet_db *db, const aet_migrate_options *opts, aet_migration_list **out, aet_error *err)
{
	owned_list *owned = aet__memory_array(1, sizeof(*owned));
	aet_status status;

	if (owned == NULL)
		return aet__error_memory(err);
	status = make_list(db, opts, owned, err);
	if (status == AET_OK)
		*out = &owned->list;
	else
		aet_migration_list_free(&owned->list);
	return status;
}

void
aet_migration_list_free(aet_migration_list *list)
{
	owned_list *owned = (owned_list *)list;

	if (owned == NULL)
		return;
	aet__plan_free(&owned->plan);
	aet__journal_free(&owned->journal);
	aet__source_free(&owned->source);
	free(owned->items);
	free(owned->migrations);
	free(owned);
}

const char *
aet_migration_state_text(aet_migration_state state)
{
	switch (state) {
	case AET_MIGRATION_APPLIED:
		return "applied";
	case AET_MIGRATION_PENDING:
		return "pending";
	case AET_MIGRATION_OUT_OF_ORDER:
		return "out of order";
	case AET_MIGRATION_CHANGED:
		return "changed";
	case AET_MIGRATION_MISSING:
		return "missing";
	case AET_MIGRATION_UNKNOWN:
		return "unknown";
	case AET_MIGRATION_HALF_DONE:
		return "half-done";
	case AET_MIGRATION_GONE:
		return "gone";
	case AET_MIGRATION_HELD:
		return "held";
	}
	return "?";
}
