/* SPDX-License-Identifier: MIT */
/*
 * Users and their sessions: registering, logging in, renewing, revoking,
 * changing, deleting. Each change is one statement together with its entries in
 * the audit log, so that neither is ever there without the other.
 *
 * Thread rule: all functions are thread-safe on a pool. Each blocks for at most
 * the handle's call_timeout_ms for each of its round trips, which are named,
 * and for argon2 where a password is part of it. No pooled connection is held
 * while argon2 runs; a transaction given as db holds its own all the while.
 * What a function takes is borrowed for the call. Outputs are written on
 * success only. Besides what is said of each, every one fails as every call may
 * (<aeturnis/statement.h>), with AET_EINVAL for a struct without its size, and
 * with AET_ECONSTRAINT, audit_log_actor_id_users_id_fk, for an actor who is no
 * user. No error, log line or entry holds a password, a token or a hash.
 *
 * AET_EUNKNOWN says that the connection went while the change was under way: it
 * has happened with its entries, or it has not.
 */
#ifndef AETURNIS_ACCOUNTS_H
#define AETURNIS_ACCOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <aeturnis/database.h>
#include <aeturnis/model_types.h>
#include <aeturnis/password.h>
#include <aeturnis/statement.h>
#include <aeturnis/types.h>

AET_BEGIN_DECLS

/* ---- who asks ----------------------------------------------------------- */

typedef enum aet_actor_kind {
	AET_ACTOR_SELF = 0,  /* the user whom it is about */
	AET_ACTOR_USER = 1,  /* aet_request.actor: a moderator, say */
	AET_ACTOR_SYSTEM = 2 /* nobody: the server itself */
} aet_actor_kind;

/* Where a call comes from, for the audit log. */
typedef struct aet_request {
	size_t size;            /* sizeof(aet_request); 0 is AET_EINVAL */
	const char *ip_address; /* IPv4 or IPv6, no mask or zone; NULL: not known */
	const char *user_agent; /* kept up to 512 bytes, what is no UTF-8 as "?"; NULL */
	aet_actor_kind actor_kind;
	aet_user_id actor; /* with AET_ACTOR_USER */
} aet_request;

/* clang-format off */
#define AET_REQUEST_INIT { sizeof(aet_request), NULL, NULL, AET_ACTOR_SELF, { { { 0 } } } }
/* clang-format on */

/*
 * A request may be NULL wherever one is asked for: nothing is known, the actor
 * is the user. An ip_address that is none is AET_EINVAL.
 */

/* ---- registering -------------------------------------------------------- */

#define AET_PASSWORD_MIN_CHARACTERS 8

typedef struct aet_registration {
	size_t size; /* sizeof(aet_registration); 0 is AET_EINVAL */
	const char *email;
	const char *username;
	const char *password;
	const aet_user_role *roles; /* NULL: AET_USER_ROLE_USER alone */
	size_t role_count;
	bool email_verified;
	const aet_password_options *hashing; /* NULL: defaults */
} aet_registration;

/* clang-format off */
#define AET_REGISTRATION_INIT { sizeof(aet_registration), NULL, NULL, NULL, NULL, 0, false, NULL }
/* clang-format on */

/*
 * Makes a user. Entry: user.register. One round trip.
 *
 * An e-mail has text before and after its last '@', up to 255 characters, and
 * no space or control character. A username has up to 50 characters: no '@', no
 * control or invisible character, no space but single ones between others. A
 * password has at least 8 characters and at most 1,024 bytes, of any kind; it
 * is hashed as it is. Both names are stored as given, but are taken under every
 * spelling: two are the same when they are after NFKC and case folding, so that
 * a full-width "ADMIN" is "admin". (In a database that is not UTF8, or whose
 * LC_CTYPE is C, only ASCII letters fold.)
 *
 *   user_id  may be NULL
 *
 * AET_EINVAL: error.column is email, username, password or roles, whichever
 * breaks its rule. AET_ECONFLICT: error.column is email or username, and
 * error.constraint says how: users_email_unique, users_username_unique, or
 * users_email_folded_unique, users_username_folded_unique for another spelling.
 * AET_EBUSY, as aet_password_hash.
 */
