/* SPDX-License-Identifier: MIT */
/* As superuser: schemas are loaded into databases that are made for them. */
/* aet-db codegen of a game's schema whose keys refer to the library's users: these
 * are there, are the library's in C, and are not generated again. */
#include "support/package.h"

#include <stdlib.h>

#include <aeturnis/migrate.h>

static const char schema[] =
    "CREATE TYPE class AS ENUM ('mage', 'knight');\n"
    "CREATE TABLE characters (id uuid DEFAULT gen_random_uuid() PRIMARY KEY,\n"
    "    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,\n"
    "    rival_id uuid REFERENCES public.users, name text NOT NULL UNIQUE,\n"
    "    class class NOT NULL DEFAULT 'mage');\n";

static const char queries[] =
    "-- name: character_owners :many\n"
    "SELECT c.name, u.id AS owner_id, u.username, c.rival_id FROM characters AS c\n"
    "    JOIN users AS u ON u.id = c.user_id WHERE u.id = @user_id;\n"
    "-- name: character_give :execrows\n"
    "UPDATE characters SET user_id = @user_id, rival_id = $1 WHERE id = @character_id;\n";

static const char program[] =
    "#include <stdio.h>\n#include <string.h>\n#include <aeturnis/db.h>\n"
    "#include <aeturnis/models.h>\n#include \"out/models.h\"\n"
    "#define MUST(test) if (!(test)) { fprintf(stderr, \"%d: %s: %s\\n\", __LINE__, "
    "#test, err.message); return 1; }\n"
    "int main(int argc, char **argv)\n{\n"
    "aet_db_options options = AET_DB_OPTIONS_INIT;\naet_db *db = NULL;\naet_error err = "
    "{ 0 };\n"
    "aet_new_user fresh = { .username = \"anna\", .email = \"anna@example.org\", "
    ".password_hash = \"$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHRzYWx0c2FsdA$"
    "aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g\" };\n"
    "aet_user *anna = NULL;\naet_user *found = NULL;\np_new_character mage = { .name = "
    "\"Merle\" };\n"
    "p_character *merle = NULL;\np_character_list *list = NULL;\n"
    "p_character_owners_row_list *owners = NULL;\nint64_t rows = 0;\n"
    "options.url = argc > 1 ? argv[1] : NULL;\n"
    "MUST(aet_db_open(&options, &db, &err) == AET_OK)\n"
    "MUST(aet_user_insert(db, &fresh, &anna, &err) == AET_OK)\n"
    "mage.user_id = anna->id;\n"
    "MUST(p_character_insert(db, &mage, &merle, &err) == AET_OK)\n"
    "MUST(aet_user_id_equal(merle->user_id, anna->id) && !merle->rival_id.has_value)\n"
    "MUST(p_character_list_by_user(db, anna->id, NULL, &list, &err) == AET_OK && "
    "list->len == 1)\n"
    "MUST(p_character_user(db, merle, &found, &err) == AET_OK && strcmp(found->username, "
    "\"anna\") == 0)\n"
    "MUST(p_character_give(db, (aet_opt_user_id){ true, anna->id }, anna->id, merle->id, "
    "&rows, &err) == AET_OK && rows == 1)\n"
    "MUST(p_character_owners(db, anna->id, &owners, &err) == AET_OK && owners->len == "
    "1)\n"
    "MUST(aet_user_id_equal(owners->items[0].owner_id, anna->id))\n"
    "MUST(owners->items[0].rival_id.has_value)\n"
    "aet_user_free(anna);\naet_user_free(found);\np_character_free(merle);\n"
    "p_character_list_free(list);\np_character_owners_row_list_free(owners);\n"
    "aet_db_close(&db);\nreturn 0;\n}\n";

static void
migrate(const char *url)
{
	aet_db_options options = AET_DB_OPTIONS_INIT;
	aet_db *db = NULL;

	options.url = url;
	ck_assert_int_eq(aet_db_open(&options, &db, &package_err), AET_OK);
	ck_assert_int_eq(aet_db_migrate(db, NULL, NULL, &package_err), AET_OK);
	ck_assert_int_eq(aet_db_close(&db), AET_OK);
}

