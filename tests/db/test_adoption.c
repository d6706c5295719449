/* SPDX-License-Identifier: MIT */
/*
 * Whether a database that somebody else made has the library's tables: the
 * schema in the session's temporary schema against what lies in public.
 */
/* As superuser: schemas are made as somebody else made them. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "catalog/compare.h"
#include "catalog/default_value.h"
#include "support/server.h"

static char *url;
static aet__connection *connection;
static aet__differences *found;

/* The schema's file; free(). */
static char *
schema_sql(void)
{
	char path[4096];
	char *text = calloc(1, 65536);
	size_t len;
	FILE *file;

	snprintf(path, sizeof(path), "%s/../../migrations/0001_users_sessions_audit.sql",
	    getenv("AET_TEST_FIXTURES"));
	file = fopen(path, "r");
	ck_assert_msg(file != NULL && text != NULL, "cannot read %s", path);
	len = fread(text, 1, 65535, file);
	fclose(file);
	ck_assert_uint_gt(len, 0);
	return text;
}

static void
command(const char *sql)
{
	aet_error err = { 0 };

	ck_assert_msg(aet__connection_command(
			  connection, sql, true, aet__deadline_in(30000), &err) == AET_OK,
	    "%s", err.message);
}

static void
setup(void)
{
	aet__connection_options options = { .statement_cache = 16 };
	char *sql = schema_sql();

	url = test_database_create();
	options.url = url;
	ck_assert_int_eq(
	    aet__connection_open(&options, aet__deadline_in(30000), &connection, NULL),
	    AET_OK);
	command("BEGIN; SET LOCAL search_path = pg_temp");
	command(sql);
	command("COMMIT");
	test_sql(url, sql);
	free(sql);
}

static void
teardown(void)
{
	aet__differences_free(found);
	found = NULL;
	aet__connection_close(connection);
	free(url);
}

static aet__catalog *
read_schema(const char *name)
{
	const aet__catalog_scope scope = {
		.schemas = name != NULL ? &name : NULL,
		.schema_count = 1,
		.temporary = name == NULL,
	};
	aet__catalog *catalog = NULL;

	ck_assert_int_eq(aet__catalog_read(
			     connection, &scope, aet__deadline_in(30000), &catalog, NULL),
	    AET_OK);
	return catalog;
}

/* expected: a schema's name; NULL is the temporary one. */
static void
compare_with(const char *expected_schema)
{
	aet__default_context context = { connection, aet__deadline_in(30000) };
	const aet__compare_policy policy = {
		.by_definition = true,
		.tolerate_extra = true,
		.expected_schema =
		    expected_schema != NULL ? expected_schema : AET__TEMPORARY_SCHEMA,
		.actual_schema = "public",
		.same_value = aet__default_same_value,
		.same_value_ctx = &context,
	};
	aet__catalog *expected = read_schema(expected_schema);
	aet__catalog *actual = read_schema("public");
	aet_error err = { 0 };

	aet__differences_free(found);
	found = NULL;
	ck_assert_msg(
	    aet__catalog_compare(expected, actual, &policy, &found, &err) == AET_OK, "%s",
	    err.message);
	aet__catalog_free(expected);
	aet__catalog_free(actual);
}

static void
assert_nothing(void)
{
	compare_with(NULL);
	ck_assert_msg(
	    found->len == 0, "%s", found->len > 0 ? found->items[0].sentence : "");
}

