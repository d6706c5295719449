/* SPDX-License-Identifier: MIT */
/* Indexes, but for those that enforce a constraint: these are the constraint's. */
#include "catalog/comparison.h"
#include "catalog/mend.h"

#include <string.h>

static const char *
object(aet__comparison *c, const aet__table_pair *pair, const aet__index *index)
{
	return aet__comparison_text(c, "index %s on %s", index->name, pair->label);
}

/* As a sentence shows it. */
static const char *
show(aet__comparison *c, const aet__index *index, const char *schema)
{
	return aet__comparison_requalify(c, index->definition, schema, NULL);
}

static bool
same_key(aet__comparison *c, const aet__index_key *a, const aet__index_key *b)
{
	return (a->column == NULL) == (b->column == NULL) &&
	       aet__comparison_same(c, a->text, b->text) &&
	       aet__comparison_same(c, a->opclass, b->opclass) &&
	       aet__comparison_same(c, a->collation, b->collation) &&
	       a->descending == b->descending && a->nulls_first == b->nulls_first &&
	       a->included == b->included;
}

/* All but the name, storage parameters and validity. */
static bool
same_structure(aet__comparison *c, const aet__index *a, const aet__index *b)
{
	if (a->unique != b->unique || a->nulls_not_distinct != b->nulls_not_distinct ||
	    a->key_count != b->key_count || !aet__same_name(a->method, b->method) ||
	    !aet__comparison_same(c, a->predicate, b->predicate))
		return false;
	for (size_t i = 0; i < a->key_count; i++) {
		if (!same_key(c, &a->keys[i], &b->keys[i]))
			return false;
	}
	return true;
}

/* What follows the name in "CREATE INDEX name ON ...". */
static const char *
after_name(const char *definition)
{
	const char *at = strstr(definition, "INDEX ");

	if (at == NULL)
		return definition;
	at += strlen("INDEX ");
	if (*at != '"')
		return at + strcspn(at, " ");
	do {
		at += 1 + strcspn(at + 1, "\"");
		if (*at == '"')
			at++;
	} while (*at == '"');
	return at;
}

/* Storage parameters and all, where they count. */
static bool
same_definition(aet__comparison *c, const aet__index *a, const aet__index *b)
{
	return same_structure(c, a, b) &&
	       (c->policy->by_definition ||
		   aet__comparison_same(
		       c, after_name(a->definition), after_name(b->definition)));
}

/* ---- which one is which ----------------------------------------------- */

typedef bool (*fits_fn)(
    aet__comparison *c, const aet__index *expected, const aet__index *actual);

static bool
same_name(aet__comparison *c, const aet__index *expected, const aet__index *actual)
{
	(void)c;
	return aet__same_name(expected->name, actual->name);
}

static bool
same_and_valid(aet__comparison *c, const aet__index *expected, const aet__index *actual)
{
	return actual->valid && same_structure(c, expected, actual);
}

static bool
same_in_all(aet__comparison *c, const aet__index *expected, const aet__index *actual)
{
	return aet__same_name(expected->name, actual->name) &&
	       same_and_valid(c, expected, actual);
}

static void
match(aet__comparison *c, const aet__table_pair *pair, fits_fn fits,
    const aet__index **partners, bool *taken)
{
	for (size_t i = 0; i < pair->expected->index_count; i++) {
		const aet__index *expected = &pair->expected->indexes[i];

		for (size_t j = 0; j < pair->actual->index_count; j++) {
			const aet__index *actual = &pair->actual->indexes[j];

			if (expected->constraint != NULL || actual->constraint != NULL ||
			    partners[i] != NULL || taken[j] || !fits(c, expected, actual))
				continue;
			partners[i] = actual;
			taken[j] = true;
		}
	}
}

/* ---- what is said of them --------------------------------------------- */

static void
report_same(aet__comparison *c, const aet__table_pair *pair, const aet__index *expected,
    const aet__index *actual)
{
	const char *what = object(c, pair, actual);
	const char *of = aet__comparison_text(c, "table \"%s\"", pair->label);

	aet__compare_name(c, what, "index", of, expected->name, actual->name);
	aet__compare_comment(c, what, expected->comment, actual->comment);
}

static void
report_pair(aet__comparison *c, const aet__table_pair *pair, const aet__index *expected,
    const aet__index *actual)
{
	const char *what = object(c, pair, actual);

	if (!actual->valid && expected->valid)
		aet__comparison_add(c, AET__DIFFERENCE_DIFFERS, false, what,
		    "index \"%s\" on \"%s\" is not valid, since building it failed; "
		    "drop it and build it again",
		    actual->name, pair->label);
	else if (!same_definition(c, expected, actual))
		aet__comparison_add(c, AET__DIFFERENCE_DIFFERS, false, what,
		    "index \"%s\" on \"%s\" is %s, expected %s", actual->name,
		    pair->label, show(c, actual, c->policy->actual_schema),
		    show(c, expected, c->policy->expected_schema));
	else {
		report_same(c, pair, expected, actual);
		return;
	}
	aet__mend_index(c, pair, expected, actual);
}

static void
report_missing(
    aet__comparison *c, const aet__table_pair *pair, const aet__index *expected)
{
	aet__comparison_add(c, AET__DIFFERENCE_MISSING, false, object(c, pair, expected),
	    "index \"%s\" on \"%s\" is missing: %s", expected->name, pair->label,
	    show(c, expected, c->policy->expected_schema));
	aet__mend_index(c, pair, expected, NULL);
}

static void
report(aet__comparison *c, const aet__table_pair *pair, const aet__index **partners,
    const bool *taken)
{
	for (size_t i = 0; i < pair->expected->index_count; i++) {
		const aet__index *expected = &pair->expected->indexes[i];

		if (partners[i] != NULL)
			report_pair(c, pair, expected, partners[i]);
		else if (expected->constraint == NULL)
			report_missing(c, pair, expected);
	}
	for (size_t i = 0; i < pair->actual->index_count; i++) {
		const aet__index *actual = &pair->actual->indexes[i];
		bool harmless = c->policy->tolerate_extra && !actual->unique;

		if (!taken[i] && actual->constraint == NULL)
			aet__comparison_add(c, AET__DIFFERENCE_EXTRA, harmless,
			    object(c, pair, actual),
			    "index \"%s\" on \"%s\" is not expected: %s", actual->name,
			    pair->label, show(c, actual, c->policy->actual_schema));
	}
}

void
aet__compare_indexes(aet__comparison *c, const aet__table_pair *pair)
{
	const aet__index **partners = aet__arena_array(
	    c->arena, pair->expected->index_count, sizeof(const aet__index *));
	bool *taken =
	    aet__arena_array(c->arena, pair->actual->index_count, sizeof(*taken));

	if (partners == NULL || taken == NULL)
		return;
	match(c, pair, same_in_all, partners, taken);
	match(c, pair, same_and_valid, partners, taken);
	match(c, pair, same_structure, partners, taken);
	match(c, pair, same_name, partners, taken);
	report(c, pair, partners, taken);
}
