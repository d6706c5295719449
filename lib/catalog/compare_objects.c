/* SPDX-License-Identifier: MIT */
/* Sequences, and what is known by its name and definition only. */
#include "catalog/comparison.h"
#include "catalog/mend.h"

/* ---- sequences -------------------------------------------------------- */

static const aet__sequence *
find_sequence(const aet__catalog *catalog, const char *schema, const char *name)
{
	for (size_t i = 0; i < catalog->sequence_count; i++) {
		const aet__sequence *item = &catalog->sequences[i];

		if (aet__same_name(item->schema, schema) &&
		    aet__same_name(item->name, name))
			return item;
	}
	return NULL;
}

/* The sequence of a serial or an identity comes and goes with its column, so
 * that its name does not count where names do not. */
static bool
is_of_column(const aet__comparison *c, const aet__sequence *sequence)
{
	return c->policy->by_definition && sequence->owner_column != NULL;
}

static bool
same_numbers(const aet__sequence *a, const aet__sequence *b)
{
	return aet__same_name(a->type_text, b->type_text) && a->start == b->start &&
	       a->increment == b->increment && a->minimum == b->minimum &&
	       a->maximum == b->maximum && a->cache == b->cache && a->cycles == b->cycles;
}

static const char *
numbers_of(aet__comparison *c, const aet__sequence *item)
{
	return aet__comparison_text(c,
	    "%s from %lld by %lld in %lld to %lld, cache %lld%s", item->type_text,
	    (long long)item->start, (long long)item->increment, (long long)item->minimum,
	    (long long)item->maximum, (long long)item->cache,
	    item->cycles ? ", cycling" : "");
}

static const char *
owner_of(aet__comparison *c, const aet__sequence *item)
{
	if (item->owner_column == NULL)
		return "nothing";
	return aet__comparison_text(
	    c, "\"%s.%s\"", item->owner_table, item->owner_column);
}

static void
compare_sequence(aet__comparison *c, const char *label, const aet__sequence *expected,
    const aet__sequence *actual)
{
	const char *object = aet__comparison_text(c, "sequence %s", label);

	if (!same_numbers(expected, actual))
		aet__comparison_add(c, AET__DIFFERENCE_DIFFERS, false, object,
		    "sequence \"%s\" is %s, expected %s", label, numbers_of(c, actual),
		    numbers_of(c, expected));
	if (!aet__same_name(expected->owner_table, actual->owner_table) ||
	    !aet__same_name(expected->owner_column, actual->owner_column))
		aet__comparison_add(c, AET__DIFFERENCE_DIFFERS, false, object,
		    "sequence \"%s\" is owned by %s, expected %s", label,
		    owner_of(c, actual), owner_of(c, expected));
	aet__compare_comment(c, object, expected->comment, actual->comment);
}

static void
compare_expected_sequence(aet__comparison *c, const aet__sequence *expected)
{
	const char *schema = aet__comparison_schema(c, expected->schema);
	const aet__sequence *actual = find_sequence(c->actual, schema, expected->name);
	const char *label = aet__comparison_text(c, "%s.%s", schema, expected->name);

	if (actual != NULL)
		compare_sequence(c, label, expected, actual);
	else if (!is_of_column(c, expected))
		aet__comparison_add(c, AET__DIFFERENCE_MISSING, false,
		    aet__comparison_text(c, "sequence %s", label),
		    "sequence \"%s\" is missing", label);
}

static void
report_extra_sequence(aet__comparison *c, const aet__sequence *actual)
{
	const char *label =
	    aet__comparison_text(c, "%s.%s", actual->schema, actual->name);

	aet__comparison_add(c, AET__DIFFERENCE_EXTRA, c->policy->tolerate_extra,
	    aet__comparison_text(c, "sequence %s", label),
	    "sequence \"%s\" is not expected", label);
}

void
aet__compare_sequences(aet__comparison *c)
{
	const char *expected_schema = c->policy->expected_schema;

	for (size_t i = 0; i < c->expected->sequence_count; i++) {
		if (aet__comparison_expects(c, c->expected->sequences[i].schema))
			compare_expected_sequence(c, &c->expected->sequences[i]);
	}
	for (size_t i = 0; i < c->actual->sequence_count; i++) {
		const aet__sequence *actual = &c->actual->sequences[i];
		const char *schema =
		    expected_schema != NULL ? expected_schema : actual->schema;

		if (aet__comparison_covers(c, actual->schema) &&
		    !is_of_column(c, actual) &&
		    find_sequence(c->expected, schema, actual->name) == NULL)
			report_extra_sequence(c, actual);
	}
}

/* ---- other objects ---------------------------------------------------- */

/* "function public.f(integer)", "trigger t on public.users", in the actual's
 * own words. */
static const char *
object_label(aet__comparison *c, const aet__object *object, const char *schema)
{
	if (object->table != NULL)
		return aet__comparison_text(c, "%s %s on %s.%s", object->kind,
		    object->name, schema, object->table);
	if (object->schema != NULL)
		return aet__comparison_text(
		    c, "%s %s.%s", object->kind, schema, object->name);
	return aet__comparison_text(c, "%s %s", object->kind, object->name);
}

static bool
same_place(aet__comparison *c, const aet__object *expected, const aet__object *actual)
{
	return aet__same_name(expected->kind, actual->kind) &&
	       (expected->schema == NULL) == (actual->schema == NULL) &&
	       (expected->schema == NULL ||
		   aet__same_name(
		       aet__comparison_schema(c, expected->schema), actual->schema)) &&
	       aet__same_name(expected->table, actual->table) &&
	       aet__comparison_same(c, expected->name, actual->name);
}

static const aet__object *
find_actual(aet__comparison *c, const aet__object *expected)
{
	for (size_t i = 0; i < c->actual->object_count; i++) {
		if (same_place(c, expected, &c->actual->objects[i]))
			return &c->actual->objects[i];
	}
	return NULL;
}

static bool
is_expected(aet__comparison *c, const aet__object *actual)
{
	for (size_t i = 0; i < c->expected->object_count; i++) {
		const aet__object *expected = &c->expected->objects[i];

		if (aet__comparison_expects(c, expected->schema) &&
		    same_place(c, expected, actual))
			return true;
	}
	return false;
}

static void
compare_expected_object(aet__comparison *c, const aet__object *expected)
{
	const aet__object *actual = find_actual(c, expected);
	const char *schema = aet__comparison_schema(c, expected->schema);
	const char *label = object_label(c, expected, schema);

	if (actual == NULL)
		aet__comparison_add(
		    c, AET__DIFFERENCE_MISSING, false, label, "%s is missing", label);
	else if (!aet__comparison_same(c, expected->definition, actual->definition))
		aet__comparison_add(c, AET__DIFFERENCE_DIFFERS, false, label,
		    "%s has another definition than expected", label);
	else
		return;
	aet__mend_object(c, expected, actual);
}

void
aet__compare_objects(aet__comparison *c)
{
	for (size_t i = 0; i < c->expected->object_count; i++) {
		if (aet__comparison_expects(c, c->expected->objects[i].schema))
			compare_expected_object(c, &c->expected->objects[i]);
	}
	for (size_t i = 0; i < c->actual->object_count; i++) {
		const aet__object *actual = &c->actual->objects[i];
		const char *label = object_label(c, actual, actual->schema);

		if (aet__comparison_covers(c, actual->schema) && !is_expected(c, actual))
			aet__comparison_add(c, AET__DIFFERENCE_EXTRA,
			    c->policy->tolerate_extra, label, "%s is not expected",
			    label);
	}
}
