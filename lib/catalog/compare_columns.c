/* SPDX-License-Identifier: MIT */
#include "catalog/comparison.h"

#include <string.h>

#include "core/text.h"

/* One column on both sides. */
typedef struct column_pair {
	const aet__table_pair *table;
	const aet__table_column *expected;
	const aet__table_column *actual;
	const char *object; /* "column public.users.email" */
} column_pair;

static const char *
column_object(
    aet__comparison *c, const aet__table_pair *table, const aet__table_column *column)
{
	return aet__comparison_text(c, "column %s.%s", table->label, column->name);
}

/* "column "email" of table "public.users" <is>, expected <wanted>". */
static void
differs(aet__comparison *c, const column_pair *pair, const char *is, const char *wanted)
{
	aet__comparison_add(c, AET__DIFFERENCE_DIFFERS, false, pair->object,
	    "column \"%s\" of table \"%s\" %s, expected %s", pair->actual->name,
	    pair->table->label, is, wanted);
}

static void
compare_spelling(aet__comparison *c, const column_pair *pair)
{
	const char *expected = pair->expected->type_text;
	const char *actual = pair->actual->type_text;

	if (c->policy->by_definition || aet__comparison_same(c, expected, actual))
		return;
	aet__comparison_add(c, AET__DIFFERENCE_DIFFERS, true, pair->object,
	    "column \"%s\" of table \"%s\" is %s here; the migrations write %s, which "
	    "is the same type",
	    pair->actual->name, pair->table->label,
	    aet__comparison_show_actual(c, actual),
	    aet__comparison_show_expected(c, expected));
}

static void
compare_collation(aet__comparison *c, const column_pair *pair)
{
	const char *expected = pair->expected->collation;
	const char *actual = pair->actual->collation;
	const char *is;

	if (aet__comparison_same(c, expected, actual))
		return;
	is = aet__comparison_text(c, "has %s%s",
	    actual != NULL ? "the collation " : "its type's collation",
	    actual != NULL ? actual : "");
	differs(c, pair, is, expected != NULL ? expected : "its type's");
}

static void
compare_type(aet__comparison *c, const column_pair *pair)
{
	const char *expected = pair->expected->type_text;
	const char *actual = pair->actual->type_text;

	if (aet__comparison_same_type(c, expected, actual)) {
		compare_spelling(c, pair);
		compare_collation(c, pair);
		return;
	}
	differs(c, pair,
	    aet__comparison_text(c, "is %s", aet__comparison_show_actual(c, actual)),
	    aet__comparison_show_expected(c, expected));
}

static void
compare_null(aet__comparison *c, const column_pair *pair)
{
	if (pair->expected->not_null && !pair->actual->not_null)
		differs(c, pair, "may be null", "not null");
	if (!pair->expected->not_null && pair->actual->not_null)
		differs(c, pair, "is not null", "that it may be null");
}

/* ---- defaults --------------------------------------------------------- */

/* DEFAULT NULL, which PostgreSQL stores when a cast comes with it, is none. */
static const char *
default_of(const aet__table_column *column)
{
	const char *text = column->default_text;

	if (text == NULL || column->generated != '\0' || strcmp(text, "NULL") == 0)
		return NULL;
	if (strncmp(text, "NULL::", 6) == 0 && strpbrk(text, "+-*/|&<>='") == NULL)
		return NULL;
	return text;
}

static bool
owns_sequence(
    const aet__catalog *catalog, const aet__table *table, const aet__table_column *column)
{
	for (size_t i = 0; i < catalog->sequence_count; i++) {
		const aet__sequence *sequence = &catalog->sequences[i];

		if (aet__same_name(sequence->owner_schema, table->schema) &&
		    aet__same_name(sequence->owner_table, table->name) &&
		    aet__same_name(sequence->owner_column, column->name))
			return strncmp(column->default_text, "nextval('", 9) == 0;
	}
	return false;
}

/* Both are serial: the name of the sequence is of no account, then. */
static bool
both_serial(const aet__comparison *c, const column_pair *pair)
{
	return c->policy->by_definition &&
	       owns_sequence(c->expected, pair->table->expected, pair->expected) &&
	       owns_sequence(c->actual, pair->table->actual, pair->actual);
}

static bool
same_value(aet__comparison *c, const column_pair *pair)
{
	const aet__compare_policy *policy = c->policy;
	const char *expected = aet__comparison_requalify(c, pair->expected->default_text,
	    policy->expected_schema, policy->actual_schema);
	bool same = false;

	if (policy->same_value == NULL || c->status != AET_OK)
		return false;
	c->status = policy->same_value(policy->same_value_ctx, expected,
	    pair->actual->default_text, pair->actual->type_text, &same, c->err);
	return same && c->status == AET_OK;
}

