# SPDX-License-Identifier: MIT
"""The suites run as the game's role (tests/support/game.h): the library is given its
url and no other, but for what a comment "As superuser: why" or "As the owner: why"
excuses. The first is for a whole file, the second for the call below it."""

import re

import tap

# What gives a url of more than the game's rights.
SUPERUSER = re.compile(
    r"\b(?:test_database_create\(|test_server_url\(|migrating_setup\b|aet_ephemeral_url\()"
)
OWNER = re.compile(r"\b(\w*game)(?:\.|->)(admin|owner)\b")
# Functions that run the test's own SQL, without the library.
HANDS = r"\b(?:test_sql|test_value|test_value_is|test_connect|test_game_\w+|free)\(\s*"
HAND = re.compile(HANDS + r"$")
EXCUSE = re.compile(r"\bAs (superuser|the owner): \w")

# Where the urls are made.
MAKERS = {
    "tests/support/server.c",
    "tests/support/server.h",
    "tests/support/game.c",
    "tests/support/migrating.h",
}


def excused(lines, number):
    """A comment ends on a line before, with nothing but its statement between."""
    above = lines[max(0, number - 4) : number]
    return any(match.group(1) == "the owner" for match in map(EXCUSE.search, above) if match)


def as_superuser(root):
    for path in tap.sources(root, "tests/db", "tests/cli", "tests/support"):
        name = path.relative_to(root).as_posix()
        text = path.read_text()
        if name in MAKERS or not SUPERUSER.search(text):
            continue
        if not any(match.group(1) == "superuser" for match in EXCUSE.finditer(text)):
            yield f"{name}: makes its database as superuser, and does not say why"


def as_owner(root):
    for path in tap.sources(root, "tests/db", "tests/cli", "tests/support"):
        name = path.relative_to(root).as_posix()
        if name in MAKERS:
            continue
        text = path.read_text()
        lines = text.splitlines()
        for match in OWNER.finditer(text):
            number = text.count("\n", 0, match.start())
            if not HAND.search(text[: match.start()]) and not excused(lines, number):
                yield f"{name}:{number + 1}: {match.group()} is not for the library"


def main():
    root = tap.tree()
    report = tap.Report()
    report.result("who needs a superuser says why", list(as_superuser(root)))
    report.result("the library runs as the game's role", list(as_owner(root)))
    report.finish()


main()
