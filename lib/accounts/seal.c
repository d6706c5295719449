/* SPDX-License-Identifier: MIT */
/*
 * Sealing is optimistic: the end is read, the links are computed, and they are
 * written at positions that nobody else may have taken meanwhile.
 */
#include <accounts/statements/queries.h>

#include <string.h>

#include "accounts/chain.h"

#define BATCH 1000

/* What one batch writes. */
typedef struct batch {
	aet_uuid ids[BATCH];
	uint8_t hashes[BATCH][AET__DIGEST_SIZE];
	aet_bytes hash_items[BATCH];
} batch;

/* {0} where nothing was ever sealed. */
static aet_status
read_end(aet_db *db, aet__chain_end *end, aet_error *err)
{
	aet__audit_chain_end_row *row = NULL;
	aet_status status = aet__audit_chain_end(db, &row, err);

	*end = (aet__chain_end){ 0 };
	if (status == AET_OK && row != NULL) {
		end->position = row->position;
		status = aet__chain_read_hash(row->hash, end->hash, err);
	}
	aet__audit_chain_end_row_free(row);
	return status;
}

static aet_status
link_all(batch *links, aet__chain_end *end, const aet__audit_pending_page_row_list *page,
    aet_error *err)
{
	aet_status status = AET_OK;

	for (size_t i = 0; i < page->len && status == AET_OK; i++) {
		status = aet__chain_add(end, page->items[i].text, err);
		links->ids[i] = page->items[i].entry_id;
		memcpy(links->hashes[i], end->hash, sizeof(end->hash));
		links->hash_items[i] = (aet_bytes){ links->hashes[i], AET__DIGEST_SIZE };
	}
	return status;
}

static aet_status
write_all(aet_db *db, const batch *links, int64_t after,
    const aet__audit_pending_page_row_list *page, aet_error *err)
{
	const aet__audit_seal_params params = {
		.after_ = after,
		.entry_ids = { .items = links->ids, .len = page->len },
		.hashes = { .items = links->hash_items, .len = page->len },
		.first_at = page->items[0].created_at,
		.last_at = page->items[page->len - 1].created_at,
	};

	return aet__audit_seal(db, &params, NULL, err);
}

/* *sealed: how many of this batch; 0 also where another was first. */
static aet_status
seal_batch(aet_db *db, int32_t most, int64_t *sealed, aet_error *err)
{
	aet__audit_pending_page_row_list *page = NULL;
	aet__chain_end end;
	batch links;
	aet_status status = read_end(db, &end, err);
	int64_t after = end.position;

	*sealed = 0;
	if (status == AET_OK)
		status = aet__audit_pending_page(db, most, &page, err);
	if (status == AET_OK && page->len > 0) {
		status = link_all(&links, &end, page, err);
		if (status == AET_OK)
			status = write_all(db, &links, after, page, err);
		if (status == AET_OK)
			*sealed = (int64_t)page->len;
		else if (status == AET_ECONFLICT)
			status = AET_OK;
	}
	aet__audit_pending_page_row_list_free(page);
	return status;
}

aet_status
aet_audit_seal(aet_db *db, int64_t most, int64_t *sealed, aet_error *err)
{
	int64_t total = 0;
	int64_t went;
	aet_status status;

	if (most < 0)
		return aet_error_set(err, AET_EINVAL, "less than no entries to seal");
	do {
		int64_t left = most > 0 ? most - total : BATCH;

		status = seal_batch(db, left < BATCH ? (int32_t)left : BATCH, &went, err);
		total += went;
	} while (status == AET_OK && went > 0 && (most == 0 || total < most));
	if (status == AET_OK && sealed != NULL)
		*sealed = total;
	return status;
}

aet_status
aet_audit_head_read(aet_db *db, aet_audit_head *head, aet_error *err)
{
	aet__chain_end end;
	aet_status status;

	if (head == NULL || head->size != sizeof(*head))
		return aet_error_set(err, AET_EINVAL,
		    "a head without its size: start from AET_AUDIT_HEAD_INIT");
	status = read_end(db, &end, err);
	if (status == AET_OK && end.position == 0)
		status = aet_error_set(
		    err, AET_ENOTFOUND, "nothing of the audit log was ever sealed");
	if (status == AET_OK)
		aet__chain_tell(&end, head);
	return status;
}
