/* SPDX-License-Identifier: MIT */
#include <accounts/statements/queries.h>

#include "accounts/conflict.h"
#include "accounts/request.h"
#include "accounts/rules.h"
#include "core/memory.h"

static aet_status
check(const aet_registration *registration, const char *roles[AET__ROLES],
    size_t *role_count, aet_error *err)
{
	static const aet_user_role usual[] = { AET_USER_ROLE_USER };
	bool given;
	aet_status status;

	if (registration == NULL || registration->size != sizeof(*registration))
		return aet_error_set(err, AET_EINVAL,
		    "a registration without its size: start from AET_REGISTRATION_INIT");
	given = registration->roles != NULL;
	*role_count = given ? registration->role_count : 1;
	status = aet__rules_email(registration->email, err);
	if (status == AET_OK)
		status = aet__rules_username(registration->username, err);
	if (status == AET_OK)
		status = aet__rules_password(registration->password, err);
	if (status == AET_OK)
		status = aet__rules_roles(
		    given ? registration->roles : usual, *role_count, roles, err);
	return status;
}

aet_status
aet_account_register(aet_db *db, const aet_registration *registration,
    const aet_request *request, aet_user_id *user_id, aet_error *err)
{
	const char *roles[AET__ROLES];
	char hash[AET_PASSWORD_HASH_SIZE];
	aet__account_register_params params = { .password_hash = hash };
	aet__account_register_row *row = NULL;
	aet__request from;
	aet_status status = check(registration, roles, &params.roles.len, err);

	if (status == AET_OK)
		status = aet__request_read(request, &from, err);
	if (status == AET_OK)
		status = aet_password_hash(
		    registration->hashing, registration->password, hash, err);
	if (status != AET_OK)
		return status;
	params.email = registration->email;
	params.username = registration->username;
	params.roles.items = roles;
	params.email_verified = registration->email_verified;
	params.as_self = from.as_self;
	params.actor = from.actor;
	params.ip_address = from.ip_address;
	params.user_agent = from.user_agent;
	status = aet__conflict_note(aet__account_register(db, &params, &row, err), err);
	if (status == AET_OK && user_id != NULL)
		user_id->uuid = row->user_id;
	aet__account_register_row_free(row);
	aet__memory_wipe(hash, sizeof(hash));
	return status;
}