START_TEST(keys_to_users_are_the_librarys)
{
	char *url = test_database_create();

	package_write_config("");
	package_write("schema.sql", schema);
	package_write("queries.sql", queries);
	package_write("program.c", program);
	package_generate_well();
	package_compile();
	package_format();
	package_run("test ! -e '%s' && test ! -e '%s'", package_path("out/user.h"),
	    package_path("out/schema_migration.h"));
	package_has("out/models.h", "#include \"character.h\"\n");
	package_has_not("out/models.h", "user.h");
	package_has(
	    "out/character.h", "\taet_user_id user_id;\n\taet_opt_user_id rival_id;\n");
	package_has_not("out/model_types.h", "user");
	migrate(url);
	package_run("'%s/psql' -qX -v ON_ERROR_STOP=1 -d '%s' -f '%s'",
	    test_server_bindir(), url, package_path("schema.sql"));
	package_run_program(url);
	package_run_test();
	free(url);
}
END_TEST

START_TEST(queries_alone_may_ask_for_users)
{
	package_write_config(", \"queries_only\": true, \"library\": true");
	package_write("schema.sql", "CREATE TABLE t (id int PRIMARY KEY);\n");
	package_write(
	    "queries.sql", "-- name: names :many\nSELECT username FROM users;\n");
	package_generate_well();
	package_run_test();
}
END_TEST

START_TEST(a_database_with_both_has_them_apart)
{
	char *url = test_database_create();
	codegen_options options = { .url = url, .config = package_path("aet-db.json") };

	package_write("aet-db.json",
	    "{\"version\": 1, \"packages\": [{\"name\": \"p\", \"prefix\": \"p\", "
	    "\"library\": "
	    "true, \"include\": \"out\", \"source\": \"out\"}]}");
	package_write("schema.sql", schema);
	migrate(url);
	package_run("'%s/psql' -qX -v ON_ERROR_STOP=1 -d '%s' -f '%s'",
	    test_server_bindir(), url, package_path("schema.sql"));
	ck_assert_int_eq(codegen_run(&options, &package_report, &package_err), AET_OK);
	package_compile();
	package_has("out/models.h", "#include \"character.h\"\n");
	package_has_not("out/models.h", "user.h");
	free(url);
}
END_TEST

/* The library is of no help here: the first failure is what is told. */
START_TEST(what_is_missing_all_the_same_is_told)
{
	package_write_config("");
	package_write("schema.sql", "CREATE TABLE t (id int PRIMARY KEY);\n"
				    "CREATE TABLE u (id int REFERENCES nobody);\n");
	package_write("queries.sql", "");
	package_refused(1);
	package_said(
	    0, "schema.sql", 2, 1, "relation \"nobody\" does not exist (SQLSTATE 42P01)");
	package_write("schema.sql", "CREATE TABLE t (id uuid REFERENCES users);\n"
				    "CREATE TABLE u (id int REFERENCES nobody);\n");
	package_refused(1);
	package_said(
	    0, "schema.sql", 2, 1, "relation \"nobody\" does not exist (SQLSTATE 42P01)");
	package_write_config(", \"library\": false");
	package_refused(1);
	package_said(
	    0, "schema.sql", 1, 1, "relation \"users\" does not exist (SQLSTATE 42P01)");
}
END_TEST

/* Only on a server of the generator's own: roles are no part of a database. */
START_TEST(a_dumps_roles_are_made)
{
	codegen_options options = { .config = package_path("aet-db.json") };

	package_write_config("");
	package_write("schema.sql", "CREATE TABLE t (id int PRIMARY KEY);\n"
				    "ALTER TABLE t OWNER TO \"odd owner\";\n"
				    "GRANT SELECT ON t TO reader;\n");
	package_write("queries.sql", "-- name: all_t :many\nSELECT * FROM t;\n");
	ck_assert_int_eq(codegen_run(&options, &package_report, &package_err), AET_OK);
	package_run_test();
	package_refused(1);
	package_said(
	    0, "schema.sql", 2, 1, "role \"odd owner\" does not exist (SQLSTATE 42704)");
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("codegen_library");
	TCase *all = tcase_create("library");

	tcase_add_checked_fixture(all, package_setup, package_teardown);
	tcase_set_timeout(all, 240);
	tcase_add_test(all, keys_to_users_are_the_librarys);
	tcase_add_test(all, queries_alone_may_ask_for_users);
	tcase_add_test(all, a_database_with_both_has_them_apart);
	tcase_add_test(all, what_is_missing_all_the_same_is_told);
	tcase_add_test(all, a_dumps_roles_are_made);
	suite_add_tcase(suite, all);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
