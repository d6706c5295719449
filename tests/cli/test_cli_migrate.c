/* SPDX-License-Identifier: MIT */
/* The commands around a folder of migrations: every mishap its own outcome, and
 * every amendment. */
/* As superuser: migrating is not the game's. */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "support/cli.h"
#include "support/server.h"

#define DIR "--dir=migrations"

static test_cli cli;
static char *url;
static char setting[512];

static void
setup(void)
{
	test_cli_begin(&cli);
	url = test_database_create();
	snprintf(setting, sizeof(setting), "DATABASE_URL=%s", url);
	test_cli_set(&cli, setting);
}

static void
teardown(void)
{
	test_cli_end(&cli);
	free(url);
}

static void
put(const char *name, const char *text)
{
	char path[128];

	snprintf(path, sizeof(path), "migrations/%s", name);
	test_cli_write(&cli, path, text);
}

static void
take_away(const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/migrations/%s", cli.directory, name);
	ck_assert_int_eq(unlink(path), 0);
}

/* Two files, applied. */
static void
begin(void)
{
	put("0001_a.sql", "CREATE TABLE a (id int);\n");
	put("0003_c.sql", "CREATE TABLE c (id int);\n");
	CLI(&cli, "migrate", DIR);
	CLI_EXITS(&cli, 0);
}

static const char *
member(const json_t *document, const char *key)
{
	const char *text = json_string_value(json_object_get(document, key));

	return text != NULL ? text : "";
}

/* What status says in its document, and by its exit code. */
static void
outcome_is(const char *outcome, const char *status, int code)
{
	json_t *document;

	CLI(&cli, "status", DIR, "--json");
	CLI_EXITS(&cli, code);
	document = test_cli_document(&cli);
	ck_assert_str_eq(member(document, "outcome"), outcome);
	ck_assert_str_eq(member(document, "status"), status);
	ck_assert_int_eq(member(document, "next")[0] == '\0', code == 0);
	json_decref(document);
	CLI(&cli, "status", DIR);
	CLI_EXITS(&cli, code);
	if (code != 0)
		CLI_SAYS(cli.err, "next: ");
}

/* What status says of one migration. */
static void
state_is(const char *name, const char *state)
{
	json_t *document;
	json_t *migration;
	size_t at;
	bool found = false;

	CLI(&cli, "status", DIR, "--json");
	document = test_cli_document(&cli);
	json_array_foreach(json_object_get(document, "migrations"), at, migration)
	{
		if (strcmp(member(migration, "name"), name) != 0)
			continue;
		ck_assert_str_eq(member(migration, "state"), state);
		found = true;
	}
	ck_assert(found);
	json_decref(document);
}

/* ---- mishaps ---------------------------------------------------------- */

START_TEST(nothing_is_wrong)
{
	begin();
	outcome_is("ok", "AET_OK", 0);
	put("0001_a.sql", "\xEF\xBB\xBF"
			  "CREATE TABLE a (id int);\r\n");
	outcome_is("ok", "AET_OK", 0);
}
END_TEST

START_TEST(behind)
{
	begin();
	put("0004_d.sql", "CREATE TABLE d (id int);");
	outcome_is("behind", "AET_EBEHIND", 4);
	state_is("0004_d.sql", "pending");
	/* What a pending file brings is not to be made by hand. */
	CLI(&cli, "check", DIR);
	CLI_EXITS(&cli, 4);
	CLI_SAYS(cli.out, "table \"public.d\" is missing\n"
			  "    next: aet-db migrate --dir migrations; then: aet-db check "
			  "--dir migrations");
}
END_TEST

START_TEST(ahead)
{
	begin();
	take_away("0003_c.sql");
	outcome_is("ahead", "AET_EAHEAD", 4);
	state_is("0003_c.sql", "unknown");
	CLI(&cli, "status", DIR, "--accept-unknown");
	CLI_EXITS(&cli, 0);
}
END_TEST

