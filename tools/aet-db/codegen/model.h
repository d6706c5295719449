/* SPDX-License-Identifier: MIT */
/*
 * What a package is made of, between PostgreSQL's catalogues and C: enums,
 * wrapped ids, nouns (tables) with their fields, keys and relations, and named
 * queries. It knows C's names and types but no layout; it knows no table of
 * anybody's in particular. plan.h turns it into files.
 */
#ifndef AET_DB_CODEGEN_MODEL_H
#define AET_DB_CODEGEN_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include "catalog/catalog.h"
#include "config.h"
#include "load.h"
#include "memory.h"
#include "names.h"
#include "pg_types.h"
#include "report.h"
#include "types.h"

typedef struct codegen_enum_value {
	const char *text; /* as the database has it */
	const char *c;    /* "AET_USER_STATUS_ACTIVE" */
} codegen_enum_value;

typedef struct codegen_enum {
	const char *name;             /* "user_status" */
	const char *c;                /* "aet_user_status" */
	const char *invalid;          /* "AET_USER_STATUS_INVALID" */
	const char *comment;          /* "" if none */
	const aet__enum_type *native; /* NULL: text, named by the configuration */
	codegen_enum_value *values;
	size_t value_count;
	bool open;
	bool arrays; /* some column is an array of it */
	codegen_type type;
	codegen_type array_type;
} codegen_enum;

typedef struct codegen_noun codegen_noun;

/* The key of a noun whose primary key is one uuid, or what the configuration says, in
 * a type of its own. */
typedef struct codegen_id {
	const char *name;    /* "user_id" */
	const char *c;       /* "aet_user_id" */
	const char *inner_c; /* "aet_uuid" */
	const codegen_noun *noun;
	codegen_type type;
} codegen_id;

/* A type of the caller's own, which the configuration names. */
typedef struct codegen_custom {
	const char *stem; /* "cents" */
	const char *c;    /* "game_cents" */
	const char *include;
	const char *opt;
	const char *field;
	const char *set;
} codegen_custom;

/* What the configuration says of a column, or else of a type. */
typedef struct codegen_overridden {
	const codegen_override *says;
	uint32_t relation; /* 0: of a type */
	int number;
	uint32_t type;          /* that, or the column's, what is under a domain */
	const codegen_type *as; /* NULL: as it is without */
} codegen_overridden;

typedef struct codegen_field {
	const codegen_noun *noun;
	const aet__table_column *column;
	const char *name;      /* the struct's member */
	const char *text_name; /* of an enum: the member with the stored text */
	const char *parameter; /* as a function's parameter */
	const codegen_type *type;
	const char *touch; /* SQL for an update that leaves it alone; NULL: none */
	bool nullable;
	bool secret;     /* in no row */
	bool primary;    /* part of the primary key */
	bool insertable; /* not GENERATED ALWAYS */
	bool required;   /* an insert must give it */
	bool updatable;
} codegen_field;

typedef struct codegen_key {
	const char *constraint; /* or index */
	codegen_field **fields;
	size_t count;
	bool primary;
	const char *find; /* "find", "find_by_email" */
} codegen_key;

/* A foreign key, seen from either side. */
typedef struct codegen_relation {
	const char *constraint;
	const char *name;    /* of the parent, from the child: "user", "actor" */
	const char *reverse; /* of the children, from the parent: "sessions" */
	codegen_noun *child;
	codegen_noun *parent;
	codegen_field **fields; /* the child's, in the order of key->fields */
	const codegen_key *key; /* the parent's */
} codegen_relation;

