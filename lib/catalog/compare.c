/* SPDX-License-Identifier: MIT */
#include "catalog/compare.h"

#include <stdlib.h>

#include "catalog/comparison.h"
#include "core/error.h"
#include "core/memory.h"

static const char *
kind_name(const aet__table *table)
{
	switch (table->kind) {
	case AET__TABLE_PARTITIONED:
		return "partitioned table";
	case AET__TABLE_VIEW:
		return "view";
	case AET__TABLE_MATERIALIZED_VIEW:
		return "materialized view";
	case AET__TABLE_ORDINARY:
		break;
	}
	return "table";
}

static const char *
table_object(aet__comparison *c, const aet__table *table, const char *label)
{
	return aet__comparison_text(c, "%s %s", kind_name(table), label);
}

/* ---- schemas ---------------------------------------------------------- */

static const aet__schema *
find_schema(const aet__catalog *catalog, const char *name)
{
	for (size_t i = 0; i < catalog->schema_count; i++) {
		if (aet__same_name(catalog->schemas[i].name, name))
			return &catalog->schemas[i];
	}
	return NULL;
}

/* With a pair of schemas given, both are taken to exist. */
static void
compare_schemas(aet__comparison *c)
{
	if (c->policy->expected_schema != NULL)
		return;
	for (size_t i = 0; i < c->expected->schema_count; i++) {
		const aet__schema *expected = &c->expected->schemas[i];
		const aet__schema *actual = find_schema(c->actual, expected->name);
		const char *object = aet__comparison_text(c, "schema %s", expected->name);

		if (actual == NULL)
			aet__comparison_add(c, AET__DIFFERENCE_MISSING, false, object,
			    "schema \"%s\" is missing", expected->name);
		else
			aet__compare_comment(
			    c, object, expected->comment, actual->comment);
	}
	for (size_t i = 0; i < c->actual->schema_count; i++) {
		const char *name = c->actual->schemas[i].name;

		if (find_schema(c->expected, name) == NULL)
			aet__comparison_add(c, AET__DIFFERENCE_EXTRA,
			    c->policy->tolerate_extra,
			    aet__comparison_text(c, "schema %s", name),
			    "schema \"%s\" is not expected", name);
	}
}

/* ---- tables ----------------------------------------------------------- */

/* The temporary tables of an adoption stand for permanent ones. */
static void
compare_persistence(aet__comparison *c, const aet__table_pair *pair, const char *object)
{
	bool expected = pair->expected->persistence == 'u';
	bool actual = pair->actual->persistence == 'u';

	if (actual && !expected)
		aet__comparison_add(c, AET__DIFFERENCE_DIFFERS, false, object,
		    "table \"%s\" is unlogged, so that a crash empties it; expected a "
		    "logged one",
		    pair->label);
	if (!actual && expected)
		aet__comparison_add(c, AET__DIFFERENCE_DIFFERS, false, object,
		    "table \"%s\" is logged, expected an unlogged one", pair->label);
}

static void
compare_row_security(aet__comparison *c, const aet__table_pair *pair, const char *object)
{
	const aet__table *expected = pair->expected;
	const aet__table *actual = pair->actual;

	if (expected->row_security != actual->row_security)
		aet__comparison_add(c, AET__DIFFERENCE_DIFFERS, false, object,
		    "table \"%s\" has %s", pair->label,
		    actual->row_security ? "row-level security, which hides rows that no "
					   "policy shows; expected it disabled"
					 : "no row-level security, expected it enabled");
	if (expected->force_row_security != actual->force_row_security)
		aet__comparison_add(c, AET__DIFFERENCE_DIFFERS, false, object,
		    "table \"%s\" %s", pair->label,
		    actual->force_row_security
			? "forces row-level security on its owner too, expected its "
			  "owner exempt"
			: "exempts its owner from row-level security, expected it "
			  "forced");
}

