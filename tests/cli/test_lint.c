/* SPDX-License-Identifier: MIT */
/* aet-db lint: every hazard, and beside each what comes near it and is none. All
 * cases are one folder, judged in one run: each has a schema of its own. */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/cli.h"
#include "support/server.h"

typedef struct lint_case {
	const char *before; /* the migration that the game runs on */
	const char *file;   /* the one that is judged; its first line is the test's own */
	const char *expected; /* a line each: LINE:COLUMN CODE OBJECT */
} lint_case;

#define HERO \
	"CREATE TABLE hero (id bigint PRIMARY KEY, name text NOT NULL, power integer);"
#define ITEM "CREATE TABLE item (id bigint PRIMARY KEY, hero bigint, note varchar(40));"
#define RANK                                        \
	"CREATE TYPE rank AS ENUM ('low', 'high');" \
	"CREATE TABLE guard (id bigint PRIMARY KEY, rank rank);"

static const lint_case cases[] = {
	/* ---- data-loss */
	{ HERO, "DROP TABLE hero;", "2:1 data-loss hero\n" },
	{ HERO, "CREATE TABLE draft (id int);\nDROP TABLE draft;", "" },
	{ HERO, "ALTER TABLE hero\n  DROP COLUMN power;", "2:1 data-loss hero.power\n" },
	{ HERO
	    "ALTER TABLE hero ADD half integer GENERATED ALWAYS AS (power / 2) STORED;",
	    "ALTER TABLE hero DROP COLUMN half;", "2:1 breaks-release hero.half\n" },
	{ "CREATE SCHEMA lint_gone; CREATE TABLE lint_gone.t (a int);",
	    "DROP SCHEMA lint_gone CASCADE;", "2:1 data-loss lint_gone.t\n" },
	{ HERO, "TRUNCATE hero;", "2:1 data-loss hero\n" },
	{ HERO, "CREATE TABLE draft (id int);\nTRUNCATE draft;", "" },
	{ HERO, "DELETE FROM hero;", "2:1 data-loss hero\n" },
	{ HERO, "DELETE FROM ONLY hero AS h WHERE h.power < 0;", "" },
	{ HERO,
	    "WITH weak AS (SELECT id FROM hero WHERE power < 0)\n"
	    "DELETE FROM hero;",
	    "2:1 data-loss hero\n" },
	{ HERO, "UPDATE hero SET power = power + 1, name = 'x';",
	    "2:1 data-loss hero.name\n" },
	{ HERO, "UPDATE hero SET power = 1 WHERE power IS NULL;", "" },
	{ HERO, "CREATE TABLE draft (power int);\nUPDATE draft SET power = 1;", "" },
	{ "CREATE TABLE coin (id int, value numeric(12,4));",
	    "ALTER TABLE coin ALTER COLUMN value TYPE numeric(12,2);",
	    "2:1 data-loss coin.value\n2:1 table-rewrite coin\n" },
	{ RANK,
	    "ALTER TYPE rank RENAME TO old_rank;\n"
	    "CREATE TYPE rank AS ENUM ('low');\n"
	    "ALTER TABLE guard ALTER rank TYPE rank USING rank::text::rank;\n"
	    "DROP TYPE old_rank;",
	    "2:1 data-loss rank.'high'\n2:1 breaks-release rank.'high'\n"
	    "4:1 existing-rows guard.rank\n4:1 enum-rewrite guard\n" },
	/* ---- table-rewrite */
	{ HERO, "ALTER TABLE hero ALTER COLUMN power TYPE bigint;",
	    "2:1 table-rewrite hero\n" },
	{ ITEM, "ALTER TABLE item ALTER COLUMN note TYPE varchar(80);", "" },
	{ ITEM, "ALTER TABLE item ALTER COLUMN note TYPE text;", "" },
	{ HERO,
	    "ALTER TABLE hero ADD half integer GENERATED ALWAYS AS (power / 2) STORED;",
	    "2:1 table-rewrite hero\n" },
	{ HERO, "-- aet: no-transaction\nVACUUM FULL hero;", "3:1 table-rewrite hero\n" },
	{ HERO, "-- aet: no-transaction\nVACUUM ANALYZE hero;", "" },
	/* ---- enum-rewrite: the other half is above */
	{ RANK, "ALTER TYPE rank ADD VALUE 'middle' AFTER 'low';", "" },
	/* ---- volatile-default */
	{ HERO, "ALTER TABLE hero ADD COLUMN token uuid DEFAULT gen_random_uuid();",
	    "2:1 volatile-default hero\n" },
	{ HERO, "ALTER TABLE hero ADD COLUMN at timestamptz DEFAULT now() NOT NULL;",
	    "" },
	{ HERO,
	    "ALTER TABLE hero ADD COLUMN token uuid;\n"
	    "ALTER TABLE hero ALTER COLUMN token SET DEFAULT gen_random_uuid();",
	    "" },
	{ HERO, "ALTER TABLE hero ADD COLUMN number bigserial;",
	    "2:1 volatile-default hero\n" },
	/* ---- long-lock */
	{ ITEM,
	    "UPDATE item SET note = left(note, 9) WHERE length(note) > 9;\n"
	    "ALTER TABLE item ADD CONSTRAINT short CHECK (length(note) < 10);",
	    "3:1 long-lock item\n" },
	{ HERO, "ALTER TABLE hero ADD CONSTRAINT weak CHECK (power < 10) NOT VALID;",
	    "" },
	{ HERO "ALTER TABLE hero ADD CONSTRAINT weak CHECK (power < 10) NOT VALID;",
	    "ALTER TABLE hero VALIDATE CONSTRAINT weak;", "" },
	{ HERO,
	    "UPDATE hero SET power = 0 WHERE power IS NULL;\n"
	    "ALTER TABLE hero ALTER COLUMN power SET NOT NULL;",
	    "3:1 long-lock hero\n" },
	{ HERO "ALTER TABLE hero ADD CONSTRAINT known CHECK (power IS NOT NULL);",
	    "ALTER TABLE hero ALTER COLUMN power SET NOT NULL;", "" },
	{ HERO,
	    "ALTER TABLE hero ADD COLUMN level integer;\n"
	    "UPDATE hero SET level = power / 10;",
	    "3:1 long-lock hero\n" },
	{ HERO,
	    "ALTER TABLE hero ADD CONSTRAINT weak CHECK (power < 10) NOT VALID;\n"
	    "UPDATE hero SET power = 9 WHERE id = 7;",
	    "" },
	{ "CREATE TABLE log (at date NOT NULL) PARTITION BY RANGE (at);"
	  "CREATE TABLE old (at date NOT NULL);",
	    "DELETE FROM old WHERE at IS NOT NULL;\n"
	    "ALTER TABLE log ATTACH PARTITION old"
	    " FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');",
	    "3:1 long-lock old\n" },
	{ HERO "CREATE MATERIALIZED VIEW best AS SELECT max(power) AS power FROM hero;"
	       "CREATE UNIQUE INDEX ON best (power);",
	    "REFRESH MATERIALIZED VIEW CONCURRENTLY best;", "" },
	{ HERO "CREATE MATERIALIZED VIEW best AS SELECT max(power) AS power FROM hero;",
	    "REFRESH MATERIALIZED VIEW best;", "2:1 long-lock best\n" },
	/* ---- blocks-writes */
	{ ITEM, "CREATE INDEX item_hero ON item (hero);", "2:1 blocks-writes item\n" },
	{ ITEM, "CREATE TABLE draft (id int);\nCREATE INDEX ON draft (id);", "" },
	{ ITEM,
	    "-- aet: no-transaction\nCREATE INDEX CONCURRENTLY item_hero ON item (hero);",
	    "" },
	{ HERO ITEM,
	    "DELETE FROM item WHERE hero NOT IN (SELECT id FROM hero);\n"
	    "ALTER TABLE item ADD CONSTRAINT owned FOREIGN KEY (hero) REFERENCES hero;",
	    "3:1 blocks-writes item\n" },
	{ HERO ITEM,
	    "ALTER TABLE item ADD CONSTRAINT owned FOREIGN KEY (hero) REFERENCES hero"
	    " NOT VALID;",
	    "" },
	{ HERO,
	    "CREATE TABLE pet (id int, hero bigint REFERENCES hero);\n"
	    "ALTER TABLE pet ADD FOREIGN KEY (hero) REFERENCES hero;",
	    "" },
	{ HERO "ALTER TABLE hero ADD COLUMN level integer;",
	    "ALTER TABLE hero ADD COLUMN x integer;\nCREATE TABLE draft (id int);", "" },
	{ HERO,
	    "ALTER TABLE hero ADD COLUMN level integer;\n"
	    "CREATE INDEX hero_power ON hero (power);",
	    "3:1 long-lock hero\n" },
	/* ---- lock-order */
	{ HERO ITEM,
	    "ALTER TABLE hero ADD COLUMN a integer;\nALTER TABLE item ADD COLUMN b "
	    "integer;",
	    "3:1 lock-order item\n" },
	{ HERO ITEM,
	    "ALTER TABLE hero ADD COLUMN a integer;\nALTER TABLE hero ADD COLUMN b "
	    "integer;"
	    "\nCREATE TABLE draft (id int);\nALTER TABLE draft ADD COLUMN b integer;",
	    "" },
	{ HERO ITEM,
	    "-- aet: no-transaction\nALTER TABLE hero ADD COLUMN a integer;\n"
	    "ALTER TABLE item ADD COLUMN b integer;",
	    "" },
	{ "CREATE TABLE log (at date) PARTITION BY RANGE (at);"
	  "CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM ('2020-01-01') TO "
	  "('2021-01-01');",
	    "ALTER TABLE log ADD COLUMN a integer;\nALTER TABLE log_1 ALTER a SET "
	    "DEFAULT 1;",
	    "" },
	/* ---- existing-rows */
	{ HERO, "ALTER TABLE hero ADD COLUMN clan text NOT NULL;",
	    "2:1 existing-rows hero.clan\n2:1 long-lock hero\n"
	    "2:1 breaks-release hero.clan\n" },
	{ HERO, "ALTER TABLE hero ADD COLUMN clan text DEFAULT 'none' NOT NULL;", "" },
	{ HERO, "ALTER TABLE hero ALTER COLUMN power TYPE smallint;",
	    "2:1 existing-rows hero.power\n2:1 table-rewrite hero\n" },
	{ ITEM, "ALTER TABLE item ALTER COLUMN note TYPE varchar(20);",
	    "2:1 existing-rows item.note\n2:1 table-rewrite item\n" },
	{ HERO, "ALTER TABLE hero ALTER COLUMN power SET NOT NULL;",
	    "2:1 existing-rows hero.power\n2:1 long-lock hero\n" },
	{ HERO, "ALTER TABLE hero ADD CONSTRAINT one_name UNIQUE (name);",
	    "2:1 existing-rows hero.one_name\n2:1 long-lock hero\n" },
	{ HERO,
	    "-- aet: no-transaction\nCREATE UNIQUE INDEX CONCURRENTLY one_name ON hero "
	    "(name);",
	    "3:1 existing-rows hero.one_name\n" },
	{ HERO "CREATE UNIQUE INDEX one_name ON hero (name);",
	    "ALTER TABLE hero ADD CONSTRAINT one_name UNIQUE USING INDEX one_name;", "" },
	{ HERO, "ALTER TABLE hero ADD CONSTRAINT strong CHECK (power > 0);",
	    "2:1 existing-rows hero.strong\n2:1 long-lock hero\n" },
	{ HERO ITEM,
	    "ALTER TABLE item ADD CONSTRAINT owned FOREIGN KEY (hero) REFERENCES hero;",
	    "2:1 existing-rows item.owned\n2:1 blocks-writes item\n" },
	{ HERO,
	    "ALTER TABLE hero ADD COLUMN clan text;\n"
	    "ALTER TABLE hero ADD CONSTRAINT named CHECK (clan <> '') NOT VALID;",
	    "" },
	{ HERO, "DO $$ BEGIN ALTER TABLE hero ALTER COLUMN power SET NOT NULL; END $$;",
	    "2:1 existing-rows hero.power\n2:1 long-lock hero\n" },
	{ HERO, "DEALLOCATE ALL;\nTRUNCATE hero;", "3:1 data-loss hero\n" },
	{ HERO, "DO $$ BEGIN TRUNCATE hero; END $$;", "2:1 data-loss hero\n" },
	{ HERO, "INSERT INTO hero SELECT id, name FROM hero;", "" },
	{ "CREATE TABLE hero (id integer PRIMARY KEY, level integer UNIQUE CHECK (level "
	  "> 0),"
	  " chief integer REFERENCES hero);",
	    "ALTER TABLE hero ALTER COLUMN id TYPE bigint, ALTER COLUMN level TYPE "
	    "bigint;",
	    "2:1 table-rewrite hero\n" },
	{ "CREATE TABLE hero (id integer PRIMARY KEY, chief integer CONSTRAINT led "
	  "REFERENCES"
	  " hero);",
	    "ALTER TABLE hero DROP CONSTRAINT led;\n"
	    "ALTER TABLE hero ADD CONSTRAINT led FOREIGN KEY (chief) REFERENCES hero"
	    " ON DELETE CASCADE;",
	    "3:1 long-lock hero\n" },
	{ HERO ITEM "CREATE INDEX item_hero ON item (hero);",
	    "ALTER TABLE item ADD CONSTRAINT owned FOREIGN KEY (hero) REFERENCES hero;",
	    "2:1 existing-rows item.owned\n2:1 blocks-writes item\n" },
	/* ---- breaks-release */
	{ HERO, "ALTER TABLE hero RENAME COLUMN power TO might;",
	    "2:1 breaks-release hero.power\n" },
	{ HERO, "ALTER TABLE hero RENAME TO champion;", "2:1 breaks-release hero\n" },
	{ HERO,
	    "ALTER TABLE hero RENAME TO champion;\nCREATE VIEW hero AS TABLE champion;",
	    "" },
	{ HERO "CREATE VIEW weak AS SELECT id, name FROM hero WHERE power < 5;",
	    "DROP VIEW weak;", "2:1 breaks-release weak\n" },
	{ HERO "CREATE VIEW weak AS SELECT id, name FROM hero WHERE power < 5;",
	    "DROP VIEW weak;\nCREATE VIEW weak AS SELECT name, id FROM hero;", "" },
	{ HERO "CREATE VIEW weak AS SELECT id, name FROM hero WHERE power < 5;",
	    "DROP VIEW weak;\nCREATE VIEW weak AS SELECT id FROM hero;",
	    "2:1 breaks-release weak.name\n" },
	{ RANK, "ALTER TYPE rank RENAME VALUE 'low' TO 'least';",
	    "2:1 breaks-release rank.'low'\n" },
	{ "CREATE FUNCTION twice(integer) RETURNS integer LANGUAGE sql AS 'SELECT $1 * "
	  "2';",
	    "DROP FUNCTION twice;", "2:1 breaks-release twice(integer)\n" },
	{ "CREATE FUNCTION twice(integer) RETURNS integer LANGUAGE sql AS 'SELECT $1 * "
	  "2';",
	    "DROP FUNCTION twice;\nCREATE FUNCTION twice(integer) RETURNS bigint "
	    "LANGUAGE sql"
	    " AS 'SELECT $1::bigint * 2';",
	    "" },
	{ HERO "ALTER TABLE hero ALTER COLUMN name SET DEFAULT 'nobody';",
	    "ALTER TABLE hero ALTER COLUMN name DROP DEFAULT;",
	    "2:1 breaks-release hero.name\n" },
	{ HERO,
	    "ALTER TABLE hero ADD COLUMN clan text DEFAULT 'none' NOT NULL;\n"
	    "ALTER TABLE hero ALTER COLUMN clan DROP DEFAULT;",
	    "3:1 breaks-release hero.clan\n" },
	/* ---- privileges-lost */
	{ HERO "CREATE ROLE lint_game; GRANT SELECT, UPDATE ON hero TO lint_game;",
	    "REVOKE ALL ON hero FROM lint_game;",
	    "2:1 privileges-lost hero for lint_game\n" },
	{ HERO "GRANT SELECT ON hero TO lint_other;",
	    "GRANT UPDATE ON hero TO lint_other;\nREVOKE UPDATE ON hero FROM lint_other;",
	    "" },
	{ HERO "CREATE VIEW weak AS SELECT id FROM hero; GRANT SELECT ON weak TO "
	       "lint_other;",
	    "DROP VIEW weak;\nCREATE VIEW weak AS SELECT id FROM hero;",
	    "2:1 privileges-lost weak for lint_other\n" },
	{ HERO "CREATE VIEW weak AS SELECT id FROM hero; GRANT SELECT ON weak TO "
	       "lint_other;",
	    "DROP VIEW weak;\nCREATE VIEW weak AS SELECT id FROM hero;\n"
	    "GRANT SELECT ON weak TO lint_other;",
	    "" },
	{ HERO "GRANT SELECT ON hero TO lint_other;",
	    "SET ROLE lint_other;\nSELECT 1;\nRESET ROLE;\n"
	    "REVOKE SELECT ON hero FROM lint_other;",
	    "5:1 privileges-lost hero for lint_other\n" },
	/* ---- row-security */
	{ HERO, "ALTER TABLE hero ENABLE ROW LEVEL SECURITY;",
	    "2:1 row-security hero\n" },
	{ HERO,
	    "CREATE POLICY own ON hero USING (power > 0);\n"
	    "ALTER TABLE hero ENABLE ROW LEVEL SECURITY;",
	    "" },
	{ HERO "ALTER TABLE hero ENABLE ROW LEVEL SECURITY;",
	    "ALTER TABLE hero DISABLE ROW LEVEL SECURITY;", "2:1 row-security hero\n" },
	/* ---- needs-no-transaction, needless-no-transaction */
	{ ITEM, "CREATE INDEX CONCURRENTLY item_hero ON item (hero);",
	    "2:1 needs-no-transaction create index concurrently item_hero on item\n" },
	{ HERO, "-- aet: no-transaction\nALTER TABLE hero ADD COLUMN a integer;",
	    "2:1 needless-no-transaction file\n" },
	{ HERO,
	    "-- aet: no-transaction\n"
	    "ALTER TABLE hero ADD CONSTRAINT weak CHECK (power < 10) NOT VALID;\n"
	    "UPDATE hero SET power = 9 WHERE power >= 10;\n"
	    "ALTER TABLE hero VALIDATE CONSTRAINT weak;",
	    "" },
};

