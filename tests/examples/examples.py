# SPDX-License-Identifier: MIT
"""Runs the examples, each time on a private PostgreSQL of its own, and holds
them to what they print.

    examples.py SOURCES AET-DB FOLDER-OF-THE-EXAMPLES
"""

import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(sys.argv[1]) / "tests" / "checks"))
import environment  # noqa: E402
import tap  # noqa: E402

AET_DB = pathlib.Path(sys.argv[2]).resolve()
EXAMPLES = pathlib.Path(sys.argv[3]).resolve()
PATIENCE = 60  # seconds, for a server that starts on a busy machine

# As who keeps the database; then as the game's role, in all that follows.
PREPARE = "aet-db migrate --quiet >/dev/null && "
BECOME = (
    'aet-db roles --apply --quiet >/dev/null && export DATABASE_URL="$DATABASE_URL&user='
    'aeturnis_app" && '
)
MIGRATE = PREPARE + BECOME
SEED = PREPARE + "aet-db seed --quiet --demo-passwords >/dev/null && " + BECOME

UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
# The library's own migrations, in order.
OWN = [path.name for path in sorted((tap.tree() / "migrations").glob("0*.sql"))]

MOMENT = r"20\d\d-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?\+00"


class Runner:
    """Runs in a folder without a .env, and compares line by line."""

    def __init__(self, report, folder):
        self.report = report
        self.options = {"cwd": folder, "env": environment.clean(AET_DB.parent, EXAMPLES)}

    def run(self, name, command, expected, status=0):
        done, said = tap.run(*command, timeout=PATIENCE, **self.options)
        self.compare(name, said.splitlines(), expected, done, status)

    def script(self, name, script, expected, status=0):
        """A shell script with a database, both streams as one."""
        command = [AET_DB, "dev", "--quiet", "--", "sh", "-c", script]
        self.run(name, command, expected, status)

    def compare(self, name, lines, expected, done, status=0):
        """expected: a regular expression for each line."""
        problems = [f"ended with {done}, not {status}"] if done != status else []
        for number in range(max(len(lines), len(expected))):
            line = lines[number] if number < len(lines) else None
            pattern = expected[number] if number < len(expected) else None
            if line is None or pattern is None or not re.fullmatch(pattern, line):
                problems.append(f"line {number + 1} is {line!r}, should be {pattern!r}")
        self.report.result(name, problems)


def list_users(runner):
    # Both were seeded in one transaction: their ids decide which is first.
    runner.script(
        "list_users shows the two seeded users",
        SEED + "list_users | sort -k 2",
        [
            rf"{UUID}  admin +admin@aeturnis\.com +active +admin,user  since {MOMENT}",
            rf"{UUID}  testuser +test@example\.com +active +user  since {MOMENT}",
        ],
    )
    runner.run(
        "no database named is an error, and no localhost",
        ["list_users"],
        [r"list_users: no database is named: .*DATABASE_URL.*"],
        status=1,
    )


def register_login(runner):
    ada = MIGRATE + "echo secret | register_login ada@example.com ada; "
    runner.script("register_login registers and logs in", ada, ["welcome, ada"])
    runner.script(
        "register_login tells a taken e-mail from a taken name",
        ada
        + "echo secret | register_login ada@example.com countess;"
        + "echo secret | register_login countess@example.com ada",
        [
            "welcome, ada",
            "ada@example.com is taken",
            "welcome, ada",
            "ada is taken",
            "wrong e-mail or password",
        ],
        status=1,
    )
    runner.script(
        "register_login refuses a wrong password",
        ada + "echo wrong | register_login ada@example.com countess",
        ["welcome, ada", "ada@example.com is taken", "wrong e-mail or password"],
        status=1,
    )


def transaction(runner):
    runner.script(
        "transaction bans and writes an audit entry, both or none",
        MIGRATE
        + "echo secret | register_login bo@example.com bo; transaction bo@example.com;"
        + "audit_pages; echo secret | register_login bo@example.com bob",
        [
            "welcome, bo",
            r"banned bo@example\.com",
            "page 1",
            rf"  {MOMENT}  user\.update",
            "bo@example.com is taken",
            "bo is banned",
        ],
    )
    runner.script(
        "transaction says who is not there, and writes nothing",
        MIGRATE + "transaction nobody@example.com; audit_pages",
        ["ban: AET_ENOTFOUND: .+"],
    )


def audit_pages(runner):
    entry = rf"  {MOMENT}  user\.register"
    runner.script(
        "audit_pages shows two pages of one entry each",
        SEED + "audit_pages 1",
        ["page 1", entry, "page 2", entry],
    )
    runner.script(
        "audit_pages says which page sizes there are",
        MIGRATE + "audit_pages 1001",
        ["list the audit log: AET_EINVAL: .*between 0 and 1000"],
        status=1,
    )


