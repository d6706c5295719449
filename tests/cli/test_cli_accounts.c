/* SPDX-License-Identifier: MIT */
/* aet-db roles and aet-db audit. */
/* As superuser: it is who applies the roles; what they may do then is asked as them. */
#include "support/cli.h"
#include "support/server.h"

#include <stdlib.h>
#include <string.h>

static test_cli cli;
static char *url;
static char *setting;

static void
setup(void)
{
	url = test_database_create();
	test_cli_begin(&cli);
	ck_assert_int_gt(asprintf(&setting, "DATABASE_URL=%s", url), 0);
	test_cli_set(&cli, setting);
}

static void
teardown(void)
{
	test_cli_end(&cli);
	free(setting);
	free(url);
}

static void
migrate_and_seed(void)
{
	CLI(&cli, "migrate", "--quiet");
	CLI_EXITS(&cli, 0);
	CLI(&cli, "seed", "--quiet", "--demo-passwords");
	CLI_EXITS(&cli, 0);
}

START_TEST(roles_are_printed_or_applied)
{
	CLI(&cli, "roles");
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.out, "ALTER SCHEMA public OWNER TO aeturnis_owner;");
	test_value_is(url,
	    "SELECT nspowner = 'pg_database_owner'::regrole OR nspowner ="
	    " 10 FROM pg_namespace WHERE nspname = 'public'",
	    "t");
	migrate_and_seed();
	CLI(&cli, "roles", "--apply");
	CLI_EXITS(&cli, 0);
	CLI(&cli, "roles", "--apply", "--json");
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.out, "\"applied\":true");
	test_value_is(url, "SELECT tableowner FROM pg_tables WHERE tablename = 'users'",
	    "aeturnis_owner");
	test_value_is(url,
	    "SELECT has_table_privilege('aeturnis_app', 'audit_log', 'SELECT') AND NOT"
	    " has_table_privilege('aeturnis_app', 'audit_log', 'UPDATE')",
	    "t");
}
END_TEST

START_TEST(roles_want_a_superuser)
{
	char *other = NULL;

	migrate_and_seed();
	CLI(&cli, "roles", "--apply");
	CLI_EXITS(&cli, 0);
	ck_assert_int_gt(asprintf(&other, "%s&user=aeturnis_app", url), 0);
	CLI(&cli, "roles", "--apply", "--url", other);
	CLI_EXITS(&cli, 1);
	CLI_SAYS(cli.err, "42501");
	CLI_SAYS(cli.err, "a superuser makes roles");
	CLI(&cli, "purge", "--url", other);
	CLI_EXITS(&cli, 0);
	CLI(&cli, "audit", "seal", "--url", other);
	CLI_EXITS(&cli, 1);
	CLI_SAYS(cli.err, "this role lacks a right");
	free(other);
}
END_TEST

/* What roles has given is no difference to the schema's files. */
START_TEST(a_push_leaves_the_roles_alone)
{
	static const char rights[] =
	    "SELECT has_table_privilege('aeturnis_app', 'heroes', 'INSERT') AND"
	    " has_schema_privilege('aeturnis_app', 'aeturnis', 'USAGE') AND"
	    " NOT has_schema_privilege('public', 'aeturnis', 'USAGE') AND"
	    " (SELECT nspowner = 'aeturnis_owner'::regrole FROM pg_namespace WHERE "
	    "nspname ="
	    " 'public')";

	migrate_and_seed();
	test_cli_write(&cli, "schema/heroes.sql",
	    "CREATE TABLE heroes (id int PRIMARY KEY, owner uuid REFERENCES users);");
	CLI(&cli, "push", "--yes");
	CLI_EXITS(&cli, 0);
	CLI(&cli, "roles", "--apply");
	CLI_EXITS(&cli, 0);
	CLI(&cli, "check", "--schema", "schema");
	CLI_EXITS(&cli, 0);
	CLI(&cli, "push", "--dry-run");
	CLI_EXITS(&cli, 0);
	ck_assert_str_eq(cli.out, "");
	test_cli_write(&cli, "schema/heroes.sql",
	    "CREATE TABLE heroes (id int PRIMARY KEY, owner uuid REFERENCES users,"
	    " motto text);");
	CLI(&cli, "push", "--yes");
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.out, "ALTER TABLE public.heroes ADD COLUMN motto text;");
	CLI_SAYS_NOT(cli.out, "REVOKE");
	test_value_is(url, rights, "t");
}
END_TEST