static void
compare_table(aet__comparison *c, const aet__table_pair *pair)
{
	const aet__table *expected = pair->expected;
	const aet__table *actual = pair->actual;
	const char *object = table_object(c, expected, pair->label);

	if (expected->kind != actual->kind) {
		aet__comparison_add(c, AET__DIFFERENCE_DIFFERS, false, object,
		    "\"%s\" is a %s, expected a %s", pair->label, kind_name(actual),
		    kind_name(expected));
		return;
	}
	if (!aet__comparison_same(c, expected->definition, actual->definition))
		aet__comparison_add(c, AET__DIFFERENCE_DIFFERS, false, object,
		    "%s \"%s\" has another query than expected", kind_name(expected),
		    pair->label);
	compare_persistence(c, pair, object);
	compare_row_security(c, pair, object);
	aet__compare_comment(c, object, expected->comment, actual->comment);
	aet__compare_columns(c, pair);
	aet__compare_constraints(c, pair);
	aet__compare_indexes(c, pair);
}

static void
compare_expected_table(aet__comparison *c, const aet__table *expected)
{
	const char *schema = aet__comparison_schema(c, expected->schema);
	const aet__table_pair pair = {
		.expected = expected,
		.actual = aet__catalog_table(c->actual, schema, expected->name),
		.label = aet__comparison_text(c, "%s.%s", schema, expected->name),
	};

	if (pair.actual != NULL)
		compare_table(c, &pair);
	else
		aet__comparison_add(c, AET__DIFFERENCE_MISSING, false,
		    table_object(c, expected, pair.label), "%s \"%s\" is missing",
		    kind_name(expected), pair.label);
}

static void
report_extra_table(aet__comparison *c, const aet__table *actual)
{
	const char *label =
	    aet__comparison_text(c, "%s.%s", actual->schema, actual->name);

	aet__comparison_add(c, AET__DIFFERENCE_EXTRA, c->policy->tolerate_extra,
	    table_object(c, actual, label), "%s \"%s\" is not expected",
	    kind_name(actual), label);
}

static void
compare_tables(aet__comparison *c)
{
	const char *expected_schema = c->policy->expected_schema;

	for (size_t i = 0; i < c->expected->table_count; i++) {
		if (aet__comparison_expects(c, c->expected->tables[i].schema))
			compare_expected_table(c, &c->expected->tables[i]);
	}
	for (size_t i = 0; i < c->actual->table_count; i++) {
		const aet__table *actual = &c->actual->tables[i];
		const char *schema =
		    expected_schema != NULL ? expected_schema : actual->schema;

		if (aet__comparison_covers(c, actual->schema) &&
		    aet__catalog_table(c->expected, schema, actual->name) == NULL)
			report_extra_table(c, actual);
	}
}

/* ---- all of it -------------------------------------------------------- */

static aet_status
compare_all(aet__comparison *c)
{
	compare_schemas(c);
	aet__compare_enums(c);
	aet__compare_domains(c);
	aet__compare_sequences(c);
	compare_tables(c);
	aet__compare_objects(c);
	if (c->status == AET_ENOMEM || !aet__arena_ok(c->arena))
		return aet__error_memory(c->err);
	return c->status;
}

aet_status
aet__catalog_compare(const aet__catalog *expected, const aet__catalog *actual,
    const aet__compare_policy *policy, aet__differences **out, aet_error *err)
{
	aet__comparison c = {
		.expected = expected,
		.actual = actual,
		.policy = policy,
		.out = aet__memory_array(1, sizeof(*c.out)),
		.arena = aet__arena_open(),
		.err = err,
	};
	aet_status status;

	if (c.out == NULL || c.arena == NULL) {
		free(c.out);
		aet__arena_free(c.arena);
		return aet__error_memory(err);
	}
	c.out->memory = c.arena;
	status = compare_all(&c);
	if (status != AET_OK) {
		aet__differences_free(c.out);
		return status;
	}
	*out = c.out;
	return AET_OK;
}

void
aet__differences_free(aet__differences *differences)
{
	if (differences == NULL)
		return;
	aet__arena_free(differences->memory);
	free(differences->items);
	free(differences);
}