AET_API AET_MUST_USE aet_status aet_account_register(aet_db *db,
    const aet_registration *registration, const aet_request *request,
    aet_user_id *user_id, aet_error *err);

/* ---- logging in --------------------------------------------------------- */

/*
 * Failed log-ins are counted by account (whatever is typed, also where there is
 * no such user) and by ip_address, in the database, for all servers. Counting
 * begins anew when a window is over; logging in well forgets the account's
 * failures. An attempt counts from its beginning until it has succeeded, so
 * that of any number at once no more passwords are tried than there is room
 * for; what fails otherwise (AET_EBUSY, say) does not count. In a transaction
 * given as db, others on the same account or address wait until it ends.
 */
typedef struct aet_throttle {
	size_t size;         /* sizeof(aet_throttle); 0 is AET_EINVAL */
	int32_t per_account; /* 10 failures in a window */
	int32_t per_address; /* 100 */
	int64_t window_ms;   /* 900,000: a quarter of an hour; a day at most */
} aet_throttle;

/* clang-format off */
#define AET_THROTTLE_INIT { sizeof(aet_throttle), 0, 0, 0 }
/* clang-format on */

/* 256 bits in base64url, and the NUL. */
#define AET_REFRESH_TOKEN_SIZE 44

/*
 * Who logs in, and what the session is to be. Absolute expiry is fixed when the
 * session begins; idle expiry moves with aet_session_touch and
 * aet_session_refresh. Both are by the database's clock.
 */
typedef struct aet_credentials {
	size_t size;       /* sizeof(aet_credentials); 0 is AET_EINVAL */
	const char *login; /* e-mail or username, in any spelling */
	const char *password;
	const char *jti;     /* one's own token id, stored verbatim; NULL: make a token */
	int64_t lifetime_ms; /* 2,592,000,000: 30 days, then the session ends */
	int64_t idle_timeout_ms; /* 604,800,000: 7 days unused end it; negative: none */
	const aet_throttle *throttle;        /* NULL: none */
	const aet_password_options *hashing; /* NULL: defaults */
} aet_credentials;

/* clang-format off */
#define AET_CREDENTIALS_INIT { sizeof(aet_credentials), NULL, NULL, NULL, 0, 0, NULL, NULL }
/* clang-format on */

/* A session that began or was renewed. It owns nothing. */
typedef struct aet_login {
	size_t size; /* sizeof(aet_login), set by the caller */
	aet_user_id user_id;
	aet_session_id session_id;
	aet_timestamp expires_at;
	char refresh_token
	    [AET_REFRESH_TOKEN_SIZE]; /* stands nowhere else; "" with one's own jti */
} aet_login;

/* clang-format off */
#define AET_LOGIN_INIT { sizeof(aet_login), { { { 0 } } }, { { { 0 } } }, { 0 }, "" }
/* clang-format on */

/*
 * Logs in: finds the user, verifies the password, makes it a better hash where
 * the stored one is weaker than hashing asks for, sets last_login and begins a
 * session. Entries: user.login, with {"password": "hashed anew"} where it was,
 * and session.create; or user.login_failed with the reason. The actor is the user, whatever the request says. Two round
 * trips, argon2 between them; with a throttle, a third where it does not come to
 * a log-in or a failure.
 *
 *   login  what comes of it; its refresh_token is the only copy there is: the
 *          database has a SHA-256
 *
 * AET_EMISMATCH: no such user, not the password, or suspended or banned. They
 * cost the same and read the same here; the entry's payload says which:
 * {"reason": "unknown"}, "password", "status" or "malformed" (the stored hash).
 * AET_ETHROTTLED: too many failures; no password was tried, and no entry made.
 * AET_ECONFLICT: the jti is taken (user_sessions_refresh_token_jti_unique).
 * AET_EINVAL: login or password is NULL, login is no UTF-8, a jti of more than
 * 255 bytes or none, a time out of range. AET_EBUSY, as aet_password_verify.
 */
