/* SPDX-License-Identifier: MIT */
/* As superuser: migrating is not the game's. */
/* A rolling deploy: an older release on a database that a newer one has migrated. */
#include "support/migrating.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <aeturnis/accounts.h>
#include <aeturnis/models.h>
#include <aeturnis/statement.h>

/* ---- a release, and what it runs -------------------------------------- */

static const aet_column player_columns[] = {
	{ .name = "id", .type = { .oid = 20 } },
	{ .name = "name", .type = { .oid = 25 } },
};

static void
read_player(aet_row *row, void *out)
{
	*(int64_t *)out = aet_row_int64(row, 0);
}

static const aet_parameter id_parameter[] = { { "id", { .oid = 20 }, NULL } };
static const aet_parameter player_parameters[] = {
	{ "id", { .oid = 20 }, NULL },
	{ "name", { .oid = 25 }, NULL },
};
static const aet_parameter mood_parameters[] = {
	{ "id", { .oid = 20 }, NULL },
	{ "mood", { .name = "public.mood" }, "DEFAULT" },
};
static const aet_piece search_pieces[] = {
	{ " AND name = $2", 2, 0 },
	{ " ORDER BY id", 0, 1 },
	{ " ORDER BY name", 0, 2 },
};

#define READS \
	.columns = player_columns, .column_count = 2, .row_size = 8, .read = read_player

static const aet_statement player_find = { .size = sizeof(aet_statement),
	.name = "player_find",
	.sql = "SELECT id, name FROM players WHERE id = $1",
	.parameters = id_parameter,
	.parameter_count = 1,
	READS };
static const aet_statement player_insert = { .size = sizeof(aet_statement),
	.name = "player_insert",
	.kind = AET_STATEMENT_INSERT,
	.writes = true,
	.sql = "INSERT INTO public.players",
	.tail = " RETURNING id, name",
	.parameters = player_parameters,
	.parameter_count = 2,
	READS };
static const aet_statement player_update = { .size = sizeof(aet_statement),
	.name = "player_update",
	.kind = AET_STATEMENT_UPDATE,
	.writes = true,
	.sql = "UPDATE players SET",
	.tail = " WHERE id = $1",
	.otherwise = "SELECT id FROM players WHERE id = $1",
	.keys = 1,
	.parameters = mood_parameters,
	.parameter_count = 2 };
static const aet_statement player_search = { .size = sizeof(aet_statement),
	.name = "player_search",
	.kind = AET_STATEMENT_PIECES,
	.sql = "SELECT id, name FROM players WHERE id > $1",
	.parameters = player_parameters,
	.parameter_count = 2,
	.pieces = search_pieces,
	.piece_count = 3,
	.choices = 2,
	READS };
static const aet_statement player_copy = { .size = sizeof(aet_statement),
	.name = "player_copy",
	.kind = AET_STATEMENT_COPY,
	.writes = true,
	.sql = "players",
	.parameters = player_parameters,
	.parameter_count = 2 };

static const aet_statement *const reading[] = { &player_find, &player_search };
static const aet_statement *const writing[] = { &player_insert, &player_update,
	&player_copy };
static const aet_statement_set writes = { writing, 3, NULL, 0 };
static const aet_statement_set *const parts[] = { &writes };
static const aet_statement_set release = { reading, 2, parts, 1 };

#define FIRST                                                      \
	"CREATE TYPE mood AS ENUM ('sad', 'happy');"               \
	" CREATE TABLE players (id bigint PRIMARY KEY, name text," \
	" mood mood NOT NULL DEFAULT 'sad');"

/* A newer release has applied that, too, and is gone. */
static aet_migrate_options
behind(const char *newer)
{
	aet_migrate_options options = migrating_options();

	migrating_write("1_players.sql", FIRST);
	migrating_write("2_newer.sql", newer);
	migrating_run(AET_OK, 2);
	migrating_remove("2_newer.sql");
	migrating_run(AET_EAHEAD, 0);
	options.statements = &release;
	return options;
}

/* ---- what still works ------------------------------------------------- */

START_TEST(a_newer_database_does_where_all_works)
{
	aet_migrate_options options =
	    behind("ALTER TABLE players ADD level int NOT NULL DEFAULT 1,"
		   " ALTER name TYPE varchar(30), ADD born date;"
		   " CREATE TABLE guilds (id int); ALTER TYPE mood ADD VALUE 'angry';");

	migrating_run_with(&options, AET_OK, 0);
	ck_assert_int_eq(test_report.already, 1);
	migrating_health_is(&options, AET_HEALTH_OK, AET_OK);
}
END_TEST

