#!/bin/sh
# Installs the library and uses it from programs that know nothing of its
# sources. Prints TAP; what went wrong is on stderr.
#
#   run.sh SOURCES SCRATCH
set -u
sources=$(cd "$1" && pwd)
rm -rf "$2"
mkdir -p "$2"
scratch=$(cd "$2" && pwd)
here=$sources/tests/install
prefix=$scratch/prefix
stage=$scratch/stage
warnings='-Wall -Wextra -Wpedantic -Werror'
count=0
status=0

# try NAME COMMAND...
try() {
	name=$1
	shift
	count=$((count + 1))
	if "$@" >"$scratch/last.log" 2>&1 </dev/null; then
		echo "ok $count - $name"
	else
		echo "not ok $count - $name"
		printf '%s\n' "-- $name" >&2
		cat "$scratch/last.log" >&2
		status=1
	fi
}

configure() {
	meson setup "$scratch/build" "$sources" --prefix "$prefix" --libdir lib \
		-Dtests=false -Dexamples=false -Dtools=false &&
		ninja -C "$scratch/build"
}

install_into_prefix() {
	meson install -C "$scratch/build" --no-rebuild
}

install_into_stage() {
	DESTDIR=$stage meson install -C "$scratch/build" --no-rebuild
}

# All that is installed lies where it belongs, and nothing else does.
installed_files() {
	root=$1
	version=$(pkg-config --modversion aeturnis-db) || return 1
	(
		cd "$sources/include" && find aeturnis -name '*.h' | sed 's,^,include/,'
		cd "$sources" && find migrations -name '*.sql' | sed 's,^,share/aeturnis-db/,'
		printf 'lib/%s\n' libaeturnis-db.so libaeturnis-db.so.0 "libaeturnis-db.so.$version" \
			pkgconfig/aeturnis-db.pc
	) | sort >"$scratch/should-be"
	(cd "$root" && find . ! -type d | sed 's,^\./,,') | sort >"$scratch/is"
	diff "$scratch/should-be" "$scratch/is"
}

migrations_as_written() {
	directory=$(pkg-config --variable=migrationsdir aeturnis-db) &&
		mkdir -p "$scratch/sql" && cp "$sources"/migrations/*.sql "$scratch/sql" &&
		diff -r "$scratch/sql" "$directory"
}

# What a program gets from pkg-config: ours to link, the others to be asked for.
package_says_what_is_private() {
	[ "$(pkg-config --libs-only-l aeturnis-db | tr -d ' ')" = -laeturnis-db ] &&
		[ "$(pkg-config --print-requires aeturnis-db)" = '' ] &&
		[ "$(pkg-config --print-requires-private aeturnis-db | sort | tr '\n' ' ')" = \
			'jansson libargon2 libcrypto libpq ' ]
}

# compile COMPILER STANDARD SOURCE
compile() {
	program=$scratch/consumer
	rm -f "$program"
	# shellcheck disable=SC2046,SC2086 # flags, each a word
	"$1" -std="$2" $warnings "$3" -o "$program" $(pkg-config --cflags --libs aeturnis-db) &&
		LD_LIBRARY_PATH=$PKG_LIBDIR "$program"
}

through_cmake() {
	cp -r "$here/cmake" "$scratch/cmake" && cp "$here"/consumer.c* "$scratch/cmake" &&
		cmake -S "$scratch/cmake" -B "$scratch/cmake/build" &&
		cmake --build "$scratch/cmake/build" &&
		"$scratch/cmake/build/consumer" && "$scratch/cmake/build/consumer_cpp"
}

# With no package to be found, so that it is the fallback that is built.
through_meson() (
	cp -r "$here/meson" "$scratch/meson" && cp "$here"/consumer.c* "$scratch/meson" &&
		mkdir "$scratch/meson/subprojects" &&
		ln -s "$sources" "$scratch/meson/subprojects/libaeturnis-db" &&
		unset PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR &&
		meson setup "$scratch/meson/build" "$scratch/meson" --wrap-mode forcefallback &&
		meson test -C "$scratch/meson/build" --print-errorlogs
)

try 'a library alone is configured and built' configure
try 'installed into a prefix' install_into_prefix

PKG_LIBDIR=$prefix/lib
export PKG_CONFIG_PATH=$PKG_LIBDIR/pkgconfig
try 'the prefix holds what it should' installed_files "$prefix"
try 'the migrations are installed as written' migrations_as_written
try 'pkg-config keeps the dependencies private' package_says_what_is_private
for compiler in gcc clang; do
	try "C11 with $compiler and pkg-config" compile $compiler c11 "$here/consumer.c"
	try "C17 with $compiler and pkg-config" compile $compiler c17 "$here/consumer.c"
done
for compiler in g++ clang++; do
	try "C++17 with $compiler and pkg-config" compile $compiler c++17 "$here/consumer.cpp"
done
try "C and C++ through CMake's pkg_check_modules" through_cmake
try 'C and C++ as a Meson subproject' through_meson

# A packager's way: the files under DESTDIR, the paths inside them as if not.
try 'installed into a DESTDIR' install_into_stage
PKG_LIBDIR=$stage$prefix/lib
export PKG_CONFIG_PATH=$PKG_LIBDIR/pkgconfig PKG_CONFIG_SYSROOT_DIR=$stage
try 'the DESTDIR holds what it should' installed_files "$stage$prefix"
try 'the DESTDIR is in no installed file' sh -c "! grep -rF '$stage' '$stage$prefix'"
try 'C17 against the DESTDIR' compile gcc c17 "$here/consumer.c"
try 'C++17 against the DESTDIR' compile g++ c++17 "$here/consumer.cpp"

echo "1..$count"
exit $status
