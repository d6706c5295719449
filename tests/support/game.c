/* SPDX-License-Identifier: MIT */
#include "support/game.h"

#include <stdio.h>
#include <stdlib.h>

#include <aeturnis/migrate.h>

#include "support/migrating.h"

char *
test_game_url(const char *url, const char *role)
{
	char *made = NULL;

	ck_assert_int_gt(asprintf(&made, "%s&user=%s", url, role), 0);
	return made;
}

void
test_game_roles(const char *admin_url)
{
	char *sql = migrating_fixture("../../tools/aet-db/roles/roles.sql");

	test_sql(admin_url, sql);
	free(sql);
}

test_game
test_game_create(void)
{
	test_game game = { .admin = test_database_create() };

	test_game_roles(game.admin);
	game.app = test_game_url(game.admin, "aeturnis_app");
	game.maintenance = test_game_url(game.admin, "aeturnis_maintenance");
	game.owner = test_game_url(game.admin, "aeturnis_migrator");
	test_value_is(game.app,
	    "SELECT current_user || ' ' || rolsuper || rolcreaterole || rolbypassrls"
	    " || EXISTS (SELECT FROM pg_auth_members WHERE member = r.oid)"
	    " || EXISTS (SELECT FROM pg_shdepend WHERE refobjid = r.oid AND deptype = "
	    "'o')"
	    " FROM pg_roles AS r WHERE rolname = current_user",
	    "aeturnis_app falsefalsefalsefalsefalse");
	return game;
}

void
test_game_free(test_game *game)
{
	free(game->app);
	free(game->maintenance);
	free(game->owner);
	free(game->admin);
}

void
test_game_migrate(const test_game *game)
{
	aet_error err = { 0 };
	aet_db *db = migrating_open(game->owner);

	ck_assert_msg(aet_db_migrate(db, NULL, NULL, &err) == AET_OK, "%s", err.message);
	ck_assert_int_eq(aet_db_close(&db), AET_OK);
	test_game_roles(game->admin);
}

#define GRANTS                                                                        \
	"DO $$ DECLARE command text; BEGIN FOR command IN SELECT format('GRANT USAGE" \
	" ON SCHEMA %1$I TO aeturnis_app; GRANT ALL ON ALL TABLES IN SCHEMA %1$I TO"  \
	" aeturnis_app; GRANT ALL ON ALL SEQUENCES IN SCHEMA %1$I TO aeturnis_app',"  \
	" nspname) FROM pg_namespace WHERE nspowner = 'aeturnis_owner'::regrole AND"  \
	" nspname NOT IN ('public', 'aeturnis') LOOP EXECUTE command; END LOOP; END $$"

void
test_game_script(const test_game *game, const char *path)
{
	char *command = NULL;

	ck_assert_int_gt(
	    asprintf(&command, "'%s/psql' -qX -v ON_ERROR_STOP=1 -d '%s' -f '%s'",
		test_server_bindir(), game->owner, path),
	    0);
	ck_assert_msg(system(command) == 0, "failed: %s", command);
	free(command);
	test_sql(game->owner, GRANTS);
}