static void
compare_default(aet__comparison *c, const column_pair *pair)
{
	const char *expected = default_of(pair->expected);
	const char *actual = default_of(pair->actual);
	const char *is = "has no default";

	if (aet__comparison_same(c, expected, actual))
		return;
	if (expected != NULL && actual != NULL &&
	    (both_serial(c, pair) || same_value(c, pair)))
		return;
	if (actual != NULL)
		is = aet__comparison_text(
		    c, "has the default %s", aet__comparison_show_actual(c, actual));
	differs(c, pair, is,
	    expected != NULL ? aet__comparison_show_expected(c, expected) : "none");
}

/* ---- values that the server makes ------------------------------------- */

static const char *
identity_text(char identity)
{
	if (identity == 'a')
		return "an identity (always)";
	return identity == 'd' ? "an identity (by default)" : "no identity";
}

static void
compare_generated(aet__comparison *c, const column_pair *pair)
{
	const aet__table_column *expected = pair->expected;
	const aet__table_column *actual = pair->actual;

	if (expected->identity != actual->identity)
		differs(c, pair,
		    aet__comparison_text(c, "is %s", identity_text(actual->identity)),
		    identity_text(expected->identity));
	else if (expected->generated != actual->generated)
		differs(c, pair, actual->generated != '\0' ? "is generated" : "is plain",
		    expected->generated != '\0' ? "a generated one" : "a plain one");
	else if (expected->generated != '\0' &&
		 !aet__comparison_same(c, expected->default_text, actual->default_text))
		differs(c, pair,
		    aet__comparison_text(c, "is generated as %s",
			aet__comparison_show_actual(c, actual->default_text)),
		    aet__comparison_show_expected(c, expected->default_text));
	else
		compare_default(c, pair);
}

/* ---- the columns of a table ------------------------------------------- */

static void
compare_column(aet__comparison *c, const column_pair *pair)
{
	compare_type(c, pair);
	compare_null(c, pair);
	compare_generated(c, pair);
	aet__compare_comment(
	    c, pair->object, pair->expected->comment, pair->actual->comment);
}

static const char *
names_in_order(aet__comparison *c, const aet__table *table)
{
	aet__text names = { 0 };
	const char *list;

	for (size_t i = 0; i < table->column_count; i++)
		aet__text_addf(&names, "%s%s", i > 0 ? ", " : "", table->columns[i].name);
	if (!aet__text_ok(&names))
		c->status = AET_ENOMEM;
	list = aet__comparison_text(c, "%s", aet__text_view(&names));
	aet__text_free(&names);
	return list;
}

/* Only of tables that have the same columns: else it says nothing new. */
static void
compare_order(aet__comparison *c, const aet__table_pair *pair)
{
	const char *expected;
	const char *actual;

	if (c->policy->by_definition)
		return;
	expected = names_in_order(c, pair->expected);
	actual = names_in_order(c, pair->actual);
	if (strcmp(expected, actual) != 0)
		aet__comparison_add(c, AET__DIFFERENCE_DIFFERS, false,
		    aet__comparison_text(c, "table %s", pair->label),
		    "the columns of table \"%s\" are in the order %s, expected %s",
		    pair->label, actual, expected);
}

static const char *
demand(const aet__table_column *column)
{
	bool made =
	    column->has_default || column->identity != '\0' || column->generated != '\0';

	return column->not_null && !made ? ", and every insert would have to give it"
					 : "";
}

static size_t
report_extra_columns(aet__comparison *c, const aet__table_pair *pair)
{
	size_t extra = 0;

	for (size_t i = 0; i < pair->actual->column_count; i++) {
		const aet__table_column *actual = &pair->actual->columns[i];

		if (aet__table_column_named(pair->expected, actual->name) != NULL)
			continue;
		extra++;
		aet__comparison_add(c, AET__DIFFERENCE_EXTRA, false,
		    column_object(c, pair, actual),
		    "column \"%s\" of table \"%s\" is not expected%s", actual->name,
		    pair->label, demand(actual));
	}
	return extra;
}

void
aet__compare_columns(aet__comparison *c, const aet__table_pair *pair)
{
	size_t missing = 0;

	for (size_t i = 0; i < pair->expected->column_count; i++) {
		const aet__table_column *expected = &pair->expected->columns[i];
		const column_pair both = {
			.table = pair,
			.expected = expected,
			.actual = aet__table_column_named(pair->actual, expected->name),
			.object = column_object(c, pair, expected),
		};

		if (both.actual != NULL) {
			compare_column(c, &both);
			continue;
		}
		missing++;
		aet__comparison_add(c, AET__DIFFERENCE_MISSING, false, both.object,
		    "column \"%s\" of table \"%s\" is missing", expected->name,
		    pair->label);
	}
	if (report_extra_columns(c, pair) + missing == 0)
		compare_order(c, pair);
}