/* What this release runs decides. */
START_TEST(ahead_with_a_manifest)
{
	begin();
	take_away("0003_c.sql");
	put("../old.json",
	    "{\"queries\": [{\"name\": \"Old\", \"sql\": \"SELECT id FROM c\","
	    " \"params\": [], \"columns\": [{\"name\": \"id\", \"type\":"
	    " \"integer\"}]}]}");
	CLI(&cli, "migrate", DIR, "--manifest", "old.json");
	CLI_EXITS(&cli, 0);
	CLI(&cli, "status", DIR, "--manifest", "old.json");
	CLI_EXITS(&cli, 0);
	test_sql(url, "ALTER TABLE c RENAME id TO number");
	CLI(&cli, "migrate", DIR, "--manifest", "old.json", "--json");
	CLI_EXITS(&cli, 5);
	CLI_SAYS(cli.out, "\"breaks\":[\"query \\\"Old\\\": column \\\"id\\\" does "
			  "not exist (SQLSTATE 42703)\"]");
	CLI(&cli, "migrate", DIR, "--manifest", "old.json");
	CLI_EXITS(&cli, 5);
	CLI_SAYS(cli.err, "1 of this one's 1 statements would fail on it");
	CLI_SAYS(cli.err, "update this release\n");
	CLI(&cli, "status", DIR, "--manifest", "old.json");
	CLI_EXITS(&cli, 4);
	CLI(&cli, "migrate", DIR, "--manifest", "none.json");
	CLI_EXITS(&cli, 1);
}
END_TEST

/* As many here as there, but others. */
START_TEST(another_history)
{
	begin();
	take_away("0003_c.sql");
	put("0002_b.sql", "CREATE TABLE b (id int);");
	outcome_is("diverged", "AET_EDIVERGED", 4);
}
END_TEST

START_TEST(edited)
{
	begin();
	put("0001_a.sql", "CREATE TABLE a (id bigint);\n");
	outcome_is("changed", "AET_ECHECKSUM", 4);
	state_is("0001_a.sql", "changed");
}
END_TEST

START_TEST(a_missing_file)
{
	begin();
	take_away("0001_a.sql");
	outcome_is("missing", "AET_EMISSING", 4);
	state_is("0001_a.sql", "missing");
}
END_TEST

START_TEST(a_late_merged_file)
{
	begin();
	put("0002_b.sql", "CREATE TABLE b (id int);");
	outcome_is("out of order", "AET_EORDER", 4);
	state_is("0002_b.sql", "out of order");
}
END_TEST

START_TEST(a_half_done_file)
{
	begin();
	put("0004_d.sql", "-- aet: no-transaction\nSELECT 1;\nSELECT 1/0;\n");
	CLI(&cli, "migrate", DIR);
	CLI_EXITS(&cli, 1);
	outcome_is("half-done", "AET_EHALFDONE", 4);
	state_is("0004_d.sql", "half-done");
	CLI_SAYS(cli.out, "\"statements_done\":1");
}
END_TEST

START_TEST(a_table_that_is_gone)
{
	begin();
	test_sql(url, "DROP TABLE a");
	outcome_is("gone", "AET_EDATA", 4);
	state_is("0001_a.sql", "gone");
	CLI_SAYS(cli.out, "\"gone\":\"public.a\"");
	CLI(&cli, "status", DIR);
	CLI_SAYS(cli.out, "(table public.a)");
}
END_TEST

/* ---- failures say what to do next ------------------------------------- */

START_TEST(a_refused_file_has_its_place_once)
{
	const char *place;

	put("0001_a.sql", "CREATE TABLE a (id int);\n\\connect other\n");
	CLI(&cli, "migrate", DIR);
	CLI_EXITS(&cli, 1);
	place = strstr(cli.err, "0001_a.sql:2:1: a backslash");
	ck_assert_ptr_nonnull(place);
	ck_assert_ptr_null(strstr(place + 1, "0001_a.sql:2:1"));
}
END_TEST

START_TEST(a_lacking_right_and_time)
{
	put("0001_a.sql", "SELECT pg_sleep(60);\n");
	CLI(&cli, "migrate", DIR, "--statement-timeout=50ms");
	CLI_EXITS(&cli, 1);
	CLI_SAYS(cli.err, "SQLSTATE 57014");
	CLI_SAYS(cli.err,
	    "next:      aet-db migrate --dir migrations --statement-timeout=10m");
	test_sql(url, "CREATE ROLE cli_poor");
	put("0001_a.sql", "SET ROLE cli_poor; CREATE TABLE a (id int);\n");
	CLI(&cli, "migrate", DIR);
	CLI_EXITS(&cli, 1);
	CLI_SAYS(cli.err, "SQLSTATE 42501");
	CLI_SAYS(cli.err, "next:      aet-db migrate --dir migrations --url URL, with "
			  "the role that owns");
	test_sql(url, "DROP ROLE cli_poor");
}
END_TEST

/* ---- amendments ------------------------------------------------------- */

