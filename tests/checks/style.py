# SPDX-License-Identifier: MIT
"""What docs/STYLE.md promises and a formatter cannot see."""

import re

import tap

FILE_LINES = 500
FUNCTION_LINES = 60


def by_hand(root, *folders):
    return [p for p in tap.sources(root, *folders) if not tap.is_generated(p)]


def functions(lines):
    """Name and length of each. The house style puts a function's name at the
    start of a line and its two braces alone in the first column."""
    start, name = None, "?"
    for number, line in enumerate(lines, 1):
        if re.match(r"\w+\(", line):
            start, name = number, line.split("(")[0]
        elif line == "}" and start is not None:
            yield name, number - start + 1
            start = None


def long_ones(root):
    for path in by_hand(root, "lib", "tools"):
        name, lines = path.relative_to(root), path.read_text().splitlines()
        if len(lines) > FILE_LINES:
            yield f"{name}: {len(lines)} lines; {FILE_LINES} is the limit"
        for function, length in functions(lines):
            if length > FUNCTION_LINES:
                limit = f"{FUNCTION_LINES} is the limit"
                yield f"{name}: {function} has {length} lines; {limit}"


def without_license(root):
    for path in by_hand(root, "include", "lib", "tools", "tests", "examples", "bench"):
        if not path.read_text().startswith("/* SPDX-License-Identifier: MIT */\n"):
            yield f"{path.relative_to(root)}: does not begin with its SPDX line"


def without_comment(root):
    """A group of declarations without a blank line between them shares a comment."""
    for path in tap.sources(root, "include", suffixes=(".h",)):
        group = []
        for number, line in enumerate(path.read_text().splitlines(), 1):
            group = group + [line] if line.strip() else []
            if re.match(r"AET_API\b", line) and not group[0].startswith("/*"):
                yield f"{path.relative_to(root)}:{number}: no comment above: {line}"


def machine_paths(root):
    """Paths of the machine that somebody worked on. /tmp and the like are fine."""
    pattern = re.compile(r"(?<![\w.$}])/(?:work|root|home/\w+)(?:/|\b)")
    for path in tap.tracked(root):
        try:
            lines = path.read_text().splitlines()
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(lines, 1):
            if pattern.search(line):
                yield f"{path.relative_to(root)}:{number}: {line.strip()}"


def main():
    root = tap.tree()
    report = tap.Report()
    report.result("files and functions are short", list(long_ones(root)))
    report.result("sources name their license", list(without_license(root)))
    report.result("public functions are explained", list(without_comment(root)))
    report.result("no path of one machine", list(machine_paths(root)))
    status, said = tap.run(root / "scripts" / "format.sh", "--check")
    report.result("clang-format has nothing to change", [said] if status else [])
    report.finish()


main()
