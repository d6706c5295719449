#!/bin/sh
# What the game feels while a migration runs: the longest time that a reader and
# a writer of a table in use wait, for each class of hazard, in the plain form
# (generate --transactional) and in the live one.
#
#   usage: locks.sh PATH/TO/aet-db [ROWS]     (needs psql and the server's binaries)
#
# It starts a private PostgreSQL of its own, and prints a table.
set -eu

if [ "${DATABASE_URL:-}" = "" ]; then
	exec "$1" dev -- "$0" "$(realpath "$1")" "${2:-1000000}"
fi

aet_db=$1
rows=$2
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

# class, then what the schema says besides; one column or constraint more, or less.
try() {
	class=$1
	form=$2
	columns=$3
	more=$4

	rm -rf schema migrations
	mkdir schema
	echo "CREATE TABLE clan (id integer PRIMARY KEY); CREATE TABLE hero ($base);" >schema/game.sql
	"$aet_db" generate --quiet first >/dev/null
	sql -c "DROP SCHEMA IF EXISTS aeturnis, probe CASCADE; DROP TABLE IF EXISTS hero, clan" 2>/dev/null
	"$aet_db" migrate --quiet --dir migrations >/dev/null
	sql -c "INSERT INTO clan SELECT generate_series(0, 99)" \
		-c "INSERT INTO hero SELECT n, 'hero ' || n, n % 100, n FROM generate_series(1, $rows) AS n" \
		-c "VACUUM ANALYZE hero"
	echo "CREATE TABLE clan (id integer PRIMARY KEY); CREATE TABLE hero ($columns); $more" >schema/game.sql
	"$aet_db" generate --quiet $form next >/dev/null 2>&1
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

both() {
	try "$1" --transactional "$2" "$3"
	try "$1" "" "$2" "$3"
}

printf '%s rows; milliseconds: the migration, the longest wait of a reader, of a writer\n' "$rows"
both index "$base" "CREATE INDEX by_name ON hero (name);"
both check "$base, CHECK (power > 0)" ""
both foreign-key "$base, FOREIGN KEY (clan) REFERENCES clan" ""
both not-null "id integer PRIMARY KEY, name text NOT NULL, clan integer, power integer" ""
both unique "$base, UNIQUE (name)" ""
both default "$base, made timestamptz DEFAULT now()" ""
both volatile-default "$base, key uuid DEFAULT gen_random_uuid()" ""
both table-rewrite "id integer PRIMARY KEY, name text, clan bigint, power integer" ""
