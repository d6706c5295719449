/* SPDX-License-Identifier: MIT */
/*
 * The model of a PostgreSQL schema: what pg_catalog says of it, as plain
 * structs that own nothing. Code generation, comparison and adoption stand on
 * it. Everything in a catalogue lives until aet__catalog_free; strings are
 * UTF-8 as the server sent them, never NULL unless it says so. Names inside
 * expressions are qualified, since they are printed under an empty
 * search_path. A kind of object that is read later gets a struct here and a
 * read_<kind>.c of its own.
 */
#ifndef AET_CATALOG_CATALOG_H
#define AET_CATALOG_CATALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <aeturnis/error.h>

#include "core/deadline.h"
#include "pg/connection.h"

/* What a session calls its own schema of temporary objects: pg_temp_3 and its
 * like are given under this name, so that sessions can be compared. */
#define AET__TEMPORARY_SCHEMA "pg_temp"

typedef struct aet__schema {
	uint32_t oid;
	const char *name;
	const char *comment; /* NULL: none */
} aet__schema;

/* A column of a table, view or materialised view, in the order of attnum. */
typedef struct aet__table_column {
	int16_t number; /* attnum, from 1; dropped columns leave gaps */
	const char *name;
	uint32_t type;          /* pg_type.oid */
	const char *type_text;  /* format_type, modified: "character varying(50)" */
	const char *type_plain; /* format_type without it, as a cast wants it */
	const char *type_schema;
	const char *type_name; /* pg_type.typname: "varchar", "_text" */
	char type_kind;        /* pg_type.typtype: b, c, d, e, m, p, r */
	int32_t type_modifier; /* -1: none */
	uint32_t base_type;    /* what is under a domain, all the way down; else type */
	int32_t base_type_modifier; /* the domain's, where the column has none */
	uint32_t element_type;      /* of base_type, if that is an array; else 0 */
	uint32_t element_base_type; /* what is under element_type; else 0 */
	bool not_null;
	bool domain_not_null;     /* its domain, or one below that, refuses NULL */
	bool has_default;         /* also a domain's; not identity, not generated */
	const char *default_text; /* the column's own expression; NULL: none.
	                               That of a generated column is its formula */
	char identity;            /* '\0', 'a' always, 'd' by default */
	char generated;           /* '\0', 's' stored */
	const char *collation;    /* qualified; NULL: the type's own, or none */
	const char *comment;      /* NULL: none */
} aet__table_column;

typedef enum aet__constraint_kind {
	AET__CONSTRAINT_CHECK = 'c',
	AET__CONSTRAINT_EXCLUSION = 'x',
	AET__CONSTRAINT_FOREIGN_KEY = 'f',
	AET__CONSTRAINT_PRIMARY_KEY = 'p',
	AET__CONSTRAINT_TRIGGER = 't',
	AET__CONSTRAINT_UNIQUE = 'u'
} aet__constraint_kind;

typedef struct aet__constraint {
	uint32_t oid;
	const char *name;
	aet__constraint_kind kind;
	const char *const *columns; /* names, in the order of the key */
	size_t column_count;
	const char *referenced_schema;         /* NULL unless a foreign key */
	const char *referenced_table;          /* NULL unless a foreign key */
	const char *const *referenced_columns; /* column_count of them, or NULL */
	char on_update; /* 'a' no action, 'r' restrict, 'c' cascade, 'n' set null,
	                   'd' set default; '\0' unless a foreign key */
	char on_delete; /* the same */
	char match;     /* 'f' full, 'p' partial, 's' simple; '\0' likewise */
	bool deferrable;
	bool initially_deferred;
	bool validated;
	bool no_inherit;
	bool nulls_not_distinct;
	uint32_t index; /* that enforces it, a foreign key's on the other table; or 0 */
	const char *definition; /* pg_get_constraintdef: "UNIQUE (email)" */
	const char *comment;    /* NULL: none */
} aet__constraint;

/* One column of an index, or one expression. */
typedef struct aet__index_key {
	const char *column;    /* NULL: an expression */
	const char *text;      /* the column's name as SQL writes it, or the expression */
	const char *opclass;   /* qualified; NULL: the type's default */
	const char *collation; /* qualified; NULL: that of the column, or none */
	bool descending;
	bool nulls_first;
	bool included; /* INCLUDE: carried, not a key */
} aet__index_key;

typedef struct aet__index {
	uint32_t oid;
	const char *name;
	const char *method; /* "btree" */
	const aet__index_key *keys;
	size_t key_count; /* those included come last */
	bool unique;
	bool primary;
	bool valid;
	bool nulls_not_distinct;
	const char *predicate;  /* of a partial index; NULL: none */
	const char *constraint; /* the name of the one it enforces; NULL: none */
	const char *definition; /* pg_get_indexdef */
	const char *comment;    /* NULL: none */
} aet__index;

typedef enum aet__table_kind {
	AET__TABLE_ORDINARY = 'r',
	AET__TABLE_PARTITIONED = 'p',
	AET__TABLE_VIEW = 'v',
	AET__TABLE_MATERIALIZED_VIEW = 'm'
} aet__table_kind;