START_TEST(one_step_back)
{
	begin();
	CLI(&cli, "rollback", DIR);
	CLI_EXITS(&cli, 1);
	CLI_SAYS(cli.err, "0003_c.sql\" has no .down.sql beside it");
	put("0003_c.down.sql", "DROP TABLE c;");
	CLI(&cli, "rollback", DIR, "--json");
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.out, "\"outcome\":\"took back\"");
	test_value_is(url, "SELECT to_regclass('c') IS NULL", "t");
	outcome_is("behind", "AET_EBEHIND", 4);
}
END_TEST

START_TEST(a_baseline)
{
	put("0001_a.sql", "CREATE TABLE a (id int);\n");
	put("0002_b.sql", "CREATE TABLE b (id int);\n");
	test_sql(url, "CREATE TABLE a (id int)");
	CLI(&cli, "baseline", "x", DIR);
	CLI_EXITS(&cli, 2);
	CLI(&cli, "baseline", "7", DIR);
	CLI_EXITS(&cli, 1);
	CLI(&cli, "baseline", "1", DIR);
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.out, "done: 1 recorded, none run");
	CLI(&cli, "baseline", "1", DIR);
	CLI_EXITS(&cli, 1);
	CLI(&cli, "migrate", DIR);
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.out, "applied 0002_b.sql");
	outcome_is("ok", "AET_OK", 0);
}
END_TEST

START_TEST(a_repair)
{
	begin();
	CLI(&cli, "repair", "0001_a.sql", DIR);
	CLI_EXITS(&cli, 1);
	CLI_SAYS(cli.err, "there is nothing to repair");
	put("0001_a.sql", "CREATE TABLE a (id int); -- so\n");
	CLI(&cli, "repair", "0001_a.sql", DIR, "--json");
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.out, "\"accepted\":\"0001_a.sql\"");
	outcome_is("ok", "AET_OK", 0);
}
END_TEST

START_TEST(up_to_a_number)
{
	put("0001_a.sql", "CREATE TABLE a (id int);\n");
	put("0002_b.sql", "CREATE TABLE b (id int);\n");
	CLI(&cli, "migrate", DIR, "--to=1", "--dry-run");
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.out, "would apply 0001_a.sql");
	CLI_SAYS_NOT(cli.out, "0002_b.sql");
	CLI(&cli, "migrate", DIR, "--to=1");
	CLI_EXITS(&cli, 0);
	CLI_SAYS_NOT(cli.out, "0002_b.sql");
	CLI(&cli, "migrate", DIR, "--to=9");
	CLI_EXITS(&cli, 1);
	CLI(&cli, "migrate", DIR, "--to=2");
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.out, "applied 0002_b.sql");
}
END_TEST

START_TEST(repeatable_files)
{
	begin();
	put("R__v.sql", "CREATE OR REPLACE VIEW v AS SELECT id FROM a;");
	CLI(&cli, "migrate", DIR);
	CLI_SAYS(cli.out, "applied R__v.sql");
	put("R__v.sql", "CREATE OR REPLACE VIEW v AS SELECT id FROM a WHERE id > 0;");
	state_is("R__v.sql", "pending");
	CLI(&cli, "migrate", DIR);
	CLI_SAYS(cli.out, "applied R__v.sql");
	CLI(&cli, "migrate", DIR);
	CLI_SAYS_NOT(cli.out, "R__v.sql");
	CLI_SAYS(cli.out, "up to date: 3 applied");
}
END_TEST

START_TEST(another_migrators_database)
{
	put("0001_a.up.sql", "CREATE TABLE a (id int);\n");
	put("0002_b.up.sql", "CREATE TABLE b (id int);\n");
	CLI(&cli, "adopt");
	CLI_EXITS(&cli, 2);
	CLI(&cli, "adopt", DIR);
	CLI_EXITS(&cli, 4);
	CLI_SAYS(cli.err, "no journal of another migrator is there");
	CLI_SAYS(cli.err, "aet-db baseline VERSION");
	test_sql(url, "CREATE TABLE schema_migrations (version bigint, dirty boolean);"
		      "INSERT INTO schema_migrations VALUES (1, false);"
		      "CREATE TABLE a (id bigint)");
	CLI(&cli, "adopt", DIR, "--json");
	CLI_EXITS(&cli, 4);
	CLI_SAYS(cli.out, "\"journal\":\"golang-migrate\"");
	CLI_SAYS(cli.out, "\"differences\":[\"column \\\"id\\\" of table");
	test_sql(url, "ALTER TABLE a ALTER id TYPE int");
	CLI(&cli, "adopt", DIR, "--dry-run");
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.out, "would record: 1 of golang-migrate's migrations");
	CLI(&cli, "adopt", DIR);
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.out, "adopted 0001_a.up.sql");
	CLI_SAYS(cli.out, "recorded: 1 of golang-migrate's migrations");
	CLI(&cli, "migrate", DIR);
	CLI_EXITS(&cli, 0);
	outcome_is("ok", "AET_OK", 0);
}
END_TEST

