/* SPDX-License-Identifier: MIT */
/* A database that is not what the schema's files say: push and check see it, also
 * where other tools do not, and the command that check names mends it. */
#include <stdio.h>
#include <string.h>

#include "support/generating.h"

static const struct {
	const char *live;
	const char *schema;
	const char *undo; /* of what the schema has in its place */
	const char *says;
	const char *sentence;
} drifts[] = {
	{ "CREATE INDEX i ON t (a) WHERE a > 0", "CREATE INDEX i ON t (a)",
	    "DROP INDEX i", "DROP INDEX", "index public.i is \"CREATE INDEX i" },
	{ "ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0) NOT VALID",
	    "ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0)",
	    "ALTER TABLE t DROP CONSTRAINT k", "VALIDATE CONSTRAINT k",
	    "constraint public.t k is \"CHECK ((a > 0)) NOT VALID\"" },
	{ "ALTER TABLE t ALTER b SET DATA TYPE text COLLATE \"C\"", "SELECT 1",
	    "SELECT 1", "SET DATA TYPE text", "column public.t.b is \"text COLLATE" },
	{ "COMMENT ON COLUMN t.a IS 'x'", "COMMENT ON COLUMN t.a IS 'y'", "SELECT 1",
	    "IS 'y'", "comment COLUMN public.t.a is \"x\", expected \"y\"" },
	{ "GRANT SELECT ON t TO PUBLIC", "SELECT 1", "SELECT 1", "REVOKE SELECT",
	    "grant TABLE public.t SELECT PUBLIC is not expected" },
	{ "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END';"
	  "CREATE TRIGGER g AFTER UPDATE ON t EXECUTE FUNCTION f()",
	    "SELECT 1", "SELECT 1", "DROP TRIGGER g",
	    "trigger public.t g is not expected" },
	{ "ALTER TABLE t ENABLE ROW LEVEL SECURITY", "SELECT 1", "SELECT 1",
	    "DISABLE ROW LEVEL", "row security public.t is not expected" },
	{ "CREATE SCHEMA other", "SELECT 1", "SELECT 1", "DROP SCHEMA other",
	    "schema other is not expected" },
	{ "ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES t (a) NOT VALID",
	    "ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES t (a)",
	    "ALTER TABLE t DROP CONSTRAINT k", "VALIDATE CONSTRAINT k",
	    "constraint public.t k is \"FOREIGN KEY (a) REFERENCES public.t(a) NOT "
	    "VALID\"" },
	{ "COMMENT ON TABLE t IS 'x'", "SELECT 1", "SELECT 1",
	    "COMMENT ON TABLE public.t IS NULL",
	    "comment TABLE public.t is not expected" },
	{ "REVOKE ALL ON t FROM CURRENT_USER; GRANT INSERT ON t TO PUBLIC", "SELECT 1",
	    "SELECT 1", "REVOKE INSERT",
	    "grant TABLE public.t INSERT PUBLIC is not expected" },
	{ "CREATE VIEW v AS SELECT 1", "SELECT 1", "SELECT 1", "DROP VIEW public.v",
	    "view public.v is not expected" },
};

START_TEST(drift_is_seen)
{
	char sql[512];

	snprintf(sql, sizeof(sql), "CREATE TABLE t (a integer UNIQUE, b text); %s",
	    drifts[_i].live);
	test_sql(url, sql);
	snprintf(sql, sizeof(sql), "CREATE TABLE t (a integer UNIQUE, b text); %s;",
	    drifts[_i].schema);
	schema(sql);
	CLI(&cli, "push", "--url", url, shadow, "--dry-run");
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.out, drifts[_i].says);
}
END_TEST

/* check tells the same of schema files. */
START_TEST(check_names_what_push_would_change)
{
	char sql[512];

	snprintf(sql, sizeof(sql), "CREATE TABLE t (a integer UNIQUE, b text); %s;",
	    drifts[_i].schema);
	schema(sql);
	test_sql(url, sql);
	CLI(&cli, "check", "--schema", "schema", "--url", url);
	CLI_EXITS(&cli, 0);
	ck_assert_str_eq(cli.out, "no difference\n");
	test_sql(url, drifts[_i].undo);
	test_sql(url, drifts[_i].live);
	CLI(&cli, "check", "--schema", "schema", "--url", url);
	CLI_EXITS(&cli, 4);
	CLI_SAYS(cli.out, drifts[_i].sentence);
	/* The command that it names mends it. */
	CLI_SAYS(cli.err,
	    "next: aet-db diff --from \"$DATABASE_URL\" --to schema, which prints what "
	    "mends them;\n        aet-db push --schema schema, which runs it\n");
	CLI(&cli, "diff", "--from", url, "--to", "schema", shadow);
	CLI_EXITS(&cli, 0);
	test_sql(url, cli.out);
	CLI(&cli, "check", "--schema", "schema", "--url", url);
	CLI_EXITS(&cli, 0);
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("drift");
	TCase *tcase = tcase_create("drift");

	tcase_add_checked_fixture(tcase, generating_setup, generating_teardown);
	tcase_set_timeout(tcase, 240);
	tcase_add_loop_test(
	    tcase, drift_is_seen, 0, (int)(sizeof(drifts) / sizeof(drifts[0])));
	tcase_add_loop_test(tcase, check_names_what_push_would_change, 0,
	    (int)(sizeof(drifts) / sizeof(drifts[0])));
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
