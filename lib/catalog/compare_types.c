/* SPDX-License-Identifier: MIT */
/* Enums and domains. */
#include "catalog/comparison.h"

#include "core/text.h"

static const char *
expected_schema_of(const aet__comparison *c, const char *actual)
{
	return c->policy->expected_schema != NULL ? c->policy->expected_schema : actual;
}

static void
report_missing(aet__comparison *c, const char *kind, const char *label)
{
	aet__comparison_add(c, AET__DIFFERENCE_MISSING, false,
	    aet__comparison_text(c, "%s %s", kind, label), "%s \"%s\" is missing", kind,
	    label);
}

static void
report_extra(aet__comparison *c, const char *kind, const char *schema, const char *name)
{
	const char *label = aet__comparison_text(c, "%s.%s", schema, name);

	aet__comparison_add(c, AET__DIFFERENCE_EXTRA, c->policy->tolerate_extra,
	    aet__comparison_text(c, "%s %s", kind, label), "%s \"%s\" is not expected",
	    kind, label);
}

/* ---- enums ------------------------------------------------------------ */

static const aet__enum_type *
find_enum(const aet__catalog *catalog, const char *schema, const char *name)
{
	for (size_t i = 0; i < catalog->enum_count; i++) {
		const aet__enum_type *item = &catalog->enums[i];

		if (aet__same_name(item->schema, schema) &&
		    aet__same_name(item->name, name))
			return item;
	}
	return NULL;
}

static const char *
labels_of(aet__comparison *c, const aet__enum_type *item)
{
	aet__text labels = { 0 };
	const char *list;

	for (size_t i = 0; i < item->label_count; i++) {
		aet__text_add(&labels, i > 0 ? ", " : "");
		aet__text_add_literal(&labels, item->labels[i]);
	}
	if (!aet__text_ok(&labels))
		c->status = AET_ENOMEM;
	list = aet__comparison_text(c, "(%s)", aet__text_view(&labels));
	aet__text_free(&labels);
	return list;
}

static void
compare_enum(aet__comparison *c, const char *label, const aet__enum_type *expected,
    const aet__enum_type *actual)
{
	const char *object = aet__comparison_text(c, "enum %s", label);
	const char *wanted = labels_of(c, expected);
	const char *found = labels_of(c, actual);

	if (!aet__same_name(wanted, found))
		aet__comparison_add(c, AET__DIFFERENCE_DIFFERS, false, object,
		    "enum \"%s\" has the values %s, expected %s", label, found, wanted);
	aet__compare_comment(c, object, expected->comment, actual->comment);
}

void
aet__compare_enums(aet__comparison *c)
{
	for (size_t i = 0; i < c->expected->enum_count; i++) {
		const aet__enum_type *expected = &c->expected->enums[i];
		const char *schema = aet__comparison_schema(c, expected->schema);
		const aet__enum_type *actual =
		    find_enum(c->actual, schema, expected->name);
		const char *label =
		    aet__comparison_text(c, "%s.%s", schema, expected->name);

		if (!aet__comparison_expects(c, expected->schema))
			continue;
		if (actual != NULL)
			compare_enum(c, label, expected, actual);
		else
			report_missing(c, "enum", label);
	}
	for (size_t i = 0; i < c->actual->enum_count; i++) {
		const aet__enum_type *actual = &c->actual->enums[i];
		const char *schema = expected_schema_of(c, actual->schema);

		if (aet__comparison_covers(c, actual->schema) &&
		    find_enum(c->expected, schema, actual->name) == NULL)
			report_extra(c, "enum", actual->schema, actual->name);
	}
}

/* ---- domains ---------------------------------------------------------- */

static const aet__domain *
find_domain(const aet__catalog *catalog, const char *schema, const char *name)
{
	for (size_t i = 0; i < catalog->domain_count; i++) {
		const aet__domain *item = &catalog->domains[i];

		if (aet__same_name(item->schema, schema) &&
		    aet__same_name(item->name, name))
			return item;
	}
	return NULL;
}

static void
domain_differs(aet__comparison *c, const char *label, const char *is, const char *wanted)
{
	aet__comparison_add(c, AET__DIFFERENCE_DIFFERS, false,
	    aet__comparison_text(c, "domain %s", label), "domain \"%s\" %s, expected %s",
	    label, is, wanted);
}