/* Whose rights nobody ever changed. */
START_TEST(a_table_without_rights_is_told)
{
	migrate_and_seed();
	CLI(&cli, "roles", "--apply");
	CLI_EXITS(&cli, 0);
	test_cli_write(&cli, "migrations/0001_extra.sql", "CREATE TABLE extra (id int);");
	CLI(&cli, "migrate", "--dir", "migrations");
	CLI_EXITS(&cli, 0);
	CLI(&cli, "check", "--dir", "migrations");
	CLI_EXITS(&cli, 4);
	CLI_SAYS(cli.out, "public.extra");
	CLI(&cli, "roles", "--apply");
	CLI_EXITS(&cli, 0);
	CLI(&cli, "check", "--dir", "migrations");
	CLI_EXITS(&cli, 0);
}
END_TEST

/* "POSITION:HASH" of head, without the line's end; free(). */
static char *
head(void)
{
	CLI(&cli, "audit", "head");
	CLI_EXITS(&cli, 0);
	return strndup(cli.out, strcspn(cli.out, "\n"));
}

START_TEST(the_chain_is_sealed_and_verified)
{
	char *anchor;

	migrate_and_seed();
	CLI(&cli, "audit", "head");
	CLI_EXITS(&cli, 4);
	CLI_SAYS(cli.err, "aet-db audit seal");
	CLI(&cli, "audit", "verify", "--json");
	CLI_EXITS(&cli, 4);
	CLI_SAYS(cli.out, "nothing of the audit log is sealed yet, and 2 entries wait");
	CLI_SAYS(cli.out, "\"pending\":2");
	CLI_SAYS(cli.out, "\"next\":\"aet-db audit seal\"");
	CLI(&cli, "audit", "seal");
	CLI_EXITS(&cli, 0);
	ck_assert_str_eq(cli.out, "sealed 2\n");
	anchor = head();
	ck_assert_uint_eq(strlen(anchor), 66);
	ck_assert_mem_eq(anchor, "2:", 2);
	CLI(&cli, "audit", "verify", "--anchor", anchor);
	CLI_EXITS(&cli, 0);
	ck_assert_str_eq(cli.out, "sound: 2 links from 1, 0 entries to be sealed\n");
	CLI(&cli, "audit", "verify", "--anchor", "2:abc");
	CLI_EXITS(&cli, 2);
	test_sql(url, "UPDATE audit_log SET payload = '{}' WHERE id = (SELECT entry_id"
		      " FROM aeturnis.audit_chain WHERE position = 2)");
	CLI(&cli, "audit", "verify", "--json");
	CLI_EXITS(&cli, 4);
	CLI_SAYS(cli.out, "AET_ETAMPERED");
	CLI_SAYS(cli.out, "\"position\":2");
	test_sql(url, "DELETE FROM audit_log; DELETE FROM aeturnis.audit_chain");
	CLI(&cli, "audit", "verify");
	CLI_EXITS(&cli, 4);
	CLI(&cli, "audit", "verify", "--anchor", anchor);
	CLI_EXITS(&cli, 4);
	CLI_SAYS(cli.err, "the anchor was taken from");
	free(anchor);
}
END_TEST