AET_API AET_MUST_USE aet_status aet_account_authenticate(aet_db *db,
    const aet_credentials *credentials, const aet_request *request, aet_login *login,
    aet_error *err);

/*
 * Ends a session because its user says so. Entries: user.logout, and
 * session.revoke with {"reason": "logout"}. One round trip.
 *
 * AET_ENOTFOUND: it has ended already.
 */
AET_API AET_MUST_USE aet_status aet_account_log_out(
    aet_db *db, aet_session_id session_id, const aet_request *request, aet_error *err);

/* ---- sessions ----------------------------------------------------------- */

/* Which token is exchanged: either token, or jti and new_jti. */
typedef struct aet_refresh {
	size_t size;         /* sizeof(aet_refresh); 0 is AET_EINVAL */
	const char *token;   /* as aet_login.refresh_token gave it */
	const char *jti;     /* one's own, as aet_credentials.jti was */
	const char *new_jti; /* one's own, to take its place */
	int64_t
	    grace_ms; /* 0: an old token that comes so soon again ends no session: a client that asks twice */
} aet_refresh;

/* clang-format off */
#define AET_REFRESH_INIT { sizeof(aet_refresh), NULL, NULL, NULL, 0 }
/* clang-format on */

/*
 * Exchanges a refresh token for the next one of the same session, and notes
 * that the session is in use. Entry: session.refresh. Of any number of calls
 * with one token exactly one wins. One round trip; two where it fails.
 *
 *   login  what comes of it
 *
 * AET_EREUSED: the token was exchanged before. The session, with whatever token
 * it has now, is revoked, with an entry session.revoke, {"reason": "reuse"} and
 * no actor, since nobody knows who of the two is the user; within grace_ms it
 * is left alone. AET_ENOTFOUND: no session has it: it was never given, or the
 * session was revoked, has expired, or its user is not active. Both: log in
 * again. AET_ECONFLICT: new_jti is taken. AET_EINVAL: not one of the two forms.
 */
AET_API AET_MUST_USE aet_status aet_session_refresh(aet_db *db,
    const aet_refresh *refresh, const aet_request *request, aet_login *login,
    aet_error *err);

/*
 * Ends one session. Entry: session.revoke, {"reason": "revoke"}. One round trip.
 *
 * AET_ENOTFOUND: it has ended already.
 */
AET_API AET_MUST_USE aet_status aet_session_revoke(
    aet_db *db, aet_session_id session_id, const aet_request *request, aet_error *err);

/*
 * Ends every session of a user. An entry session.revoke for each, {"reason":
 * "revoke_all"}. One round trip.
 *
 *   ended  how many there were, perhaps none; may be NULL
 */
AET_API AET_MUST_USE aet_status aet_session_revoke_all(aet_db *db, aet_user_id user_id,
    const aet_request *request, int64_t *ended, aet_error *err);

/* As aet_session_revoke_all, but for one session, which goes on. */
AET_API AET_MUST_USE aet_status aet_session_revoke_others(aet_db *db, aet_user_id user_id,
    aet_session_id keep, const aet_request *request, int64_t *ended, aet_error *err);

/*
 * A user's sessions: aet_session_list_active_by_user. That one is in use:
 * aet_session_touch (<aeturnis/session.h>).
 */

/* ---- changing ------------------------------------------------------------ */

typedef struct aet_password_change {
	size_t size;              /* sizeof(aet_password_change); 0 is AET_EINVAL */
	const char *old_password; /* NULL: not asked for, as after a reset by e-mail */
	const char *new_password;
	const aet_session_id *keep;          /* a session that goes on; NULL: none does */
	const aet_password_options *hashing; /* NULL: defaults */
} aet_password_change;

/* clang-format off */
#define AET_PASSWORD_CHANGE_INIT { sizeof(aet_password_change), NULL, NULL, NULL, NULL }
/* clang-format on */

