#!/bin/sh
# What the game feels while a migration runs: the longest time that a reader and
# a writer of a table in use wait, for each class of hazard, in the plain form
# (generate --transactional) and in the live one.
#
#   usage: locks.sh PATH/TO/aet-db [ROWS [CLASS...]]
#
# It needs psql and the server's binaries, starts a private PostgreSQL of its own,
# and prints a table. All classes take ten minutes with a million rows.
set -eu

if [ "${AET_LOCKS_BENCH:-}" = "" ]; then
	export AET_LOCKS_BENCH=1
	aet_db=$(realpath "$1")
	rows=${2:-1000000}
	shift $(($# > 2 ? 2 : $#))
	exec "$aet_db" dev -- "$0" "$aet_db" "$rows" "$@"
fi

aet_db=$1
rows=$2
shift 2
wanted=" $* "
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

sql() {
	psql -X -q -A -t -v ON_ERROR_STOP=1 -d "$DATABASE_URL" "$@"
}

# A procedure commits each round, as a game's statements do.
probe() {
	sql <<-END
		CREATE SCHEMA IF NOT EXISTS probe;
		CREATE TABLE IF NOT EXISTS probe.stop (x int);
		CREATE TABLE IF NOT EXISTS probe.begun (who text);
		CREATE TABLE IF NOT EXISTS probe.longest (who text, ms float8);
		CREATE OR REPLACE PROCEDURE probe.run(who text, what text) LANGUAGE plpgsql AS \$\$
		DECLARE
			begun timestamptz;
			took float8;
			longest float8 = 0;
		BEGIN
			EXECUTE what;
			INSERT INTO probe.begun VALUES (who);
			COMMIT;
			LOOP
				begun = clock_timestamp();
				EXECUTE what;
				COMMIT;
				took = extract(epoch FROM clock_timestamp() - begun) * 1000;
				longest = greatest(longest, took);
				EXIT WHEN EXISTS (SELECT FROM probe.stop);
				PERFORM pg_sleep(0.002);
			END LOOP;
			INSERT INTO probe.longest VALUES (who, longest);
		END \$\$;
	END
}

base="id integer PRIMARY KEY, name text, clan integer, power integer"
clan="CREATE TABLE clan (id integer PRIMARY KEY);"
mood="CREATE TYPE mood AS ENUM ('sad', 'glad');"

# class, form, the schema before, the schema after.
try() {
	class=$1
	form=$2

	rm -rf schema migrations
	mkdir schema
	echo "$3" >schema/game.sql
	"$aet_db" generate --quiet first >/dev/null
	sql -c "DROP SCHEMA IF EXISTS aeturnis, probe CASCADE; DROP TABLE IF EXISTS hero, clan" \
		-c "DROP TYPE IF EXISTS mood" 2>/dev/null
	"$aet_db" migrate --quiet --dir migrations >/dev/null
	sql -c "INSERT INTO clan SELECT generate_series(0, 99)" \
		-c "INSERT INTO hero (id, name, clan, power) SELECT n, 'hero ' || n, n % 100, n FROM generate_series(1, $rows) AS n" \
		-c "VACUUM ANALYZE hero"
	echo "$4" >schema/game.sql
	"$aet_db" generate --quiet --accept-data-loss $form next >/dev/null 2>&1
	probe
	sql -c "CALL probe.run('reads', 'SELECT FROM hero WHERE id = 7')" &
	reader=$!
	sql -c "CALL probe.run('writes', 'UPDATE hero SET power = power + 1 WHERE id = 7')" &
	writer=$!
	until [ "$(sql -c "SELECT count(*) FROM probe.begun")" = 2 ]; do
		kill -0 "$reader" "$writer"
	done
	begun=$(date +%s%N)
	"$aet_db" migrate --quiet --dir migrations >/dev/null
	ended=$(date +%s%N)
	sql -c "INSERT INTO probe.stop VALUES (1)"
	wait "$reader" "$writer"
	printf '%-18s %-6s %9d %9.0f %9.0f\n' "$class" "$([ -n "$form" ] && echo plain || echo live)" \
		$(((ended - begun) / 1000000)) \
		"$(sql -c "SELECT ms FROM probe.longest WHERE who = 'reads'")" \
		"$(sql -c "SELECT ms FROM probe.longest WHERE who = 'writes'")"
}

# class, what hero's columns say, and what stands besides; of the schema before, too.
both() {
	before="$mood $clan CREATE TABLE hero (${4:-$base}); ${5:-}"
	after="${6:-$mood} $clan CREATE TABLE hero ($2); $3"

	[ "$wanted" = "  " ] || case $wanted in *" $1 "*) ;; *) return 0 ;; esac
	try "$1" --transactional "$before" "$after"
	try "$1" "" "$before" "$after"
}

printf '%s rows; milliseconds: the migration, the longest wait of a reader, of a writer\n' "$rows"
both index "$base" "CREATE INDEX by_name ON hero (name);"
both index-changed "$base" "CREATE INDEX i ON hero (name DESC);" "$base" "CREATE INDEX i ON hero (name);"
both index-dropped "$base" "" "$base" "CREATE INDEX i ON hero (name);"
both check "$base, CHECK (power > 0)" ""
both check-changed "$base, CONSTRAINT c CHECK (power > 0)" "" "$base, CONSTRAINT c CHECK (power >= 0)"
both foreign-key "$base, FOREIGN KEY (clan) REFERENCES clan" ""
both not-null "id integer PRIMARY KEY, name text NOT NULL, clan integer, power integer" ""
both unique "$base, UNIQUE (name)" ""
both unique-changed "$base, CONSTRAINT u UNIQUE (name, id)" "" "$base, CONSTRAINT u UNIQUE (name)"
both exclusion "$base, EXCLUDE (name WITH =)" ""
both default "$base, made timestamptz DEFAULT now()" ""
both volatile-default "$base, key uuid DEFAULT gen_random_uuid()" ""
both table-rewrite "id integer PRIMARY KEY, name text, clan bigint, power integer" ""
both enum-rewrite "$base, mood mood" "" "$base, mood mood" "" "CREATE TYPE mood AS ENUM ('glad');"
both enum-label "$base, mood mood" "" "$base, mood mood" "" "CREATE TYPE mood AS ENUM ('sad', 'glad', 'mad');"
both data-loss "id integer PRIMARY KEY, name text, power integer" ""
both row-security "$base" "ALTER TABLE hero ENABLE ROW LEVEL SECURITY;"
