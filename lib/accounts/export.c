/* SPDX-License-Identifier: MIT */
#include <accounts/statements/queries.h>

#include <string.h>

#include <aeturnis/audit.h>

/* Whom the lines are handed to. */
typedef struct taker {
	aet_audit_write_fn write;
	void *ctx;
} taker;

static aet_status
hand_over(const aet__audit_export_row *row, void *ctx, aet_error *err)
{
	const taker *to = ctx;

	return to->write(to->ctx, row->line, strlen(row->line), err);
}

aet_status
aet_audit_export(aet_db *db, const aet_audit_filter *filter, aet_audit_write_fn write,
    void *ctx, aet_error *err)
{
	const aet_audit_filter all = AET_AUDIT_FILTER_INIT;
	taker to = { write, ctx };
	aet_opt_uuid actor = { 0 };

	if (filter == NULL)
		filter = &all;
	if (filter->size != sizeof(*filter) || write == NULL)
		return aet_error_set(err, AET_EINVAL,
		    "a filter without its size, or nothing to write with: start from "
		    "AET_AUDIT_FILTER_INIT");
	if (filter->actor != NULL)
		actor = (aet_opt_uuid){ true, filter->actor->uuid };
	return aet__audit_export(db, filter->since, filter->until, actor,
	    filter->event_type, hand_over, &to, err);
}
