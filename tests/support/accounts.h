/* SPDX-License-Identifier: MIT */
/* What the suites of <aeturnis/accounts.h> share: a migrated database, hashes
 * that cost next to nothing, and the audit log as text. */
#ifndef TEST_SUPPORT_ACCOUNTS_H
#define TEST_SUPPORT_ACCOUNTS_H

#include <aeturnis/db.h>

#include "support/game.h"

#define GOOD_PASSWORD "correct horse"

/* Of the running test: made by accounts_setup. */
extern test_game accounts_game;
extern aet_db *accounts_db;             /* as aeturnis_app */
extern aet_db *accounts_maintenance_db; /* as aeturnis_maintenance */
extern aet_error accounts_err;
extern const aet_password_options accounts_hashing; /* 8 KiB, once */
extern aet_request accounts_request;                /* from 192.0.2.7, "test" */

/* A Check fixture. */
void accounts_setup(void);
void accounts_teardown(void);

/* A pool on url; aet_db_close(). */
aet_db *accounts_open(const char *url);

/* Asserts AET_OK, with the message of accounts_err. */
void accounts_fine(aet_status status);

/* NAME@example.org with GOOD_PASSWORD. */
aet_user_id accounts_register(const char *name);

aet_credentials accounts_credentials(const char *login, const char *password);

/* Asserts the status. */
aet_login accounts_log_in(const char *login, const char *password, aet_status expected);

aet_status accounts_refresh(const char *token, aet_login *login);

/*
 * The audit log since the last call, one entry after the other, as
 * "event actor resource_type resource". Actor and resource are usernames,
 * "gone" for users that are no more, "-" for NULL, and "session" for any
 * session's id.
 */
void accounts_entries_are(const char *expected);

/* The newest entry's payload. */
void accounts_payload_is(const char *expected);

#endif
