#!/bin/sh
# From a bare Debian 12 to the seeded users of a private PostgreSQL, read by a C
# program. Talk is on stderr, the users on stdout.
#
#   scripts/quickstart.sh
#
# Installs what is missing, as root or through sudo, and builds in
# build-quickstart. The database lies in .aeturnis and keeps its data; no other
# PostgreSQL is touched. A second run takes seconds.
set -eu
cd "$(dirname "$0")/.."
. scripts/packages.sh

packages='gcc libc6-dev meson ninja-build pkg-config python3
	libpq-dev libargon2-dev libjansson-dev libssl-dev postgresql-server'
build=build-quickstart

say() {
	printf '== %s\n' "$*" >&2
}

# quietly WHAT COMMAND...: the command's own words only where it failed.
quietly() {
	say "$1"
	shift
	log=$build.log
	if ! "$@" >"$log" 2>&1 </dev/null; then
		cat "$log" >&2
		say "failed: $*"
		exit 1
	fi
	rm -f "$log"
}

case ${1-} in
'') ;;
*)
	sed -n '2,/^set/s/^# \{0,1\}//p' scripts/quickstart.sh >&2
	exit 2
	;;
esac

say 'looking for what is missing'
# shellcheck disable=SC2086 # words, each a package's name
packages_install $packages || exit 1

if [ ! -f $build/build.ninja ]; then
	quietly "configuring $build" meson setup $build --buildtype release -Dtests=false
fi
quietly "building (a minute, the first time)" ninja -C $build

# The caller's settings are for the caller's database.
unset DATABASE_URL AETURNIS_ENV PGHOST PGHOSTADDR PGPORT PGDATABASE PGUSER PGPASSWORD \
	PGSERVICE PGOPTIONS
export PATH="$PWD/$build/tools/aet-db:$PWD/$build/examples:$PATH"

say 'starting a private PostgreSQL, migrating, seeding, and reading the users'
exec aet-db dev --persist -- sh -c '
	aet-db migrate >&2 &&
	aet-db seed >&2 &&
	list_users'
