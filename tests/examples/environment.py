# SPDX-License-Identifier: MIT
"""What programs that are tried get to see of the caller's environment."""

import os


def clean(*folders):
    """No word on whose database; programs are looked for in the folders first."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PG", "AETURNIS_")) and name != "DATABASE_URL"
    }
    kept["PATH"] = ":".join([*map(str, folders), kept["PATH"]])
    return kept
