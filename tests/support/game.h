/* SPDX-License-Identifier: MIT */
/*
 * A database as a game has it, with the roles of `aet-db roles`. A suite that
 * tests what a game server does gives the library `app`, and nothing else; the
 * others are for the test's own hand (test_sql, test_value_is, test_connect).
 * tests/checks/rights.py holds suites to it.
 */
#ifndef TEST_SUPPORT_GAME_H
#define TEST_SUPPORT_GAME_H

#include "support/server.h"

typedef struct test_game {
	char *app;         /* aeturnis_app: what a game server connects as */
	char *maintenance; /* aeturnis_maintenance: seals, verifies, purges */
	char *owner;       /* aeturnis_migrator: migrates, makes tables, plants rows */
	char *admin;       /* superuser: ends backends, does what nobody may */
} test_game;

/*
 * A database of its own (test_database_create) with the roles, and no table. What
 * the owner makes in schema public from now on the app may use. Asserts that the
 * app's role is no superuser, owns nothing and is a member of nothing.
 */
test_game test_game_create(void);
void test_game_free(test_game *game);

/* The library's migrations, as the owner; then the roles again, for their tables. */
void test_game_migrate(const test_game *game);

/*
 * Runs a file of SQL as the owner, through psql; then the app may use what it made
 * in schemas beside public too, as a migration of the game's would see to.
 */
void test_game_script(const test_game *game, const char *path);

/* A url with another role; free(). */
char *test_game_url(const char *url, const char *role);

/* Runs the SQL of `aet-db roles` as superuser. */
void test_game_roles(const char *admin_url);

#endif