def user_sessions(runner):
    once = [
        "testuser:",
        rf"  example-desktop, until {MOMENT}",
        rf"  example-phone, until {MOMENT}",
    ]
    runner.script(
        "user_sessions lists one user's, and counts everyone's",
        SEED
        + "user_sessions test@example.com | head -n 3;"
        + "user_sessions test@example.com | tail -n +4 | LC_ALL=C sort",
        once + ["  the newest: example-desktop", "admin: 0 sessions", "testuser: 2 sessions"],
    )


def login_server(runner):
    """Every event of the audit log, in order, from one conversation."""
    talk = [
        ("register ada@example.com ada correct-horse", "ok "),
        ("register Ada@Example.com countess correct-horse", "AET_ECONFLICT: the email is taken"),
        ("register bo@example.com ADA correct-horse", "AET_ECONFLICT: the username is taken"),
        ("register bo@example.com bo short", "AET_EINVAL: the password has less than 8 characters"),
        ("login ada wrong-horse", "AET_EMISMATCH: wrong login or password"),
        ("login nobody wrong-horse", "AET_EMISMATCH: wrong login or password"),
        ("login ADA@example.com correct-horse", r"ok [\w-]{43}"),
        ("refresh TOKEN", r"ok [\w-]{43}"),
        (
            "refresh never-given",
            "AET_ENOTFOUND: no session has this token: it has ended, or never was",
        ),
        ("logout", "ok "),
        ("logout", "AET_ENOTFOUND: no session has this id: it has ended, or never was"),
        ("login ada correct-horse", r"ok [\w-]{43}"),
        ("delete", "ok "),
        ("dance", "AET_EINVAL: no request is called so"),
        (
            "events",
            "user.register user.login_failed user.login_failed user.login session.create"
            " session.refresh user.logout session.revoke user.login session.create"
            " session.revoke user.delete ok ",
        ),
    ]
    process = subprocess.Popen(
        [AET_DB, "dev", "--quiet", "--", "sh", "-c", MIGRATE + "exec login_server"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **runner.options,
    )
    answers, token = [], ""
    for request, _ in talk:
        process.stdin.write(request.replace("TOKEN", token) + "\n")
        process.stdin.flush()
        answers.append(process.stdout.readline().rstrip("\n"))
        token = answers[-1].removeprefix("ok ")
    process.stdin.close()
    runner.compare(
        "login_server registers, logs in, refreshes, logs out, deletes and audits",
        answers + process.stdout.read().splitlines(),
        [expected for _, expected in talk],
        process.wait(PATIENCE),
    )


def game_server(runner):
    """In the background; told to stop when it says that it is ready."""

    def serve(name, script, expected):
        process = subprocess.Popen(
            [AET_DB, "dev", "--quiet", "--", "sh", "-c", script + "exec game_server"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **runner.options,
        )
        lines = []
        for line in process.stdout:
            lines.append(line.rstrip("\n"))
            if line.startswith("ready"):
                process.send_signal(signal.SIGTERM)
        runner.compare(name, lines, expected, process.wait(PATIENCE))

    ready = ["ready, 0 players known", "stopping"]
    serve(
        "game_server migrates as the owner, gets ready, and stops on SIGTERM",
        "aet-db roles --apply --quiet >/dev/null && "
        'export DATABASE_URL="$DATABASE_URL&user=aeturnis_migrator" && ',
        [rf"applied {name}" for name in OWN] + ready,
    )
    serve("game_server as the game finds nothing to migrate", MIGRATE, ready)


def compiled_elsewhere(root):
    """With nothing but the public headers, and none of the project's own flags."""
    warnings = ["-std=c17", "-O2", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
    for source in sorted((root / "examples").glob("*.c")):
        status, said = tap.run(
            "cc", *warnings, f"-I{root / 'include'}", "-c", source, "-o", os.devnull
        )
        if status:
            yield said


def main():
    subjects = [
        list_users,
        register_login,
        transaction,
        audit_pages,
        user_sessions,
        login_server,
        game_server,
    ]
    report = tap.Report()
    named = {subject.__name__ for subject in subjects}
    written = {path.stem for path in (tap.tree() / "examples").glob("*.c")}
    report.result("every example is run here", sorted(named ^ written))
    report.result("each compiles elsewhere, too", list(compiled_elsewhere(tap.tree())))
    with tempfile.TemporaryDirectory() as folder:
        runner = Runner(report, folder)
        for subject in subjects:
            subject(runner)
    report.finish()


main()
