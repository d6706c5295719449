/* SPDX-License-Identifier: MIT */
/* What the migrator's suites share: a database, a folder of files, and calls
 * whose outcome is asserted. */
#ifndef TEST_SUPPORT_MIGRATING_H
#define TEST_SUPPORT_MIGRATING_H

#include <aeturnis/migrate.h>

#include "support/process.h"
#include "support/server.h"

/* How many files the library has of its own. */
#define OWN_MIGRATIONS 9
#define OWN_MIGRATIONS_TEXT "9"

/* Of the running test: made by migrating_setup. */
extern char *test_url;
extern aet_db *test_db;
extern char *test_folder;

/* A Check fixture: an empty database, a pool on it, an empty folder. */
void migrating_setup(void);
void migrating_teardown(void);

/* A pool on url; aet_db_close(). */
aet_db *migrating_open(const char *url);

/* Writes, or removes, a file in the folder. */
void migrating_write(const char *name, const char *text);
void migrating_remove(const char *name);

/* Options that name the folder. */
aet_migrate_options migrating_options(void);

/* Migrates the folder, and asserts the status and how many files were applied. */
aet_error migrating_run(aet_status expected, int applied);

/* As above with options of one's own; the report is the last call's. */
extern aet_migrate_report test_report;
aet_error migrating_run_with(
    const aet_migrate_options *options, aet_status expected, int applied);

/* Asserts aet_db_health's kind and status for the folder. */
void migrating_health_is(
    const aet_migrate_options *options, aet_health_kind kind, aet_status status);

/* The text of a file in the tests' fixtures; free(). */
char *migrating_fixture(const char *name);

/* Runs a file of the fixtures through psql. */
void migrating_psql(const char *url, const char *name);

#endif
