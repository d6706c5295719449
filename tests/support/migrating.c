/* SPDX-License-Identifier: MIT */
/* As superuser: migrating is not the game's. */
#include "support/migrating.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *test_url;
aet_db *test_db;
char *test_folder;
aet_migrate_report test_report;

aet_db *
migrating_open(const char *url)
{
	aet_db_options options = AET_DB_OPTIONS_INIT;
	aet_error err = { 0 };
	aet_db *db = NULL;

	options.url = url;
	ck_assert_msg(aet_db_open(&options, &db, &err) == AET_OK, "%s", err.message);
	return db;
}

void
migrating_setup(void)
{
	test_url = test_database_create();
	test_db = migrating_open(test_url);
	test_folder = test_scratch_make();
}

void
migrating_teardown(void)
{
	ck_assert_int_eq(aet_db_close(&test_db), AET_OK);
	test_scratch_remove(test_folder);
	free(test_url);
}

static char *
path_of(const char *name)
{
	char *path = NULL;

	ck_assert_int_gt(asprintf(&path, "%s/%s", test_folder, name), 0);
	return path;
}

void
migrating_write(const char *name, const char *text)
{
	char *path = path_of(name);
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(text, 1, strlen(text), file), strlen(text));
	ck_assert_int_eq(fclose(file), 0);
	free(path);
}

void
migrating_remove(const char *name)
{
	char *path = path_of(name);

	ck_assert_int_eq(unlink(path), 0);
	free(path);
}

aet_migrate_options
migrating_options(void)
{
	aet_migrate_options options = AET_MIGRATE_OPTIONS_INIT;

	options.dir = test_folder;
	return options;
}

aet_error
migrating_run_with(const aet_migrate_options *options, aet_status expected, int applied)
{
	aet_error err = { 0 };
	aet_status status;

	test_report = (aet_migrate_report)AET_MIGRATE_REPORT_INIT;
	status = aet_db_migrate(test_db, options, &test_report, &err);
	ck_assert_msg(status == expected, "%s, not %s: %s", aet_status_name(status),
	    aet_status_name(expected), err.message);
	ck_assert_int_eq(test_report.applied, applied);
	return err;
}

aet_error
migrating_run(aet_status expected, int applied)
{
	aet_migrate_options options = migrating_options();

	return migrating_run_with(&options, expected, applied);
}

void
migrating_health_is(
    const aet_migrate_options *options, aet_health_kind kind, aet_status status)
{
	aet_health health = AET_HEALTH_INIT;
	aet_error err = { 0 };

	ck_assert_int_eq(aet_db_health(test_db, options, &health, &err), status);
	ck_assert_msg(health.kind == kind, "%s: %s", aet_health_kind_text(health.kind),
	    health.message);
	ck_assert_int_eq(health.status, status);
	ck_assert_int_eq(err.status, status);
}

char *
migrating_fixture(const char *name)
{
	const char *folder = getenv("AET_TEST_FIXTURES");
	char *path = NULL;
	char *text = calloc(1, 65536);
	FILE *file;

	ck_assert_ptr_nonnull(folder);
	ck_assert_ptr_nonnull(text);
	ck_assert_int_gt(asprintf(&path, "%s/%s", folder, name), 0);
	file = fopen(path, "r");
	ck_assert_ptr_nonnull(file);
	ck_assert_uint_gt(fread(text, 1, 65535, file), 0);
	fclose(file);
	free(path);
	return text;
}

void
migrating_psql(const char *url, const char *name)
{
	char *command = NULL;

	ck_assert_int_gt(
	    asprintf(&command,
		"'%s/psql' -X -q -v ON_ERROR_STOP=1 -o /dev/null -f '%s/%s' '%s'",
		test_server_bindir(), getenv("AET_TEST_FIXTURES"), name, url),
	    0);
	ck_assert_int_eq(system(command), 0);
	free(command);
}
