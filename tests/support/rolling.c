/* SPDX-License-Identifier: MIT */
/* As superuser: migrating is not the game's. */
#include "support/rolling.h"

#include <stdlib.h>
#include <string.h>

#include <aeturnis/statement.h>

#include "core/deadline.h"

static char *old_folder;

#define FIRST "CREATE TABLE players (id bigint PRIMARY KEY, title text);"

static void
write_old(const char *name, const char *text)
{
	char *folder = test_folder;

	test_folder = old_folder;
	migrating_write(name, text);
	test_folder = folder;
}

/* Release 2 has no use for the title. */
void
rolling_setup(void)
{
	migrating_setup();
	old_folder = test_scratch_make();
	write_old("1_players.sql", FIRST);
	migrating_write("1_players.sql", FIRST);
	migrating_write("2_level.sql", "ALTER TABLE players ADD level int;");
	migrating_write("3_title.sql",
	    "-- aet: phase contract\nALTER TABLE players DROP COLUMN title;");
}

void
rolling_teardown(void)
{
	test_scratch_remove(old_folder);
	migrating_teardown();
}

aet_migrate_options
rolling_new(void)
{
	aet_migrate_options options = migrating_options();

	options.release = "2.0";
	options.beat_ms = ROLLING_BEAT_MS;
	return options;
}

static const aet_statement titles = {
	.size = sizeof(aet_statement),
	.name = "titles",
	.sql = "SELECT title FROM players",
};
static const aet_statement *const title_reader[] = { &titles };
static const aet_statement_set old_statements = { title_reader, 1, NULL, 0 };

aet_migrate_options
rolling_old(void)
{
	aet_migrate_options options = rolling_new();

	options.dir = old_folder;
	options.release = "1.0";
	options.statements = &old_statements;
	return options;
}

void
rolling_has_title(bool expected)
{
	test_value_is(test_url,
	    "SELECT count(*) FROM pg_attribute WHERE attrelid = 'players'::regclass"
	    " AND attname = 'title'",
	    expected ? "1" : "0");
}

void
rolling_servers_are(const char *expected)
{
	test_value_is(test_url,
	    "SELECT COALESCE(string_agg(release, ' ' ORDER BY release), '')"
	    " FROM aeturnis.schema_servers"
	    " WHERE expires_at > clock_timestamp()",
	    expected);
}

void
rolling_wait_until(const char *condition)
{
	for (int tries = 0;; tries++) {
		char *value = test_value(test_url, condition);
		bool holds = value != NULL && strcmp(value, "t") == 0;

		free(value);
		if (holds)
			return;
		ck_assert_msg(tries < 500, "%s", condition);
		aet__sleep_ms(20, AET__NEVER);
	}
}
