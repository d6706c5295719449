/* SPDX-License-Identifier: MIT */
/* Defaults that are written differently and mean the same. */
#include "support/comparing.h"

#include "catalog/default_value.h"

static aet_status
answer(void *ctx, const char *wanted, const char *is, const char *type, bool *same,
    aet_error *err)
{
	const bool *value = ctx;

	ck_assert_str_eq(wanted, "\"public\".f()");
	ck_assert_str_eq(is, "'x'::text");
	ck_assert_str_eq(type, "text");
	if (value == NULL)
		return aet_error_set(err, AET_ECONNECT, "gone");
	*same = *value;
	return AET_OK;
}

START_TEST(test_defaults_are_asked_about)
{
	aet_error err = { 0 };
	bool same = true;

	policy.expected_schema = "made";
	policy.actual_schema = "public";
	policy.same_value = answer;
	policy.same_value_ctx = &same;
	expected.table.schema = "made";
	expected.catalog.enum_count = actual.catalog.enum_count = 0;
	expected.catalog.domain_count = actual.catalog.domain_count = 0;
	expected.catalog.sequence_count = actual.catalog.sequence_count = 0;
	expected.catalog.object_count = actual.catalog.object_count = 0;
	expected.index.definition =
	    "CREATE INDEX idx_mail ON made.users USING btree (mail)";
	expected.columns[1].default_text = "made.f()";
	actual.columns[1].default_text = "'x'::text";
	assert_nothing();
	same = false;
	assert_one(AET__DIFFERENCE_DIFFERS, "column public.users.mail",
	    "column \"mail\" of table \"public.users\" has the default 'x'::text, "
	    "expected "
	    "f()");
	policy.same_value_ctx = NULL;
	test_compare_teardown();
	ck_assert_int_eq(aet__catalog_compare(
			     &expected.catalog, &actual.catalog, &policy, &found, &err),
	    AET_ECONNECT);
	ck_assert_str_eq(err.message, "gone");
	ck_assert_ptr_null(found);
}
END_TEST

START_TEST(test_default_null_is_none)
{
	expected.columns[1].default_text = NULL;
	actual.columns[1].default_text = "NULL::character varying";
	assert_nothing();
	actual.columns[1].default_text = "NULL";
	assert_nothing();
	actual.columns[1].default_text = "NULL::text || 'x'::text";
	assert_one(AET__DIFFERENCE_DIFFERS, "column public.users.mail",
	    "column \"mail\" of table \"public.users\" has the default NULL::text || "
	    "'x'::text, expected none");
}
END_TEST

START_TEST(test_what_may_be_evaluated)
{
	ck_assert(aet__default_comparable("now()", "CURRENT_TIMESTAMP"));
	ck_assert(aet__default_comparable("'a (b'::text", "\"left\"::varchar(5)"));
	ck_assert(aet__default_comparable("'it''s nextval('::text", "1"));
	ck_assert(aet__default_comparable("", "'unclosed"));
	ck_assert(!aet__default_comparable("now()", "'2026-01-01'::date"));
	ck_assert(!aet__default_comparable("'today'::text", "'2026-01-01'::date"));
	ck_assert(!aet__default_comparable("nextval('s'::regclass)", "1"));
	ck_assert(!aet__default_comparable("1", "public.now()"));
	ck_assert(!aet__default_comparable("1", "\"Odd\"()"));
	ck_assert(!aet__default_comparable("1", "now_or_never()"));
	ck_assert(!aet__default_comparable("E'\\''::text", "''::text"));
	ck_assert(!aet__default_comparable("SESSION_USER", "'me'::name"));
}
END_TEST

static void
add(TCase *tcase)
{
	tcase_add_test(tcase, test_defaults_are_asked_about);
	tcase_add_test(tcase, test_default_null_is_none);
	tcase_add_test(tcase, test_what_may_be_evaluated);
}

int
main(void)
{
	return test_compare_main("compare_defaults", add);
}
