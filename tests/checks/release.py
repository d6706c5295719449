# SPDX-License-Identifier: MIT
"""One version and one list of migrations, wherever they are written.

release.py TREE VERSION LIBRARY MIGRATIONS_C
"""

import pathlib
import re
import sys

import tap


def defined(header, name):
    return re.search(rf'#define {name} "?([\w.]+)"?$', header, re.M).group(1)


def version_problems(root, version, library):
    header = (root / "include" / "aeturnis" / "version.h").read_text()
    parts = ("AET_VERSION_MAJOR", "AET_VERSION_MINOR", "AET_VERSION_PATCH")
    number = ".".join(defined(header, part) for part in parts)
    text = defined(header, "AET_VERSION_STRING")
    real = library.resolve().name
    _, said = tap.run("readelf", "-d", library)
    soname = re.search(r"SONAME.*\[(.+)\]", said).group(1)
    if number != version:
        yield f"version.h has {number}, meson.build {version}"
    if text != version:
        yield f"AET_VERSION_STRING is {text}, meson.build has {version}"
    if real != f"libaeturnis-db.so.{version}":
        yield f"the library is {real}, meson.build has {version}"
    if soname != f"libaeturnis-db.so.{version.split('.')[0]}":
        yield f"the soname is {soname}, meson.build has {version}"


def migration_problems(root, migrations_c):
    there = sorted(path.name for path in (root / "migrations").glob("*.sql"))
    embedded = re.findall(r'^\t\{ "(.+?)", ', migrations_c.read_text(), re.M)
    for name in sorted(set(there) - set(embedded)):
        yield f"migrations/{name} is not in migrations/meson.build"
    versions = [int(re.match(r"\d+", name).group()) for name in there]
    if len(versions) != len(set(versions)):
        yield "two migrations have one number"


def main():
    root, version = tap.tree(), sys.argv[2]
    library, migrations_c = map(pathlib.Path, sys.argv[3:5])
    report = tap.Report()
    problems = list(version_problems(root, version, library))
    report.result("header, library and project have one version", problems)
    problems = list(migration_problems(root, migrations_c))
    report.result("every migration is embedded", problems)
    report.finish()


main()
