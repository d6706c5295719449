/* SPDX-License-Identifier: MIT */
/* aet-db codegen of what schemas and queries seldom have: each generates, compiles, is
 * formatted, and its test passes. */
#include "support/package.h"

static void
is_good(const char *schema, const char *queries)
{
	package_write_config(", \"queries_only\": true");
	package_write("schema.sql", schema);
	package_write("queries.sql", queries);
	package_generate_well();
	package_compile();
	package_format();
	package_run_test();
}

START_TEST(texts_that_c_reads_otherwise)
{
	is_good("CREATE TYPE e AS ENUM ('a\"b', 'back\\slash', 'new\nline', 'what"
		"?"
		"?!', "
		"'tab\t', '%s', '''q''', '', 'ß');\n"
		"CREATE TABLE t (id int PRIMARY KEY, e e NOT NULL, \"q\"\"uote\" text,\n"
		"    \"?"
		"?=\" text, \"new\nline\" text, \"*/\" text, \"//\" text);\n"
		"COMMENT ON COLUMN t.id IS 'trigraph ?"
		"?/ and */ ends in \\';\n",
	    "-- Comment with ?"
	    "?/ and */ and \\\n"
	    "-- name: all_t :many\nSELECT * FROM t WHERE \"q\"\"uote\" = $1 AND \"?"
	    "?=\" <> "
	    "'?"
	    "?/' AND e <> 'what?"
	    "?!';\n"
	    "-- name: put_t :exec\nINSERT INTO t (id, e, \"*/\", \"//\", \"new\nline\") "
	    "VALUES "
	    "($1, $2, $3, $4, $5);\n"
	    "-- name: texts :one\nSELECT 'a?"
	    "?/b' AS \"x?"
	    "?/y\", E'\\x01\\t\\n\\\\' AS ctl, "
	    "'\\' AS bs, $$'\"$$ AS dq;\n");
}
END_TEST

START_TEST(composites_of_everything)
{
	is_good("CREATE TYPE nothing AS ();\nCREATE TYPE mood AS ENUM ('sad', 'ok');\n"
		"CREATE DOMAIN moody AS mood;\nCREATE DOMAIN moodies AS moody[];\n"
		"CREATE TYPE inside AS (a int, b text, m moodies);\n"
		"CREATE TYPE outside AS (i inside, others inside[], r int4range, m "
		"int4multirange, mood moody, moods mood[], j jsonb, n numeric);\n"
		"CREATE DOMAIN outsides AS outside[];\n"
		"CREATE TABLE t (o outside NOT NULL, os outsides, n nothing, ns "
		"nothing[]);\n",
	    "-- name: all_t :many\nSELECT *, (o).i, (o).i.a, (o).others[1], (os[1]).mood "
	    "FROM "
	    "t;\n"
	    "-- name: put_t :one\nINSERT INTO t VALUES ($1, $2, $3, $4) RETURNING *;\n"
	    "-- name: copy_t :copyfrom\nINSERT INTO t VALUES ($1, $2, $3, $4);\n"
	    "-- name: rows :many\nSELECT t, ROW(t.*, 1), ARRAY[t] FROM t;\n");
}
END_TEST

START_TEST(files_of_other_editors)
{
	is_good("\xef\xbb\xbf"
		"CREATE TABLE t (id int PRIMARY KEY, name text);\r\n",
	    "\xef\xbb\xbf"
	    "-- All of them.\r\n--name: all_t :many\t\r\nSELECT sqlc . embed ( t "
	    ") FROM t\r\nWHERE id IN (sqlc.slice('ids')) -- ; no end\r\n/* ; */ ;\r\n"
	    "-- name: no_end :one\r\nSELECT $x$ -- name: none :one ; $x$ AS t\r\n"
	    "-- name: last :exec\r\nDELETE FROM t WHERE name = sqlc.narg( \"name\" )");
	package_has("out/queries.h", "/*\n * All of them.\n");
	package_write("queries.sql", "\xef\xbb\xbf"
				     "SELECT 1;\r\n");
	package_refused(1);
	package_said(0, "queries.sql", 1, 1, "SQL without a name");
}
END_TEST

