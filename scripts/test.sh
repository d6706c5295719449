#!/bin/sh
# Runs the tests and counts them: the last line is "N passed, N failed".
#
#   scripts/test.sh            everything
#   scripts/test.sh --quick    no sanitizers, no valgrind, no installation
#   scripts/test.sh NAME...    these suites (unit db cli checks fuzz), tests by
#                              name, or stages (install sanitize valgrind)
#
# Installs what is missing (Debian's packages, through apt-get), and keeps its
# builds in build-test and build-sanitize beside the sources.
set -u
cd "$(dirname "$0")/.." || exit 1
exec </dev/null
. scripts/packages.sh

packages='build-essential g++ clang libclang-rt-14-dev meson ninja-build pkg-config cmake
	python3 git check libpq-dev libargon2-dev libjansson-dev libssl-dev
	postgresql-server pgbouncer valgrind clang-format clang-tidy cppcheck'
suites='unit db cli checks examples fuzz'
build=build-test
results=$build/results

# The tests bring their own server; nothing of the caller's may reach them.
unset DATABASE_URL AETURNIS_ENV AET_TEST_SLOWDOWN PGHOST PGHOSTADDR PGPORT PGDATABASE PGUSER PGPASSWORD \
	PGSERVICE PGOPTIONS DESTDIR CFLAGS CXXFLAGS CPPFLAGS LDFLAGS CC CXX
export LC_ALL=C.UTF-8 CK_VERBOSITY=normal PYTHONDONTWRITEBYTECODE=1 AET_TEST_PGBOUNCER=1

say() {
	printf '\n== %s\n' "$*"
}

# fail NAME: counts a step that is no test, and must work all the same.
fail() {
	printf 'not ok - %s\n1..1\n' "$1" >"$results/$1.tap"
	say "$1 failed"
}

# compile DIRECTORY [MESON-OPTION...]: a warning is an error here, and here only.
compile() {
	directory=$1
	shift
	set -- -Dwerror=true "$@"
	say "building $directory"
	if [ ! -f "$directory/build.ninja" ]; then
		meson setup "$directory" "$@" || return 1
	elif ! meson introspect --projectinfo "$directory" >/dev/null 2>&1 ||
		! meson configure "$directory" "$@" >/dev/null 2>&1; then
		meson setup --wipe "$directory" "$@" || return 1
	fi
	ninja -C "$directory"
}

# run_tests LABEL DIRECTORY MESON-TEST-ARGUMENT...
run_tests() {
	label=$1
	directory=$2
	shift 2
	say "testing: $label"
	rm -f "$directory/meson-logs/$label.json"
	meson test -C "$directory" --no-rebuild --print-errorlogs --logbase "$label" "$@" \
		2>&1 | grep --line-buffered -v '^Full log written to'
	if [ -f "$directory/meson-logs/$label.json" ]; then
		cp "$directory/meson-logs/$label.json" "$results/"
	fi
}

stage_plain() {
	set --
	for suite in $suites; do
		set -- "$@" --suite "$suite"
	done
	run_tests plain $build "$@"
}

stage_install() {
	say 'testing: installed, and used from elsewhere'
	tests/install/run.sh "$PWD" "$PWD/$build/install" 2>"$results/install.log" |
		tee "$results/install.tap"
	grep -q '^not ok' "$results/install.tap" && cat "$results/install.log"
}

# clang, since its sanitizers see more, and it brings the fuzzers' engine. Its
# runtime is linked into programs only, hence b_lundef.
stage_sanitize() {
	if ! CC=clang compile build-sanitize -Db_sanitize=address,undefined -Db_lundef=false \
		-Dexamples=false -Dfuzz=true; then
		fail build-sanitize
		return
	fi
	ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1:check_initialization_order=1 \
		UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 AET_TEST_SLOWDOWN=3 \
		run_tests sanitize build-sanitize --suite unit --suite db --suite fuzz -t 3
}

stage_valgrind() {
	run_tests valgrind $build --setup valgrind --suite unit --suite db --no-suite slow
}

stage_named() {
	set -f
	for name in "$@"; do
		case $name in
		install | sanitize | valgrind) "stage_$name" ;;
		unit | db | cli | checks | examples | fuzz) run_tests "$name" $build --suite "$name" ;;
		*) run_tests "$name" $build "$name" ;;
		esac
	done
}

main() {
	case ${1-} in
	-h | --help)
		sed -n '2,/^set/s/^# \{0,1\}//p' scripts/test.sh
		exit 0
		;;
	--quick | [!-]* | '') ;;
	*)
		printf '%s: no such option; --help tells which there are\n' "$1" >&2
		exit 2
		;;
	esac
	# shellcheck disable=SC2086 # words, each a package's name
	packages_install $packages || exit 1
	rm -rf "$results"
	if compile $build; then
		mkdir -p "$results"
		case ${1-} in
		--quick) stage_plain ;;
		'')
			stage_plain
			stage_install
			stage_sanitize
			stage_valgrind
			;;
		*) stage_named "$@" ;;
		esac
	else
		mkdir -p "$results"
		fail build
	fi
	say result
	scripts/count_tests.py "$results"
}

main "$@"
