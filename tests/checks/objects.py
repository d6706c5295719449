# SPDX-License-Identifier: MIT
"""What the library's objects call: nothing that is forbidden, and only downwards.

objects.py TREE ARCHIVE
"""

import collections
import re
import sys

import layers
import tap

# A library does not end the process, talk on its streams, read a terminal, or
# change what belongs to the whole process. Some also keep static state, or read
# text as the program's locale has it (core/ascii.h).
FORBIDDEN = """
    abort exit _exit _Exit quick_exit __assert_fail __assert_perror_fail atexit
    printf vprintf puts putchar perror psignal __printf_chk __vprintf_chk
    stdout stderr stdin err errx verr verrx warn warnx vwarn vwarnx error syslog
    scanf __isoc99_scanf getchar gets getpass readline
    setenv unsetenv putenv clearenv setlocale chdir fchdir umask
    signal sigaction sigset sigignore bsd_signal sysv_signal alarm setitimer
    system popen tmpnam mktemp
    strtok localtime gmtime ctime asctime rand srand random srandom drand48
    strcasecmp strncasecmp strcasestr strcoll tolower toupper
    __ctype_b_loc __ctype_tolower_loc __ctype_toupper_loc
""".split()

# object, symbol: why it may. Short, or the rule is no rule.
ALLOWED = {
    ("ephemeral_supervisor.c", "_exit"): "in the child, after fork: exit would run the "
    "game's own atexit handlers",
    ("ephemeral_supervisor.c", "sigaction"): "in the child, after fork: its own signals",
    ("ephemeral_supervisor.c", "chdir"): "in the child, after fork: not to pin a mount",
    ("ephemeral_supervisor.c", "umask"): "in the child, after fork: the data directory's "
    "mode is not the game's to choose",
}


def symbols(archive):
    """object -> (what it defines, what it needs)."""
    found = collections.defaultdict(lambda: (set(), set()))
    status, said = tap.run("nm", "-A", archive)  # a thin one: members have paths
    if status != 0:
        sys.exit(said)
    for line in said.splitlines():
        match = re.match(r".*\.a:(?:.*/)?([^:/]+)\.o:[0-9a-f]* +(\w) (\S+)$", line)
        if match:
            name, kind, symbol = match.groups()
            found[name][kind == "U"].add(symbol.split("@")[0])
    return found


def layer_of(name):
    """meson calls the object of core/error.c core_error.c.o."""
    return "migrate" if name.startswith("meson-generated") else name.split("_")[0]


def forbidden_calls(found):
    for name, (_, needed) in sorted(found.items()):
        for symbol in sorted(needed & set(FORBIDDEN)):
            if (name, symbol) not in ALLOWED:
                yield f"{name}: calls {symbol}"


def upward_calls(found):
    home = {s: name for name, (defined, _) in found.items() for s in defined}
    for name, (_, needed) in sorted(found.items()):
        for symbol in sorted(needed & set(home)):
            here, there = layer_of(name), layer_of(home[symbol])
            if symbol.startswith("aet_") and not layers.may_use(here, there):
                yield f"{name}: calls {symbol} of lib/{there}"


def main():
    report = tap.Report()
    found = symbols(sys.argv[2])
    report.result("the archive's objects are read", [] if found else ["none found"])
    report.result("nothing forbidden is called", list(forbidden_calls(found)))
    report.result("calls go downwards", list(upward_calls(found)))
    report.finish()


main()