START_TEST(entries_are_exported_as_lines)
{
	char *actor;
	json_t *object;

	migrate_and_seed();
	CLI(&cli, "audit", "export");
	CLI_EXITS(&cli, 0);
	actor = test_value(url, "SELECT id FROM users WHERE username = 'admin'");
	CLI(&cli, "audit", "export", "--actor", actor, "--event", "user.register");
	CLI_EXITS(&cli, 0);
	object = json_loads(cli.out, 0, NULL);
	ck_assert_str_eq(json_string_value(json_object_get(object, "actor")), actor);
	json_decref(object);
	free(actor);
	CLI(&cli, "audit", "export", "--event", "user.login");
	CLI_EXITS(&cli, 0);
	ck_assert_str_eq(cli.out, "");
	CLI(&cli, "audit", "export", "--until", "2020-01-01T00:00:00Z");
	ck_assert_str_eq(cli.out, "");
	CLI(&cli, "audit", "export", "--since", "yesterday");
	CLI_EXITS(&cli, 2);
	CLI_SAYS(
	    cli.err, "--since wants a time: 2026-01-31, 2026-01-31T18:00:00Z, or 90d,");
	CLI(&cli, "audit", "export", "--since", "1h", "--event", "user.register");
	CLI_EXITS(&cli, 0);
	ck_assert_ptr_nonnull(strchr(cli.out, '\n'));
	ck_assert_str_eq(strchr(strchr(cli.out, '\n') + 1, '\n'), "\n");
	CLI(&cli, "audit", "export", "--until", "1h");
	CLI_EXITS(&cli, 0);
	ck_assert_str_eq(cli.out, "");
	CLI(&cli, "audit", "export", "--until", "2020-01-01");
	CLI_EXITS(&cli, 0);
	CLI(&cli, "audit", "export", "--actor", "somebody");
	CLI_EXITS(&cli, 2);
	CLI(&cli, "audit", "shred");
	CLI_EXITS(&cli, 2);
}
END_TEST

START_TEST(purging_wants_consent)
{
	migrate_and_seed();
	CLI(&cli, "audit", "purge");
	CLI_EXITS(&cli, 2);
	CLI(&cli, "audit", "purge", "--until", "2100-01-01T00:00:00Z");
	CLI_EXITS(&cli, 5);
	CLI_SAYS(cli.err, "--yes");
	test_value_is(url, "SELECT count(*) FROM audit_log", "2");
	CLI(&cli, "audit", "seal", "--quiet");
	CLI(&cli, "audit", "purge", "--until", "2100-01-01T00:00:00Z", "--yes");
	CLI_EXITS(&cli, 0);
	ck_assert_str_eq(cli.out, "purged 2\n");
	CLI(&cli, "audit", "verify");
	CLI_EXITS(&cli, 0);
	ck_assert_str_eq(cli.out, "sound: 0 links from 3, 1 entries to be sealed\n");
}
END_TEST

/* Three sessions, of which two have expired, and two entries; as a timer does it. */
START_TEST(a_timer_purges)
{
	char *upkeep = NULL;

	migrate_and_seed();
	CLI(&cli, "roles", "--apply", "--quiet");
	CLI_EXITS(&cli, 0);
	test_sql(url,
	    "INSERT INTO user_sessions (user_id, refresh_token_jti, expires_at)"
	    " SELECT id, n::text, now() + (n - 2) * interval '1 hour' FROM users,"
	    " generate_series(1, 3) AS n WHERE username = 'admin';"
	    "INSERT INTO aeturnis.login_failures VALUES ('x', 1, now() -"
	    " interval '2 days'), ('y', 1, now())");
	ck_assert_int_gt(asprintf(&upkeep, "%s&user=aeturnis_maintenance", url), 0);
	CLI(&cli, "purge", "--batch", "0");
	CLI_EXITS(&cli, 2);
	CLI(&cli, "purge", "--audit-before", "sometime");
	CLI_EXITS(&cli, 2);
	CLI_SAYS(cli.err, "--audit-before wants a time");
	CLI(&cli, "purge", "--audit-before", "2100-01-01");
	CLI_EXITS(&cli, 5);
	test_value_is(url, "SELECT count(*) FROM user_sessions", "3");
	CLI(&cli, "purge", "--batch", "1", "--url", upkeep, "--quiet");
	CLI_EXITS(&cli, 0);
	ck_assert_str_eq(cli.out, "purged 2 sessions\n");
	test_value_is(url, "SELECT refresh_token_jti FROM user_sessions", "3");
	test_value_is(
	    url, "SELECT convert_from(key, 'UTF8') FROM aeturnis.login_failures", "y");
	test_value_is(url,
	    "SELECT string_agg(payload::text || user_agent, ' ') FROM audit_log WHERE"
	    " event_type = 'session.purge' AND actor_uuid IS NULL",
	    "{\"sessions\": 1}aet-db {\"sessions\": 1}aet-db");
	CLI(&cli, "purge", "--audit-before", "0m", "--yes", "--json", "--url", upkeep);
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.out, "\"sessions\":0");
	CLI_SAYS(cli.out, "\"entries\":4");
	test_value_is(
	    url, "SELECT string_agg(event_type, ' ') FROM audit_log", "audit.purge");
	free(upkeep);
}
END_TEST