/* Each deviation is said in one sentence, which names it. */
static const struct {
	const char *sql;
	const char *sentence;
} deviations[] = {
	{ "ALTER TABLE users ALTER email TYPE varchar(50)",
	    "column \"email\" of table \"public.users\" is character varying(50), "
	    "expected "
	    "character varying(255)" },
	{ "ALTER TABLE users ALTER password_hash TYPE varchar",
	    "column \"password_hash\" of table \"public.users\" is character varying, "
	    "expected text" },
	{ "ALTER TABLE users ALTER created_at TYPE timestamp",
	    "column \"created_at\" of table \"public.users\" is timestamp without time "
	    "zone, "
	    "expected timestamp with time zone" },
	{ "ALTER TABLE users ALTER password_hash DROP NOT NULL",
	    "column \"password_hash\" of table \"public.users\" may be null, expected "
	    "not "
	    "null" },
	{ "ALTER TABLE users ALTER last_login SET NOT NULL",
	    "column \"last_login\" of table \"public.users\" is not null, expected that "
	    "it "
	    "may be null" },
	{ "ALTER TABLE users ALTER status SET DEFAULT 'banned'",
	    "column \"status\" of table \"public.users\" has the default "
	    "'banned'::character varying, expected 'active'::character varying" },
	{ "ALTER TABLE users ALTER status DROP DEFAULT",
	    "column \"status\" of table \"public.users\" has no default, expected "
	    "'active'::character varying" },
	{ "ALTER TABLE users ALTER last_login SET DEFAULT now()",
	    "column \"last_login\" of table \"public.users\" has the default now(), "
	    "expected "
	    "none" },
	{ "ALTER TABLE users ALTER created_at SET DEFAULT clock_timestamp()",
	    "column \"created_at\" of table \"public.users\" has the default "
	    "clock_timestamp(), expected now()" },
	{ "ALTER TABLE users ALTER email TYPE varchar(255) COLLATE \"C\"",
	    "column \"email\" of table \"public.users\" has the collation "
	    "pg_catalog.\"C\", "
	    "expected its type's" },
	{ "ALTER TABLE users DROP COLUMN metadata",
	    "column \"metadata\" of table \"public.users\" is missing" },
	{ "ALTER TABLE users ADD COLUMN clan text NOT NULL",
	    "column \"clan\" of table \"public.users\" is not expected, and every insert "
	    "would have to give it" },
	{ "ALTER TABLE users ADD COLUMN clan text",
	    "column \"clan\" of table \"public.users\" is not expected" },
	{ "DROP INDEX idx_sessions_expires",
	    "index \"idx_sessions_expires\" on \"public.user_sessions\" is missing: "
	    "CREATE "
	    "INDEX idx_sessions_expires ON user_sessions USING btree (expires_at)" },
	{ "DROP INDEX idx_sessions_jti",
	    "index \"idx_sessions_jti\" on \"public.user_sessions\" is missing: CREATE "
	    "UNIQUE INDEX idx_sessions_jti ON user_sessions USING btree "
	    "(refresh_token_jti)" },
	{ "DROP INDEX idx_users_status; CREATE INDEX idx_users_status ON users "
	  "(status) WHERE email_verified",
	    "index \"idx_users_status\" on \"public.users\" is CREATE INDEX "
	    "idx_users_status "
	    "ON users USING btree (status) WHERE email_verified, expected CREATE INDEX "
	    "idx_users_status ON users USING btree (status)" },
	{ "DROP INDEX idx_users_status; CREATE UNIQUE INDEX idx_users_status ON users "
	  "(status)",
	    "index \"idx_users_status\" on \"public.users\" is CREATE UNIQUE INDEX "
	    "idx_users_status ON users USING btree (status), expected CREATE INDEX "
	    "idx_users_status ON users USING btree (status)" },
	{ "UPDATE pg_index SET indisvalid = false WHERE indexrelid = "
	  "'idx_users_status'::regclass",
	    "index \"idx_users_status\" on \"public.users\" is not valid, since building "
	    "it "
	    "failed; drop it and build it again" },
	{ "CREATE UNIQUE INDEX one_login ON users (last_login)",
	    "index \"one_login\" on \"public.users\" is not expected: CREATE UNIQUE "
	    "INDEX "
	    "one_login ON users USING btree (last_login)" },
	{ "ALTER TABLE users DROP CONSTRAINT users_email_unique",
	    "unique constraint \"users_email_unique\" on \"public.users\" is missing: "
	    "UNIQUE "
	    "(email)" },
	{ "ALTER TABLE audit_log DROP CONSTRAINT audit_log_pkey",
	    "primary key \"audit_log_pkey\" on \"public.audit_log\" is missing: PRIMARY "
	    "KEY "
	    "(id)" },
	{ "ALTER TABLE user_sessions DROP CONSTRAINT user_sessions_user_id_users_id_fk, "
	  "ADD CONSTRAINT user_sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES "
	  "users",
	    "foreign key \"user_sessions_user_id_fkey\" on \"public.user_sessions\" is "
	    "FOREIGN KEY (user_id) REFERENCES users(id), expected FOREIGN KEY (user_id) "
	    "REFERENCES users(id) ON DELETE CASCADE" },
	{ "ALTER TABLE audit_log DROP CONSTRAINT audit_log_actor_id_users_id_fk",
	    "foreign key \"audit_log_actor_id_users_id_fk\" on \"public.audit_log\" is "
	    "missing: FOREIGN KEY (actor_id) REFERENCES users(id) ON DELETE SET NULL" },
	{ "ALTER TABLE audit_log DROP CONSTRAINT audit_log_actor_id_users_id_fk, ADD "
	  "CONSTRAINT audit_log_actor_id_users_id_fk FOREIGN KEY (actor_id) REFERENCES "
	  "users "
	  "ON DELETE SET NULL NOT VALID",
	    "foreign key \"audit_log_actor_id_users_id_fk\" on \"public.audit_log\" is "
	    "not "
	    "valid, expected it validated" },
	{ "ALTER TABLE users ADD CONSTRAINT known_status CHECK (status <> 'x')",
	    "check \"known_status\" on \"public.users\" is not expected: CHECK "
	    "(((status)::text <> 'x'::text))" },
	{ "ALTER TABLE audit_log SET UNLOGGED",
	    "table \"public.audit_log\" is unlogged, so that a crash empties it; "
	    "expected a logged one" },
	{ "ALTER TABLE users ENABLE ROW LEVEL SECURITY",
	    "table \"public.users\" has row-level security, which hides rows that no "
	    "policy shows; expected it disabled" },
	{ "ALTER TABLE users FORCE ROW LEVEL SECURITY",
	    "table \"public.users\" forces row-level security on its owner too, "
	    "expected its owner exempt" },
	{ "ALTER TABLE users ALTER created_at TYPE timestamptz(3)",
	    "column \"created_at\" of table \"public.users\" is timestamp(3) with time "
	    "zone, expected timestamp with time zone" },
	{ "DROP TABLE audit_log", "table \"public.audit_log\" is missing" },
	{ "ALTER TABLE audit_log RENAME TO was; CREATE VIEW audit_log AS SELECT * FROM "
	  "was",
	    "\"public.audit_log\" is a view, expected a table" },
};

