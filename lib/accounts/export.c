/* SPDX-License-Identifier: MIT */
#include <accounts/statements/queries.h>

#include <string.h>

#include <aeturnis/audit.h>

#define PAGE 200

static aet_status
hand_over(const aet__audit_export_page_row_list *page, aet_audit_write_fn write,
    void *ctx, aet_error *err)
{
	aet_status status = AET_OK;

	for (size_t i = 0; i < page->len && status == AET_OK; i++)
		status =
		    write(ctx, page->items[i].line, strlen(page->items[i].line), err);
	return status;
}

static aet_status
export_all(aet_db *db, aet__audit_export_page_params *params, aet_audit_write_fn write,
    void *ctx, aet_error *err)
{
	aet_status status;
	size_t len;

	do {
		aet__audit_export_page_row_list *page = NULL;

		status = aet__audit_export_page(db, params, &page, err);
		len = status == AET_OK ? page->len : 0;
		if (len > 0) {
			params->after_at = page->items[len - 1].created_at;
			params->after_id = page->items[len - 1].id;
			status = hand_over(page, write, ctx, err);
		}
		aet__audit_export_page_row_list_free(page);
	} while (status == AET_OK && len == PAGE);
	return status;
}

aet_status
aet_audit_export(aet_db *db, const aet_audit_filter *filter, aet_audit_write_fn write,
    void *ctx, aet_error *err)
{
	const aet_audit_filter all = AET_AUDIT_FILTER_INIT;
	aet__audit_export_page_params params = {
		.after_at = { AET_TIMESTAMP_MINUS_INFINITY }, .most = PAGE
	};

	if (filter == NULL)
		filter = &all;
	if (filter->size != sizeof(*filter) || write == NULL)
		return aet_error_set(err, AET_EINVAL,
		    "a filter without its size, or nothing to write with: start from "
		    "AET_AUDIT_FILTER_INIT");
	if (filter->since.has_value)
		params.after_at = filter->since.value;
	params.until = filter->until;
	params.event_type = filter->event_type;
	if (filter->actor != NULL)
		params.actor = (aet_opt_uuid){ true, filter->actor->uuid };
	return export_all(db, &params, write, ctx, err);
}
