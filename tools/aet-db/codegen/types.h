/* SPDX-License-Identifier: MIT */
/*
 * The one table of type mappings: what a PostgreSQL type is in C, and how its
 * values are written to arguments and read from rows. The wrapped ids and the
 * enums of a schema are types too, made by the model in the same form.
 */
#ifndef AET_DB_CODEGEN_TYPES_H
#define AET_DB_CODEGEN_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How C says NULL, and what a value is made of. */
typedef enum codegen_shape {
	CODEGEN_VALUE,      /* a plain value; nullable: aet_opt_... */
	CODEGEN_TEXT,       /* const char *, the null pointer is NULL */
	CODEGEN_JSON,       /* aet_json, whose text is NULL */
	CODEGEN_TEXTS,      /* aet_text_array, whose is_null says it */
	CODEGEN_ID,         /* a struct around a key's value; nullable: its opt type */
	CODEGEN_CUSTOM,     /* the caller's own; nullable: the opt type made for it */
	CODEGEN_ENUM,       /* a C enum beside the stored text, which is NULL */
	CODEGEN_ENUM_ARRAY, /* the same for arrays */
	CODEGEN_MADE        /* a struct of the package's, whose is_null says it */
} codegen_shape;

struct codegen_enum;
struct codegen_made;

typedef struct codegen_type {
	codegen_shape shape;
	uint32_t oid;                      /* of the column; 0: named */
	const char *type_name;             /* "schema.type", where oid is 0 */
	uint32_t parameter_oid;            /* of an argument for it; 0: as the column */
	const char *sql;                   /* for a cast: "uuid" */
	const char *c;                     /* "aet_uuid", "const char *" */
	const char *opt;                   /* nullable in a row */
	const char *field;                 /* in an insert or a change */
	const char *set;                   /* the function that makes a field */
	const char *codec;                 /* aet_args_<codec>, aet_row_<codec> */
	const char *inner;                 /* of an id: the member inside, "uuid" */
	const char *read;                  /* of the caller's own: functions like */
	const char *write;                 /* aet_row_<codec> and aet_args_<codec> */
	const char *sample;                /* an initialiser; NULL: {0} is one */
	bool arrays;                       /* aet_args_<codec>_array takes many */
	bool beyond;                       /* the C type is of <aeturnis/values.h> */
	const struct codegen_enum *values; /* of an enum or an array of one */
	const struct codegen_made *made;   /* of CODEGEN_MADE */
} codegen_type;

typedef enum codegen_made_kind {
	CODEGEN_ARRAY,
	CODEGEN_COMPOSITE,
	CODEGEN_RANGE,
	CODEGEN_MULTIRANGE
} codegen_made_kind;

typedef struct codegen_made_member {
	const char *name;
	const codegen_type *type;
} codegen_made_member;

/* A type that is made of others. */
typedef struct codegen_made {
	codegen_made_kind kind;
	const char *stem; /* "int32_array" */
	const char *text; /* as SQL has it: "integer[]" */
	codegen_type type;
	const codegen_type *element;  /* but of a composite */
	codegen_made_member *members; /* of a composite */
	size_t member_count;
} codegen_made;

/* NULL where there is no mapping. */
const codegen_type *codegen_type_by_oid(uint32_t oid);

/* The type whose values have the bytes that send writes; NULL likewise. */
const codegen_type *codegen_type_by_send(const char *send);

/* Whether NULL has a struct of its own, { has_value, value }. */
bool codegen_type_has_opt(const codegen_type *type);

/* Whether `type name` needs a space between. */
const char *codegen_type_space(const char *c);

#endif
