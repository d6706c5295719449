/* SPDX-License-Identifier: MIT */
#include "migrate/newer.h"

#include <string.h>

#include "catalog/statement_check.h"
#include "core/error.h"

/* The first migration that only a newer release knows; NULL: there is none. */
static const aet__journal_row *
first_newer(const aet__plan *lenient, int *count)
{
	const aet__journal_row *first = NULL;

	*count = 0;
	for (size_t i = 0; i < lenient->count; i++) {
		const aet__plan_entry *entry = &lenient->entries[i];

		if (entry->file != NULL || !entry->accepted)
			continue;
		first = first != NULL ? first : entry->row;
		++*count;
	}
	return first;
}

static aet_status
ask(aet__connection *connection, const aet_migrate_options *options,
    aet__deadline deadline, aet__manifest_report *out, aet_error *err)
{
	if (options->statements != NULL)
		return aet__statements_check(
		    options->statements, connection, deadline, out, err);
	return aet__manifest_check(options->manifest, strlen(options->manifest),
	    connection, NULL, NULL, deadline, out, err);
}

static aet_status
refuse(const aet__plan *lenient, const aet__manifest_report *report, aet_error *err)
{
	int count;
	const aet__journal_row *first = first_newer(lenient, &count);

	return aet_error_set(err, AET_EAHEAD,
	    "a newer release has migrated the database (\"%s\"%s), and %zu of this one's "
	    "%zu statements would fail on it: update this release; %s",
	    first->name, count > 1 ? " and more" : "", report->count, report->checked,
	    report->items[0].sentence);
}

aet_status
aet__newer_judge(aet__connection *connection, const aet_migrate_options *options,
    const aet__source *source, const aet__journal *journal, aet__plan_policy policy,
    aet__deadline deadline, aet__plan *plan, aet__manifest_report *out, aet_error *err)
{
	aet__plan lenient;
	aet_status status;
	int count;

	*out = (aet__manifest_report){ 0 };
	if (plan->verdict == AET_OK ||
	    (options->statements == NULL && options->manifest == NULL))
		return AET_OK;
	policy.accept_unknown = true;
	status = aet__plan_make(source, journal, policy, &lenient, err);
	if (status != AET_OK)
		return status;
	if (lenient.verdict == AET_OK && first_newer(&lenient, &count) != NULL) {
		status = ask(connection, options, deadline, out, err);
		if (status == AET_OK && out->count > 0)
			status = refuse(&lenient, out, err);
		if (status == AET_OK) {
			aet__plan old = *plan;

			*plan = lenient;
			lenient = old;
		}
	}
	aet__plan_free(&lenient);
	return status;
}
