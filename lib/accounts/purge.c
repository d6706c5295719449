/* SPDX-License-Identifier: MIT */
/* Old entries of the audit log. */
#include <accounts/statements/queries.h>

#include <aeturnis/audit.h>

#include "accounts/request.h"

#define BATCH 1000
#define BATCH_MAX 100000

typedef struct purging {
	aet_timestamp before;
	int32_t batch;
	aet__request from;
	int64_t total;
} purging;

static aet_status
purge_sealed(aet_db *db, purging *p, aet_error *err)
{
	const aet__audit_purge_sealed_params params = { .most = p->batch,
		.before = p->before,
		.actor = p->from.actor,
		.ip_address = p->from.ip_address,
		.user_agent = p->from.user_agent };
	aet_status status;
	int64_t went;

	do {
		aet__audit_purge_sealed_row *row = NULL;

		status = aet__audit_purge_sealed(db, &params, &row, err);
		went = status == AET_OK ? row->entries : 0;
		p->total += went;
		aet__audit_purge_sealed_row_free(row);
	} while (status == AET_OK && went == p->batch);
	return status;
}

static aet_status
purge_unsealed(aet_db *db, purging *p, aet_error *err)
{
	const aet__audit_purge_unsealed_params params = { .before = p->before,
		.most = p->batch,
		.actor = p->from.actor,
		.ip_address = p->from.ip_address,
		.user_agent = p->from.user_agent };
	aet_status status;
	int64_t went;

	do {
		aet__audit_purge_unsealed_row *row = NULL;

		status = aet__audit_purge_unsealed(db, &params, &row, err);
		went = status == AET_OK ? row->entries : 0;
		p->total += went;
		aet__audit_purge_unsealed_row_free(row);
	} while (status == AET_OK && went == p->batch);
	return status;
}

aet_status
aet_audit_purge(aet_db *db, aet_timestamp before, int32_t batch,
    const aet_request *request, int64_t *purged, aet_error *err)
{
	purging p = { .before = before, .batch = batch == 0 ? BATCH : batch };
	aet_status status = aet__request_read(request, &p.from, err);

	if (status == AET_OK && (batch < 0 || batch > BATCH_MAX))
		status = aet_error_set(
		    err, AET_EINVAL, "a batch is not between 0 and 100,000");
	if (status == AET_OK)
		status = purge_sealed(db, &p, err);
	if (status == AET_OK)
		status = purge_unsealed(db, &p, err);
	if (status == AET_OK && purged != NULL)
		*purged = p.total;
	return status;
}