struct codegen_noun {
	const aet__table *table;
	const codegen_table_config *config; /* NULL: not listed */
	const char *name;                   /* "session" */
	const char *plural;                 /* "sessions" */
	const char *c;                      /* "aet_session" */
	const char *variable;               /* "session", as a parameter */
	const char *sql_name;               /* "public.user_sessions" */
	const char *file;                   /* "session": its header's and source's */
	bool external; /* the library's: nothing is generated for it */
	codegen_field *fields;
	size_t field_count;
	codegen_key *keys; /* the primary key first, if there is one */
	size_t key_count;
	const codegen_id *id;  /* of its own; NULL: none */
	codegen_field **order; /* what pages are ordered by; NULL: no pages */
	size_t order_count;
	bool descending;
	codegen_relation **parents;
	size_t parent_count;
	codegen_relation **children;
	size_t child_count;
};

/* ---- named queries ------------------------------------------------------ */

typedef enum codegen_query_kind {
	CODEGEN_ONE,
	CODEGEN_OPT,
	CODEGEN_MANY,
	CODEGEN_EXEC,
	CODEGEN_EXECROWS,
	CODEGEN_EXECRESULT,
	CODEGEN_COPYFROM,
	CODEGEN_BATCHEXEC,
	CODEGEN_BATCHONE,
	CODEGEN_BATCHMANY,
	CODEGEN_EACH
} codegen_query_kind;

typedef struct codegen_query_parameter {
	const char *sql_name; /* "" where only a number is known */
	const char *name;
	bool nullable; /* sqlc.narg, or what it feeds may be NULL */
	bool optional; /* only in optional clauses, which go with it */
	bool outside;  /* used outside of them */
	bool cast;     /* the text casts it: a value is expected, */
	bool plain;    /* but not everywhere */
	const codegen_type *type;
	const char *type_text; /* format_type */
} codegen_query_parameter;

typedef struct codegen_query_column {
	const char *sql_name;
	const char *member; /* the same without the mark of an override */
	const char *name;
	const char *text_name; /* of an enum */
	const codegen_type *type;
	const codegen_field *field; /* the table's column behind it; NULL: none */
	const char *comment;        /* that column's; "" if none */
	const char *type_text;      /* format_type, with its modifier */
	uint32_t type_oid;          /* what is under a domain */
	bool nullable;
} codegen_query_column;

/* A place in the SQL that is sent, and the place in the file it came from. */
typedef struct codegen_mark {
	size_t sql;
	size_t file;
} codegen_mark;

/* A part of a query's text that is not always there: what is between two places
 * of the text with every part in it. */
typedef struct codegen_piece {
	size_t start;
	size_t end;
	size_t at;        /* in the file */
	uint64_t params;  /* bit n: parameter n is used, from 0 */
	uint64_t needs;   /* the optional ones among them */
	uint32_t choice;  /* of sqlc.sort, from 1; 0: none */
	bool is_optional; /* stands in [[ ]] */
} codegen_piece;

/* sqlc.sort(name, key: ..., key: ...) */
typedef struct codegen_sort {
	const char *sql_name;
	const char *name; /* as an argument */
	const char *c;    /* its enum */
	size_t at;
	const char **keys;
	const char **constants; /* one for each key */
	size_t count;
} codegen_sort;

/* Optional clauses refer to the first parameters only, as many as bits. */
#define CODEGEN_OPTIONAL_PARAMETERS 64

/* How many texts a query may have: each is prepared when it is generated. */
#define CODEGEN_MOST_TEXTS 128

typedef struct codegen_query {
	const codegen_source *source;
	size_t at; /* the offset of its name in the source */
	const char *name;
	const char *title; /* as the annotation has it */
	const char *stem;  /* of what is static for it: read_STEM, STEM_columns */
	const char *row_c; /* its own row's struct */
	const char *params_c;
	const char *each_c; /* what takes each row */
	codegen_query_kind kind;
	const char *comment; /* the lines above it; "" if none */
	const char *sql;     /* as it is sent: parameters are $1, $2, ... */
	codegen_mark *marks;
	size_t mark_count;
	codegen_piece *pieces; /* of whole, in order; none where sql is the one text */
	size_t piece_count;
	const char *whole; /* every piece's text */
	codegen_mark *whole_marks;
	size_t whole_mark_count;
	codegen_sort *sort; /* NULL: none */
	const char **texts; /* other texts than sql, of queries with pieces */
	size_t text_count;
	bool writes;
	bool repeatable; /* it only reads, and gives the same when asked again */
	bool outer_join; /* or anything else that makes NULLs of NOT NULL columns */
	codegen_query_parameter *parameters;
	size_t parameter_count;
	codegen_query_column *columns;
	size_t column_count;
	const char *copy;          /* the table that it is a COPY into; NULL: none */
	const char **copy_columns; /* one for each parameter */
	const codegen_noun *row;   /* whose row struct its columns are; NULL: its own */
	const codegen_noun *home;  /* whose header it is in; NULL: queries.h */
} codegen_query;

