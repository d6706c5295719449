# SPDX-License-Identifier: MIT
"""Includes go downwards (docs/STYLE.md), and two libraries have one door each."""

import re

import tap

# From the bottom up. Those on one line do not know each other.
LAYERS = [
    ["core"],
    ["pg"],
    ["db"],
    ["ephemeral", "password"],
    ["catalog"],
    ["migrate"],
    ["models"],
    ["accounts"],
    ["setup"],
]
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
DOORS = {"libpq-fe.h": "pg", "argon2.h": "password"}


def may_use(here, there):
    return here == there or RANK[there] < RANK[here]


def includes(path):
    for number, line in enumerate(path.read_text().splitlines(), 1):
        match = re.match(r'\s*#\s*include\s*(["<])(.+?)[">]', line)
        if match:
            yield number, match.group(1), match.group(2)


def upward(root):
    for path in tap.sources(root, "lib"):
        name = path.relative_to(root)
        here = name.parts[1]
        if here not in RANK:
            yield f"{name}: lib/{here} is no layer that tests/checks/layers.py knows"
            continue
        for number, quote, included in includes(path):
            there = included.split("/")[0]
            if quote == '"' and there not in RANK:
                yield f'{name}:{number}: "{included}" is not written as "layer/file.h"'
            elif quote == '"' and not may_use(here, there):
                yield f"{name}:{number}: {here} includes {included}, which is above it"


def other_doors(root):
    for path in tap.sources(root, "lib", "tools", "include", "examples"):
        name = path.relative_to(root)
        for number, _, included in includes(path):
            door = DOORS.get(included)
            if door and name.parts[:2] != ("lib", door):
                yield f"{name}:{number}: {included} is included in lib/{door} only"


def generated_privately(root):
    for path in tap.sources(root, "lib", "include"):
        if not tap.is_generated(path):
            continue
        for number, quote, included in includes(path):
            if quote == '"':
                name = path.relative_to(root)
                yield f'{name}:{number}: generated code includes "{included}"'


def main():
    root = tap.tree()
    report = tap.Report()
    report.result("includes go downwards", list(upward(root)))
    report.result("libpq and argon2 have one door each", list(other_doors(root)))
    report.result("generated code is public", list(generated_privately(root)))
    report.finish()


if __name__ == "__main__":
    main()
