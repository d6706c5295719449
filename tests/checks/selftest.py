# SPDX-License-Identifier: MIT
"""Each check passes on a small tree that is right, and fails once it is broken.

selftest.py TREE
"""

import json
import pathlib
import shutil
import sys
import tempfile

import tap

VERSION = "1.2.3"
LICENSE = "/* SPDX-License-Identifier: MIT */\n"

THING_H = """#ifndef THING_H
#define THING_H

#include <aeturnis/export.h>

AET_BEGIN_DECLS

/* A number. */
AET_API int aet_thing_number(void);
AET_API int aet_thing_other(void);

AET_END_DECLS

#endif
"""
THING_C = """#include "core/thing.h"

#include <aeturnis/thing.h>

int
aet__thing_secret(void)
{
	return 1;
}

int
aet_thing_number(void)
{
	return aet__thing_secret();
}

int
aet_thing_other(void)
{
	return 2;
}
"""
WIRE_C = """#include "pg/wire.h"

#include <libpq-fe.h>

#include "core/thing.h"

int
aet__wire_version(void)
{
	return PQlibVersion() + aet__thing_secret();
}
"""
SUITE_C = """#include "support/game.h"

static void
setup(void)
{
	game = test_game_create();
	test_sql(game.admin, "SELECT 1");
	db = open(game.app);
	/* As the owner: nobody else may. */
	migrator = open(game.owner);
}
"""
VERSION_H = """#define AET_VERSION_MAJOR 1
#define AET_VERSION_MINOR 2
#define AET_VERSION_PATCH 3
#define AET_VERSION_STRING "1.2.3"
"""
FILES = {
    "include/meson.build": "'aeturnis/db.h' 'aeturnis/export.h' 'aeturnis/thing.h' "
    "'aeturnis/version.h'",
    "include/aeturnis/db.h": LICENSE
    + "#include <aeturnis/export.h>\n#include <aeturnis/thing.h>\n"
    + "#include <aeturnis/version.h>\n",
    "include/aeturnis/thing.h": LICENSE + THING_H,
    "include/aeturnis/version.h": LICENSE + VERSION_H,
    "lib/libaeturnis-db.map": "AETURNIS_DB_0 {\nglobal:\n\taet_thing_number;\n"
    "\taet_thing_other;\nlocal:\n\t*;\n};\n",
    "lib/core/thing.h": LICENSE + "int aet__thing_secret(void);\n",
    "lib/core/thing.c": LICENSE + THING_C,
    "lib/pg/wire.h": LICENSE + "int aet__wire_version(void);\n",
    "lib/pg/wire.c": LICENSE + WIRE_C,
    "tests/db/test_thing.c": LICENSE + SUITE_C,
    "migrations/0001_first.sql": "SELECT 1;\n",
    "migrations/embedded": "0001_first.sql",
    ".gitignore": "/build/\n",
}
COPIED = [
    ".clang-format",
    ".clang-tidy",
    "include/aeturnis/export.h",
    "lib/migrate/embedded.h",
    "scripts/embed_migrations.py",
    "scripts/format.sh",
    "tests/checks/cppcheck-suppressions.txt",
]


def add(path, more):
    return path, lambda text: text + more


def change(path, old, new):
    def edit(text):
        assert old in text, (path, old)
        return text.replace(old, new)

    return path, edit


def calling(statement, header=None):
    """A function in lib/core that does what it should not."""
    include = f"#include <{header}>\n" if header else ""
    return add(
        "lib/core/thing.c",
        f"\n{include}int aet__bad(void);\n\nint\naet__bad(void)\n{{\n\t{statement}\n}}\n",
    )


LONG = "int aet__long(int a);\n\nint\naet__long(int a)\n{\n" + "\ta++;\n" * 59 + "}\n"
THING, WIRE = "lib/core/thing.c", "lib/pg/wire.c"
SUITE = "tests/db/test_thing.c"
PUBLIC, MAP = "include/aeturnis/thing.h", "lib/libaeturnis-db.map"
INTERNAL = "aet__thing_secret"