START_TEST(test_one_deviation_is_one_sentence)
{
	size_t differences;

	test_sql(url, deviations[_i].sql);
	compare_with(NULL);
	differences = found->len - found->notes;
	ck_assert_msg(differences == 1, "%zu differences: %s", differences,
	    found->len > 1 ? found->items[1].sentence : "");
	for (size_t i = 0; i < found->len; i++) {
		if (!found->items[i].note)
			ck_assert_str_eq(
			    found->items[i].sentence, deviations[_i].sentence);
	}
}
END_TEST

START_TEST(test_the_schema_itself)
{
	assert_nothing();
}
END_TEST

START_TEST(test_other_names)
{
	test_sql(url,
	    "ALTER TABLE users RENAME CONSTRAINT users_email_unique TO users_email_key;"
	    "ALTER TABLE users RENAME CONSTRAINT users_pkey TO users_pk;"
	    "ALTER TABLE user_sessions RENAME CONSTRAINT "
	    "user_sessions_user_id_users_id_fk"
	    " TO user_sessions_user_id_fkey;"
	    "ALTER INDEX idx_users_status RENAME TO users_status_idx;"
	    "ALTER INDEX idx_sessions_jti RENAME TO sessions_jti_uindex;");
	assert_nothing();
}
END_TEST

START_TEST(test_other_order_of_columns)
{
	test_sql(url,
	    "ALTER TABLE users ADD moved text; UPDATE users SET moved = password_hash;"
	    "ALTER TABLE users DROP password_hash;"
	    "ALTER TABLE users RENAME moved TO password_hash;"
	    "ALTER TABLE users ALTER password_hash SET NOT NULL;");
	assert_nothing();
}
END_TEST

START_TEST(test_other_spellings_of_types)
{
	test_sql(url, "ALTER TABLE users ALTER created_at TYPE timestamptz(6),"
		      " ALTER last_login TYPE timestamptz(6)");
	assert_nothing();
}
END_TEST

START_TEST(test_other_spellings_of_defaults)
{
	test_sql(url,
	    "ALTER TABLE users ALTER created_at SET DEFAULT CURRENT_TIMESTAMP,"
	    " ALTER updated_at SET DEFAULT transaction_timestamp(),"
	    " ALTER roles SET DEFAULT ARRAY['user'::text],"
	    " ALTER email_verified SET DEFAULT 'f'::text::boolean,"
	    " ALTER status SET DEFAULT 'active'::text;"
	    "ALTER TABLE audit_log ALTER payload SET DEFAULT '{ }'::json::jsonb,"
	    " ALTER resource_id SET DEFAULT NULL;");
	assert_nothing();
}
END_TEST

START_TEST(test_extra_things_are_notes)
{
	test_sql(url,
	    "CREATE TABLE clans (id serial PRIMARY KEY); CREATE TYPE mood AS ENUM ('x');"
	    "CREATE INDEX by_login ON users (last_login);"
	    "CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1';");
	compare_with(NULL);
	ck_assert_uint_eq(found->len, 4);
	ck_assert_uint_eq(found->notes, 4);
	ck_assert_int_eq(found->items[0].kind, AET__DIFFERENCE_EXTRA);
	ck_assert_str_eq(found->items[0].object, "enum public.mood");
	ck_assert_str_eq(found->items[1].sentence,
	    "index \"by_login\" on \"public.users\" is not expected: CREATE INDEX "
	    "by_login "
	    "ON users USING btree (last_login)");
	ck_assert_str_eq(
	    found->items[2].sentence, "table \"public.clans\" is not expected");
	ck_assert_str_eq(found->items[3].sentence, "function public.f() is not expected");
}
END_TEST

