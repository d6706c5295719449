/* SPDX-License-Identifier: MIT */
/* aet-db codegen and names: any name of a database is one in C; what is made up
 * gives way to what somebody wrote, and two that were written are told. */
#include "support/package.h"

/* Generated, compiled, formatted and run. */
static void
is_good(void)
{
	package_generate_well();
	package_compile();
	package_format();
	package_run_test();
}

START_TEST(what_c_keeps_for_itself_is_renamed)
{
	package_write_config("");
	package_write("schema.sql",
	    "CREATE TABLE t (id int PRIMARY KEY, \"_Bool\" int, \"__LINE__\" int, "
	    "\"class\" int, errno int, stdin int, \"NULL\" int, \"INT_MAX\" int, "
	    "\"8ball\" int, \"Größe\" int, \"größe\" int, \"a b\" int, \"a-b\" int, "
	    "a_b int, a_b_2 int, db int, err int, \"out\" int, args int, taken int);\n");
	package_write("queries.sql",
	    "-- name: all_t :many\nSELECT * FROM t;\n"
	    "-- name: put_t :exec\nINSERT INTO t (id, \"_Bool\", errno, \"class\") "
	    "VALUES ($1, $2, $3, $4);\n"
	    "-- name: each_t :each\nSELECT id FROM t WHERE id = @taken AND db = @db AND "
	    "err = @err;\n"
	    "-- name: main :one\nSELECT 1 AS one;\n"
	    "-- name: int :one\nSELECT @int::int;\n");
	is_good();
	package_has("out/t.h", "\taet_opt_int32 n_Bool;\n\taet_opt_int32 n__LINE__;\n"
			       "\taet_opt_int32 class_;\n\taet_opt_int32 errno_;\n"
			       "\taet_opt_int32 stdin_;\n\taet_opt_int32 NULL_;\n"
			       "\taet_opt_int32 INT_MAX_;\n\taet_opt_int32 n8ball;\n"
			       "\taet_opt_int32 Gru00f6u00dfe;\n"
			       "\taet_opt_int32 gru00f6u00dfe;\n"
			       "\taet_opt_int32 a_b;\n\taet_opt_int32 a_b_2;\n"
			       "\taet_opt_int32 a_b_3;\n\taet_opt_int32 a_b_2_2;\n");
}
END_TEST

START_TEST(a_name_of_63_bytes_is_laid_out)
{
#define LONG "l23456789012345678901234567890123456789012345678901234567890"
	package_write_config("");
	package_write("schema.sql",
	    "CREATE TYPE mood AS ENUM ('sad', 'ok');\n"
	    "CREATE TABLE " LONG "tab (" LONG "_id int PRIMARY KEY, " LONG
	    "_en mood NOT NULL, " LONG "_up int REFERENCES " LONG "tab, " LONG
	    "_no numeric);\n");
	package_write("queries.sql",
	    "-- name: find_all :many\nSELECT * FROM " LONG "tab WHERE " LONG
	    "_en = $1 AND " LONG "_no = sqlc.narg(" LONG "_na);\n"
	    "-- name: " LONG "_qu :many\nSELECT " LONG "_up AS " LONG "_as FROM " LONG
	    "tab;\n");
	is_good();
}
END_TEST

