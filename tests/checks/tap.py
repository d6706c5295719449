# SPDX-License-Identifier: MIT
"""What the checks share: results in TAP, which meson reads, and the tree's files."""

import os
import pathlib
import subprocess
import sys

GENERATED = "@generated"


class Report:
    """Prints one TAP line a result, and on stderr, which meson shows, what is wrong."""

    def __init__(self):
        self.count = 0
        self.failed = 0

    def result(self, name, problems):
        self.count += 1
        word = "not ok" if problems else "ok"
        print(f"{word} {self.count} - {name}")
        if problems:
            print(f"{name}: not so", *problems, sep="\n  ", file=sys.stderr)
        self.failed += bool(problems)

    def skip(self, name, why):
        self.count += 1
        print(f"ok {self.count} - {name} # SKIP {why}")

    def finish(self):
        print(f"1..{self.count}")
        sys.exit(1 if self.failed else 0)


def tree():
    """The source tree: the first argument."""
    return pathlib.Path(sys.argv[1]).resolve()


def sources(root, *folders, suffixes=(".c", ".h")):
    """Every source below the folders, in a steady order."""
    found = []
    for folder in folders:
        found += [p for p in (root / folder).rglob("*") if p.suffix in suffixes]
    return sorted(found)


def is_generated(path):
    return GENERATED in "\n".join(path.read_text().splitlines()[:5])


def tracked(root):
    """What the repository holds or would hold: what .gitignore names is not in it."""
    command = ["git", "-C", str(root), "ls-files", "-co", "--exclude-standard", "-z"]
    out = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    names = [os.fsdecode(name) for name in out.split(b"\0") if name]
    return [root / name for name in names if (root / name).is_file()]


def run(*command, **options):
    """A command's exit status and what it said, both streams as one."""
    done = subprocess.run(
        [str(word) for word in command],
        stdin=subprocess.DEVNULL if "input" not in options else None,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **options,
    )
    return done.returncode, done.stdout