START_TEST(test_expected_in_another_schema)
{
	char *sql = schema_sql();

	command("BEGIN; CREATE SCHEMA made; SET LOCAL search_path = made, pg_temp");
	command(sql);
	free(sql);
	compare_with("made");
	ck_assert_uint_eq(found->len, 0);
	command("ALTER TABLE made.user_sessions DROP CONSTRAINT "
		"user_sessions_user_id_users_id_fk");
	compare_with("made");
	ck_assert_uint_eq(found->len, 1);
	ck_assert_str_eq(found->items[0].sentence,
	    "foreign key \"user_sessions_user_id_users_id_fk\" on "
	    "\"public.user_sessions\" "
	    "is not expected: FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE "
	    "CASCADE");
	ck_assert_int_eq(aet__connection_transaction(connection), AET__TRANSACTION_OPEN);
	command("ROLLBACK");
}
END_TEST

START_TEST(test_an_empty_database)
{
	test_sql(url, "DROP TABLE users, user_sessions, audit_log");
	compare_with(NULL);
	ck_assert_uint_eq(found->len, 3);
	ck_assert_str_eq(found->items[2].sentence, "table \"public.users\" is missing");
	ck_assert_str_eq(found->items[2].object, "table public.users");
	ck_assert_int_eq(found->items[2].kind, AET__DIFFERENCE_MISSING);
}
END_TEST

/* ---- values of defaults ----------------------------------------------- */

static const struct {
	const char *a;
	const char *b;
	const char *type;
	bool same;
} values[] = {
	{ "now()", "CURRENT_TIMESTAMP", "timestamp with time zone", true },
	{ "now()", "LOCALTIMESTAMP", "timestamp with time zone", true },
	{ "now()", "(now() AT TIME ZONE 'utc'::text)", "timestamp without time zone",
	    false },
	{ "now()", "clock_timestamp()", "timestamp with time zone", false },
	{ "now()", "CURRENT_DATE", "timestamp with time zone", false },
	{ "('now'::text)::date", "CURRENT_DATE", "date", true },
	{ "'{user}'::text[]", "ARRAY['user'::text]", "text[]", true },
	{ "'{user}'::text[]", "ARRAY['user'::text, 'admin'::text]", "text[]", false },
	{ "'{\"a\": 1}'::jsonb", "'{ \"a\":1 }'::jsonb", "jsonb", true },
	{ "'{\"a\": 1}'::json", "'{ \"a\":1 }'::json", "json", false },
	{ "1", "'1'::bigint", "bigint", true },
	{ "'x'::character varying(3)", "'x'::text", "character varying(3)", true },
	{ "CURRENT_USER", "'postgres'::name", "name", false },
	{ "nextval('s'::regclass)", "(1)::bigint", "bigint", false },
	{ "gen_random_uuid()", "uuid_generate_v4()", "uuid", false },
	{ "1", "(1 / 0)", "integer", false },
};

START_TEST(test_same_value)
{
	aet__default_context context = { connection, aet__deadline_in(30000) };
	bool same = !values[_i].same;

	ck_assert_int_eq(aet__default_same_value(&context, values[_i].a, values[_i].b,
			     values[_i].type, &same, NULL),
	    AET_OK);
	ck_assert_int_eq(same, values[_i].same);
	ck_assert_int_eq(aet__connection_transaction(connection), AET__TRANSACTION_NONE);
	command("BEGIN; CREATE TABLE kept (id integer)");
	ck_assert_int_eq(aet__default_same_value(&context, values[_i].b, values[_i].a,
			     values[_i].type, &same, NULL),
	    AET_OK);
	ck_assert_int_eq(same, values[_i].same);
	command("INSERT INTO kept VALUES (1); COMMIT");
	test_value_is(url, "SELECT id FROM kept", "1");
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("adoption");
	TCase *tcase = tcase_create("adoption");

	tcase_set_timeout(tcase, 60);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, test_one_deviation_is_one_sentence, 0,
	    (int)(sizeof(deviations) / sizeof(deviations[0])));
	tcase_add_test(tcase, test_the_schema_itself);
	tcase_add_test(tcase, test_other_names);
	tcase_add_test(tcase, test_other_order_of_columns);
	tcase_add_test(tcase, test_other_spellings_of_types);
	tcase_add_test(tcase, test_other_spellings_of_defaults);
	tcase_add_test(tcase, test_extra_things_are_notes);
	tcase_add_test(tcase, test_expected_in_another_schema);
	tcase_add_test(tcase, test_an_empty_database);
	tcase_add_loop_test(
	    tcase, test_same_value, 0, (int)(sizeof(values) / sizeof(values[0])));
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