# script, the result that must fail, what breaks it
BREAKS = [
    ("headers", "thing.h stands alone", add(PUBLIC, "size_t x(void);\n")),
    ("headers", "thing.h stands alone", add(PUBLIC, "int y(int class);\n")),
    (
        "headers",
        "db.h includes every public header",
        change("include/aeturnis/db.h", "#include <aeturnis/thing.h>\n", ""),
    ),
    (
        "headers",
        "every public header is installed",
        change("include/meson.build", "'aeturnis/thing.h'", ""),
    ),
    (
        "symbols",
        "headers and version map agree",
        change(PUBLIC, "AET_API int aet_thing_other", "int aet_thing_other"),
    ),
    ("symbols", "version map and library agree", change(MAP, "_other;", "_othre;")),
    ("symbols", "nothing internal is exported", change(MAP, "local", f"{INTERNAL};\nlocal")),
    (
        "symbols",
        "no function is inline only",
        add(PUBLIC, "static inline int aet_thing_half(void) { return 1; }\n"),
    ),
    ("objects", "nothing forbidden is called", calling("return puts(\"x\");", "stdio.h")),
    ("objects", "nothing forbidden is called", calling("abort();", "stdlib.h")),
    (
        "objects",
        "nothing forbidden is called",
        calling('return fprintf(stderr, "%d", 1);', "stdio.h"),
    ),
    (
        "objects",
        "calls go downwards",
        calling("int aet__wire_version(void);\n\n\treturn aet__wire_version();"),
    ),
    ("layers", "includes go downwards", add(THING, '#include "pg/wire.h"\n')),
    ("layers", "includes go downwards", add(THING, '#include "thing.h"\n')),
    (
        "layers",
        "libpq and argon2 have one door each",
        add(THING, "#include <libpq-fe.h>\n"),
    ),
    ("layers", "libpq and argon2 have one door each", add(WIRE, "#include <argon2.h>\n")),
    (
        "layers",
        "generated code is public",
        change(WIRE, LICENSE, "/* @generated by aet-db */\n"),
    ),
    (
        "rights",
        "who needs a superuser says why",
        change(SUITE, "test_game_create", "test_database_create"),
    ),
    (
        "rights",
        "the library runs as the game's role",
        change(SUITE, "open(game.app)", "open(game.owner)"),
    ),
    (
        "rights",
        "the library runs as the game's role",
        change(SUITE, "As the owner", "Quickly"),
    ),
    ("style", "files and functions are short", add(THING, LONG)),
    ("style", "files and functions are short", add(THING, "/* */\n" * 500)),
    ("style", "sources name their license", change(THING, LICENSE, "")),
    ("style", "public functions are explained", change(PUBLIC, "/* A number. */", "")),
    ("style", "no path of one machine", add(".gitignore", "/" + "root/notes\n")),
    ("style", "clang-format has nothing to change", add(THING, "int  a ;\n")),
    (
        "release",
        "header, library and project have one version",
        change("include/aeturnis/version.h", "PATCH 3", "PATCH 4"),
    ),
    (
        "release",
        "header, library and project have one version",
        change("include/aeturnis/version.h", '"1.2.3"', '"1.2.4"'),
    ),
    ("release", "every migration is embedded", change("migrations/embedded", "0001_first.sql", "")),
    ("analysis", "cppcheck", calling("int a[2] = { 1, 2 };\n\n\treturn a[2];")),
    ("analysis", "clang-tidy", calling('return atoi("1");', "stdlib.h")),
]


def build(root):
    """What meson would have made of the tree."""
    out = root / "build"
    out.mkdir()
    commands, objects = [], []
    for path in tap.sources(root, "lib", suffixes=(".c",)):
        layer, name = path.relative_to(root / "lib").parts
        compiled = out / f"{layer}_{name}.o"
        flags = [f"-I{root}/include", f"-I{root}/lib", "-I/usr/include/postgresql"]
        command = ["cc", "-w", "-fPIC", *flags, "-c", str(path), "-o", str(compiled)]
        tap.run(*command)
        objects.append(compiled)
        entry = {"directory": str(out), "file": str(path), "arguments": command}
        commands.append(entry)
    (out / "compile_commands.json").write_text(json.dumps(commands))
    tap.run("ar", "rcsT", out / "twin.a", *objects)
    library = out / f"libaeturnis-db.so.{VERSION}"
    script = f"-Wl,--version-script={root}/lib/libaeturnis-db.map"
    soname = "-Wl,-soname,libaeturnis-db.so.1"
    tap.run("cc", "-shared", script, soname, *objects, "-lpq", "-o", library)
    names = (root / "migrations" / "embedded").read_text().split()
    files = [root / "migrations" / name for name in names]
    tap.run(root / "scripts" / "embed_migrations.py", out / "migrations.c", *files)
    return out, library


def plant(root, original, broken=(None, None)):
    root.mkdir()
    for name in COPIED:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(original / name, root / name)
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(broken[1](text) if name == broken[0] else text)
    tap.run("git", "init", "-q", root)


def failures(script, root):
    out, library = build(root)
    arguments = {
        "symbols": [library],
        "objects": [out / "twin.a"],
        "release": [VERSION, library, out / "migrations.c"],
        "analysis": [out],
    }.get(script, [])
    path = pathlib.Path(__file__).parent / f"{script}.py"
    _, said = tap.run(sys.executable, "-B", path, root, *arguments)
    failed = [l.split(" - ", 1)[1] for l in said.splitlines() if l.startswith("not ok")]
    return failed, said if "1.." in said else f"no plan:\n{said}"


def main():
    report = tap.Report()
    with tempfile.TemporaryDirectory() as scratch:
        for script in sorted({script for script, _, _ in BREAKS}):
            root = pathlib.Path(scratch) / script
            plant(root, tap.tree())
            failed, said = failures(script, root)
            bad = failed or said.startswith("no plan")
            report.result(f"{script} passes what is right", [said] if bad else [])
        for number, (script, result, broken) in enumerate(BREAKS):
            root = pathlib.Path(scratch) / str(number)
            plant(root, tap.tree(), broken)
            failed, said = failures(script, root)
            bad = result not in failed
            report.result(f"{script} can fail: {result} ({number})", [said] if bad else [])
    report.finish()


main()
