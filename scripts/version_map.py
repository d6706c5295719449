#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Adds to lib/libaeturnis-db.map what the public headers declare AET_API.

After aet-db codegen has made new functions. Names that no header declares any
more are told, not removed: that changes the ABI, and is done by hand.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
MAP = ROOT / "lib" / "libaeturnis-db.map"


def declared():
    names = set()
    for header in (ROOT / "include" / "aeturnis").glob("*.h"):
        text = re.sub(r"/\*.*?\*/", "", header.read_text(), flags=re.S)
        text = re.sub(r"^[ \t]*#.*?(?<!\\)$", "", text, flags=re.M | re.S)
        for declaration in re.findall(r"\bAET_API\b([^;]*);", text):
            names.add(re.search(r"(\w+)\s*(\(|\[|$)", declaration).group(1))
    return names


def main():
    text = MAP.read_text()
    head, listed, tail = re.match(r"(.*?global:\n)(.*?)(local:.*)", text, re.S).groups()
    names = set(re.findall(r"\w+(?=;)", listed))
    wanted = declared()
    for name in sorted(names - wanted):
        print(f"{name}: in the map, but declared in no header", file=sys.stderr)
    lines = "".join(f"\t{name};\n" for name in sorted(names | wanted))
    MAP.write_text(head + lines + tail)


main()
