/* SPDX-License-Identifier: MIT */
/*
 * What an actual catalogue lacks, has too much, or has otherwise than an
 * expected one, each in one sentence. Pure but for the question whether two
 * default expressions mean the same, which a callback may take to a server.
 */
#ifndef AET_CATALOG_COMPARE_H
#define AET_CATALOG_COMPARE_H

#include <stdbool.h>
#include <stddef.h>

#include <aeturnis/error.h>

#include "catalog/catalog.h"

typedef enum aet__difference_kind {
	AET__DIFFERENCE_MISSING = 1,
	AET__DIFFERENCE_EXTRA = 2,
	AET__DIFFERENCE_DIFFERS = 3
} aet__difference_kind;

typedef struct aet__difference {
	aet__difference_kind kind;
	bool note;            /* tolerated by the policy: worth a word, no obstacle */
	const char *object;   /* "column public.users.email" */
	const char *sentence; /* as an error's message: lower case, no full stop */
	const char *mend;     /* SQL without a semicolon at its end; NULL: not known */
} aet__difference;

typedef struct aet__differences {
	aet__difference *items;
	size_t len;
	size_t notes; /* how many of len are notes */
	size_t capacity;
	void *memory; /* of the texts */
} aet__differences;

/*
 * Whether two expressions, whose texts differ, give a column of that type the
 * same value. A failure ends the comparison; an expression that cannot be
 * evaluated is no failure, it is not the same.
 */
typedef aet_status (*aet__same_value_fn)(void *ctx, const char *expected,
    const char *actual, const char *type, bool *same, aet_error *err);

/*
 * {0} is what a check wants: columns have an order, and whatever works
 * otherwise is a difference. What works the same is a note: a constraint or an
 * index of the same definition under another name, another comment, a precision
 * of 6 where none is expected.
 *
 * by_definition is what adoption wants. None of that is worth a note then, and
 * the names of serials' sequences, storage parameters and the order of columns
 * do not count: each constraint wants one of the same definition, each index
 * that enforces no constraint wants one of the same method, keys, uniqueness and
 * predicate that enforces none either. So a plain unique index does not stand in for a
 * UNIQUE constraint over the same columns or the other way round: where a
 * schema has both, both are wanted, since later migrations will name both.
 */
typedef struct aet__compare_policy {
	bool by_definition;
	bool tolerate_extra; /* what is extra and can refuse no row is a note: tables,
	                        views, plain indexes, types, functions and so on; an
	                        extra column, constraint or unique index is not */
	const char *expected_schema;   /* where actual_schema's tables lie in expected; */
	const char *actual_schema;     /* NULL, both: schemas have the same names */
	aet__same_value_fn same_value; /* NULL: only the same text is the same */
	void *same_value_ctx;
} aet__compare_policy;

/*
 * Compares. With a pair of schemas in the policy, nothing outside them.
 *
 *   out  owned: aet__differences_free(). Untouched on failure
 *
 * The order is that of the expected catalogue, kind by kind, then what is
 * extra. Fails with AET_ENOMEM, or as same_value does.
 */
aet_status aet__catalog_compare(const aet__catalog *expected, const aet__catalog *actual,
    const aet__compare_policy *policy, aet__differences **out, aet_error *err);

/* NULL is nothing. */
void aet__differences_free(aet__differences *differences);

#endif
