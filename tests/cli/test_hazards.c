/* SPDX-License-Identifier: MIT */
/* What generate says of a change, before anybody runs it. */
#include <stdio.h>
#include <string.h>

#include "support/generating.h"

/* ---- hazards ------------------------------------------------------------- */

static const struct {
	const char *from;
	const char *to;
	const char *says; /* NULL: no hazard at all */
} hazards[] = {
	{ "name varchar(50)", "name text", NULL },
	{ "name varchar(50)", "name varchar(60)", NULL },
	{ "name text", "name varchar(3)", "existing-rows: column public.t.name changes" },
	{ "n integer", "n bigint", "table-rewrite: table public.t is rewritten" },
	{ "n bigint", "n integer", "existing-rows: column public.t.n changes its type" },
	{ "n numeric(9,2)", "n numeric(9,1)", "data-loss: column public.t.n changes" },
	{ "n double precision", "n integer", "data-loss: column public.t.n changes" },
	{ "n integer[]", "n integer", "data-loss: column public.t.n changes" },
	{ "n timestamptz", "n date", "data-loss: column public.t.n changes" },
	{ "n timestamp", "n timestamptz", "read in the session's time zone" },
	{ "n text", "n integer", "existing-rows: column public.t.n changes" },
	{ "n json", "n jsonb", "data-loss: column public.t.n changes" },
	{ "n integer", "n integer, m uuid DEFAULT gen_random_uuid()",
	    "volatile-default: table public.t is rewritten" },
	{ "n integer", "n integer, m integer DEFAULT 7", NULL },
	{ "n integer", "n integer, m integer NOT NULL", "existing-rows: column" },
	{ "n integer", "n integer NOT NULL", "existing-rows: not null public.t.n" },
	{ "n integer", "n integer UNIQUE", "existing-rows: constraint public.t t_n_key" },
	{ "n serial", "n integer", "data-loss: sequence public.t_n_seq is dropped" },
	{ "n integer, m serial", "n integer", "data-loss: column public.t.m is dropped" },
};

START_TEST(hazards_are_named)
{
	char sql[256];

	snprintf(sql, sizeof(sql), "CREATE TABLE t (%s);", hazards[_i].from);
	begin_with(sql);
	snprintf(sql, sizeof(sql), "CREATE TABLE t (%s);", hazards[_i].to);
	schema(sql);
	CLI(&cli, "generate", "next", "--accept-data-loss", shadow);
	CLI_EXITS(&cli, 0);
	if (hazards[_i].says == NULL) {
		ck_assert_str_eq(cli.err, "");
		return;
	}
	CLI_SAYS(cli.err, hazards[_i].says);
	CLI_SAYS(content(file_count() > 2 ? "migrations/0003_next_live.sql"
					  : "migrations/0002_next.sql"),
	    "-- hazard ");
}
END_TEST

START_TEST(rows_are_estimated)
{
	json_t *document;
	json_t *hazard;

	begin_with("CREATE TABLE hero (id integer, old text);");
	migrate();
	test_sql(url, "INSERT INTO hero SELECT generate_series(1, 500); ANALYZE hero;");
	schema("CREATE TABLE hero (id integer);");
	CLI(&cli, "generate", "next", "--json", "--accept-data-loss", "--url", url,
	    shadow);
	CLI_EXITS(&cli, 0);
	document = test_cli_document(&cli);
	hazard = json_array_get(json_object_get(document, "hazards"), 0);
	ck_assert_str_eq(json_string_value(json_object_get(hazard, "code")), "data-loss");
	ck_assert_str_eq(
	    json_string_value(json_object_get(hazard, "table")), "public.hero");
	ck_assert_str_eq(
	    json_string_value(json_object_get(hazard, "rows")), "about 500 rows");
	ck_assert_uint_eq(json_array_size(json_object_get(document, "files")), 1);
	json_decref(document);
}
END_TEST

START_TEST(privileges_that_go_are_named)
{
	test_cli_write(&cli, "migrations/0001_one.sql",
	    "CREATE TABLE hero (id integer); GRANT SELECT ON hero TO PUBLIC;"
	    "ALTER TABLE hero ENABLE ROW LEVEL SECURITY;");
	schema("CREATE TABLE hero (id integer);");
	CLI(&cli, "generate", "next", shadow);
	CLI_EXITS(&cli, 0);
	CLI_SAYS(
	    cli.err, "hazard privileges-lost: grant TABLE public.hero SELECT PUBLIC");
	CLI_SAYS(cli.err, "hazard row-security: row security public.hero goes");
}
END_TEST

START_TEST(a_label_may_be_renamed)
{
	begin_with("CREATE TYPE mood AS ENUM ('sad', 'glad'); CREATE TABLE t (m mood);");
	schema("CREATE TYPE mood AS ENUM ('sad', 'happy'); CREATE TABLE t (m mood);");
	CLI(&cli, "generate", "next", shadow);
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.err,
	    "hazard likely-rename: enum public.mood has 'glad' no longer, and "
	    "'happy' instead");
	CLI_SAYS(cli.err, "hazard enum-rewrite: enum public.mood is made anew");
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("hazards");
	TCase *tcase = tcase_create("hazards");

	tcase_add_checked_fixture(tcase, generating_setup, generating_teardown);
	tcase_set_timeout(tcase, 240);
	tcase_add_loop_test(
	    tcase, hazards_are_named, 0, (int)(sizeof(hazards) / sizeof(hazards[0])));
	tcase_add_test(tcase, a_label_may_be_renamed);
	tcase_add_test(tcase, rows_are_estimated);
	tcase_add_test(tcase, privileges_that_go_are_named);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
