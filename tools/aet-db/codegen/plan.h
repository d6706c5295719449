/* SPDX-License-Identifier: MIT */
/*
 * What goes into each pair of files: rows with their readers, statements,
 * functions. Made from the model by the plan_*.c, turned into text by the
 * emit_*.c.
 */
#ifndef AET_DB_CODEGEN_PLAN_H
#define AET_DB_CODEGEN_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include <aeturnis/statement.h>

#include "memory.h"
#include "model.h"

/* A column of an answer and the member it is read into. */
typedef struct codegen_column {
	const char *sql_name;
	const char *name;
	const char *text_name; /* of an enum */
	const char *comment;   /* "" if none */
	const codegen_type *type;
	bool nullable;
} codegen_column;

typedef struct codegen_row {
	const char *c;        /* "aet_user", "int64_t" */
	const char *stem;     /* of its static names: user_columns, read_user */
	const char *variable; /* in its reader */
	const char *select;   /* its columns as SQL, where statements share them */
	const codegen_column *columns;
	size_t column_count;
} codegen_row;

typedef struct codegen_parameter {
	const char *name;
	const codegen_type *type;
	bool array; /* of that type */
	const char *when_unset;
} codegen_parameter;

typedef struct codegen_statement {
	const char *name;
	aet_statement_kind kind;
	bool writes;
	const char *sql;
	const char *tail;      /* NULL: none */
	const char *otherwise; /* NULL: none */
	size_t keys;
	codegen_parameter *parameters;
	size_t parameter_count;
	const codegen_row *row;     /* NULL: no columns */
	const codegen_query *query; /* whose pieces make its text; NULL: none */
	bool named;                 /* a query's, not a table's */
} codegen_statement;

/* What an argument is for, whatever it is called. */
typedef enum codegen_role {
	CODEGEN_GIVEN, /* a value */
	CODEGEN_PARAMS,
	CODEGEN_ITEMS, /* the same, count of them */
	CODEGEN_COUNT,
	CODEGEN_STATUSES,
	CODEGEN_TAKER, /* of rows, one by one */
	CODEGEN_TAKER_CTX,
	CODEGEN_OUT,
	CODEGEN_CHANGED /* how many rows were */
} codegen_role;

typedef struct codegen_argument {
	const char *c;
	const char *name;
	const char *about; /* NULL: its name says it */
	codegen_role role;
} codegen_argument;

typedef struct codegen_function {
	const char *returns; /* NULL: aet_status, which must be used */
	const char *name;
	codegen_argument *arguments;
	size_t argument_count;
	const char *about;
	const char *fails; /* "" if there is nothing of its own to say */
	const char *body;
	const codegen_query *query; /* that it runs; NULL: none */
} codegen_function;

typedef struct codegen_unit {
	const codegen_model *model;
	codegen_memory *memory;
	codegen_scope statics;    /* names that only its source has */
	const codegen_noun *noun; /* NULL: queries of no noun */
	const char *name;         /* of its files */
	const char *about;        /* what its header's first comment says */
	const codegen_row *row;   /* the noun's */
	const codegen_row **rows; /* to be read by functions of this unit */
	size_t row_count;
	const char **types; /* definitions, in order */
	size_t type_count;
	const char **forwards; /* structs of other headers: "aet_session_list" */
	size_t forward_count;
	const char **includes; /* headers that the source needs: "session" */
	size_t include_count;
	const char **helpers; /* static functions that come before all others */
	size_t helper_count;
	const char **binders; /* static functions that follow the statements */
	size_t binder_count;
	codegen_statement *statements;
	size_t statement_count;
	codegen_function *functions;
	size_t function_count;
} codegen_unit;

typedef struct codegen_plan {
	codegen_unit *units; /* nouns in the order of the model, queries last */
	size_t unit_count;
} codegen_plan;

codegen_plan codegen_plan_make(const codegen_model *model);

/* ---- its parts ----------------------------------------------------------- */

void codegen_plan_row(codegen_unit *unit);       /* plan_row.c */
void codegen_plan_writes(codegen_unit *unit);    /* plan_write.c */
void codegen_plan_reads(codegen_unit *unit);     /* plan_read.c */
void codegen_plan_pages(codegen_unit *unit);     /* plan_page.c */
void codegen_plan_relations(codegen_unit *unit); /* plan_relation.c */
void codegen_plan_query(codegen_unit *unit, const codegen_query *query);

/* A function that takes each row (plan_each.c): its type, its argument, and the
 * one that it is called by. */
