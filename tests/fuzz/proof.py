#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Random queries, of which no column that aet-db codegen calls NOT NULL may be NULL.

usage: proof.py AET_DB PSQL [--rounds N] [--queries N] [--seed N]

Starts a private PostgreSQL (aet-db dev), plants rows and NULLs, and in each round makes up
queries, drops those that PostgreSQL refuses, has a manifest written for the others and runs
them all. Exit status 1, with the query, the column and the round's seed, where one was wrong.
"""
import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile

SCHEMA = """
CREATE TABLE a (id int PRIMARY KEY, n int, t text NOT NULL, u text, b bool NOT NULL, c bool);
CREATE TABLE b (id int PRIMARY KEY, a_id int, m int NOT NULL, t text, g int GENERATED ALWAYS AS (m * 2) STORED,
    h int GENERATED ALWAYS AS (a_id + 1) STORED, CHECK (t IS NOT NULL OR m > 0));
CREATE TABLE e (x int, y text, z bool, CHECK (z IS NOT NULL));
CREATE TABLE w (id int PRIMARY KEY, n int, t text NOT NULL, u text DEFAULT 'd', k int NOT NULL DEFAULT 7);
CREATE TABLE watched (id int PRIMARY KEY, n int, t text NOT NULL, u text, k int NOT NULL);
CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.u := NULL;
    NEW.k := coalesce(NEW.k, 1);
    NEW.t := coalesce(NEW.t, 'x');
    RETURN CASE WHEN NEW.id % 3 <> 0 THEN NEW END;