START_TEST(what_is_made_up_gives_way_to_queries)
{
	package_write_config(", \"queries_only\": true");
	package_write("schema.sql",
	    "CREATE TYPE author_params AS ENUM ('a');\n"
	    "CREATE TYPE int32_array AS (a int);\n"
	    "CREATE TABLE author (id int PRIMARY KEY, name text, kind author_params, "
	    "ids int[]);\n");
	package_write("queries.sql",
	    "-- name: Author :many\nSELECT id, name, kind, ids FROM author WHERE id < @a "
	    "AND id < @b AND id < @c AND id < @d AND id < @e;\n"
	    "-- name: AuthorRow :one\nSELECT id FROM author WHERE kind = $1;\n"
	    "-- name: AuthorRowList :many\nSELECT 1;\n"
	    "-- name: AuthorRowFree :exec\nDELETE FROM author;\n"
	    "-- name: AuthorParams :one\nSELECT kind FROM author;\n"
	    "-- name: AuthorParameters :one\nSELECT 1;\n"
	    "-- name: AuthorColumns :one\nSELECT 1;\n"
	    "-- name: ReadAuthor :many\nSELECT id FROM author;\n"
	    "-- name: ReadAuthorQuery :many\nSELECT id FROM author WHERE id = "
	    "@read_author;\n"
	    "-- name: BindAuthor :copyfrom\nINSERT INTO author (id, ids) VALUES ($1, "
	    "$2);\n"
	    "-- name: Int32Array :one\nSELECT ids FROM author;\n"
	    "-- name: ReadInt32Array :one\nSELECT ids, NULL::int32_array FROM author;\n"
	    "-- name: AuthorEach :each\nSELECT id FROM author;\n"
	    "-- name: AuthorEachEach :exec\nDELETE FROM author;\n"
	    "-- name: Sorted :many\nSELECT id FROM author ORDER BY sqlc.sort(by, id: id, "
	    "name: name);\n"
	    "-- name: SortedBy :exec\nDELETE FROM author;\n");
	is_good();
	package_has("out/queries.h", "} p_author_row_2;\n");
	package_has("out/queries.h", "} p_author_row_2_list;\n");
	package_has("out/queries.h", " p_author_row(");
	package_has("out/queries.h", "} p_author_params_2;\n");
	package_has("out/model_types.h", "} p_int32_array_2;\n");
	package_has("out/queries.h", "} p_sorted_by_2;\n");
}
END_TEST

START_TEST(constants_of_two_enums_are_told_apart)
{
	package_write_config("");
	package_write("schema.sql",
	    "CREATE TYPE kind AS ENUM ('of_a', 'INVALID', 'x y', 'x-y');\n"
	    "CREATE TYPE kind_of AS ENUM ('a', 'b');\n"
	    "CREATE TYPE \"KIND\" AS ENUM ('of_a');\n"
	    "CREATE TYPE queries AS ENUM ('h');\n"
	    "CREATE TABLE t (a kind, b kind_of, c \"KIND\", d queries);\n");
	package_write("queries.sql", "-- name: all_t :many\nSELECT * FROM t;\n");
	is_good();
	package_has("out/model_types.h", "\tP_KIND_INVALID = 0,\n\tP_KIND_OF_A = 1,\n");
	package_has("out/model_types.h", "\tP_KIND_INVALID_2 = 0,\n\tP_KIND_OF_A_2 = 1,\n"
					 "\tP_KIND_INVALID_3 = 2,\n\tP_KIND_X_Y = 3,\n"
					 "\tP_KIND_X_Y_2 = 4,\n");
	package_has("out/model_types.h", "\tP_KIND_OF_A_3 = 1,\n\tP_KIND_OF_B = 2,\n");
	package_has("out/model_types.h", "\tP_QUERIES_H_2 = 1,\n");
}
END_TEST

START_TEST(tables_enums_and_their_plurals_are_told_apart)
{
	package_write_config("");
	package_write("schema.sql",
	    "CREATE TYPE status AS ENUM ('a');\n"
	    "CREATE TABLE statuss (id int PRIMARY KEY, s status);\n"
	    "CREATE TABLE \"user\" (id uuid PRIMARY KEY);\n"
	    "CREATE TABLE users (id uuid PRIMARY KEY, u uuid REFERENCES \"user\");\n"
	    "CREATE TYPE user_id AS ENUM ('a');\n"
	    "CREATE SCHEMA other;\n"
	    "CREATE TABLE other.users (id int PRIMARY KEY, i user_id);\n"
	    "CREATE TABLE heroes (id uuid PRIMARY KEY REFERENCES \"user\");\n");
	package_write("queries.sql", "");
	is_good();
	package_has("out/hero.h", " p_hero_list_by_users(");
	package_has("out/hero.h", " p_hero_list_by_ids(");
	package_has("out/user.h", "typedef struct p_user {\n");
	package_has("out/users.h", "typedef struct p_users {\n");
	package_has("out/other_user.h", "typedef struct p_other_user {\n");
	package_has("out/model_types.h", "typedef enum p_status {\n");
	package_has("out/statuss.h", "typedef struct p_statuss {\n");
}
END_TEST

