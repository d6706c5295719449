# SPDX-License-Identifier: MIT
"""The library exports what the version map lists and the headers declare.

symbols.py TREE LIBRARY
"""

import re
import sys

import tap


def exported(library):
    _, said = tap.run("nm", "-D", "--defined-only", library)
    symbols = {line.split()[-1].split("@")[0] for line in said.splitlines()}
    return {name for name in symbols if not name.startswith("AETURNIS_DB_")}


def mapped(path):
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
    listed = re.search(r"global:(.*?)local:", text, re.S).group(1)
    return set(re.findall(r"[\w*?]+(?=;)", listed))


def declared(include):
    names = set()
    for header in include.glob("*.h"):
        text = re.sub(r"/\*.*?\*/", "", header.read_text(), flags=re.S)
        text = re.sub(r"^[ \t]*#.*?(?<!\\)$", "", text, flags=re.M | re.S)
        for declaration in re.findall(r"\bAET_API\b([^;]*);", text):
            names.add(re.search(r"(\w+)\s*(\(|\[|$)", declaration).group(1))
    return names


def inline(include):
    """Functions that no library has: out of reach of any language but C and C++."""
    return [
        f"{header.name}:{number}: {line.strip()}"
        for header in sorted(include.glob("*.h"))
        for number, line in enumerate(header.read_text().splitlines(), 1)
        if re.search(r"\binline\b(?!-)", re.sub(r"/?\*.*", "", line))
    ]


def differences(left, right, left_only, right_only):
    problems = [f"{name}: {left_only}" for name in sorted(left - right)]
    return problems + [f"{name}: {right_only}" for name in sorted(right - left)]


def main():
    root = tap.tree()
    report = tap.Report()
    library = exported(sys.argv[2])
    listed = mapped(root / "lib" / "libaeturnis-db.map")
    public = declared(root / "include" / "aeturnis")

    report.result(
        "headers and version map agree",
        differences(
            public,
            listed,
            "declared AET_API, but not in lib/libaeturnis-db.map",
            "in lib/libaeturnis-db.map, but declared AET_API in no header",
        ),
    )
    report.result(
        "version map and library agree",
        differences(listed, library, "in the map, but not defined", "exported unlisted"),
    )
    strangers = [n for n in sorted(library) if not re.fullmatch(r"aet_[a-z0-9]\w*", n)]
    report.result("nothing internal is exported", strangers)
    report.result("no function is inline only", inline(root / "include" / "aeturnis"))
    report.finish()


main()