/* Whoever made it had names, an order and spellings of their own. */
START_TEST(check_after_adoption)
{
	put("0001_a.sql",
	    "CREATE TABLE a (id serial PRIMARY KEY, at timestamptz NOT NULL "
	    "DEFAULT now(), name text UNIQUE);\n");
	test_sql(url, "CREATE TABLE schema_migrations (version varchar);"
		      "INSERT INTO schema_migrations VALUES ('1');"
		      "CREATE SEQUENCE numbers; CREATE TABLE a (name text,"
		      " id int NOT NULL DEFAULT nextval('numbers') PRIMARY KEY,"
		      " at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,"
		      " CONSTRAINT a_name UNIQUE (name));"
		      "ALTER SEQUENCE numbers OWNED BY a.id");
	CLI(&cli, "adopt", DIR);
	CLI_EXITS(&cli, 0);
	CLI(&cli, "check", DIR);
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.out, "no difference");
	test_sql(url, "ALTER TABLE a ALTER at DROP NOT NULL");
	CLI(&cli, "check", DIR);
	CLI_EXITS(&cli, 4);
	CLI_SAYS(cli.out, "next: aet-db diff --from \"$DATABASE_URL\" --to migrations");
}
END_TEST

/* A backup that was restored prints some expressions in other words. */
START_TEST(a_restored_database_is_no_drift)
{
	char *copy = test_database_create();
	char command[1024];

	put("0001_a.sql",
	    "CREATE TABLE a (rank varchar(9) CHECK (rank IN ('squire', 'knight')),\n"
	    " x int, y int, CHECK (x BETWEEN 1 AND 5 AND y > 0));\n"
	    "CREATE INDEX few ON a (x) WHERE rank IN ('x', 'y');\n"
	    "CREATE VIEW v AS SELECT x FROM a WHERE rank IN ('x', 'z');\n");
	CLI(&cli, "migrate", DIR);
	CLI_EXITS(&cli, 0);
	snprintf(command, sizeof(command), "'%s/pg_dump' '%s' | '%s/psql' -q -X '%s' >&2",
	    test_server_bindir(), url, test_server_bindir(), copy);
	ck_assert_int_eq(system(command), 0);
	CLI(&cli, "check", DIR, "--url", copy);
	CLI_EXITS(&cli, 0);
	test_sql(copy, "ALTER TABLE a DROP CONSTRAINT a_rank_check,"
		       " ADD CONSTRAINT a_rank_check CHECK (rank IN ('squire', 'king'))");
	CLI(&cli, "check", DIR, "--url", copy);
	CLI_EXITS(&cli, 4);
	CLI_SAYS(cli.out, "a_rank_check");
	free(copy);
}
END_TEST

START_TEST(check_says_what_mends_it)
{
	begin();
	put("0004_d.sql", "CREATE TABLE d (id int);");
	CLI(&cli, "check", DIR, "--json");
	CLI_EXITS(&cli, 4);
	CLI_SAYS(cli.out, "migration \\\"0004_d.sql\\\" is pending");
	CLI_SAYS(cli.out, "\"next\":\"aet-db migrate --dir migrations\"");
}
END_TEST

/* On a copy of the schema: the database itself stays as it is. */
START_TEST(a_rehearsal_tells_time_and_locks)
{
	json_t *document;

	begin();
	test_sql(url, "INSERT INTO a VALUES (1); CREATE ROLE cli_reader;"
		      "GRANT SELECT ON a TO cli_reader");
	put("0004_d.sql", "ALTER TABLE a ADD n int;\nCREATE TABLE d (id int);\n"
			  "CREATE INDEX d_id ON d (id);\nCREATE INDEX c_id ON c (id);\n");
	put("0005_e.sql",
	    "-- aet: no-transaction\nCREATE INDEX CONCURRENTLY a_id ON a (id);\n");
	CLI(&cli, "migrate", DIR, "--dry-run");
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.out, "would apply 0004_d.sql");
	CLI_SAYS(cli.out, "AccessExclusiveLock on a\n");
	CLI_SAYS(cli.out, "ShareLock on c\n");
	CLI_SAYS_NOT(cli.out, "on d\n");
	CLI_SAYS_NOT(cli.out, "schema_migrations");
	CLI_SAYS(cli.out, "rehearsed: 2 applied to a copy");
	test_value_is(url, "SELECT to_regclass('d') IS NULL", "t");
	outcome_is("behind", "AET_EBEHIND", 4);
	CLI(&cli, "migrate", DIR, "--dry-run", "--json");
	CLI_EXITS(&cli, 0);
	document = test_cli_document(&cli);
	ck_assert(json_is_true(json_object_get(document, "rehearsed")));
	ck_assert_uint_eq(json_array_size(json_object_get(document, "statements")), 5);
	json_decref(document);
	put("0005_e.sql", "SELECT 1/0;\n");
	CLI(&cli, "migrate", DIR, "--dry-run");
	CLI_EXITS(&cli, 1);
	CLI_SAYS(cli.err, "0005_e.sql:1:1: division by zero");
	test_sql(url, "DROP OWNED BY cli_reader; DROP ROLE cli_reader");
}
END_TEST