START_TEST(statements_of_every_kind)
{
	is_good(
	    "CREATE TABLE t (id int PRIMARY KEY, name text);\n"
	    "CREATE TABLE nothing ();\n"
	    "CREATE FUNCTION two(INOUT a int, OUT b text) LANGUAGE sql AS 'SELECT a, "
	    "a::text';\n"
	    "CREATE FUNCTION any_of(VARIADIC a int[]) RETURNS int LANGUAGE sql AS "
	    "'SELECT "
	    "a[1]';\n"
	    "CREATE FUNCTION nought() RETURNS void LANGUAGE sql AS 'SELECT';\n"
	    "CREATE FUNCTION pairs() RETURNS SETOF record LANGUAGE sql AS 'SELECT 1, "
	    "2';\n"
	    "CREATE PROCEDURE act(a int, INOUT b int) LANGUAGE plpgsql AS 'BEGIN b := a; "
	    "END';\n"
	    "CREATE VIEW shown WITH (security_barrier) AS SELECT * FROM t;\n",
	    "-- name: merge_t :execrows\nMERGE INTO t USING (SELECT @id::int AS id) AS s "
	    "ON "
	    "t.id = s.id WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT (id) "
	    "VALUES "
	    "(s.id);\n"
	    "-- name: call_act :one\nCALL act($1, $2);\n"
	    "-- name: two_out :one\nSELECT two($1), (two(2)).*;\n"
	    "-- name: two_from :one\nSELECT * FROM two($1);\n"
	    "-- name: some_of :one\nSELECT any_of($1, $2, 3), any_of(VARIADIC $3);\n"
	    "-- name: none_of :one\nSELECT nought();\n"
	    "-- name: rows_of :many\nSELECT pairs();\n"
	    "-- name: no_columns :execrows\nSELECT FROM t;\n"
	    "-- name: no_table_columns :exec\nSELECT * FROM nothing;\n"
	    "-- name: sampled :many\nSELECT * FROM t TABLESAMPLE SYSTEM (10);\n"
	    "-- name: shown_t :many\nTABLE shown;\n"
	    "-- name: moved :many\nWITH gone AS (DELETE FROM t RETURNING *), put AS "
	    "(INSERT "
	    "INTO t SELECT id + 1, name FROM gone RETURNING id) SELECT g.*, p.id FROM "
	    "gone "
	    "AS g, put AS p;\n"
	    "-- name: tree :many\nWITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n "
	    "+ 1 "
	    "FROM r WHERE n < 3) SEARCH DEPTH FIRST BY n SET o CYCLE n SET again USING "
	    "path "
	    "SELECT * FROM r;\n"
	    "-- name: grouped :many\nSELECT name, id, count(*), grouping(name) FROM t "
	    "GROUP "
	    "BY GROUPING SETS ((name), (id), ());\n"
	    "-- name: explained :many\nEXPLAIN SELECT 1;\n"
	    "-- name: shown_setting :one\nSHOW work_mem;\n"
	    "-- name: locked :exec\nLOCK TABLE t IN SHARE MODE;\n");
}
END_TEST

/* No word is left alone on its line; a list and what is set in by hand stay. */
START_TEST(comments_are_filled_by_the_paragraph)
{
	is_good("CREATE TABLE t (id int PRIMARY KEY);\n",
	    "-- Finds the one row of the table which has this number, and says so in "
	    "more "
	    "words\n"
	    "-- than one line of a comment holds.\n"
	    "-- - This is an item of a list, and it is longer than the eighty columns of "
	    "a line\n"
	    "-- - and another\n"
	    "-- name: find_t :one\nSELECT id FROM t WHERE id = $1;\n");
	package_has("out/queries.h",
	    " * Finds the one row of the table which has this number, and says so in "
	    "more\n"
	    " * words than one line of a comment holds.\n"
	    " * - This is an item of a list, and it is longer than the eighty columns of "
	    "a\n"
	    " * line\n"
	    " * - and another\n");
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("codegen_odd");
	TCase *all = tcase_create("odd");

	tcase_add_checked_fixture(all, package_setup, package_teardown);
	tcase_set_timeout(all, 240);
	tcase_add_test(all, texts_that_c_reads_otherwise);
	tcase_add_test(all, composites_of_everything);
	tcase_add_test(all, files_of_other_editors);
	tcase_add_test(all, statements_of_every_kind);
	tcase_add_test(all, comments_are_filled_by_the_paragraph);
	suite_add_tcase(suite, all);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
