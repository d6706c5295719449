#!/bin/sh
# Formats every C file in place; with --check, fails where one would change.
# Generated files are included: the generator writes them formatted.
set -eu
cd "$(dirname "$0")/.."
if [ "${1:-}" = "--check" ]; then
	set -- --dry-run --Werror
else
	set -- -i
fi
git ls-files -co --exclude-standard '*.c' '*.h' | xargs -r clang-format "$@"
