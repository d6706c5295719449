#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How long aet-db codegen takes for 500 tables and 2,000 queries.

usage: codegen.py AET_DB [TABLES]
"""

import pathlib
import resource
import subprocess
import sys
import tempfile
import time

TABLE = """CREATE TABLE t{n} (
    id bigserial PRIMARY KEY, name text NOT NULL UNIQUE, note text, parent_id bigint REFERENCES t{before},
    amount numeric(10,2) DEFAULT 0 NOT NULL, tags text[] DEFAULT '{{}}' NOT NULL, data jsonb,
    made timestamptz DEFAULT now() NOT NULL, day date, key uuid);
CREATE INDEX ON t{n} (parent_id);
"""

QUERIES = """-- name: Get{n} :one
SELECT * FROM t{n} WHERE id = $1;

-- name: List{n} :many
SELECT t.id, t.name, p.note, count(*) OVER () AS found, coalesce(p.name, '') AS parent
FROM t{n} AS t LEFT JOIN t{before} AS p ON p.id = t.parent_id
WHERE t.name LIKE @name AND (sqlc.narg(day)::date IS NULL OR t.day = sqlc.narg(day)) LIMIT sqlc.arg(most)::int;

-- name: Create{n} :one
INSERT INTO t{n} (name, note, parent_id, amount, tags) VALUES ($1, $2, $3, $4, $5) RETURNING *;

-- name: Update{n} :execrows
UPDATE t{n} SET note = @note, amount = amount + @by WHERE id = ANY(@ids::bigint[]);

"""


def main():
    program, count = pathlib.Path(sys.argv[1]).resolve(), int(sys.argv[2]) if len(sys.argv) > 2 else 500
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        numbers = [{"n": n, "before": max(n - 1, 0)} for n in range(count)]
        (folder / "schema.sql").write_text("".join(TABLE.format(**n) for n in numbers))
        (folder / "queries.sql").write_text("".join(QUERIES.format(**n) for n in numbers))
        began = time.monotonic()
        subprocess.run(
            [program, "codegen", "--schema", "schema.sql", "--queries", "queries.sql", "--prefix", "big", "--tables"]
            + ["--out-include", "include", "--out-source", "source", "--manifest", "m.json", "--test", "test.c"],
            cwd=folder, check=True, stdout=subprocess.DEVNULL,
        )
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        print(
            f"{count} tables, {4 * count} queries: {time.monotonic() - began:.1f} s,"
            f" of which {used.ru_utime + used.ru_stime:.1f} s of aet-db's own processor time"
        )


if __name__ == "__main__":
    main()
