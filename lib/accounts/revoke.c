/* SPDX-License-Identifier: MIT */
/* Ending sessions. */
#include <accounts/statements/queries.h>

#include "accounts/absence.h"
#include "accounts/request.h"

#define BATCH 1000
#define BATCH_MAX 100000

aet_status
aet_account_log_out(
    aet_db *db, aet_session_id session_id, const aet_request *request, aet_error *err)
{
	aet__request from;
	aet_status status = aet__request_read(request, &from, err);
	const aet__account_log_out_params params = { .session_id = session_id.uuid,
		.as_self = from.as_self,
		.actor = from.actor,
		.ip_address = from.ip_address,
		.user_agent = from.user_agent };

	if (status == AET_OK)
		status = aet__account_log_out(db, &params, NULL, err);
	return aet__absence_of_session(status, err);
}

aet_status
aet_session_revoke(
    aet_db *db, aet_session_id session_id, const aet_request *request, aet_error *err)
{
	aet__request from;
	aet_status status = aet__request_read(request, &from, err);
	const aet__account_revoke_params params = { .session_id = session_id.uuid,
		.as_self = from.as_self,
		.actor = from.actor,
		.ip_address = from.ip_address,
		.user_agent = from.user_agent };

	if (status == AET_OK)
		status = aet__account_revoke(db, &params, NULL, err);
	return aet__absence_of_session(status, err);
}

static aet_status
revoke_many(aet_db *db, aet_user_id user_id, const aet_session_id *keep,
    const aet_request *request, int64_t *ended, aet_error *err)
{
	aet__account_revoke_all_row *row = NULL;
	aet__request from;
	aet_status status = aet__request_read(request, &from, err);
	aet__account_revoke_all_params params = { .user_id = user_id.uuid,
		.as_self = from.as_self,
		.actor = from.actor,
		.ip_address = from.ip_address,
		.user_agent = from.user_agent };

	if (status != AET_OK)
		return status;
	if (keep != NULL)
		params.keep_session = (aet_opt_uuid){ true, keep->uuid };
	status = aet__account_revoke_all(db, &params, &row, err);
	if (status == AET_OK && ended != NULL)
		*ended = row->ended;
	aet__account_revoke_all_row_free(row);
	return status;
}

aet_status
aet_session_revoke_all(aet_db *db, aet_user_id user_id, const aet_request *request,
    int64_t *ended, aet_error *err)
{
	return revoke_many(db, user_id, NULL, request, ended, err);
}

aet_status
aet_session_revoke_others(aet_db *db, aet_user_id user_id, aet_session_id keep,
    const aet_request *request, int64_t *ended, aet_error *err)
{
	return revoke_many(db, user_id, &keep, request, ended, err);
}

/* ---- upkeep ------------------------------------------------------------------ */

static aet_status
purge_sessions(
    aet_db *db, int32_t batch, const aet__request *from, int64_t *total, aet_error *err)
{
	aet_status status;
	int64_t went;

	do {
		aet__account_sessions_purge_row *row = NULL;

		status = aet__account_sessions_purge(db, batch, from->actor,
		    from->ip_address, from->user_agent, &row, err);
		went = status == AET_OK ? row->sessions : 0;
		*total += went;
		aet__account_sessions_purge_row_free(row);
	} while (status == AET_OK && went == batch);
	return status;
}

static aet_status
purge_failures(aet_db *db, int32_t batch, aet_error *err)
{
	aet_status status;
	int64_t went = 0;

	do
		status = aet__account_failures_purge(db, batch, &went, err);
	while (status == AET_OK && went == batch);
	return status;
}

aet_status
aet_session_purge(aet_db *db, int32_t batch, const aet_request *request, int64_t *purged,
    aet_error *err)
{
	aet__request from;
	aet_status status = aet__request_read(request, &from, err);
	int64_t total = 0;

	if (status == AET_OK && (batch < 0 || batch > BATCH_MAX))
		status = aet_error_set(
		    err, AET_EINVAL, "a batch is not between 0 and 100,000");
	if (batch == 0)
		batch = BATCH;
	if (status == AET_OK)
		status = purge_sessions(db, batch, &from, &total, err);
	if (status == AET_OK)
		status = purge_failures(db, batch, err);
	if (status == AET_OK && purged != NULL)
		*purged = total;
	return status;
}