END $$;
CREATE TRIGGER meddles BEFORE INSERT OR UPDATE ON watched FOR EACH ROW EXECUTE FUNCTION meddle();
CREATE VIEW va AS SELECT a.id, a.n, b.m, b.t, coalesce(b.h, a.n) AS k FROM a LEFT JOIN b ON b.a_id = a.id;
CREATE VIEW vb AS SELECT n AS id, count(*) AS m, max(u) AS t, bool_or(b) AS c FROM a GROUP BY n;
CREATE FUNCTION f_plus(i int, j int DEFAULT 1) RETURNS int LANGUAGE sql AS 'SELECT i + j';
CREATE FUNCTION f_found(i int) RETURNS int LANGUAGE sql AS 'SELECT n FROM a WHERE id = i';
CREATE FUNCTION f_id(i int) RETURNS int LANGUAGE sql AS 'SELECT id FROM a WHERE id = i LIMIT 1';
CREATE FUNCTION f_strict(i int) RETURNS int STRICT LANGUAGE sql AS 'SELECT coalesce(nullif(i, 2), 5)';
CREATE FUNCTION f_odd(i int) RETURNS int STRICT LANGUAGE sql AS 'SELECT nullif(i, 2)';
CREATE FUNCTION f_case(i int, s text) RETURNS text LANGUAGE sql RETURN CASE WHEN i > 1 THEN s ELSE 'low' END;
CREATE FUNCTION f_set(i int) RETURNS SETOF int LANGUAGE sql AS 'SELECT x + i FROM generate_series(1, 2) AS x';
CREATE FUNCTION f_opens(i int) RETURNS SETOF int LANGUAGE sql AS 'SELECT n FROM a WHERE id < i';
CREATE FUNCTION f_table(i int) RETURNS TABLE (k int, s text, o int) STRICT LANGUAGE sql AS 'SELECT id, u, i FROM a WHERE n IS NULL';
CREATE FUNCTION f_row(i int, OUT k int, OUT s text) LANGUAGE sql AS 'SELECT i, t FROM (VALUES (''x''), (NULL)) AS v (t)';
CREATE FUNCTION f_none(i int, OUT k int, OUT s text) LANGUAGE sql AS 'SELECT id, t FROM a WHERE id = i';
CREATE FUNCTION f_pl(i int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN nullif(i, 1); END';
CREATE FUNCTION f_through(i int) RETURNS int LANGUAGE sql AS 'SELECT coalesce(f_pl(i), f_plus(i))';
"""

PLANT = """
INSERT INTO a VALUES (1, 1, 'one', 'u', true, true), (2, NULL, 'two', NULL, false, NULL), (3, 3, 'three', 'v', true, NULL),
    (4, NULL, '', 'w', false, false);
INSERT INTO b VALUES (1, 1, 1, 'x'), (2, 2, 0, 'y'), (3, NULL, 3, NULL), (4, 9, 4, 'z');
INSERT INTO e VALUES (1, 'a', true), (NULL, NULL, false), (3, NULL, true), (NULL, 'one', false);
INSERT INTO w VALUES (1, 1, 'a', 'b', 1), (2, NULL, 'b', NULL, 2), (3, NULL, 'c', NULL, 3);
INSERT INTO watched VALUES (1, 1, 'a', 'b', 1), (2, NULL, 'b', NULL, 2);
"""

INT, TEXT, BOOL = "int", "text", "bool"
TABLES = {
    "a": [("id", INT), ("n", INT), ("t", TEXT), ("u", TEXT), ("b", BOOL), ("c", BOOL)],
    "b": [("id", INT), ("a_id", INT), ("m", INT), ("t", TEXT), ("g", INT), ("h", INT)],
    "e": [("x", INT), ("y", TEXT), ("z", BOOL)],
    "w": [("id", INT), ("n", INT), ("t", TEXT), ("u", TEXT), ("k", INT)],
    "va": [("id", INT), ("n", INT), ("m", INT), ("t", TEXT), ("k", INT)],
    "vb": [("id", INT), ("t", TEXT), ("c", BOOL)],
}
WRITTEN = ("w", "watched")
WRITTEN_COLUMNS = [("id", INT), ("n", INT), ("t", TEXT), ("u", TEXT), ("k", INT)]


class Maker:
    """Makes up one query; scope is a list of (expression, type)."""

    def __init__(self, rng):
        self.rng = rng
        self.names = 0
        self.ctes = []

    def name(self, letter="q"):
        self.names += 1
        return f"{letter}{self.names}"

    def pick(self, *choices):
        return self.rng.choice(choices)

    def chance(self, percent):
        return self.rng.randrange(100) < percent

    # ---- expressions

    def leaf(self, kind, scope):
        columns = [e for e, k in scope if k == kind]
        if columns and self.chance(80):
            return self.rng.choice(columns)
        if self.chance(15):
            return f"NULL::{kind}"
        return {INT: str(self.rng.randrange(5)), TEXT: self.pick("'one'", "''", "'x'"), BOOL: self.pick("true", "false")}[kind]

    def expr(self, kind, scope, depth=2):
        if depth <= 0 or self.chance(30):
            return self.leaf(kind, scope)
        e = lambda k: self.expr(k, scope, depth - 1)
        any_kind = self.pick(INT, TEXT, BOOL)
        common = [
            lambda: f"coalesce({e(kind)}, {e(kind)})",
            lambda: f"CASE WHEN {self.cond(scope, depth - 1)} THEN {e(kind)} ELSE {e(kind)} END",
            lambda: f"CASE WHEN {self.cond(scope, depth - 1)} THEN {e(kind)} WHEN {self.cond(scope, depth - 1)} THEN {e(kind)} ELSE {e(kind)} END",
            lambda: f"CASE WHEN {self.cond(scope, depth - 1)} THEN {e(kind)} END",
            lambda: f"CASE {e(INT)} WHEN {e(INT)} THEN {e(kind)} ELSE {e(kind)} END",
            lambda: f"nullif({e(kind)}, {e(kind)})",
            lambda: f"(SELECT {self.scalar(kind, scope, depth - 1)})",
            lambda: f"(ARRAY[{e(kind)}, {e(kind)}])[{e(INT)}]",
        ]
        own = {
            INT: [
                lambda: f"({e(INT)} {self.pick('+', '-', '*')} {e(INT)})",
                lambda: f"abs({e(INT)})",
                lambda: f"length({e(TEXT)})",
                lambda: f"{self.pick('greatest', 'least')}({e(INT)}, {e(INT)})",
                lambda: f"f_plus({e(INT)}, {e(INT)})",
                lambda: f"f_plus({e(INT)})",
                lambda: f"f_plus(j => {e(INT)}, i => {e(INT)})",
                lambda: f"{self.pick('f_found', 'f_id', 'f_strict', 'f_odd', 'f_pl', 'f_through')}({e(INT)})",
                lambda: f"cardinality(ARRAY[{e(INT)}])",
                lambda: f"array_length(ARRAY({self.select([INT], scope, depth - 2)}), 1)",
                lambda: f"num_nulls({e(any_kind)}, {e(any_kind)})",
                lambda: f"(f_row({e(INT)})).k",
            ],
            TEXT: [
                lambda: f"({e(TEXT)} || {e(TEXT)})",
                lambda: f"upper({e(TEXT)})",
                lambda: f"concat({e(TEXT)}, {e(INT)})",
                lambda: f"({e(INT)})::text",
                lambda: f"({e(BOOL)})::text",
                lambda: f"f_case({e(INT)}, {e(TEXT)})",
                lambda: f"substring({e(TEXT)}, 1, 2)",
                lambda: f"substring({e(TEXT)} FROM 'o')",
                lambda: f"format('%s', {e(TEXT)})",
                lambda: f"concat_ws({e(TEXT)}, {e(TEXT)})",
                lambda: f"(jsonb_build_object('k', {e(INT)}) ->> {e(TEXT)})",
                lambda: f"to_json({e(INT)})::text",
            ],
            BOOL: [lambda: self.cond(scope, depth)],
        }[kind]
        return self.rng.choice(common + own + own)()

    def cond(self, scope, depth=2):
        if depth <= 0:
            return self.pick(f"{self.leaf(INT, scope)} {self.pick('=', '<', '>')} {self.leaf(INT, scope)}",
                             f"{self.leaf(self.pick(INT, TEXT), scope)} IS {self.pick('', 'NOT ')}NULL", self.leaf(BOOL, scope))
        c = lambda: self.cond(scope, depth - 1)
        kind = self.pick(INT, TEXT, BOOL)
        e = lambda: self.expr(kind, scope, depth - 1)
        return self.rng.choice([
            lambda: f"({c()} AND {c()})",
            lambda: f"({c()} AND {c()})",
            lambda: f"({c()} OR {c()})",
            lambda: f"(NOT {c()})",
            lambda: f"({e()}) IS NULL",
            lambda: f"({e()}) IS NOT NULL",
            lambda: f"({e()}) IS NOT NULL",
            lambda: f"({c()}) IS {self.pick('', 'NOT ')}{self.pick('TRUE', 'FALSE', 'UNKNOWN')}",
            lambda: f"({e()}) {self.pick('=', '<>', '<', '>=')} ({e()})",
            lambda: f"({e()}) {self.pick('=', '<>', '<', '>=')} ({e()})",
            lambda: f"({e()}) IS {self.pick('', 'NOT ')}DISTINCT FROM ({e()})",
            lambda: f"({e()}) {self.pick('', 'NOT ')}IN ({e()}, {e()})",
            lambda: f"({e()}) {self.pick('', 'NOT ')}IN ({self.select([kind], scope, depth - 2)})",
            lambda: f"{self.pick('', 'NOT ')}EXISTS ({self.select([kind], scope, depth - 2)})",
            lambda: f"({e()}) = {self.pick('ANY', 'ALL')} (ARRAY[{e()}, {e()}])",
            lambda: f"({e()}) {self.pick('=', '>')} {self.pick('ANY', 'ALL')} ({self.select([kind], scope, depth - 2)})",
            lambda: f"({e()}, {self.leaf(INT, scope)}) {self.pick('=', '<', '<>')} ({e()}, {self.leaf(INT, scope)})",
            lambda: f"(({e()}, {self.leaf(INT, scope)}) IS {self.pick('', 'NOT ')}NULL)",
            lambda: f"({e()}) BETWEEN ({e()}) AND ({e()})",
        ])()

    def scalar(self, kind, scope, depth):
        return self.rng.choice([
            lambda: f"{self.expr(kind, scope, depth)}",
            lambda: f"{self.expr(kind, scope, depth)} LIMIT {self.pick('1', '0', 'NULL')}",
            lambda: f"{self.expr(kind, scope, depth)} WHERE {self.cond(scope, 1)}",
            lambda: self.select_tail([kind], scope, depth, " LIMIT 1"),
            lambda: self.aggregate_of(kind, scope, depth),
        ])()

    def aggregate(self, kind, scope, depth):
        e = lambda k: self.expr(k, scope, depth)
        cond = f" FILTER (WHERE {self.cond(scope, 1)})" if self.chance(20) else ""
        return {
            INT: lambda: self.pick(f"count(*){cond}::int", f"count({e(INT)}){cond}::int", f"sum({e(INT)}){cond}::int",
                                   f"max({e(INT)}){cond}", f"min({e(INT)}){cond}", f"cardinality(array_agg({e(INT)}){cond})",
                                   f"coalesce(max({e(INT)}){cond}, {self.rng.randrange(3)})"),
            TEXT: lambda: self.pick(f"max({e(TEXT)}){cond}", f"string_agg({e(TEXT)}, ','){cond}", f"jsonb_agg({e(INT)}){cond}::text"),
            BOOL: lambda: self.pick(f"bool_or({e(BOOL)}){cond}", f"every({e(BOOL)}){cond}", f"count(*){cond} > 1"),
        }[kind]()

    def aggregate_of(self, kind, scope, depth):
        source, inner = self.source(scope, 1)
        where = f" WHERE {self.cond(inner + scope, 1)}" if self.chance(40) else ""
        having = f" HAVING {self.aggregate(BOOL, inner, 1)}" if self.chance(15) else ""
        return f"{self.aggregate(kind, inner, 1)} FROM {source}{where}{having}"

    def window(self, kind, scope):
        e = lambda k: self.expr(k, scope, 1)
        order = f"ORDER BY {self.leaf(INT, scope)}"
        frame = self.pick("", "", f" ROWS BETWEEN {self.pick('UNBOUNDED', '1')} PRECEDING AND CURRENT ROW",
                          " ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING", " ROWS BETWEEN 1 FOLLOWING AND 2 FOLLOWING",
                          " RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING", " GROUPS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING EXCLUDE TIES",
                          " ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE CURRENT ROW",
                          " ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE GROUP")
        part = f"PARTITION BY {self.leaf(BOOL, scope)} " if self.chance(30) else ""
        over = f"OVER ({part}{order}{frame})"
        cond = f" FILTER (WHERE {self.cond(scope, 1)})" if self.chance(15) else ""
        values = [f"{self.pick('lag', 'lead')}({e(kind)}) {over}", f"{self.pick('lag', 'lead')}({e(kind)}, 1, {e(kind)}) {over}",
                  f"{self.pick('lag', 'lead')}({e(kind)}, {e(INT)}, {e(kind)}) {over}",
                  f"{self.pick('first_value', 'last_value')}({e(kind)}) {over}", f"nth_value({e(kind)}, 2) {over}"]
        if kind == INT:
            values += [f"(row_number() {over})::int", f"(rank() {over})::int", f"(ntile({e(INT)}) {over})::int",
                       f"(sum({e(INT)}){cond} {over})::int", f"(count({e(INT)}){cond} {over})::int", f"max({e(INT)}){cond} {over}"]
        if kind == TEXT:
            values += [f"max({e(TEXT)}){cond} {over}", f"string_agg({e(TEXT)}, ','){cond} {over}"]
        return self.rng.choice(values)

    # ---- tables

    def table(self, outer, depth):
        """SQL of one table, its alias, and its columns."""
        alias = self.name("r")
        kind = self.rng.randrange(100)
        if self.ctes and kind < 20:
            name, columns = self.rng.choice(self.ctes)
            return f"{name} AS {alias}", alias, columns
        if kind < 55 or depth <= 0:
            name = self.rng.choice(list(TABLES))
            return f"{name} AS {alias}", alias, TABLES[name]
        if kind < 75:
            types = [self.pick(INT, TEXT, BOOL) for _ in range(self.rng.randrange(1, 4))]
            columns = [(f"k{i}", t) for i, t in enumerate(types)]
            names = ", ".join(c for c, _ in columns)
            lateral = "LATERAL " if outer and self.chance(50) else ""
            inner = self.query(types, outer if lateral else [], depth - 1)
            return f"{lateral}({inner}) AS {alias} ({names})", alias, columns
        if kind < 82:
            rows = ", ".join(f"({self.expr(INT, [], 1)}, {self.expr(TEXT, [], 1)})" for _ in range(self.rng.randrange(1, 4)))
            return f"(VALUES {rows}) AS {alias} (k0, k1)", alias, [("k0", INT), ("k1", TEXT)]
        e = lambda k: self.expr(k, outer, 1)
        call, columns = self.rng.choice([
            lambda: (f"generate_series({e(INT)}, {e(INT)})", [("k0", INT)]),
            lambda: (f"unnest(ARRAY[{e(INT)}, {e(INT)}])", [("k0", INT)]),
            lambda: (f"f_set({e(INT)})", [("k0", INT)]),
            lambda: (f"f_opens({e(INT)})", [("k0", INT)]),
            lambda: (f"f_plus({e(INT)}, {e(INT)})", [("k0", INT)]),
            lambda: (f"f_id({e(INT)})", [("k0", INT)]),
            lambda: (f"coalesce({e(INT)}, {e(INT)})", [("k0", INT)]),
            lambda: (f"f_table({e(INT)})", [("k0", INT), ("k1", TEXT), ("k2", INT)]),
            lambda: (f"f_row({e(INT)})", [("k0", INT), ("k1", TEXT)]),
            lambda: (f"f_none({e(INT)})", [("k0", INT), ("k1", TEXT)]),
            lambda: (f"ROWS FROM (f_set({e(INT)}), unnest(ARRAY['a', NULL, 'b']))", [("k0", INT), ("k1", TEXT)]),
        ])()
        if self.chance(20):
            columns = columns + [("ord", "bigint")]
            return f"{call} WITH ORDINALITY AS {alias} ({', '.join(c for c, _ in columns)})", alias, columns
        return f"{call} AS {alias} ({', '.join(c for c, _ in columns)})", alias, columns

    def source(self, outer, depth):
        """FROM, and what it gives."""
        sql, alias, columns = self.table(outer, depth)
        scope = [(f"{alias}.{c}", t) for c, t in columns]
        for _ in range(self.rng.choice([0, 0, 1, 1, 2])):
            more, alias, columns = self.table(scope + outer, depth - 1)
            added = [(f"{alias}.{c}", t) for c, t in columns]
            if self.chance(15):
                sql = f"{sql} CROSS JOIN {more}"
            else:
                join = self.pick("JOIN", "LEFT JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN")
                if join == "FULL JOIN":
                    one = [e for e, t in scope if t == INT] or ["1"]
                    two = [e for e, t in added if t == INT] or ["2"]
                    on = f"{self.rng.choice(one)} = {self.rng.choice(two)}"
                else:
                    on = self.cond(scope + added, self.rng.randrange(2))
                if self.chance(20):
                    sql = f"{more} {join} {sql} ON {on}" if "LATERAL" not in more else f"{sql} {join} {more} ON {on}"
                else:
                    sql = f"{sql} {join} {more} ON {on}"
            scope = scope + added
        return sql, scope

    # ---- queries

    def select_tail(self, types, outer, depth, tail):
        return self.select(types, outer, depth)[len("SELECT "):] + tail

    def select(self, types, outer, depth):
        source, scope = self.source(outer, depth)
        where = f" WHERE {self.cond(scope + outer, self.rng.randrange(1, 3))}" if self.chance(70) else ""
        kind = self.rng.randrange(100)
        if kind < 20:
            return self.grouped(types, source, scope, where)
        columns = []
        for t in types:
            if kind < 32:
                columns.append(self.window(t, scope))
            elif t == INT and self.chance(4):
                columns.append(self.pick(f"f_set({self.leaf(INT, scope)})", f"unnest(ARRAY[1, {self.leaf(INT, scope)}])",
                                         f"f_opens({self.leaf(INT, scope)})"))
            else:
                columns.append(self.expr(t, scope + outer, 2))
        distinct = "DISTINCT " if self.chance(8) else ""
        return f"SELECT {distinct}{', '.join(columns)} FROM {source}{where}"

    def grouped(self, types, source, scope, where):
        keys = [e for e, _ in self.rng.sample(scope, min(len(scope), self.rng.randrange(0, 3)))]
        held = [(e, t) for e, t in scope if e in keys]
        columns = []
        for t in types:
            if held and self.chance(40):
                columns.append(self.expr(t, held, 1))
            else:
                columns.append(self.aggregate(t, scope, 1))
        group = ""
        if keys:
            group = f" GROUP BY {self.pick('', '', '', 'ROLLUP ', 'CUBE ')}({', '.join(keys)})"
        having = ""
        if self.chance(30):
            having = f" HAVING {self.pick(self.aggregate(BOOL, scope, 1), self.cond(held, 1), self.aggregate(INT, scope, 1) + ' > 0')}"
        return f"SELECT {', '.join(columns)} FROM {source}{where}{group}{having}"

    def query(self, types, outer, depth):
        if self.chance(15):
            op = self.pick("UNION", "UNION ALL", "INTERSECT", "EXCEPT", "EXCEPT ALL")
            return f"({self.select(types, outer, depth)}) {op} ({self.select(types, outer, depth)})"
        sql = self.select(types, outer, depth)
        if self.chance(10):
            sql += self.pick(" LIMIT 2", " OFFSET 1", " ORDER BY 1 LIMIT 3")
        return sql

    def with_list(self):
        parts = []
        for _ in range(self.rng.choice([0, 0, 0, 1, 2])):
            types = [self.pick(INT, TEXT, BOOL) for _ in range(2)]
            name = self.name("cte")
            columns = [(f"k{i}", t) for i, t in enumerate(types)]
            if self.chance(15):
                body = self.written([t for t in types])
            elif self.chance(25):
                kinds = [(f"{name}.k{i}", t) for i, t in enumerate(types)]
                again = ", ".join(self.expr(t, kinds, 1) for t in types)
                body = f"{self.select(types, [], 1)} UNION SELECT {again} FROM {name} WHERE {self.cond(kinds, 1)}"
            else:
                body = self.query(types, [], 1)
            mat = self.pick("", "", "MATERIALIZED ", "NOT MATERIALIZED ")
            parts.append(f"{name} ({', '.join(c for c, _ in columns)}) AS {mat}({body})")
            self.ctes.append((name, columns))
        return f"WITH RECURSIVE {', '.join(parts)} " if parts else ""

    def written(self, types):
        table = self.rng.choice(WRITTEN)
        own = [(f"{table}.{c}", t) for c, t in WRITTEN_COLUMNS]
        kind = self.rng.randrange(100)
        columns = [c for c in WRITTEN_COLUMNS if c[0] != "id" and self.chance(70)]
        seen = own
        if kind < 45:
            names = ", ".join(["id"] + [c for c, _ in columns])
            if self.chance(50):
                row = ", ".join([str(self.rng.randrange(1, 9))] + [self.pick("DEFAULT", self.expr(t, [], 1), self.expr(t, [], 1)) for _, t in columns])
                rows = f"VALUES ({row})"
            else:
                source, scope = self.source([], 1)
                values = ", ".join(["(row_number() OVER () + 4)::int"] + [self.expr(t, scope, 1) for _, t in columns])
                where = f" WHERE {self.cond(scope, 1)}" if self.chance(60) else ""
                rows = f"SELECT {values} FROM {source}{where}"
            conflict = ""
            if self.chance(40):
                held = own + [(f"excluded.{c}", t) for c, t in WRITTEN_COLUMNS]
                sets = ", ".join(f"{c} = {self.expr(t, held, 1)}" for c, t in WRITTEN_COLUMNS[1:] if self.chance(50)) or "n = excluded.n"
                where = f" WHERE {self.cond(held, 1)}" if self.chance(30) else ""
                conflict = self.pick(" ON CONFLICT DO NOTHING", f" ON CONFLICT (id) DO UPDATE SET {sets}{where}")
            sql = f"INSERT INTO {table} ({names}) {rows}{conflict}"
        elif kind < 80:
            source, scope = "", []
            if self.chance(60):
                source, scope = self.source([], 1)
                source = f" FROM {source}"
            sets = ", ".join(f"{c} = {self.expr(t, own + scope, 1)}" for c, t in columns) or "n = 1"
            where = f" WHERE {self.cond(own + scope, 1)}" if self.chance(70) else ""
            sql = f"UPDATE {table} SET {sets}{source}{where}"
            seen = own + scope
        else:
            source, scope = self.source([], 1)
            where = f" WHERE {self.cond(own + scope, 1)}" if self.chance(70) else ""
            sql = f"DELETE FROM {table} USING {source}{where}"
            seen = own + scope
        return f"{sql} RETURNING {', '.join(self.expr(t, seen, 1) for t in types)}"

    def statement(self):
        types = [self.pick(INT, TEXT, BOOL) for _ in range(self.rng.randrange(2, 6))]
        head = self.with_list()
        if self.chance(20):
            return head + self.written(types)
        return head + self.query(types, [], 2)


def psql(options, script, database):
    run = subprocess.run([options.psql, "-qXAt", "-F", "\x1f", "-P", "null=<null>", "-d", options.url.replace("/aeturnis?", f"/{database}?")],
                         input=script, capture_output=True, text=True, errors="replace")
    return run.stdout


def parts_of(output):
    """What psql said after each \\echo of a mark."""
    parts, at = {}, None
    for line in output.split("\n"):
        if line.startswith("\x02"):
            at = int(line[1:])
            parts[at] = []
        elif at is not None and line:
            parts[at].append(line)
    return parts


def accepted(options, queries):
    script = "SET client_min_messages = error;\n"
    for i, sql in enumerate(queries):
        script += f"\\echo \x02{i}\nPREPARE q AS {sql};\nSELECT 'prepared' FROM pg_prepared_statements WHERE name = 'q';\nDEALLOCATE ALL;\n"
    parts = parts_of(psql(options, script, "proof"))
    return [sql for i, sql in enumerate(queries) if parts.get(i) == ["prepared"]]


def manifest_of(options, folder, queries):
    with open(os.path.join(folder, "q.sql"), "w") as file:
        for i, sql in enumerate(queries):
            file.write(f"-- name: q_{i} :many\n{sql};\n")
    command = [options.aet_db, "codegen", "--url", options.url, "--schema", "schema.sql", "--queries", "q.sql", "--prefix", "p",
               "--out-include", "out", "--out-source", "out", "--manifest", "m.json"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(f"codegen refused what PostgreSQL prepares:\n{run.stderr}")
    with open(os.path.join(folder, "m.json")) as file:
        return {q["name"]: q for q in json.load(file)["queries"]}


def wrong(options, queries, manifest, tally):
    script = "SET statement_timeout = '300ms';\nSET jit = off;\n"
    for i, sql in enumerate(queries):
        script += f"\\echo \x02{i}\nBEGIN;\n{sql};\nROLLBACK;\n"
    parts = parts_of(psql(options, script, "proof"))
    found = []
    for i, sql in enumerate(queries):
        columns = manifest[f"q_{i}"]["columns"]
        rows = [line.split("\x1f") for line in parts.get(i, [])]
        tally["columns"] += len(columns)
        for j, column in enumerate(columns):
            null = any(len(row) == len(columns) and row[j] == "<null>" for row in rows)
            tally["proven"] += not column["nullable"]
            tally["seen"] += null
            tally["rows"] += bool(rows)
            if null and not column["nullable"]:
                found.append((sql, j + 1))
    return found


def rounds(options, folder):
    bad, tally = 0, {"columns": 0, "proven": 0, "seen": 0, "queries": 0, "rows": 0}
    for number in range(options.rounds):
        seed = options.seed + number
        made = [Maker(random.Random(f"{seed}-{i}")).statement() for i in range(options.queries)]
        queries = accepted(options, made)
        tally["queries"] += len(queries)
        for sql, column in wrong(options, queries, manifest_of(options, folder, queries), tally):
            print(f"seed {seed}: column {column} is called NOT NULL, and is NULL:\n{sql};\n", flush=True)
            bad += 1
    print(f"{tally['queries']} queries of {options.rounds * options.queries}, {tally['columns']} columns ({tally['rows']} with rows): "
          f"{tally['proven']} called NOT NULL, {tally['seen']} seen NULL; {bad} wrong")
    return bad


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("aet_db")
    parser.add_argument("psql")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.aet_db = os.path.abspath(options.aet_db)
    server = subprocess.Popen([options.aet_db, "dev"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        options.url = server.stdout.readline().strip()
        psql(options, "CREATE DATABASE proof;", "postgres")
        psql(options, SCHEMA + PLANT, "proof")
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "schema.sql"), "w") as file:
                file.write(SCHEMA)
            bad = rounds(options, folder)
    finally:
        server.send_signal(signal.SIGINT)
        server.wait()
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
