/* SPDX-License-Identifier: MIT */
/*
 * Logging in: one look, argon2, one write. Whoever fails has cost one argon2
 * and the same two statements, whatever the reason. A throttle counts an attempt
 * with the look, before argon2: of many at once no more get through than it has
 * room for. One that succeeds, or fails for another reason, is taken back.
 */
#include <accounts/statements/queries.h>

#include <string.h>

#include "accounts/request.h"
#include "accounts/token.h"
#include "core/memory.h"
#include "core/utf8.h"

#define DAY_MS INT64_C(86400000)
#define LIFETIME_MS (30 * DAY_MS)
#define IDLE_MS (7 * DAY_MS)
#define WINDOW_MS INT64_C(900000)
#define LONGEST_MS (100 * 366 * DAY_MS)
#define PER_ACCOUNT 10
#define PER_ADDRESS 100

/* One attempt. */
typedef struct attempt {
	const aet_credentials *credentials;
	aet__request from;
	aet_throttle throttle; /* filled */
	aet_opt_uuid user_id;
	const char *reason; /* why it failed; NULL: it did not */
	char token[AET_REFRESH_TOKEN_SIZE];
	char jti[AET__JTI_SIZE];
	char new_hash[AET_PASSWORD_HASH_SIZE]; /* "": the stored one is good enough */
} attempt;

/* ---- what is asked --------------------------------------------------------- */

static aet_status
read_throttle(const aet_throttle *asked, aet_throttle *out, aet_error *err)
{
	const aet_throttle none = AET_THROTTLE_INIT;

	*out = asked != NULL ? *asked : none;
	if (out->size != sizeof(*out))
		return aet_error_set(err, AET_EINVAL,
		    "a throttle without its size: start from AET_THROTTLE_INIT");
	if (out->per_account < 0 || out->per_address < 0 || out->window_ms < 0 ||
	    out->window_ms > DAY_MS)
		return aet_error_set(err, AET_EINVAL,
		    "the throttle's numbers are out of range: a window is a day at most");
	if (out->per_account == 0)
		out->per_account = PER_ACCOUNT;
	if (out->per_address == 0)
		out->per_address = PER_ADDRESS;
	if (out->window_ms == 0)
		out->window_ms = WINDOW_MS;
	return AET_OK;
}

static bool
is_utf8(const char *text)
{
	while (*text != '\0')
		if (aet__utf8_next(&text) == AET__UTF8_INVALID)
			return false;
	return true;
}

static aet_status
check(const aet_credentials *credentials, const aet_login *login, aet_error *err)
{
	if (credentials == NULL || credentials->size != sizeof(*credentials) ||
	    login == NULL || login->size != sizeof(*login))
		return aet_error_set(err, AET_EINVAL,
		    "credentials or login without their size: start from the _INIT "
		    "macros");
	if (credentials->login == NULL || credentials->password == NULL ||
	    !is_utf8(credentials->login))
		return aet_error_set(err, AET_EINVAL,
		    "login and password must be given, and login be UTF-8");
	if (credentials->lifetime_ms < 0 || credentials->lifetime_ms > LONGEST_MS ||
	    credentials->idle_timeout_ms > LONGEST_MS)
		return aet_error_set(
		    err, AET_EINVAL, "a session lasts a hundred years at most");
	if (credentials->jti != NULL)
		return aet__token_check_own(credentials->jti, err);
	return AET_OK;
}

/* ---- looking ---------------------------------------------------------------- */

/*
 * The look may have counted the attempt; that it may is no reason to tell the
 * caller that somebody may be logged in.
 */
static aet_status
nothing_happened(const aet_error *failed, aet_error *err)
{
	if (failed->status != AET_EUNKNOWN)
		*err = *failed;
	else if (failed->sqlstate[0] != '\0')
		aet_error_set(err, AET_ECONNECT,
		    "the connection was lost before anybody was logged in");
	else
		aet_error_set(err, AET_ETIMEOUT,
		    "no answer from the server in time; nobody was logged in");
	return err->status;
}

static bool
is_counted(const attempt *try, const aet__account_credentials_row *found)
{
	return try->credentials->throttle != NULL && found->account_window.has_value &&
	       (found->address_window.has_value || try->from.ip_address == NULL);
}

/* With a throttle, counts the attempt; AET_ETHROTTLED: there was no room. */
static aet_status
look(aet_db *db, const attempt *try, aet__account_credentials_row **found, aet_error *err)
{
	const bool throttled = try->credentials->throttle != NULL;
	const aet__account_credentials_params params = {
		.ip_address = try->from.ip_address,
		.per_address = { throttled, try->throttle.per_address },
		.per_account = { throttled, try->throttle.per_account },
		.window_ms = try->throttle.window_ms,
		.login = try->credentials->login,
	};
	aet_error failed = { 0 };
	aet_error unheard;

	if (aet__account_credentials(db, &params, found, &failed) != AET_OK)
		return nothing_happened(&failed, err != NULL ? err : &unheard);
	if (throttled && !is_counted(try, *found))
		return aet_error_set(err, AET_ETHROTTLED,
		    "logging in has failed too often lately; try again later");
	return AET_OK;
}

/*
 * What came of the attempt is not the password's fault, and must not count.
 * Failing to say so leaves one failure too many, until the window is over.
 */
static void
take_back(aet_db *db, const attempt *try, const aet__account_credentials_row *found)
{
	aet_status told = AET_OK;

	if (found->address_window.has_value || found->account_window.has_value)
		told = aet__account_attempt_forget(db, try->from.ip_address,
		    found->address_window, try->credentials->login, found->account_window,
		    NULL);
	(void)told;
}