/* Schema aeturnis is compared where it holds more than the journal. */
START_TEST(diff_carries_the_librarys_schema)
{
	char *empty = test_database_create();

	migrate_and_seed();
	CLI(&cli, "diff", "--from", empty, "--to", url);
	CLI_EXITS(&cli, 0);
	CLI_SAYS(cli.out, "CREATE OR REPLACE FUNCTION aeturnis.fold(name text)");
	CLI_SAYS(cli.out, "CREATE TABLE aeturnis.audit_chain");
	CLI_SAYS_NOT(cli.out, "schema_migrations");
	test_sql(empty, cli.out);
	CLI(&cli, "diff", "--from", empty, "--to", url);
	CLI_EXITS(&cli, 0);
	ck_assert_str_eq(cli.out, "");
	free(empty);
}
END_TEST

/* check's statements, run: what is left is nothing. */
static void
check_mends(void)
{
	CLI(&cli, "check", "--sql");
	CLI_EXITS(&cli, 4);
	test_sql(url, cli.out);
	CLI(&cli, "check", "--sql");
	CLI_EXITS(&cli, 0);
	ck_assert_str_eq(cli.out, "-- no difference\n");
}

START_TEST(check_sees_the_librarys_schema)
{
	migrate_and_seed();
	test_sql(url,
	    "DROP TRIGGER users_fold_update ON users;"
	    "ALTER TABLE audit_log DISABLE TRIGGER audit_log_queue;"
	    "CREATE OR REPLACE FUNCTION aeturnis.end_sessions(of_user uuid, but_not uuid)"
	    " RETURNS SETOF uuid LANGUAGE sql AS 'SELECT of_user';"
	    "DROP INDEX aeturnis.idx_login_failures_window_began;"
	    "ALTER TABLE aeturnis.user_folds DROP CONSTRAINT users_email_folded_unique;"
	    "ALTER TABLE aeturnis.schema_migrations ADD COLUMN ours int");
	CLI(&cli, "check");
	CLI_EXITS(&cli, 4);
	CLI_SAYS(cli.err, "5 differences\n");
	CLI_SAYS(cli.out, "trigger users_fold_update on public.users is missing\n"
			  "    next: aet-db check --sql | psql \"$DATABASE_URL\"\n");
	CLI_SAYS(cli.out, "trigger audit_log_queue on public.audit_log has another "
			  "definition than expected\n");
	CLI_SAYS(cli.out,
	    "function aeturnis.end_sessions(of_user uuid, but_not uuid) has "
	    "another definition than expected\n");
	CLI_SAYS(cli.out, "index \"idx_login_failures_window_began\" on "
			  "\"aeturnis.login_failures\" is missing: ");
	CLI_SAYS(cli.out, "unique constraint \"users_email_folded_unique\" on "
			  "\"aeturnis.user_folds\" is missing: UNIQUE (email)\n");
	check_mends();
	test_sql(url, "ALTER TABLE aeturnis.user_folds DROP COLUMN email");
	CLI(&cli, "check", "--sql");
	CLI_EXITS(&cli, 4);
	CLI_SAYS(
	    cli.out, "-- column \"email\" of table \"aeturnis.user_folds\" is missing");
	CLI_SAYS(cli.out, "\n--    next: make the change by hand");
}
END_TEST

