# SPDX-License-Identifier: MIT
"""Holds the documents to what they show: nothing in a fenced block is taken on trust.

    snippets.py SOURCES AET-DB SHARED-LIBRARY

A comment on the line above a block says what it is; the reader does not see it:

    <!-- snippet: file NAME -->             a file of the document's project. With an
                                            aet-db.json among them, aet-db codegen is run;
                                            a header is compiled by itself
    <!-- snippet: function with db, err --> statements; the names are its parameters
    <!-- snippet: file level -->            declarations and functions
    <!-- snippet: run, prints "TEXT" -->    of sh: run in the project, with its last line;
                                            what runs on aet-db dev as the game's role, too
    <!-- snippet: project -->               of meson: configured and tested there

C without a comment is a whole program. Each is compiled with every warning an
error; cmake and meson without a comment are what tests/install tests, word for word.
"""

import json
import pathlib
import re
import shlex
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(sys.argv[1]) / "tests" / "checks"))
sys.path.insert(0, str(pathlib.Path(sys.argv[1]) / "tests" / "examples"))
import environment  # noqa: E402
import tap  # noqa: E402

ROOT = tap.tree()
AET_DB = pathlib.Path(sys.argv[2]).resolve()
LIBRARY = pathlib.Path(sys.argv[3]).absolute().parent
WARNINGS = ["-std=c17", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
PATIENCE = 120  # seconds, for one command on a busy machine

# What an installed library's says, with the paths of the one just built.
PACKAGE = f"""Name: aeturnis-db
Description: as built
Version: 0
Cflags: -I{ROOT / "include"}
Libs: -L{LIBRARY} -laeturnis-db
"""

PARAMETERS = {
    "db": "aet_db *db",
    "err": "aet_error *err",
    "user": "const aet_new_user *user",
    "email": "const char *email",
    "password": "const char *password",
}
TESTED_ELSEWHERE = {
    "cmake": "tests/install/cmake/CMakeLists.txt",
    "meson": "tests/install/meson/meson.build",
}
PROGRAMS = {"cc", "ldconfig", "meson", "ninja"}


class Snippet:
    def __init__(self, path, line, language, marker):
        self.place = f"{path.relative_to(ROOT)}:{line}"
        self.language = language
        self.marker = marker
        self.lines = []

    @property
    def text(self):
        return "".join(f"{line}\n" for line in self.lines)

    @property
    def file(self):
        match = re.fullmatch(r"file (\S+\.\w+)", self.marker)
        return match and match.group(1)


def snippets(path):
    found, current, marker = [], None, ""
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if current is not None:
            if line == "```":
                current = None
            else:
                current.lines.append(line)
        elif line.startswith("```"):
            current = Snippet(path, number, line[3:].strip(), marker)
            found.append(current)
        match = re.fullmatch(r"<!-- snippet: (.+) -->", line)
        marker = match.group(1) if match else ""
    return found


class Project:
    """A document's folder: the files that it shows, and what aet-db makes of them."""

    def __init__(self, folder, shown):
        self.folder = folder
        self.headers = ["stdio.h", "stdlib.h", "string.h", "aeturnis/db.h"]
        self.problems = []
        for snippet in shown:
            if snippet.file:
                file = folder / snippet.file
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(snippet.text)
        self.environment = environment.clean(AET_DB.parent)
        (folder / "aeturnis-db.pc").write_text(PACKAGE)
        self.environment["PKG_CONFIG_PATH"] = str(folder)
        self.environment["LD_LIBRARY_PATH"] = str(LIBRARY)
        if (folder / "aet-db.json").exists():
            self.generate()

    def run(self, *command, **options):
        """What a command said, if it failed."""
        options = {"cwd": self.folder, "env": self.environment, "timeout": PATIENCE} | options
        status, said = tap.run(*command, **options)
        return [f"exit {status}: {shlex.join(map(str, command))}\n{said}"] if status else []

    def generate(self):
        self.problems += self.run(AET_DB, "codegen")
        for package in json.loads((self.folder / "aet-db.json").read_text())["packages"]:
            self.headers.append(f"{package['include_as']}/models.h")

    def flags(self):
        status, said = tap.run(
            "pkg-config", "--cflags", "--libs", "aeturnis-db", env=self.environment
        )
        return [f"-I{self.folder / 'include'}", *said.split()]

    def compile(self, text, *flags):
        source = self.folder / "snippet.c"
        source.write_text(text)
        return self.run(
            "cc", *WARNINGS, *flags, source, "-o", self.folder / "snippet", *self.flags()
        )


def includes(project):
    return "".join(f"#include <{header}>\n" for header in project.headers)


def check_c(project, snippet):
    if snippet.file:
        return project.compile(f'#include "{project.folder / snippet.file}"\n', "-c")
    if re.search(r"^int\s+main\(", snippet.text, re.M):
        return project.compile(snippet.text)
    if snippet.marker == "file level":
        return project.compile(includes(project) + snippet.text, "-c", "-Wno-unused-function")
    match = re.fullmatch(r"function with ([\w, ]+)", snippet.marker)
    if not match:
        return ["a program, or else a comment above must say what it is"]
    names = match.group(1).split(", ")
    if unknown := [name for name in names if name not in PARAMETERS]:
        return [f"{unknown}: not in PARAMETERS"]
    head = "aet_status snippet(" + ", ".join(PARAMETERS[name] for name in names) + ")"
    body = snippet.text
    if not re.match(r"return\b", snippet.lines[-1]):
        body += "return AET_OK;\n"
    return project.compile(f"{includes(project)}{head};\n{head}\n{{\n{body}}}\n", "-c")


# ---- shells ---------------------------------------------------------------


def help_of(*command):
    return tap.run(AET_DB, *command, "--help")[1]


def check_aet_db(words):
    """The command and the flags, by what --help says of them."""
    words = words[: words.index("--")] if "--" in words else words
    command = words[0]
    if not re.search(rf"^  {re.escape(command)} ", help_of(), re.M):
        return [f"aet-db has no command {command}"]
    flags = [word.split("=")[0] for word in words[1:] if word.startswith("-")]
    text = help_of(command)
    return [
        f"aet-db {command} has no {flag}"
        for flag in flags
        if not re.search(rf"(?<![\w-]){re.escape(flag)}(?![\w-])", text)
    ]


def check_packages(words):
    known = (ROOT / "scripts" / "quickstart.sh").read_text()
    known += (ROOT / "scripts" / "packages.sh").read_text()
    return [f"{word} is not what the quickstart installs" for word in words if word not in known]


def check_options(words):
    known = (ROOT / "meson_options.txt").read_text()
    options = [match.group(1) for word in words if (match := re.match(r"-D(\w+)=", word))]
    return [f"no option {name}" for name in options if f"option('{name}'" not in known]


def check_words(words):
    if words[0] == "sudo":
        words = words[1:]
    program = words[0]
    if program == "aet-db":
        return check_aet_db(words[1:])
    if program.startswith("scripts/"):
        return [] if (ROOT / program).is_file() else [f"there is no {program}"]
    if words[:2] == ["apt-get", "install"]:
        return check_packages(words[2:])
    if program in PROGRAMS or program.startswith("build"):
        return check_options(words)
    return [f"{program}: not known to tests/docs/snippets.py"]


GAME = """aet-db dev --quiet -- sh -ec 'aet-db migrate --quiet >/dev/null
aet-db roles --apply --quiet >/dev/null
DATABASE_URL="$DATABASE_URL&user=aeturnis_app" exec "$@"' sh """


def as_the_game(text):
    """The same on a database that its keeper has migrated, with the game's rights;
    what migrates by itself is the keeper's."""
    return re.sub(r"^aet-db dev -- (?!.*\baet-db migrate\b)", lambda _: GAME, text, flags=re.M)


def check_sh(project, snippet):
    problems = project.run("sh", "-n", "-c", snippet.text)
    for line in snippet.lines:
        if words := shlex.split(line, comments=True):
            problems += check_words(words)
    match = re.fullmatch(r'run, prints "(.*)"', snippet.marker)
    for text in [snippet.text, as_the_game(snippet.text)] if match and not problems else []:
        status, said = tap.run(
            "sh", "-e", "-c", text, cwd=project.folder, env=project.environment
        )
        if status or said.splitlines()[-1:] != [match.group(1)]:
            problems.append(f"exit {status}, and it printed\n{said}\n of\n{text}")
    return problems


# ---- the others -----------------------------------------------------------


def check_json(project, snippet):
    try:
        json.loads(snippet.text)
    except ValueError as error:
        return [str(error)]
    return []


def check_sql(project, snippet):
    return [] if snippet.file else ["no comment above says which file of the project it is"]


def check_build(project, snippet):
    if snippet.marker == "project":
        head = "project('snippet', 'c', meson_version: '>=1.0')\n"
        (project.folder / "meson.build").write_text(head + snippet.text)
        return project.run("meson", "setup", "build") or project.run("meson", "test", "-C", "build")
    tested = iter((ROOT / TESTED_ELSEWHERE[snippet.language]).read_text().splitlines())
    return [
        f"{TESTED_ELSEWHERE[snippet.language]} does not have (here): {line}"
        for line in snippet.lines
        if line not in tested
    ]


CHECKS = {
    "c": check_c,
    "cmake": check_build,
    "json": check_json,
    "meson": check_build,
    "sh": check_sh,
    "sql": check_sql,
}


def check_document(report, path, folder):
    shown = snippets(path)
    project = Project(folder, shown)
    if (folder / "aet-db.json").exists():
        report.result(f"{path.name}: aet-db codegen takes its files", project.problems)
    for snippet in shown:
        check = CHECKS.get(snippet.language)
        problems = (
            check(project, snippet)
            if check
            else ["a block in no language that is checked; indent it if it is output"]
        )
        report.result(f"{snippet.place} ({snippet.language})", problems)


# ---- what else is promised ------------------------------------------------


def dead_links(path):
    for target in re.findall(r"\]\(([^)#\s]+)\)", path.read_text()):
        if "://" not in target and not (path.parent / target).exists():
            yield f"{path.relative_to(ROOT)}: {target} is not there"


def other_statuses():
    header = (ROOT / "include" / "aeturnis" / "error.h").read_text()
    declared = set(re.findall(r"^\t(AET_[A-Z]+)\s*=", header, re.M))
    listed = set(re.findall(r"^\| `(AET_[A-Z]+)` \|", (ROOT / "README.md").read_text(), re.M))
    return sorted(declared ^ listed)


def other_commands():
    told = set(re.findall(r"^  ([a-z]+)  ", help_of().split("\nFlags")[0], re.M))
    rows = re.findall(r"^\| (`aet-db .+?) \|", (ROOT / "README.md").read_text(), re.M)
    listed = set(re.findall(r"aet-db ([a-z]+)", "\n".join(rows)))
    return sorted(told ^ listed)


def main():
    report = tap.Report()
    documents = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    with tempfile.TemporaryDirectory() as scratch:
        for path in documents:
            folder = pathlib.Path(scratch) / path.stem
            folder.mkdir()
            check_document(report, path, folder)
    links = [*documents, ROOT / "CHANGELOG.md"]
    report.result("links lead somewhere", [dead for p in links for dead in dead_links(p)])
    report.result("README.md lists every status, and no other", other_statuses())
    report.result("README.md lists every command, and no other", other_commands())
    report.finish()


main()