/* Which change, and which statement is the first that it breaks. */
static const char *const breaking[][3] = {
	{ "ALTER TABLE players RENAME name TO label;",
	    "4 of this one's 5 statements would fail on it",
	    "statement \"player_find\": column \"name\" does not exist (SQLSTATE "
	    "42703)" },
	{ "ALTER TABLE players ALTER id TYPE int;", "4 of this one's 5 statements",
	    "statement \"player_find\": column \"id\" is integer, not bigint" },
	{ "ALTER TABLE players ADD level int NOT NULL;", "2 of this one's 5 statements",
	    "statement \"player_insert\": column \"level\" is NOT NULL, has no default, "
	    "and is not given" },
	{ "ALTER TABLE players DROP mood; DROP TYPE mood;",
	    "1 of this one's 5 statements",
	    "statement \"player_update\": the type public.mood is gone" },
	{ "ALTER TABLE players ALTER mood DROP DEFAULT, ALTER mood TYPE text;"
	  " ALTER TABLE players RENAME TO persons;"
	  " CREATE VIEW players AS SELECT id, name, mood FROM persons GROUP BY id;",
	    "2 of this one's 5 statements",
	    "statement \"player_insert\": cannot insert into view \"players\" (SQLSTATE "
	    "55000)" },
	{ "DROP TABLE players;", "5 of this one's 5 statements",
	    "statement \"player_find\": relation \"players\" does not exist (SQLSTATE "
	    "42P01)" },
};

START_TEST(a_newer_database_is_refused_where_something_breaks)
{
	aet_migrate_options options = behind(breaking[_i][0]);
	aet_error err = migrating_run_with(&options, AET_EAHEAD, 0);

	ck_assert_msg(strstr(err.message,
			  "a newer release has migrated the database (\"2_newer.sql\"),"
			  " and ") == err.message,
	    "%s", err.message);
	ck_assert_msg(strstr(err.message, breaking[_i][1]) != NULL, "%s", err.message);
	ck_assert_msg(strstr(err.message, breaking[_i][2]) != NULL, "%s", err.message);
	ck_assert_msg(strncmp(test_report.failure.detail, breaking[_i][2],
			  strlen(breaking[_i][2])) == 0,
	    "%s", test_report.failure.detail);
	migrating_health_is(&options, AET_HEALTH_AHEAD, AET_EAHEAD);
	options.accept_unknown = true;
	migrating_run_with(&options, AET_OK, 0);
}
END_TEST

/* Rows may be NULL or refused by what only a run meets: documented, and so. */
START_TEST(a_trigger_may_fill_in_what_is_not_given)
{
	aet_migrate_options options =
	    behind("ALTER TABLE players ADD level int NOT NULL;"
		   " CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS"
		   " 'BEGIN NEW.level = 1; RETURN NEW; END';"
		   " CREATE TRIGGER fill BEFORE INSERT ON players FOR EACH ROW"
		   " EXECUTE FUNCTION fill();");

	migrating_run_with(&options, AET_OK, 0);
}
END_TEST

typedef struct told {
	int count;
	char last[512];
} told;

static void
hear(void *ctx, const aet_migrate_event *event)
{
	told *heard = ctx;

	if (event->kind != AET_MIGRATE_BREAKS)
		return;
	heard->count++;
	snprintf(heard->last, sizeof(heard->last), "%s", event->detail);
}

START_TEST(each_that_breaks_is_told)
{
	aet_migrate_options options = behind("DROP TABLE players;");
	told heard = { 0 };

	options.progress = hear;
	options.progress_ctx = &heard;
	migrating_run_with(&options, AET_EAHEAD, 0);
	ck_assert_int_eq(heard.count, 5);
	ck_assert_ptr_eq(strstr(heard.last, "statement \"player_copy\": "), heard.last);
}
END_TEST

/* Nothing else that is in the way goes away with it. */
START_TEST(a_changed_file_is_refused_all_the_same)
{
	aet_migrate_options options = behind("CREATE TABLE guilds ();");

	migrating_write("1_players.sql", FIRST " -- changed");
	migrating_run_with(&options, AET_ECHECKSUM, 0);
	migrating_health_is(&options, AET_HEALTH_CHANGED, AET_ECHECKSUM);
}
END_TEST