/* Not validated, defined otherwise, and referring to another table. */
START_TEST(what_check_prints_is_sql)
{
	migrate_and_seed();
	CLI(&cli, "check");
	CLI_EXITS(&cli, 0);
	test_sql(url,
	    "ALTER TABLE users DROP CONSTRAINT users_status_check, ADD CONSTRAINT"
	    " users_status_check CHECK (grandfathered OR status::text IN ('active',"
	    " 'suspended', 'banned')) NOT VALID;"
	    "DROP INDEX idx_users_status; CREATE INDEX idx_users_status ON users (email);"
	    "ALTER TABLE user_sessions DROP CONSTRAINT "
	    "user_sessions_user_id_users_id_fk");
	check_mends();
}
END_TEST

#define SPOIL                                                                        \
	"GRANT UPDATE ON audit_log TO aeturnis_app;"                                 \
	"REVOKE DELETE ON aeturnis.login_failures FROM aeturnis_app;"                \
	"GRANT SELECT (password_hash) ON users TO aeturnis_reader;"                  \
	"ALTER TABLE audit_log OWNER TO CURRENT_USER;"                               \
	"GRANT aeturnis_owner TO aeturnis_app;"                                      \
	"GRANT EXECUTE ON FUNCTION aeturnis.mark_rows_in_the_way() TO aeturnis_app;" \
	"GRANT CREATE ON SCHEMA public TO PUBLIC;"                                   \
	"DO $$ BEGIN EXECUTE format('ALTER ROLE aeturnis_app IN DATABASE %I SET"     \
	" search_path = x', current_database()); END $$;"                            \
	"CREATE TABLE game (x int); GRANT ALL ON game TO PUBLIC"

START_TEST(check_sees_what_roles_lack_and_have)
{
	static const char *const sentences[] = {
		"role aeturnis_app has UPDATE on table public.audit_log, which it should "
		"not\n    next: aet-db roles --apply\n",
		"role aeturnis_app lacks DELETE on table aeturnis.login_failures\n",
		"password_hash",
		"table public.audit_log does not belong to role aeturnis_owner\n",
		"role aeturnis_app has membership in aeturnis_owner on the server, which",
		"role aeturnis_app has EXECUTE on function "
		"aeturnis.mark_rows_in_the_way(), which it should not\n",
		"role PUBLIC has CREATE on schema public, which it should not\n",
		"role aeturnis_app lacks search_path=public on the database\n",
	};

	migrate_and_seed();
	CLI(&cli, "roles", "--apply", "--quiet");
	CLI(&cli, "check");
	CLI_EXITS(&cli, 0);
	test_sql(url, SPOIL);
	CLI(&cli, "check");
	CLI_EXITS(&cli, 4);
	for (size_t i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++)
		CLI_SAYS(cli.out, sentences[i]);
	CLI_SAYS_NOT(cli.out, "on table public.game");
	CLI(&cli, "roles", "--apply", "--quiet");
	CLI_EXITS(&cli, 0);
	CLI(&cli, "check");
	CLI_EXITS(&cli, 0);
}
END_TEST

START_TEST(auditing_wants_tables)
{
	CLI(&cli, "audit", "seal");
	CLI_EXITS(&cli, 4);
	CLI_SAYS(cli.err, "aet-db migrate");
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("cli_accounts");
	TCase *tcase = tcase_create("accounts");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, roles_are_printed_or_applied);
	tcase_add_test(tcase, roles_want_a_superuser);
	tcase_add_test(tcase, a_push_leaves_the_roles_alone);
	tcase_add_test(tcase, a_table_without_rights_is_told);
	tcase_add_test(tcase, the_chain_is_sealed_and_verified);
	tcase_add_test(tcase, entries_are_exported_as_lines);
	tcase_add_test(tcase, purging_wants_consent);
	tcase_add_test(tcase, a_timer_purges);
	tcase_add_test(tcase, diff_carries_the_librarys_schema);
	tcase_add_test(tcase, check_sees_the_librarys_schema);
	tcase_add_test(tcase, what_check_prints_is_sql);
	tcase_add_test(tcase, check_sees_what_roles_lack_and_have);
	tcase_add_test(tcase, auditing_wants_tables);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