typedef struct codegen_model {
	codegen_memory *memory;
	codegen_messages *messages;
	const codegen_package_config *config;
	const aet__catalog *catalog;
	codegen_pg_types *pg_types;
	codegen_script script; /* that made the schema; empty where it was there */
	codegen_scope *names;  /* of everything in its headers: registry.h */
	const char *set_stem;  /* of the function that gives all statements */
	codegen_enum **enums;
	size_t enum_count;
	codegen_overridden *overridden; /* overrides.h */
	size_t overridden_count;
	codegen_custom **customs;
	size_t custom_count;
	codegen_made **made; /* each after those that it is made of */
	size_t made_count;
	bool beyond; /* types of <aeturnis/values.h> are used */
	codegen_id **ids;
	size_t id_count;
	codegen_noun **nouns; /* by schema and table */
	size_t noun_count;
	uint32_t *library; /* relations and types that are the library's: library.h */
	size_t library_count;
	codegen_noun **externals; /* its nouns, which keys refer to */
	size_t external_count;
	codegen_query *queries; /* by file and place in it */
	size_t query_count;
} codegen_model;

/* Fills a model whose first five members are set: all but the queries. */
void codegen_model_build(codegen_model *model);

/* Whether it answers with rows, and takes many items. */
bool codegen_kind_has_rows(codegen_query_kind kind);
bool codegen_kind_is_batch(codegen_query_kind kind);

/* ":one" (queries.c). */
const char *codegen_kind_text(codegen_query_kind kind);

/* ---- its parts, in the order in which they are built --------------------- */

void codegen_model_nouns(codegen_model *model);     /* model_nouns.c */
void codegen_model_enums(codegen_model *model);     /* model_enums.c */
void codegen_model_keys(codegen_model *model);      /* model_keys.c */
void codegen_model_ids(codegen_model *model);       /* model_ids.c */
void codegen_model_fields(codegen_model *model);    /* model_fields.c */
void codegen_model_relations(codegen_model *model); /* model_relations.c */

/* The C type of a table's or view's column, by the configuration or by its type
 * (model_columns.c); NULL as below. */
const codegen_type *codegen_model_column(
    codegen_model *model, const aet__table *table, const aet__table_column *column);

/* A noun's fields, each with its column (model_nouns.c). */
void codegen_noun_begin(codegen_model *model, codegen_noun *noun);

/* Whether the columns and domains of configured enums are there, and can hold them. */
void codegen_model_check_enums(codegen_model *model);

/* The C type of an SQL type (made_types.c); NULL where PostgreSQL itself cannot
 * send it in binary form. */
const codegen_type *codegen_model_type(codegen_model *model, uint32_t oid);

/* Which type it is on the wire, what is under a domain, and nothing of C; NULL
 * likewise. */
codegen_type *codegen_model_identity(codegen_model *model, uint32_t oid);

codegen_noun *codegen_model_noun(
    const codegen_model *model, const char *schema, const char *table);
/* A column of a noun, the package's own or the library's; NULL: it is none's. */
codegen_field *codegen_model_field(
    const codegen_model *model, uint32_t relation, int number);

codegen_field *codegen_noun_field(const codegen_noun *noun, const char *column);

/* An SQL identifier, quoted only where it must be. */
void codegen_add_sql_name(aet__text *sql, const char *name);

#endif
