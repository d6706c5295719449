/* SPDX-License-Identifier: MIT */
#include <accounts/statements/queries.h>

#include "accounts/absence.h"
#include "accounts/request.h"
#include "accounts/rules.h"
#include "core/memory.h"

#define WINDOW_MS 900000

/* The failure's entry; its count is the account's own, under its id. */
static aet_status
refuse(aet_db *db, aet_user_id user_id, const aet__request *from, aet_error *err)
{
	char id[AET_UUID_TEXT_SIZE];
	const aet__account_login_fail_params params = {
		.login = id,
		.ip_address = from->ip_address,
		.window_ms = WINDOW_MS,
		.user_id = { true, user_id.uuid },
		.reason = "password",
		.user_agent = from->user_agent,
	};
	aet_status status;

	aet_uuid_format(user_id.uuid, id);
	status = aet__account_login_fail(db, &params, err);
	if (status != AET_OK)
		return status;
	return aet_error_set(err, AET_EMISMATCH, "that is not the old password");
}

/* Without an old password *stored stays NULL. */
static aet_status
verify(aet_db *db, aet_user_id user_id, const aet_password_change *change,
    const aet__request *from, aet__account_password_of_row **stored, aet_error *err)
{
	aet_status status;

	if (change->old_password == NULL)
		return AET_OK;
	status = aet__account_password_of(db, user_id.uuid, stored, err);
	if (status != AET_OK)
		return status;
	status = aet_password_verify(
	    change->hashing, (*stored)->password_hash, change->old_password, NULL, err);
	if (status == AET_EMISMATCH)
		status = refuse(db, user_id, from, err);
	return status;
}

static aet_status
set(aet_db *db, aet_user_id user_id, const aet_password_change *change,
    const aet__request *from, const aet__account_password_of_row *stored, aet_error *err)
{
	char hash[AET_PASSWORD_HASH_SIZE];
	aet__account_password_set_params params = { .password_hash = hash,
		.user_id = user_id.uuid,
		.verified_hash = stored != NULL ? stored->password_hash : NULL,
		.as_self = from->as_self,
		.actor = from->actor,
		.ip_address = from->ip_address,
		.user_agent = from->user_agent };
	aet_status status =
	    aet_password_hash(change->hashing, change->new_password, hash, err);

	if (status != AET_OK)
		return status;
	if (change->keep != NULL)
		params.keep_session = (aet_opt_uuid){ true, change->keep->uuid };
	status = aet__account_password_set(db, &params, NULL, err);
	if (status == AET_ENOTFOUND && stored != NULL)
		status = aet_error_set(err, AET_ERETRY,
		    "the password was changed by another call meanwhile");
	aet__memory_wipe(hash, sizeof(hash));
	return status;
}

aet_status
aet_account_password_change(aet_db *db, aet_user_id user_id,
    const aet_password_change *change, const aet_request *request, aet_error *err)
{
	aet__account_password_of_row *stored = NULL;
	aet__request from;
	aet_status status = aet__request_read(request, &from, err);

	if (status == AET_OK && (change == NULL || change->size != sizeof(*change)))
		status = aet_error_set(err, AET_EINVAL,
		    "a password change without its size: start from "
		    "AET_PASSWORD_CHANGE_INIT");
	if (status == AET_OK)
		status = aet__rules_password(change->new_password, err);
	if (status == AET_OK)
		status = verify(db, user_id, change, &from, &stored, err);
	if (status == AET_OK)
		status = set(db, user_id, change, &from, stored, err);
	aet__account_password_of_row_free(stored);
	return aet__absence_of_user(status, err);
}
