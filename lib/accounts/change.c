/* SPDX-License-Identifier: MIT */
/* Changing what a user is, and deleting one. */
#include <accounts/statements/queries.h>

#include "accounts/absence.h"
#include "accounts/conflict.h"
#include "accounts/request.h"
#include "accounts/rules.h"

aet_status
aet_account_email_change(aet_db *db, aet_user_id user_id, const char *email,
    const aet_request *request, aet_error *err)
{
	aet__request from;
	aet_status status = aet__request_read(request, &from, err);
	const aet__account_email_set_params params = { .as_self = from.as_self,
		.actor = from.actor,
		.user_id = user_id.uuid,
		.email = email,
		.ip_address = from.ip_address,
		.user_agent = from.user_agent };

	if (status == AET_OK)
		status = aet__rules_email(email, err);
	if (status == AET_OK)
		status = aet__account_email_set(db, &params, NULL, err);
	return aet__conflict_note(aet__absence_of_user(status, err), err);
}

aet_status
aet_account_email_verify(aet_db *db, aet_user_id user_id, const char *email,
    const aet_request *request, aet_error *err)
{
	aet__request from;
	aet_status status = aet__request_read(request, &from, err);
	const aet__account_email_verify_params params = { .as_self = from.as_self,
		.actor = from.actor,
		.user_id = user_id.uuid,
		.email = email,
		.ip_address = from.ip_address,
		.user_agent = from.user_agent };

	if (status == AET_OK)
		status = aet__account_email_verify(db, &params, NULL, err);
	return aet__absence_of_email(status, err);
}

aet_status
aet_account_roles_change(aet_db *db, aet_user_id user_id, const aet_user_role *roles,
    size_t count, const aet_request *request, aet_error *err)
{
	const char *texts[AET__ROLES];
	aet__request from;
	aet_status status = aet__request_read(request, &from, err);
	const aet__account_roles_set_params params = { .as_self = from.as_self,
		.actor = from.actor,
		.user_id = user_id.uuid,
		.roles = { .items = texts, .len = count },
		.ip_address = from.ip_address,
		.user_agent = from.user_agent };

	if (status == AET_OK)
		status = aet__rules_roles(roles, count, texts, err);
	if (status == AET_OK)
		status = aet__account_roles_set(db, &params, NULL, err);
	return aet__absence_of_user(status, err);
}

aet_status
aet_account_status_set(aet_db *db, aet_user_id user_id, aet_user_status status,
    const aet_request *request, aet_error *err)
{
	aet__request from;
	aet_status done = aet__request_read(request, &from, err);
	const aet__account_status_set_params params = { .as_self = from.as_self,
		.actor = from.actor,
		.user_id = user_id.uuid,
		.status_ = aet_user_status_to_text(status),
		.ip_address = from.ip_address,
		.user_agent = from.user_agent };

	if (done == AET_OK && params.status_ == NULL)
		done = aet_error_set(err, AET_EINVAL, "the user's status is none");
	if (done == AET_OK)
		done = aet__account_status_set(db, &params, NULL, err);
	return aet__absence_of_user(done, err);
}

aet_status
aet_account_delete(
    aet_db *db, aet_user_id user_id, const aet_request *request, aet_error *err)
{
	aet__request from;
	aet_status status = aet__request_read(request, &from, err);
	const aet__account_delete_params params = { .user_id = user_id.uuid,
		.as_self = from.as_self,
		.actor = from.actor,
		.ip_address = from.ip_address,
		.user_agent = from.user_agent };

	if (status == AET_OK)
		status = aet__account_delete(db, &params, NULL, err);
	return aet__absence_of_user(status, err);
}
