/* SPDX-License-Identifier: MIT */
/*
 * Constraints. Their definitions, printed by the server under an empty
 * search_path, hold all that counts.
 */
#include "catalog/comparison.h"
#include "catalog/mend.h"

static const char *
kind_name(aet__constraint_kind kind)
{
	switch (kind) {
	case AET__CONSTRAINT_CHECK:
		return "check";
	case AET__CONSTRAINT_EXCLUSION:
		return "exclusion constraint";
	case AET__CONSTRAINT_FOREIGN_KEY:
		return "foreign key";
	case AET__CONSTRAINT_PRIMARY_KEY:
		return "primary key";
	case AET__CONSTRAINT_TRIGGER:
		return "constraint trigger";
	case AET__CONSTRAINT_UNIQUE:
		break;
	}
	return "unique constraint";
}

static const char *
object(aet__comparison *c, const aet__table_pair *pair, const aet__constraint *constraint)
{
	return aet__comparison_text(
	    c, "constraint %s on %s", constraint->name, pair->label);
}

static bool
equal(aet__comparison *c, const aet__constraint *expected, const aet__constraint *actual)
{
	return expected->kind == actual->kind &&
	       expected->validated == actual->validated &&
	       aet__comparison_same(c, expected->definition, actual->definition);
}

static bool
same_columns(const aet__constraint *a, const aet__constraint *b)
{
	if (a->column_count != b->column_count)
		return false;
	for (size_t i = 0; i < a->column_count; i++) {
		if (!aet__same_name(a->columns[i], b->columns[i]))
			return false;
	}
	return true;
}

/* ---- which one is which ----------------------------------------------- */

typedef bool (*fits_fn)(
    aet__comparison *c, const aet__constraint *expected, const aet__constraint *actual);

static bool
fits_exactly(
    aet__comparison *c, const aet__constraint *expected, const aet__constraint *actual)
{
	return aet__same_name(expected->name, actual->name) && equal(c, expected, actual);
}

static bool
fits_by_name(
    aet__comparison *c, const aet__constraint *expected, const aet__constraint *actual)
{
	(void)c;
	return aet__same_name(expected->name, actual->name);
}

/* What is most likely meant by a constraint of another definition: a table has
 * one primary key, and a foreign key is known by its columns. */
static bool
fits_nearly(
    aet__comparison *c, const aet__constraint *expected, const aet__constraint *actual)
{
	(void)c;
	if (expected->kind != actual->kind)
		return false;
	return expected->kind == AET__CONSTRAINT_PRIMARY_KEY ||
	       same_columns(expected, actual);
}

/* Gives each expected constraint that has none yet one that fits and is free. */
static void
match(aet__comparison *c, const aet__table_pair *pair, fits_fn fits,
    const aet__constraint **partners, bool *taken)
{
	for (size_t i = 0; i < pair->expected->constraint_count; i++) {
		const aet__constraint *expected = &pair->expected->constraints[i];

		for (size_t j = 0; j < pair->actual->constraint_count; j++) {
			const aet__constraint *actual = &pair->actual->constraints[j];

			if (partners[i] != NULL || taken[j] || !fits(c, expected, actual))
				continue;
			partners[i] = actual;
			taken[j] = true;
		}
	}
}

/* ---- what is said of them --------------------------------------------- */

static void
report_pair(aet__comparison *c, const aet__table_pair *pair,
    const aet__constraint *expected, const aet__constraint *actual)
{
	const char *what = object(c, pair, actual);

	if (equal(c, expected, actual)) {
		aet__compare_name(c, what, "constraint",
		    aet__comparison_text(c, "table \"%s\"", pair->label), expected->name,
		    actual->name);
		aet__compare_comment(c, what, expected->comment, actual->comment);
		return;
	}
	if (expected->validated && !actual->validated) {
		aet__comparison_add(c, AET__DIFFERENCE_DIFFERS, false, what,
		    "%s \"%s\" on \"%s\" is not valid, expected it validated",
		    kind_name(actual->kind), actual->name, pair->label);
		aet__mend_unvalidated(c, pair, actual);
		return;
	}
	aet__comparison_add(c, AET__DIFFERENCE_DIFFERS, false, what,
	    "%s \"%s\" on \"%s\" is %s, expected %s", kind_name(actual->kind),
	    actual->name, pair->label, aet__comparison_show_actual(c, actual->definition),
	    aet__comparison_show_expected(c, expected->definition));
	aet__mend_constraint(c, pair, expected, actual);
}

static void
report_missing(
    aet__comparison *c, const aet__table_pair *pair, const aet__constraint *expected)
{
	aet__comparison_add(c, AET__DIFFERENCE_MISSING, false, object(c, pair, expected),
	    "%s \"%s\" on \"%s\" is missing: %s", kind_name(expected->kind),
	    expected->name, pair->label,
	    aet__comparison_show_expected(c, expected->definition));
	aet__mend_constraint(c, pair, expected, NULL);
}

static void
report(aet__comparison *c, const aet__table_pair *pair, const aet__constraint **partners,
    const bool *taken)
{
	for (size_t i = 0; i < pair->expected->constraint_count; i++) {
		const aet__constraint *expected = &pair->expected->constraints[i];

		if (partners[i] != NULL)
			report_pair(c, pair, expected, partners[i]);
		else
			report_missing(c, pair, expected);
	}
	for (size_t i = 0; i < pair->actual->constraint_count; i++) {
		const aet__constraint *actual = &pair->actual->constraints[i];

		if (!taken[i])
			aet__comparison_add(c, AET__DIFFERENCE_EXTRA, false,
			    object(c, pair, actual),
			    "%s \"%s\" on \"%s\" is not expected: %s",
			    kind_name(actual->kind), actual->name, pair->label,
			    aet__comparison_show_actual(c, actual->definition));
	}
}

void
aet__compare_constraints(aet__comparison *c, const aet__table_pair *pair)
{
	const aet__constraint **partners = aet__arena_array(
	    c->arena, pair->expected->constraint_count, sizeof(const aet__constraint *));
	bool *taken =
	    aet__arena_array(c->arena, pair->actual->constraint_count, sizeof(*taken));

	if (partners == NULL || taken == NULL)
		return;
	match(c, pair, fits_exactly, partners, taken);
	match(c, pair, equal, partners, taken);
	match(c, pair, c->policy->by_definition ? fits_nearly : fits_by_name, partners,
	    taken);
	report(c, pair, partners, taken);
}