/* ---- verifying: no connection is held ------------------------------------------ */

/* Sets try->reason where the password is not the one, or there is none. */
static aet_status
verify(
    attempt *try, const aet__account_credentials_row *found, bool *rehash, aet_error *err)
{
	const aet_password_options *hashing = try->credentials->hashing;
	const char *password = try->credentials->password;
	aet_status status;

	if (!found->user_id.has_value) {
		try->reason = "unknown";
		return aet_password_verify_nobody(hashing, password, err);
	}
	status =
	    aet_password_verify(hashing, found->password_hash, password, rehash, err);
	if (status == AET_EMALFORMED || status == AET_ETOOCOSTLY) {
		try->reason = "malformed";
		return aet_password_verify_nobody(hashing, password, err);
	}
	if (status == AET_EMISMATCH)
		try->reason = "password";
	else if (status == AET_OK && strcmp(found->status, "active") != 0)
		try->reason = "status";
	return status;
}

/* AET_OK with a reason: it was refused. */
static aet_status
judge(attempt *try, const aet__account_credentials_row *found, aet_error *err)
{
	bool rehash = false;
	aet_status status;

	try->user_id = found->user_id;
	status = verify(try, found, &rehash, err);
	if (status == AET_EMISMATCH)
		return AET_OK;
	if (status == AET_OK && rehash && try->reason == NULL)
		status = aet_password_hash(try->credentials->hashing,
		    try->credentials->password, try->new_hash, err);
	return status;
}

/* ---- writing ------------------------------------------------------------------- */

static aet_status
fail(aet_db *db, const attempt *try, aet_error *err)
{
	const aet__account_login_fail_params params = {
		.login = try->credentials->login,
		.ip_address = try->from.ip_address,
		.was_counted = try->credentials->throttle != NULL,
		.window_ms = try->throttle.window_ms,
		.user_id = try->user_id,
		.reason = try->reason,
		.user_agent = try->from.user_agent,
	};
	aet_status status = aet__account_login_fail(db, &params, err);

	if (status != AET_OK)
		return status;
	return aet_error_set(err, AET_EMISMATCH, "wrong login or password");
}

static aet_status
make_jti(attempt *try, aet_error *err)
{
	aet_status status;

	if (try->credentials->jti != NULL)
		return AET_OK;
	status = aet__token_make(try->token, err);
	if (status == AET_OK)
		status = aet__token_jti(try->token, try->jti, err);
	return status;
}

static void
tell(const attempt *try, const aet__account_login_succeed_row *row, aet_login *login)
{
	login->user_id.uuid = row->user_id;
	login->session_id.uuid = row->session_id;
	login->expires_at = row->expires_at;
	memcpy(login->refresh_token, try->token, sizeof(try->token));
}

static aet_status
succeed(aet_db *db, attempt *try, const aet__account_credentials_row *found,
    aet_login *login, aet_error *err)
{
	const aet_credentials *asked = try->credentials;
	aet__account_login_succeed_row *row = NULL;
	aet__account_login_succeed_params params = {
		.new_hash = try->new_hash[0] != '\0' ? try->new_hash : NULL,
		.user_id = found->user_id.value,
		.verified_hash = found->password_hash,
		.jti = asked->jti != NULL ? asked->jti : try->jti,
		.ip_address = try->from.ip_address,
		.user_agent = try->from.user_agent,
		.lifetime_ms = asked->lifetime_ms > 0 ? asked->lifetime_ms : LIFETIME_MS,
		.idle_timeout_ms = { asked->idle_timeout_ms >= 0,
		    asked->idle_timeout_ms },
		.address_window = found->address_window,
		.login = asked->login,
	};
	aet_status status = make_jti(try, err);

	if (asked->idle_timeout_ms == 0)
		params.idle_timeout_ms.value = IDLE_MS;
	if (status == AET_OK)
		status = aet__account_login_succeed(db, &params, &row, err);
	if (status == AET_OK)
		tell(try, row, login);
	aet__account_login_succeed_row_free(row);
	return status;
}

/* AET_OK with a reason: it was refused. */
static aet_status
decide(aet_db *db, attempt *try, const aet__account_credentials_row *found,
    aet_login *login, aet_error *err)
{
	aet_status status = judge(try, found, err);

	if (status != AET_OK || try->reason != NULL)
		return status;
	status = succeed(db, try, found, login, err);
	if (status != AET_ENOTFOUND)
		return status;
	/* Banned, deleted or given another password since the look. */
	try->reason = "status";
	return AET_OK;
}

static aet_status
attempt_with(aet_db *db, attempt *try, aet_login *login, aet_error *err)
{
	aet__account_credentials_row *found = NULL;
	aet_status status = look(db, try, &found, err);

	if (status == AET_OK)
		status = decide(db, try, found, login, err);
	if (status == AET_OK && try->reason != NULL)
		status = fail(db, try, err);
	else if (status != AET_OK && status != AET_EUNKNOWN && found != NULL)
		take_back(db, try, found);
	aet__account_credentials_row_free(found);
	return status;
}

aet_status
aet_account_authenticate(aet_db *db, const aet_credentials *credentials,
    const aet_request *request, aet_login *login, aet_error *err)
{
	attempt try = { .credentials = credentials };
	aet_status status = check(credentials, login, err);

	if (status == AET_OK)
		status = aet__request_read(request, &try.from, err);
	if (status == AET_OK)
		status = read_throttle(credentials->throttle, &try.throttle, err);
	if (status == AET_OK)
		status = attempt_with(db, &try, login, err);
	aet__memory_wipe(&try, sizeof(try));
	return status;
}