START_TEST(no_header_stands_before_the_systems)
{
	package_write_config("");
	package_write("schema.sql",
	    "CREATE TABLE strings (id int PRIMARY KEY, text text);\n"
	    "CREATE TABLE times (id int PRIMARY KEY, s int REFERENCES strings);\n");
	package_write("queries.sql", "");
	is_good();
	package_has("out/p_string.h", "typedef struct p_string {\n");
	package_has("out/models.h", "#include \"p_string.h\"\n#include \"p_time.h\"\n");
}
END_TEST

START_TEST(two_that_were_written_are_told)
{
	package_write_config(", \"tables\": {\"public.b\": {\"row\": \"a\"}}, "
			     "\"enums\": {\"t\": {\"values\": [\"x\"], \"columns\": "
			     "[\"public.t.x\"]}}");
	package_write("schema.sql", "CREATE TABLE t (id int PRIMARY KEY, x text);\n"
				    "CREATE TABLE a (id int PRIMARY KEY);\n"
				    "CREATE TABLE b (id int PRIMARY KEY);\n");
	package_write("queries.sql", "-- name: t_find :exec\nSELECT 1;\n"
				     "-- name: t_list :exec\nSELECT 1;\n");
	package_refused(4);
	package_said(0, "queries.sql", 3, 10,
	    "table \"public.t\" and query \"t_list\" would both be called \"p_t_list\" "
	    "in "
	    "C");
	package_said(1, "schema.sql", 0, 0,
	    "table \"public.a\": another table's rows are called \"a\", too; give one of "
	    "them a \"row\" name in the configuration");
	package_said(3, "schema.sql", 0, 0,
	    "table \"public.t\" and the configuration's enum \"t\" would both be called "
	    "\"p_t\" in C");
}
END_TEST

/* What a function calls its own arguments is free for a query's where it has none. */
START_TEST(parameters_may_be_called_like_arguments)
{
	package_write_config(", \"queries_only\": true");
	package_write(
	    "schema.sql", "CREATE TABLE t (id int PRIMARY KEY, items int[]);\n");
	package_write("queries.sql",
	    "-- name: by_items :many\nSELECT * FROM t WHERE id = ANY(@items::int[]) AND "
	    "id <> @statuses AND id <> @params;\n"
	    "-- name: by_rows :execrows\nDELETE FROM t WHERE id = @rows AND items = "
	    "@count::int[] AND id = @each;\n"
	    "-- name: each_row :each\nSELECT id FROM t WHERE id = @ctx AND id = @each "
	    "AND id = @taken AND id = @call;\n"
	    "-- name: batch :batchone\nSELECT id FROM t WHERE id = @items AND id = "
	    "@params AND id = @count AND id = @out AND id = @statuses;\n");
	is_good();
}
END_TEST

START_TEST(a_range_of_an_enum_has_a_sample)
{
	package_write_config(", \"queries_only\": true");
	package_write("schema.sql",
	    "CREATE TYPE mood AS ENUM ('sad', 'ok');\n"
	    "CREATE TYPE moods AS RANGE (subtype = mood);\n"
	    "CREATE TYPE pair AS (m moods, n int, o moods);\n"
	    "CREATE TABLE t (m moods NOT NULL, p pair, a moods[]);\n");
	package_write("queries.sql",
	    "-- name: all_t :many\nSELECT * FROM t;\n"
	    "-- name: put_t :one\nINSERT INTO t VALUES ($1, $2, $3) RETURNING *;\n");
	is_good();
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("codegen_names");
	TCase *all = tcase_create("names");

	tcase_add_checked_fixture(all, package_setup, package_teardown);
	tcase_set_timeout(all, 240);
	tcase_add_test(all, what_c_keeps_for_itself_is_renamed);
	tcase_add_test(all, a_name_of_63_bytes_is_laid_out);
	tcase_add_test(all, what_is_made_up_gives_way_to_queries);
	tcase_add_test(all, constants_of_two_enums_are_told_apart);
	tcase_add_test(all, tables_enums_and_their_plurals_are_told_apart);
	tcase_add_test(all, no_header_stands_before_the_systems);
	tcase_add_test(all, two_that_were_written_are_told);
	tcase_add_test(all, parameters_may_be_called_like_arguments);
	tcase_add_test(all, a_range_of_an_enum_has_a_sample);
	suite_add_tcase(suite, all);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
