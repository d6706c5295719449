# SPDX-License-Identifier: MIT
"""Each public header compiles by itself, is installed, and is in <aeturnis/db.h>."""

import re

import tap

WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wundef", "-Werror"]
COMPILERS = [
    ("gcc", "c", "c11"),
    ("clang", "c", "c17"),
    ("gcc", "c", "c17"),
    ("g++", "c++", "c++17"),
    ("clang++", "c++", "c++20"),
    ("g++", "c++", "c++20"),
]


def compiling(include, header):
    # Twice, which an include guard must bear.
    source = f"#include <aeturnis/{header.name}>\n" * 2 + "typedef int not_empty;\n"
    for compiler, language, standard in COMPILERS:
        command = [compiler, f"-x{language}", f"-std={standard}", *WARNINGS]
        status, said = tap.run(
            *command, f"-I{include}", "-fsyntax-only", "-", input=source
        )
        if status != 0:
            yield f"{compiler} -std={standard}:\n{said}"


def main():
    root = tap.tree()
    include = root / "include"
    report = tap.Report()
    headers = sorted((include / "aeturnis").glob("*.h"))
    for header in headers:
        report.result(f"{header.name} stands alone", list(compiling(include, header)))

    names = {header.name for header in headers}
    umbrella = (include / "aeturnis" / "db.h").read_text()
    included = set(re.findall(r"#include <aeturnis/(.+?)>", umbrella))
    missing = sorted(names - included - {"db.h"})
    report.result("db.h includes every public header", missing)

    listed = set(re.findall(r"'aeturnis/(.+?)'", (include / "meson.build").read_text()))
    report.result("every public header is installed", sorted(names - listed))
    report.finish()


main()
