/* SPDX-License-Identifier: MIT */
/* What the files that compare share; nobody else includes it. */
#ifndef AET_CATALOG_COMPARISON_H
#define AET_CATALOG_COMPARISON_H

#include <stdbool.h>

#include "catalog/arena.h"
#include "catalog/compare.h"

typedef struct aet__comparison {
	const aet__catalog *expected;
	const aet__catalog *actual;
	const aet__compare_policy *policy;
	aet__differences *out;
	aet__arena *arena; /* out's */
	aet_status status; /* AET_OK, or the failure that ends it */
	aet_error *err;
} aet__comparison;

/* A table that both have. */
typedef struct aet__table_pair {
	const aet__table *expected;
	const aet__table *actual;
	const char *label; /* "public.users" */
} aet__table_pair;

/* Adds a difference; the sentence is formatted as by printf. */
void aet__comparison_add(aet__comparison *c, aet__difference_kind kind, bool note,
    const char *object, const char *format, ...) AET_PRINTF(5, 6);

/* A text formatted as by printf, "" when memory is out; lives as out does. */
const char *aet__comparison_text(aet__comparison *c, const char *format, ...)
    AET_PRINTF(2, 3);

/* What an expected schema is called in the actual catalogue. */
const char *aet__comparison_schema(const aet__comparison *c, const char *expected);

/* Whether the policy leaves that schema of the expected, of the actual, in. */
bool aet__comparison_expects(const aet__comparison *c, const char *schema);
bool aet__comparison_covers(const aet__comparison *c, const char *schema);

/* text, in which names of the schema from are qualified with to instead, or,
 * where to is NULL, not at all. NULL stays NULL. */
const char *aet__comparison_requalify(
    aet__comparison *c, const char *text, const char *from, const char *to);

/*
 * Whether an expected and an actual text are the same once the schemas of the
 * policy are left out of both: a session sees its temporary tables without
 * their schema, and so prints them. NULL equals NULL only.
 */
bool aet__comparison_same(aet__comparison *c, const char *expected, const char *actual);

/* The same of two types as format_type prints them, of which one may give its
 * seconds a precision of 6: that is the most and what none means. */
bool aet__comparison_same_type(
    aet__comparison *c, const char *expected, const char *actual);

/* The actual text as a sentence shows it: without the schema of the policy. */
const char *aet__comparison_show_expected(aet__comparison *c, const char *text);
const char *aet__comparison_show_actual(aet__comparison *c, const char *text);

/* Whether two names, of which either may be NULL, are the same. */
bool aet__same_name(const char *a, const char *b);

/* One for each kind of thing. */
void aet__compare_columns(aet__comparison *c, const aet__table_pair *pair);
void aet__compare_constraints(aet__comparison *c, const aet__table_pair *pair);
void aet__compare_indexes(aet__comparison *c, const aet__table_pair *pair);
void aet__compare_enums(aet__comparison *c);
void aet__compare_domains(aet__comparison *c);
void aet__compare_sequences(aet__comparison *c);
void aet__compare_objects(aet__comparison *c);

/* A note that something the same is called otherwise, unless the policy ignores
 * names. what: "constraint", of: "table "public.users"". */
void aet__compare_name(aet__comparison *c, const char *object, const char *what,
    const char *of, const char *expected, const char *actual);

/* A note on a comment, unless the policy ignores them.
 * object: "column public.users.id". */
void aet__compare_comment(
    aet__comparison *c, const char *object, const char *expected, const char *actual);

#endif