/*
 * Sets a password, and revokes the user's other sessions. Entries: user.update,
 * {"password": "changed"}, and session.revoke, {"reason": "password"}, for each.
 * One round trip; two with an old_password.
 *
 * AET_ENOTFOUND: no such user. AET_EMISMATCH: not the old password, for which
 * there is an entry user.login_failed, {"reason": "password"}. AET_ERETRY: the
 * password was changed by another call meanwhile. AET_EINVAL: error.column is
 * password: the new one breaks the rule.
 */
AET_API AET_MUST_USE aet_status aet_account_password_change(aet_db *db,
    aet_user_id user_id, const aet_password_change *change, const aet_request *request,
    aet_error *err);

/*
 * Sets a user's e-mail; email_verified becomes false. Entry: user.update with
 * the old and the new values: {"email": {"old": ..., "new": ...}, ...}. With the
 * e-mail that the user has nothing happens. One round trip.
 *
 * AET_ENOTFOUND: no such user. AET_EINVAL, AET_ECONFLICT: as
 * aet_account_register.
 */
AET_API AET_MUST_USE aet_status aet_account_email_change(aet_db *db, aet_user_id user_id,
    const char *email, const aet_request *request, aet_error *err);

/*
 * Notes that the user has answered from an e-mail: email_verified becomes true.
 * Entry: user.update, unless it was. One round trip.
 *
 * AET_ENOTFOUND: no such user, or another e-mail by now.
 */
AET_API AET_MUST_USE aet_status aet_account_email_verify(aet_db *db, aet_user_id user_id,
    const char *email, const aet_request *request, aet_error *err);

/*
 * Sets a user's roles: one at least, none twice. Entry: user.update with the old
 * and the new ones, unless they are the same. One round trip.
 *
 * AET_ENOTFOUND: no such user. AET_EINVAL: error.column is roles.
 */
AET_API AET_MUST_USE aet_status aet_account_roles_change(aet_db *db, aet_user_id user_id,
    const aet_user_role *roles, size_t count, const aet_request *request, aet_error *err);

/*
 * Sets a user's status. Suspending and banning revoke every session. Entries:
 * user.update with the old and the new status, unless they are the same, and
 * session.revoke, {"reason": "status"}, for each. One round trip.
 *
 * AET_ENOTFOUND: no such user. AET_EINVAL: AET_USER_STATUS_INVALID.
 */
AET_API AET_MUST_USE aet_status aet_account_status_set(aet_db *db, aet_user_id user_id,
    aet_user_status status, const aet_request *request, aet_error *err);

/*
 * Deletes a user with all sessions. Entries: session.revoke, {"reason":
 * "delete"}, for each, and user.delete with what the user was. Entries of the
 * deleted user lose actor_id and keep actor_uuid. One round trip.
 *
 * AET_ENOTFOUND: no such user.
 */
AET_API AET_MUST_USE aet_status aet_account_delete(
    aet_db *db, aet_user_id user_id, const aet_request *request, aet_error *err);

/* ---- upkeep --------------------------------------------------------------- */

/*
 * Removes sessions that have expired, and counts of failed log-ins that are out
 * of date, in batches of a statement each; a row that somebody holds is left
 * for the next time. Takes as long as there are full batches; `aet-db purge` is
 * the same from a timer. An entry session.purge, {"sessions": n}, for each batch.
 *
 *   batch  rows of one statement, up to 100,000; 0: 1,000
 *   purged sessions that went; may be NULL. On failure: untouched, though
 *          batches before it are done
 */
AET_API AET_MUST_USE aet_status aet_session_purge(aet_db *db, int32_t batch,
    const aet_request *request, int64_t *purged, aet_error *err);

/* ---- a newer database ----------------------------------------------------- */

/*
 * All that the library runs of its own, here and in <aeturnis/models.h>: for
 * aet_migrate_options.statements. Static storage. Thread-safe; does not block.
 */
AET_API const aet_statement_set *aet_account_statements(void);

AET_END_DECLS

#endif
