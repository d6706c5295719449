# SPDX-License-Identifier: MIT
"""cppcheck and clang-tidy have nothing to say.

analysis.py TREE BUILD
"""

import concurrent.futures
import json
import os
import pathlib
import sys

import tap

FOLDERS = ("lib", "tools")


def cppcheck(root):
    suppressions = root / "tests" / "checks" / "cppcheck-suppressions.txt"
    return tap.run(
        "cppcheck",
        "--quiet",
        "--enable=warning,performance,portability",
        "--std=c11",
        "--library=posix,gnu",
        "--inline-suppr",
        f"--suppressions-list={suppressions}",
        "--error-exitcode=1",
        f"-j{os.cpu_count()}",
        "-D_GNU_SOURCE",
        f"-I{root}/include",
        f"-I{root}/lib",
        f"-I{root}/tools/aet-db",
        *[root / folder for folder in FOLDERS if (root / folder).is_dir()],
    )


def compiled(root, build):
    """The hand-written sources that the build compiles."""
    commands = json.loads((build / "compile_commands.json").read_text())
    paths = {(build / entry["file"]).resolve() for entry in commands}
    wanted = tuple(f"{root}/{folder}/" for folder in FOLDERS)
    return sorted(p for p in paths if str(p).startswith(wanted))


def clang_tidy(build, path):
    status, said = tap.run("clang-tidy", "--quiet", "-p", build, path)
    return said if status != 0 else ""


def main():
    root, build = tap.tree(), pathlib.Path(sys.argv[2])
    report = tap.Report()
    status, said = cppcheck(root)
    report.result("cppcheck", [said] if status else [])
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        said = pool.map(lambda path: clang_tidy(build, path), compiled(root, build))
    report.result("clang-tidy", [text for text in said if text])
    report.finish()


main()