START_TEST(a_manifest_is_asked_likewise)
{
	aet_migrate_options options = behind("ALTER TABLE players DROP mood;");
	aet_error err;

	options.statements = NULL;
	options.manifest = "{\"queries\": [{\"name\": \"Find\", \"sql\":"
			   " \"SELECT name FROM players WHERE id = $1\", \"params\":"
			   " [{\"name\": \"id\", \"type\": \"bigint\"}], \"columns\":"
			   " [{\"name\": \"name\", \"type\": \"text\"}]}]}";
	migrating_run_with(&options, AET_OK, 0);
	options.manifest = "{\"queries\": [{\"name\": \"Mood\", \"sql\":"
			   " \"SELECT mood FROM players\", \"params\": [],"
			   " \"columns\": [{\"name\": \"mood\", \"type\": \"mood\"}]}]}";
	err = migrating_run_with(&options, AET_EAHEAD, 0);
	ck_assert_ptr_nonnull(strstr(err.message,
	    "query \"Mood\": column \"mood\" does not exist (SQLSTATE 42703)"));
	options.manifest = "{}";
	migrating_run_with(&options, AET_EINVAL, 0);
}
END_TEST

START_TEST(a_set_that_is_none_is_refused)
{
	aet_migrate_options options = behind("CREATE TABLE guilds ();");
	static const aet_statement none = { .size = 1, .name = "none" };
	static const aet_statement *const items[] = { &none };
	static const aet_statement_set wrong = { items, 1, NULL, 0 };
	static const aet_statement_set *const lacking[] = { NULL };
	static const aet_statement_set empty = { NULL, 0, lacking, 1 };
	aet_statement_set ring = { NULL, 0, NULL, 1 };
	const aet_statement_set *const itself[] = { &ring };

	ring.parts = itself;
	options.statements = &wrong;
	migrating_run_with(&options, AET_EINVAL, 0);
	options.statements = &empty;
	migrating_run_with(&options, AET_EINVAL, 0);
	options.statements = &ring;
	migrating_run_with(&options, AET_EINVAL, 0);
}
END_TEST

/* The library's own, on a database whose users a newer library has changed. */
START_TEST(the_librarys_own_statements_are_known)
{
	aet_migrate_options options = AET_MIGRATE_OPTIONS_INIT;
	aet_error err;

	migrating_run_with(&options, AET_OK, OWN_MIGRATIONS);
	test_sql(test_url,
	    "INSERT INTO aeturnis.schema_migrations SELECT source, 9000, '9000_new.sql',"
	    " checksum, now(), 0, library_version, applied_by, false, true, 1"
	    " FROM aeturnis.schema_migrations WHERE version = 1");
	options.statements = aet_statements();
	migrating_run_with(&options, AET_OK, 0);
	options.statements = aet_account_statements();
	migrating_run_with(&options, AET_OK, 0);
	test_sql(
	    test_url, "ALTER TABLE aeturnis.login_failures RENAME failures TO failed");
	migrating_run_with(&options, AET_EAHEAD, 0);
	options.statements = aet_statements();
	migrating_run_with(&options, AET_OK, 0);
	test_sql(test_url, "ALTER TABLE audit_log RENAME event_type TO kind");
	err = migrating_run_with(&options, AET_EAHEAD, 0);
	ck_assert_ptr_nonnull(strstr(err.message, "audit_entry_"));
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("rolling");
	TCase *tcase = tcase_create("newer");

	tcase_add_checked_fixture(tcase, migrating_setup, migrating_teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, a_newer_database_does_where_all_works);
	tcase_add_loop_test(tcase, a_newer_database_is_refused_where_something_breaks, 0,
	    sizeof(breaking) / sizeof(breaking[0]));
	tcase_add_test(tcase, a_trigger_may_fill_in_what_is_not_given);
	tcase_add_test(tcase, each_that_breaks_is_told);
	tcase_add_test(tcase, a_changed_file_is_refused_all_the_same);
	tcase_add_test(tcase, a_manifest_is_asked_likewise);
	tcase_add_test(tcase, a_set_that_is_none_is_refused);
	tcase_add_test(tcase, the_librarys_own_statements_are_known);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
