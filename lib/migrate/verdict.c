/* SPDX-License-Identifier: MIT */
#include "migrate/verdict.h"

#include <stdio.h>
#include <string.h>

#include "core/error.h"

/* The first entry in a state, and how many there are. */
typedef struct finding {
	const aet__plan_entry *first;
	int count;
} finding;

/* What is going to be run, or is accepted, is no trouble. */
static finding
find(const aet__plan *plan, aet_migration_state state)
{
	finding found = { 0 };

	for (size_t i = 0; i < plan->count; i++) {
		const aet__plan_entry *entry = &plan->entries[i];

		if (entry->state != state || entry->runs || entry->accepted)
			continue;
		if (found.count++ == 0)
			found.first = entry;
	}
	return found;
}

#define MORE_SIZE 32

/* " (and 2 more)", or nothing. */
static const char *
more(finding found, char text[MORE_SIZE])
{
	text[0] = '\0';
	if (found.count > 1)
		snprintf(text, MORE_SIZE, " (and %d more)", found.count - 1);
	return text;
}

static aet_status
half_done(finding found, aet_error *err)
{
	const aet__plan_entry *entry = found.first;
	const char *name = entry->row->name;
	int done = entry->row->statements_done;

	if (entry->row->statement_begun < 0)
		return aet_error_set(err, AET_EHALFDONE,
		    "statement %d of \"%s\", which commits what it does in parts, was "
		    "begun "
		    "and is not known to have ended: see what it has done, and say "
		    "whether "
		    "to run it again or to go on behind it: aet-db repair %s --again, or "
		    "--done",
		    -entry->row->statement_begun, name, name);
	if (entry->file == NULL)
		return aet_error_set(err, AET_EHALFDONE,
		    "\"%s\" stopped after statement %d, and is missing here: put the "
		    "file "
		    "back, and migrate again",
		    name, done);
	if (strcmp(entry->row->checksum, entry->file->checksum) != 0)
		return aet_error_set(err, AET_EHALFDONE,
		    "\"%s\" stopped after statement %d, and was changed since: put its "
		    "text back, or repair it if just what follows that statement is new, "
		    "and migrate again",
		    name, done);
	return aet_error_set(err, AET_EHALFDONE,
	    "\"%s\" stopped after statement %d: migrate again to finish it", name, done);
}

static aet_status
changed(finding found, aet_error *err)
{
	const aet__plan_entry *entry = found.first;
	char rest[MORE_SIZE];

	if (strcmp(entry->row->name, entry->file->name) != 0)
		return aet_error_set(err, AET_ECHECKSUM,
		    "number %lld was applied as \"%s\", and is \"%s\" here, with another "
		    "text%s: give the new file a number of its own",
		    (long long)entry->row->version, entry->row->name, entry->file->name,
		    more(found, rest));
	return aet_error_set(err, AET_ECHECKSUM,
	    "\"%s\"%s has changed since it was applied: put its text back, and make the "
	    "change in a new migration",
	    entry->file->name, more(found, rest));
}

static aet_status
diverged(finding theirs, finding ours, aet_error *err)
{
	char rest[2][MORE_SIZE];

	return aet_error_set(err, AET_EDIVERGED,
	    "the database has \"%s\"%s, which is not known here, and lacks \"%s\"%s: it "
	    "was "
	    "migrated from another history; bring the two together",
	    theirs.first->row->name, more(theirs, rest[0]), ours.first->file->name,
	    more(ours, rest[1]));
}

static aet_status
missing(finding found, aet_error *err)
{
	char rest[MORE_SIZE];

	return aet_error_set(err, AET_EMISSING,
	    "the database has \"%s\"%s, which is missing here: put the file back",
	    found.first->row->name, more(found, rest));
}

static aet_status
ahead(finding found, aet_error *err)
{
	char rest[MORE_SIZE];

	return aet_error_set(err, AET_EAHEAD,
	    "the database has \"%s\"%s, newer than all migrations known here: a newer "
	    "release has migrated it; update this one, or accept it (accept_unknown)",
	    found.first->row->name, more(found, rest));
}

static aet_status
out_of_order(finding found, aet_error *err)
{
	char rest[MORE_SIZE];

	return aet_error_set(err, AET_EORDER,
	    "\"%s\"%s is not applied, but a newer migration is: give it a new number, or "
	    "allow it (out_of_order)",
	    found.first->file->name, more(found, rest));
}

/* Numbered files that the database lacks, whatever is allowed to run; this release
 * can do without what only takes away. */
static finding
lacking(const aet__plan *plan)
{
	finding found = { 0 };

	for (size_t i = 0; i < plan->count; i++)
		if (plan->entries[i].row == NULL && plan->entries[i].file->version >= 0 &&
		    !plan->entries[i].contract && found.count++ == 0)
			found.first = &plan->entries[i];
	return found;
}

/* Repeatable files that would run. */
static finding
stale(const aet__plan *plan)
{
	finding found = { 0 };

	for (size_t i = 0; i < plan->count; i++)
		if (plan->entries[i].runs && plan->entries[i].file->version < 0 &&
		    found.count++ == 0)
			found.first = &plan->entries[i];
	return found;
}

static finding
either(finding a, finding b)
{
	return (finding){ a.count > 0 ? a.first : b.first, a.count + b.count };
}

aet_status
aet__verdict(const aet__plan *plan, aet_error *err)
{
	finding halves = find(plan, AET_MIGRATION_HALF_DONE);
	finding changes = find(plan, AET_MIGRATION_CHANGED);
	finding gone = find(plan, AET_MIGRATION_MISSING);
	finding newer = find(plan, AET_MIGRATION_UNKNOWN);
	finding late = find(plan, AET_MIGRATION_OUT_OF_ORDER);
	finding lacks = lacking(plan);

	if (halves.count > 0)
		return half_done(halves, err);
	if (changes.count > 0)
		return changed(changes, err);
	if (gone.count + newer.count > 0 && lacks.count > 0)
		return diverged(either(gone, newer), lacks, err);
	if (gone.count > 0)
		return missing(gone, err);
	if (newer.count > 0)
		return ahead(newer, err);
	if (late.count > 0)
		return out_of_order(late, err);
	return AET_OK;
}

aet_status
aet__plan_check(const aet__plan *plan, aet_error *err)
{
	finding lacks = either(lacking(plan), stale(plan));
	char rest[MORE_SIZE];

	if (plan->verdict != AET_OK) {
		if (err != NULL)
			*err = plan->error;
		return plan->verdict;
	}
	if (lacks.count == 0)
		return AET_OK;
	return aet_error_set(err, AET_EBEHIND,
	    "\"%s\"%s is not applied: migrate the database", lacks.first->file->name,
	    more(lacks, rest));
}