#define CASES (sizeof(cases) / sizeof(*cases))

static test_cli cli;
static json_t *document;

/* The schema comes first; a file's directives must stay before that. */
static void
write_case(size_t i)
{
	static const char directive[] = "-- aet: no-transaction\n";
	bool directed = strncmp(cases[i].file, directive, strlen(directive)) == 0;
	char name[64];
	char *text = NULL;

	snprintf(name, sizeof(name), "all/%04zu_before.sql", i * 2 + 1);
	ck_assert_int_gt(asprintf(&text, "CREATE SCHEMA c%zu; SET search_path = c%zu; %s",
			     i, i, cases[i].before),
	    0);
	test_cli_write(&cli, name, text);
	free(text);
	snprintf(name, sizeof(name), "all/%04zu_file.sql", i * 2 + 2);
	ck_assert_int_gt(
	    asprintf(&text, "%sSET search_path = c%zu;\n%s", directed ? directive : "", i,
		cases[i].file + (directed ? strlen(directive) : 0)),
	    0);
	test_cli_write(&cli, name, text);
	free(text);
}

static void
judge_all(void)
{
	test_cli_begin(&cli);
	for (size_t i = 0; i < CASES; i++)
		write_case(i);
	CLI(&cli, "lint", "--all", "--dir", "all", "--json");
	document = test_cli_document(&cli);
}

