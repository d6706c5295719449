/* SPDX-License-Identifier: MIT */
#include <accounts/statements/queries.h>

#include <string.h>

#include "accounts/request.h"
#include "accounts/token.h"
#include "core/memory.h"

#define GRACE_MS 3600000

typedef struct exchange {
	aet__request from;
	char token[AET_REFRESH_TOKEN_SIZE]; /* "" with one's own jti */
	char jti[AET__JTI_SIZE];
	char new_jti[AET__JTI_SIZE];
} exchange;

static aet_status
check(const aet_refresh *refresh, const aet_login *login, aet_error *err)
{
	bool own;

	if (refresh == NULL || refresh->size != sizeof(*refresh) || login == NULL ||
	    login->size != sizeof(*login))
		return aet_error_set(err, AET_EINVAL,
		    "refresh or login without their size: start from the _INIT macros");
	if (refresh->grace_ms < 0 || refresh->grace_ms > GRACE_MS)
		return aet_error_set(
		    err, AET_EINVAL, "grace_ms is not between 0 and an hour");
	own = refresh->jti != NULL && refresh->new_jti != NULL;
	if (own == (refresh->token != NULL) ||
	    (refresh->jti != NULL) != (refresh->new_jti != NULL))
		return aet_error_set(
		    err, AET_EINVAL, "give either token, or both jti and new_jti");
	return AET_OK;
}

/* What is looked for, and what takes its place. */
static aet_status
make_ids(const aet_refresh *refresh, exchange *work, aet__account_refresh_params *params,
    aet_error *err)
{
	aet_status status;

	params->jti = refresh->jti;
	params->new_jti = refresh->new_jti;
	if (refresh->token == NULL) {
		status = aet__token_check_own(refresh->jti, err);
		if (status == AET_OK)
			status = aet__token_check_own(refresh->new_jti, err);
		return status;
	}
	params->jti = work->jti;
	params->new_jti = work->new_jti;
	status = aet__token_jti(refresh->token, work->jti, err);
	if (status == AET_OK)
		status = aet__token_make(work->token, err);
	if (status == AET_OK)
		status = aet__token_jti(work->token, work->new_jti, err);
	return status;
}

/* No session has the token: was it exchanged, or was there never one? */
static aet_status
explain(aet_db *db, const aet_refresh *refresh, const char *jti, const aet__request *from,
    aet_error *err)
{
	aet__account_reuse_row *row = NULL;
	aet_status status = aet__account_reuse(
	    db, refresh->grace_ms, jti, from->ip_address, from->user_agent, &row, err);

	if (status != AET_OK)
		return status;
	if (!row->reused)
		status = aet_error_set(err, AET_ENOTFOUND,
		    "no session has this token: it has ended, or never was");
	else
		status =
		    aet_error_set(err, AET_EREUSED, "the token was exchanged before%s",
			row->forgiven ? "" : "; its session is revoked");
	aet__account_reuse_row_free(row);
	return status;
}

static void
tell(const exchange *work, const aet__account_refresh_row *row, aet_login *login)
{
	login->user_id.uuid = row->user_id;
	login->session_id.uuid = row->session_id;
	login->expires_at = row->expires_at;
	memcpy(login->refresh_token, work->token, sizeof(work->token));
}

static aet_status
run(aet_db *db, const aet_refresh *refresh, exchange *work, aet_login *login,
    aet_error *err)
{
	aet__account_refresh_params params = { .as_self = work->from.as_self,
		.actor = work->from.actor,
		.ip_address = work->from.ip_address,
		.user_agent = work->from.user_agent };
	aet__account_refresh_row *row = NULL;
	aet_status status = make_ids(refresh, work, &params, err);

	if (status != AET_OK)
		return status;
	status = aet__account_refresh(db, &params, &row, err);
	if (status == AET_OK)
		tell(work, row, login);
	else if (status == AET_ENOTFOUND)
		status = explain(db, refresh, params.jti, &work->from, err);
	aet__account_refresh_row_free(row);
	return status;
}

aet_status
aet_session_refresh(aet_db *db, const aet_refresh *refresh, const aet_request *request,
    aet_login *login, aet_error *err)
{
	exchange work = { 0 };
	aet_status status = check(refresh, login, err);

	if (status == AET_OK)
		status = aet__request_read(request, &work.from, err);
	if (status == AET_OK)
		status = run(db, refresh, &work, login, err);
	aet__memory_wipe(&work, sizeof(work));
	return status;
}
