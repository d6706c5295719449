#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Counts tests, not suites: count_tests.py FOLDER

The folder holds meson's testlog.json files under any name ending in .json,
and the output of scripts that print TAP, ending in .tap. A Check suite counts
as many tests as it ran, a TAP script as many as it printed, anything else one.
A suite that crashed, or ran out of time, failed once more than it could say.
The last line is "N passed, N failed".
"""

import json
import pathlib
import re
import sys

CHECK_LINE = re.compile(r"^\d+%: Checks: (\d+), Failures: (\d+), Errors: (\d+)$", re.M)
CHECK_FAILURE = re.compile(r"^\S+:\d+:[FE]:.*$", re.M)
TAP_LINE = re.compile(r"^(ok|not ok)\b[ \d]*-? *(.*)$", re.M)
TAP_PLAN = re.compile(r"^1\.\.\d+", re.M)


class Count:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self.failures = []

    def fail(self, what, number=1):
        self.failed += number
        self.failures.append(what)

    def tap(self, name, text):
        for word, what in TAP_LINE.findall(text):
            if word == "not ok":
                self.fail(f"{name}: {what}")
            elif "# SKIP" in what:
                self.skipped += 1
            else:
                self.passed += 1
        return TAP_PLAN.search(text) is not None

    def check(self, name, text):
        for checks, failures, errors in CHECK_LINE.findall(text):
            bad = int(failures) + int(errors)
            self.passed += int(checks) - bad
            if bad:
                told = CHECK_FAILURE.findall(text) or ["see the log"]
                self.fail("\n    ".join([f"{name}: {bad} failed", *told]), bad)

    def suite(self, name, result, text):
        """One entry of meson's log."""
        before = self.failed
        if CHECK_LINE.search(text):
            self.check(name, text)
            told_all = self.failed > before
        elif TAP_LINE.search(text):
            told_all = self.tap(name, text) and self.failed > before
        elif result in ("SKIP", "IGNORED"):
            self.skipped += 1
            return
        elif result in ("OK", "EXPECTEDFAIL"):
            self.passed += 1
            return
        else:
            told_all = False
        if result not in ("OK", "EXPECTEDFAIL", "SKIP") and not told_all:
            self.fail(f"{name}: {result}")


def main():
    folder = pathlib.Path(sys.argv[1])
    count = Count()
    for path in sorted(folder.glob("*.json")):
        for line in path.read_text(errors="replace").splitlines():
            entry = json.loads(line)
            name = f"{path.stem}: {entry['name']}"
            count.suite(name, entry["result"], entry.get("stdout", ""))
    for path in sorted(folder.glob("*.tap")):
        if not count.tap(path.stem, path.read_text(errors="replace")):
            count.fail(f"{path.stem}: did not reach its end")

    if count.failures:
        print("failed:")
        for what in count.failures:
            print(f"  {what}")
    if count.passed + count.failed == 0:
        count.fail("no test ran")
    skipped = f", {count.skipped} skipped" if count.skipped else ""
    print(f"{count.passed} passed, {count.failed} failed{skipped}")
    sys.exit(1 if count.failed else 0)


main()
