/* SPDX-License-Identifier: MIT */
/*
 * What the readers of the different kinds of objects share: one for each kind,
 * each with one query, whose rows come in the order in which they are stored.
 */
#ifndef AET_CATALOG_READER_H
#define AET_CATALOG_READER_H

#include <stddef.h>
#include <stdint.h>

#include "catalog/arena.h"
#include "catalog/catalog.h"
#include "pg/result.h"

typedef struct aet__reader {
	aet__connection *connection;
	aet__deadline deadline;
	aet__arena *arena;
	aet__catalog *catalog;
	aet__table *tables;  /* the catalogue's; until they are sorted, by oid */
	const char *schemas; /* the oids of those in the scope: "{2200,16384}" */
	aet_error *err;
} aet__reader;

/* One for each kind. The second and the following need the tables. */
aet_status aet__read_tables(aet__reader *reader);
aet_status aet__read_columns(aet__reader *reader);
aet_status aet__read_constraints(aet__reader *reader);
aet_status aet__read_indexes(aet__reader *reader);
aet_status aet__read_enums(aet__reader *reader);
aet_status aet__read_domains(aet__reader *reader);
aet_status aet__read_sequences(aet__reader *reader);
aet_status aet__read_objects(aet__reader *reader);

/* ---- SQL that occurs in several queries ------------------------------- */

/* The name of the schema whose pg_namespace row is n. */
#define AET__SCHEMA_NAME(n)                                                         \
	"CASE WHEN " n ".oid OPERATOR(pg_catalog.=) pg_catalog.pg_my_temp_schema()" \
	" THEN '" AET__TEMPORARY_SCHEMA "' ELSE " n ".nspname END"

#define AET__IN_SCOPE(column) column " = ANY ($1::pg_catalog.oid[])"

/* The comment on oid, a row of the catalogue class, or on its column number.
 * obj_description takes five times as long. */
#define AET__COMMENT(oid, class) AET__COLUMN_COMMENT(oid, class, "0")
#define AET__COLUMN_COMMENT(oid, class, number)                                 \
	"(SELECT said.description FROM pg_catalog.pg_description AS said"       \
	" WHERE said.objoid = " oid                                             \
	" AND said.classoid = 'pg_catalog." class "'::pg_catalog.regclass AND " \
						  "said.objsubid = " number ")"

#define AET__NOT_IN_EXTENSION(oid, class)                                       \
	"NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS member"                \
	" WHERE member.classid = 'pg_catalog." class "'::pg_catalog.regclass"   \
						     " AND member.objid = " oid \
						     " AND member.deptype = 'e')"

/* The qualified name of the collation whose pg_collation row is given. */
#define AET__COLLATION_NAME(row)                                 \
	"(SELECT pg_catalog.quote_ident(home.nspname) || '.' ||" \
	" pg_catalog.quote_ident(" row ".collname)"              \
	" FROM pg_catalog.pg_namespace AS home WHERE home.oid = " row ".collnamespace)"

/* Of a pg_index row. Where the catalogue has no such column (PostgreSQL 14),
 * the name means the false one around it. */
#define AET__NULLS_NOT_DISTINCT(row)                                          \
	"(SELECT (SELECT indnullsnotdistinct FROM pg_catalog.pg_index AS own" \
	" WHERE own.indexrelid = " row ".indexrelid)"                         \
	" FROM (VALUES (false)) AS older (indnullsnotdistinct))"

/* For WITH RECURSIVE: each domain with what is under it, all the way down. */
#define AET__DOMAIN_BASES                                                       \
	"domain_step (domain, base, modifier, not_null) AS ("                   \
	" SELECT oid, typbasetype, typtypmod, typnotnull"                       \
	" FROM pg_catalog.pg_type WHERE typtype = 'd'"                          \
	" UNION ALL"                                                            \
	" SELECT s.domain, t.typbasetype,"                                      \
	" CASE WHEN s.modifier < 0 THEN t.typtypmod ELSE s.modifier END,"       \
	" s.not_null OR t.typnotnull"                                           \
	" FROM domain_step AS s JOIN pg_catalog.pg_type AS t ON t.oid = s.base" \
	" WHERE t.typtype = 'd'),"                                              \
	" domain_base AS (SELECT s.* FROM domain_step AS s"                     \
	" JOIN pg_catalog.pg_type AS t ON t.oid = s.base WHERE t.typtype <> 'd')"

/* ---- reading rows ----------------------------------------------------- */

/* Runs sql, whose only parameter, $1, is reader->schemas. */
aet_status aet__reader_query(aet__reader *reader, const char *sql, aet__result **out);

/* Frees result; AET_ENOMEM if the arena ran out on the way. */
aet_status aet__reader_done(aet__reader *reader, aet__result *result);

/* A copy in the arena; NULL for SQL NULL. */
const char *aet__reader_text(
    const aet__reader *reader, const aet__result *result, size_t row, size_t column);

uint32_t aet__reader_oid(const aet__result *result, size_t row, size_t column);

/* A value of type "char"; '\0' for NULL and for the empty one. */
char aet__reader_char(const aet__result *result, size_t row, size_t column);

/* The first row after row with another value in column, or the row count. */
size_t aet__reader_next(const aet__result *result, size_t row, size_t column);

/*
 * The column's values of rows from first to before end, in the arena, leaving
 * out NULLs; *count tells how many they are.
 */
const char *const *aet__reader_texts(const aet__reader *reader, const aet__result *result,
    size_t first, size_t end, size_t column, size_t *count);

/*
 * The table with that oid, looked for from *place on, which moves along: for
 * rows in the order of their tables' oids. NULL if it was not read, because it
 * came into being after the tables were.
 */
aet__table *aet__reader_table(const aet__reader *reader, uint32_t oid, size_t *place);

#endif