static void
forget_all(void)
{
	json_decref(document);
	test_cli_end(&cli);
}

/* "c7.hero.name" as "hero.name". */
static const char *
bare(const char *object, size_t i)
{
	char schema[16];

	snprintf(schema, sizeof(schema), "c%zu.", i);
	return strncmp(object, schema, strlen(schema)) == 0 ? object + strlen(schema)
							    : object;
}

START_TEST(test_case)
{
	size_t i = (size_t)_i;
	char *found = calloc(1, 4096);
	char path[64];
	json_t *hazard;
	size_t at;

	json_array_foreach(json_object_get(document, "hazards"), at, hazard)
	{
		const char *file = json_string_value(json_object_get(hazard, "file"));
		size_t len = strlen(found);

		snprintf(path, sizeof(path), "all/%04zu_", i * 2 + 2);
		if (strncmp(file, path, strlen(path)) == 0)
			snprintf(found + len, 4096 - len, "%lld:%lld %s %s\n",
			    json_integer_value(json_object_get(hazard, "line")),
			    json_integer_value(json_object_get(hazard, "column")),
			    json_string_value(json_object_get(hazard, "code")),
			    bare(
				json_string_value(json_object_get(hazard, "object")), i));
		snprintf(path, sizeof(path), "all/%04zu_", i * 2 + 1);
		ck_assert_msg(strncmp(file, path, strlen(path)) != 0,
		    "what is new is no hazard: %s", json_dumps(hazard, 0));
	}
	ck_assert_msg(strcmp(found, cases[i].expected) == 0,
	    "in: %s\nfound:\n%sexpected:\n%s\nstderr: %s", cases[i].file, found,
	    cases[i].expected, cli.err);
	free(found);
}
END_TEST

START_TEST(test_document)
{
	ck_assert_int_eq(cli.exit, 4);
	ck_assert_int_eq(json_integer_value(json_object_get(document, "exit")), 4);
	ck_assert(json_is_false(json_object_get(document, "ok")));
	ck_assert_uint_eq(json_array_size(json_object_get(document, "allowed")), 0);
	ck_assert_uint_eq(json_array_size(json_object_get(document, "notes")), 0);
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("lint");
	TCase *tcase = tcase_create("lint");

	tcase_add_unchecked_fixture(tcase, judge_all, forget_all);
	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase, test_case, 0, (int)CASES);
	tcase_add_test(tcase, test_document);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