typedef struct aet__table {
	uint32_t oid;
	const char *schema;
	const char *name;
	aet__table_kind kind;
	char persistence;        /* 'p' permanent, 'u' unlogged, 't' temporary */
	bool row_security;       /* ENABLE ROW LEVEL SECURITY */
	bool force_row_security; /* FORCE: the owner is not exempt */
	const char *comment;     /* NULL: none */
	const char *definition;  /* a view's query; NULL otherwise */
	const aet__table_column *columns;
	size_t column_count;
	const aet__constraint *constraints; /* in the order of their names */
	size_t constraint_count;
	const aet__index *indexes; /* in the order of their names */
	size_t index_count;
} aet__table;

typedef struct aet__enum_type {
	uint32_t oid;
	uint32_t array_oid; /* its array type */
	const char *schema;
	const char *name;
	const char *comment; /* NULL: none */
	const char *const *labels;
	size_t label_count;
} aet__enum_type;

typedef struct aet__domain_check {
	const char *name;
	const char *definition; /* "CHECK ((VALUE > 0))" */
	bool validated;
} aet__domain_check;

typedef struct aet__domain {
	uint32_t oid;
	uint32_t array_oid;
	const char *schema;
	const char *name;
	const char *comment;   /* NULL: none */
	uint32_t base_type;    /* all the way down */
	const char *type_text; /* what it is directly over: format_type */
	bool not_null;
	const char *default_text; /* NULL: none */
	const char *collation;    /* qualified; NULL: the type's own, or none */
	const aet__domain_check *checks;
	size_t check_count;
} aet__domain;

typedef struct aet__sequence {
	uint32_t oid;
	const char *schema;
	const char *name;
	const char *comment;   /* NULL: none */
	const char *type_text; /* "bigint" */
	int64_t start;
	int64_t increment;
	int64_t minimum;
	int64_t maximum;
	int64_t cache;
	bool cycles;
	const char *owner_schema; /* OWNED BY, or the identity column; NULL: none */
	const char *owner_table;
	const char *owner_column;
	bool identity; /* made by GENERATED ... AS IDENTITY */
} aet__sequence;

/* Something that is known by name and definition only, so far. */
typedef struct aet__object {
	const char *kind;       /* "function", "trigger", "policy", "extension", ... */
	const char *schema;     /* NULL: lies in none */
	const char *table;      /* whose trigger, policy or rule it is; NULL: no one's */
	const char *name;       /* of a function, with its arguments' types */
	const char *definition; /* NULL: not read */
} aet__object;

typedef struct aet__catalog {
	void *memory; /* the catalogue's own; NULL: the arrays are somebody else's */
	int server_version;
	const aet__schema *schemas;
	size_t schema_count;
	const aet__table *tables; /* tables and views, by schema and name */
	size_t table_count;
	const aet__enum_type *enums; /* by schema and name, as all below */
	size_t enum_count;
	const aet__domain *domains;
	size_t domain_count;
	const aet__sequence *sequences;
	size_t sequence_count;
	const aet__object *objects; /* by kind first */
	size_t object_count;
} aet__catalog;

/*
 * Which schemas are read. {0} is all but the system's (pg_catalog,
 * information_schema, pg_toast, temporary ones) and the library's, "aeturnis". Of
 * that one the journal's tables are never read: the migrator keeps them.
 */
typedef struct aet__catalog_scope {
	const char *const *schemas; /* NULL: all; one that does not exist is left out */
	size_t schema_count;
	bool temporary; /* the session's own temporary schema, and no other */
	bool library;   /* of all: "aeturnis", too */
} aet__catalog_scope;

/*
 * Reads a catalogue: one query for each kind of object. Outside a transaction
 * it opens a read-only one with one snapshot; inside one, whose isolation then
 * counts, it sets a savepoint and goes back to it, so that nothing is left
 * changed. What belongs to an extension is left out.
 *
 *   scope  NULL: {0}
 *   out    owned: aet__catalog_free(). Untouched on failure
 */
aet_status aet__catalog_read(aet__connection *connection, const aet__catalog_scope *scope,
    aet__deadline deadline, aet__catalog **out, aet_error *err);

/* NULL is nothing. */
void aet__catalog_free(aet__catalog *catalog);

/* ---- finding things: NULL where there is none, borrowed otherwise -------- */

const aet__table *aet__catalog_table(
    const aet__catalog *catalog, const char *schema, const char *name);
const aet__table *aet__catalog_table_by_oid(const aet__catalog *catalog, uint32_t oid);

/* By the oid of the type, or of its array type. */
const aet__enum_type *aet__catalog_enum(const aet__catalog *catalog, uint32_t type);
const aet__domain *aet__catalog_domain(const aet__catalog *catalog, uint32_t type);

const aet__table_column *aet__table_column_named(
    const aet__table *table, const char *name);
const aet__table_column *aet__table_column_numbered(
    const aet__table *table, int16_t number);
const aet__constraint *aet__table_primary_key(const aet__table *table);
const aet__constraint *aet__table_constraint_named(
    const aet__table *table, const char *name);
const aet__index *aet__table_index_named(const aet__table *table, const char *name);

#endif