void codegen_plan_each(codegen_unit *unit, const codegen_query *query,
    const codegen_row *row, codegen_function *function);
extern const char codegen_body_each[];

/* What the parts of the unit's queries are called (plan_names.c), once all else of
 * the package has its names. */
void codegen_plan_names(codegen_unit *unit, codegen_query *const *queries, size_t count);

/* ---- queries with pieces (plan_pieces.c) ----------------------------------- */

bool codegen_query_has_options(const codegen_query *query);

/* The enum of a query's orders: its definition, and its name. */
const char *codegen_plan_sort(codegen_unit *unit, const codegen_query *query);

/* What a parameter is in C. */
const char *codegen_parameter_c(codegen_memory *memory, const codegen_query_parameter *p);

/* What the two kinds of rows, a noun's and a query's, have in common. */
const codegen_row *codegen_noun_row(codegen_unit *unit, const codegen_noun *noun);
void codegen_plan_struct(codegen_unit *unit, const codegen_row *row, bool list);
void codegen_plan_free(
    codegen_unit *unit, const char *c, const char *what, const char *name);

/* Once each, however often asked for. */
void codegen_unit_forward(codegen_unit *unit, const char *c);
void codegen_unit_include(codegen_unit *unit, const char *header);
void codegen_unit_helper(codegen_unit *unit, const char *text);

void codegen_unit_type(codegen_unit *unit, const char *text);
void codegen_unit_binder(codegen_unit *unit, const char *text);
void codegen_unit_row(codegen_unit *unit, const codegen_row *row);
codegen_statement *codegen_unit_statement(
    codegen_unit *unit, const char *name, const char *sql, const codegen_row *row);
void codegen_statement_parameter(codegen_unit *unit, codegen_statement *statement,
    const char *name, const codegen_type *type);

/* Adds a function that takes a db first and an error last. */
codegen_function *codegen_unit_function(codegen_unit *unit, const char *name);
void codegen_function_argument(codegen_unit *unit, codegen_function *function,
    const char *c, const char *name, const char *about);
void codegen_function_special(codegen_unit *unit, codegen_function *function,
    codegen_role role, const char *c, const char *name, const char *about);
/* The out argument of a row or list: "owned: aet_user_free()". */
void codegen_function_out(codegen_unit *unit, codegen_function *function, const char *c,
    bool list, bool may_be_null);

/* ---- values (values.c, bind.c): C for one value of a type ----------------- */

/* A row's member, or members: an enum has its text beside it. */
void codegen_value_members(aet__text *out, const codegen_type *type, bool nullable,
    const char *name, const char *text_name);

/* The lines that read it: variable->name = ... */
void codegen_value_read(codegen_unit *unit, aet__text *out, const char *variable,
    size_t place, const codegen_column *column);

/* What a function takes for it: an open enum comes as its text. */
const char *codegen_value_argument(const codegen_type *type);

/* The value in a row, as such an argument; and whether it is NULL there. */
const char *codegen_value_of_row(
    codegen_unit *unit, const codegen_field *field, const char *variable);
const char *codegen_value_is_null(
    codegen_unit *unit, const codegen_field *field, const char *variable);

/* A static function that reads a nullable value of the caller's own type. */
const char *codegen_custom_reader(codegen_unit *unit, const codegen_type *type);

/* ---- made types (made_values.c): static functions of the unit, named here ---- */

const char *codegen_made_reader(codegen_unit *unit, const codegen_made *made);
const char *codegen_made_binder(codegen_unit *unit, const codegen_made *made);
const char *codegen_made_field_binder(codegen_unit *unit, const codegen_made *made);

/* ---- putting values into arguments (bind.c) ------------------------------- */

/* A value that is not NULL into args, "&args" or "args". */
void codegen_bind_value(codegen_unit *unit, aet__text *out, const codegen_type *type,
    const char *value, const char *args);

/* Lines that put it into args: an argument, a nullable one (an opt type), a
 * required member of an insert, a field. */
void codegen_bind_argument(
    codegen_unit *unit, aet__text *out, const codegen_type *type, const char *value);
void codegen_bind_nullable(codegen_unit *unit, aet__text *out, const codegen_type *type,
    const char *value, const char *args);
/* One that may be absent: the opt type's, or a pointer. */
void codegen_bind_optional(codegen_unit *unit, aet__text *out, const codegen_type *type,
    const char *value, const char *args);
void codegen_bind_member(
    codegen_unit *unit, aet__text *out, const codegen_field *field, const char *variable);
void codegen_bind_field(
    codegen_unit *unit, aet__text *out, const codegen_field *field, const char *variable);

#endif
