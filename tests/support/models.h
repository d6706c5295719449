/* SPDX-License-Identifier: MIT */
/* A database with the library's own tables, and rows to put into them. */
#ifndef TEST_SUPPORT_MODELS_H
#define TEST_SUPPORT_MODELS_H

#include <aeturnis/models.h>

#include "support/game.h"

/* As test_models_setup opens it. */
extern test_game models_game;
extern aet_db *db;
extern aet_error err;

/* For tcase_add_checked_fixture. */
void test_models_setup(void);
void test_models_teardown(void);

/* Asserts AET_OK, or shows err. */
void fine(aet_status status);

/* email and name are borrowed for as long as the result is used. */
aet_new_user new_user(const char *email, const char *name);

/* The row as inserted: aet_user_free(), aet_session_free(). */
aet_user *add_user(const char *email, const char *name);
aet_session *add_session(aet_user_id user, const char *token, const char *created);

aet_timestamp at(const char *text);

/* A suite of one case with the fixture above. */
Suite *test_models_suite(const char *name, void (*add)(TCase *tcase));

#endif