/* ---- size ------------------------------------------------------------- */

#define STATEMENTS 100
#define STATEMENT_SIZE (1024 * 1024)

/* A hundred statements of a megabyte. */
static void
put_big(const char *name, const char *head)
{
	char path[512];
	char *line = malloc(STATEMENT_SIZE + 1);
	FILE *file;

	put(name, head);
	snprintf(path, sizeof(path), "%s/migrations/%s", cli.directory, name);
	file = fopen(path, "a");
	ck_assert_ptr_nonnull(file);
	ck_assert_ptr_nonnull(line);
	memset(line, 'x', STATEMENT_SIZE);
	line[STATEMENT_SIZE] = '\0';
	for (int i = 0; i < STATEMENTS; i++)
		ck_assert_int_gt(
		    fprintf(file, "INSERT INTO big VALUES (length('%s'));\n", line), 0);
	ck_assert_int_eq(fclose(file), 0);
	free(line);
}

/* The most memory that any child had: aet-db is the only kind. In kilobytes. */
static long
most_memory(void)
{
	struct rusage used;

	ck_assert_int_eq(getrusage(RUSAGE_CHILDREN, &used), 0);
	return used.ru_maxrss;
}

/* Under the sanitizers memory is not what it is elsewhere. */
#if defined(__SANITIZE_ADDRESS__)
#define MEMORY_IS_MEASURED 0
#elif defined(__has_feature)
#define MEMORY_IS_MEASURED !__has_feature(address_sanitizer)
#else
#define MEMORY_IS_MEASURED 1
#endif

START_TEST(a_big_file_in_little_memory)
{
	long small;

	put("0001_t.sql", "CREATE TABLE big (i int);");
	CLI(&cli, "migrate", DIR);
	CLI_EXITS(&cli, 0);
	small = most_memory();
	put_big("0002_a.sql", "");
	put_big("0003_b.sql", "-- aet: no-transaction\n");
	CLI(&cli, "migrate", DIR, "--quiet");
	CLI_EXITS(&cli, 0);
	test_value_is(url, "SELECT count(*) || ' ' || min(i) FROM big", "200 1048576");
	if (MEMORY_IS_MEASURED)
		ck_assert_msg(most_memory() < small + 16 * STATEMENT_SIZE / 1024,
		    "%ld KB, %ld KB for a small file", most_memory(), small);
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("cli_migrate");
	TCase *tcase = tcase_create("migrate");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, nothing_is_wrong);
	tcase_add_test(tcase, behind);
	tcase_add_test(tcase, ahead);
	tcase_add_test(tcase, ahead_with_a_manifest);
	tcase_add_test(tcase, another_history);
	tcase_add_test(tcase, edited);
	tcase_add_test(tcase, a_missing_file);
	tcase_add_test(tcase, a_late_merged_file);
	tcase_add_test(tcase, a_half_done_file);
	tcase_add_test(tcase, a_table_that_is_gone);
	tcase_add_test(tcase, a_refused_file_has_its_place_once);
	tcase_add_test(tcase, a_lacking_right_and_time);
	tcase_add_test(tcase, one_step_back);
	tcase_add_test(tcase, a_baseline);
	tcase_add_test(tcase, a_repair);
	tcase_add_test(tcase, up_to_a_number);
	tcase_add_test(tcase, repeatable_files);
	tcase_add_test(tcase, another_migrators_database);
	tcase_add_test(tcase, check_after_adoption);
	tcase_add_test(tcase, a_restored_database_is_no_drift);
	tcase_add_test(tcase, check_says_what_mends_it);
	tcase_add_test(tcase, a_rehearsal_tells_time_and_locks);
	tcase_add_test(tcase, a_big_file_in_little_memory);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
