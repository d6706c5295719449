/* SPDX-License-Identifier: MIT */
#include <accounts/statements/queries.h>

#include <string.h>

#include "accounts/chain.h"
#include "db/handle.h"

#define PAGE 1000

typedef struct verifying {
	aet_db *db; /* one snapshot */
	const aet_audit_head *anchor;
	bool anchored; /* met, or none was given */
	aet__chain_end end;
	aet_audit_report report;
} verifying;

/* ---- what is wrong ----------------------------------------------------------- */

static aet_status
tampered(verifying *v, aet_audit_fault fault, int64_t position, aet_error *err)
{
	static const char *const texts[] = {
		[AET_AUDIT_SOUND] = "is sound",
		[AET_AUDIT_CHANGED] =
		    "is not what was sealed: an entry was changed, or has another place",
		[AET_AUDIT_MISSING] = "has lost its entry",
		[AET_AUDIT_GAP] = "is missing: links were deleted",
		[AET_AUDIT_OUTSIDE] = "",
		[AET_AUDIT_CHECKPOINT] =
		    "is the newest purge's, and no entry audit.purge tells of it",
		[AET_AUDIT_ANCHOR] = "is not the one that the anchor was taken from",
		[AET_AUDIT_UNSEALED] = "",
	};

	v->report.fault = fault;
	v->report.position = position;
	return aet_error_set(err, AET_ETAMPERED, "link %lld of the audit log %s",
	    (long long)position, texts[fault]);
}

static aet_status
check_anchor(verifying *v, aet_error *err)
{
	aet_audit_head here;

	if (v->anchor == NULL || v->anchor->position != v->end.position)
		return AET_OK;
	aet__chain_tell(&v->end, &here);
	v->anchored = true;
	if (strcmp(here.hash, v->anchor->hash) != 0)
		return tampered(v, AET_AUDIT_ANCHOR, v->end.position, err);
	return AET_OK;
}

/* ---- the walk ------------------------------------------------------------------- */

/* A chain that was purged begins at its newest checkpoint. */
static aet_status
begin_at(verifying *v, aet_error *err)
{
	aet__audit_checkpoint_row *row = NULL;
	aet_status status = aet__audit_checkpoint(v->db, &row, err);

	if (status == AET_OK && row != NULL) {
		v->end.position = row->position;
		status = aet__chain_read_hash(row->hash, v->end.hash, err);
		if (status == AET_OK && !row->is_told)
			status = tampered(v, AET_AUDIT_CHECKPOINT, row->position, err);
	}
	aet__audit_checkpoint_row_free(row);
	v->report.first = v->end.position + 1;
	if (status == AET_OK && v->anchor != NULL &&
	    v->anchor->position < v->end.position)
		status = aet_error_set(err, AET_EINVAL,
		    "the anchor is older than the last purge: nothing is left of it");
	if (status == AET_OK)
		status = check_anchor(v, err);
	return status;
}

static aet_status
check_link(verifying *v, const aet__audit_chain_page_row *row, aet_error *err)
{
	int64_t expected = v->end.position + 1;
	aet_status status;

	v->report.entry_id.uuid = row->entry_id;
	if (row->position != expected)
		return tampered(v, AET_AUDIT_GAP, expected, err);
	if (row->text == NULL)
		return tampered(v, AET_AUDIT_MISSING, expected, err);
	status = aet__chain_add(&v->end, row->text, err);
	if (status != AET_OK)
		return status;
	if (row->hash.len != sizeof(v->end.hash) ||
	    memcmp(row->hash.data, v->end.hash, sizeof(v->end.hash)) != 0)
		return tampered(v, AET_AUDIT_CHANGED, expected, err);
	v->report.links++;
	return check_anchor(v, err);
}

static aet_status
walk(verifying *v, aet_error *err)
{
	aet_status status = AET_OK;
	size_t len = PAGE;

	while (status == AET_OK && len == PAGE) {
		aet__audit_chain_page_row_list *page = NULL;

		status = aet__audit_chain_page(v->db, v->end.position, PAGE, &page, err);
		len = status == AET_OK ? page->len : 0;
		for (size_t i = 0; i < len && status == AET_OK; i++)
			status = check_link(v, &page->items[i], err);
		aet__audit_chain_page_row_list_free(page);
	}
	return status;
}

static aet_status
check_outside(verifying *v, aet_error *err)
{
	aet__audit_outside_row *row = NULL;
	aet_status status;

	status = aet__audit_outside(v->db, &row, err);
	if (status != AET_OK)
		return status;
	v->report.pending = row->pending;
	/* Migration 0005 queued what was there, and a trigger does since. */
	if (row->outside > 0) {
		v->report.fault = AET_AUDIT_OUTSIDE;
		status = aet_error_set(err, AET_ETAMPERED,
		    "%lld entries of the audit log are neither sealed nor waiting to be",
		    (long long)row->outside);
	}
	aet__audit_outside_row_free(row);
	return status;
}

static aet_status
verify(verifying *v, aet_error *err)
{
	aet_status status = begin_at(v, err);

	if (status == AET_OK)
		status = walk(v, err);
	if (status == AET_OK && !v->anchored)
		status = tampered(v, AET_AUDIT_ANCHOR, v->anchor->position, err);
	if (status == AET_OK) {
		v->report.entry_id = (aet_audit_entry_id){ { { 0 } } };
		status = check_outside(v, err);
	}
	if (status == AET_OK && v->end.position == 0) {
		v->report.fault = AET_AUDIT_UNSEALED;
		status = aet_error_set(err, AET_ENOTFOUND,
		    "nothing of the audit log is sealed yet, and %lld entries wait",
		    (long long)v->report.pending);
	}
	aet__chain_tell(&v->end, &v->report.head);
	return status;
}

/* A transaction that is open already has the snapshots that it has. */
static aet_status
verify_in_snapshot(aet_db *db, verifying *v, aet_error *err)
{
	aet_begin_options options = AET_BEGIN_OPTIONS_INIT;
	aet_db *tx = NULL;
	aet_status status;

	v->db = db;
	if (aet__handle_target(db)->kind == AET__HANDLE_TRANSACTION)
		return verify(v, err);
	options.isolation = AET_REPEATABLE_READ;
	options.read_only = true;
	status = aet_db_begin(db, &options, &tx, err);
	if (status != AET_OK)
		return status;
	v->db = tx;
	status = verify(v, err);
	aet_db_rollback(&tx);
	return status;
}

aet_status
aet_audit_verify(
    aet_db *db, const aet_audit_head *anchor, aet_audit_report *report, aet_error *err)
{
	verifying v = { .anchor = anchor,
		.anchored = anchor == NULL,
		.report = AET_AUDIT_REPORT_INIT };
	aet_status status;

	if (db == NULL || (report != NULL && report->size != sizeof(*report)) ||
	    (anchor != NULL && anchor->size != sizeof(*anchor)))
		return aet_error_set(err, AET_EINVAL,
		    "no handle, or an anchor or report without its size: start from the "
		    "_INIT macros");
	if (anchor != NULL && (anchor->position < 1 || strlen(anchor->hash) != 64))
		return aet_error_set(err, AET_EINVAL,
		    "the anchor is none: a position from 1 and 64 hexadecimal digits");
	status = verify_in_snapshot(db, &v, err);
	if (report != NULL &&
	    (status == AET_OK || status == AET_ETAMPERED || status == AET_ENOTFOUND))
		*report = v.report;
	return status;
}