static const char *
over(aet__comparison *c, const aet__domain *domain)
{
	return aet__comparison_text(c, "%s%s%s", domain->type_text,
	    domain->collation != NULL ? " COLLATE " : "",
	    domain->collation != NULL ? domain->collation : "");
}

/* Checks count by what they say, as those of a table do; of two that say the
 * same, the one of the same name. NULL: none says it. */
static const aet__domain_check *
find_check(
    aet__comparison *c, const aet__domain *domain, const aet__domain_check *expected)
{
	const aet__domain_check *found = NULL;

	for (size_t i = 0; i < domain->check_count; i++) {
		const aet__domain_check *actual = &domain->checks[i];

		if (aet__comparison_same(c, expected->definition, actual->definition) &&
		    expected->validated == actual->validated &&
		    (found == NULL || aet__same_name(expected->name, actual->name)))
			found = actual;
	}
	return found;
}

static bool
same_checks(aet__comparison *c, const aet__domain *expected, const aet__domain *actual)
{
	if (expected->check_count != actual->check_count)
		return false;
	for (size_t i = 0; i < expected->check_count; i++) {
		if (find_check(c, actual, &expected->checks[i]) == NULL)
			return false;
	}
	return true;
}

static void
compare_checks(aet__comparison *c, const char *label, const aet__domain *expected,
    const aet__domain *actual)
{
	const char *object = aet__comparison_text(c, "domain %s", label);
	const char *of = aet__comparison_text(c, "domain \"%s\"", label);

	if (!same_checks(c, expected, actual)) {
		domain_differs(c, label, "has other checks", "those of its definition");
		return;
	}
	for (size_t i = 0; i < expected->check_count; i++) {
		const aet__domain_check *wanted = &expected->checks[i];

		aet__compare_name(c, object, "check", of, wanted->name,
		    find_check(c, actual, wanted)->name);
	}
}

/* The type it is over, and the collation. */
static void
compare_base(aet__comparison *c, const char *label, const aet__domain *expected,
    const aet__domain *actual)
{
	if (!aet__comparison_same_type(c, expected->type_text, actual->type_text) ||
	    !aet__comparison_same(c, expected->collation, actual->collation))
		domain_differs(c, label,
		    aet__comparison_text(c, "is over %s", over(c, actual)),
		    over(c, expected));
	else if (!c->policy->by_definition &&
		 !aet__comparison_same(c, expected->type_text, actual->type_text))
		aet__comparison_add(c, AET__DIFFERENCE_DIFFERS, true,
		    aet__comparison_text(c, "domain %s", label),
		    "domain \"%s\" is over %s here; the migrations write %s, which is "
		    "the same type",
		    label, actual->type_text, expected->type_text);
}

static void
compare_domain(aet__comparison *c, const char *label, const aet__domain *expected,
    const aet__domain *actual)
{
	const char *wanted = expected->default_text;
	const char *found = actual->default_text;

	compare_base(c, label, expected, actual);
	if (expected->not_null != actual->not_null)
		domain_differs(c, label, actual->not_null ? "is not null" : "may be null",
		    expected->not_null ? "not null" : "that it may be null");
	if (!aet__comparison_same(c, wanted, found))
		domain_differs(c, label,
		    aet__comparison_text(c, "has the default %s", found ? found : "none"),
		    wanted != NULL ? wanted : "none");
	compare_checks(c, label, expected, actual);
	aet__compare_comment(c, aet__comparison_text(c, "domain %s", label),
	    expected->comment, actual->comment);
}

void
aet__compare_domains(aet__comparison *c)
{
	for (size_t i = 0; i < c->expected->domain_count; i++) {
		const aet__domain *expected = &c->expected->domains[i];
		const char *schema = aet__comparison_schema(c, expected->schema);
		const aet__domain *actual =
		    find_domain(c->actual, schema, expected->name);
		const char *label =
		    aet__comparison_text(c, "%s.%s", schema, expected->name);

		if (!aet__comparison_expects(c, expected->schema))
			continue;
		if (actual != NULL)
			compare_domain(c, label, expected, actual);
		else
			report_missing(c, "domain", label);
	}
	for (size_t i = 0; i < c->actual->domain_count; i++) {
		const aet__domain *actual = &c->actual->domains[i];
		const char *schema = expected_schema_of(c, actual->schema);

		if (aet__comparison_covers(c, actual->schema) &&
		    find_domain(c->expected, schema, actual->name) == NULL)
			report_extra(c, "domain", actual->schema, actual->name);
	}
}
