/* SPDX-License-Identifier: MIT */
/* What of a table, an index, a type or another object counts as a difference. */
#include "support/comparing.h"

#include <stdio.h>

/* What PostgreSQL calls a type, and the same with another precision. */
static const struct {
	const char *plain;
	const char *with_six;
	const char *with_three;
} precisions[] = {
	{ "timestamp with time zone", "timestamp(6) with time zone",
	    "timestamp(3) with time zone" },
	{ "timestamp without time zone", "timestamp(6) without time zone",
	    "timestamp(3) without time zone" },
	{ "time with time zone", "time(6) with time zone", "time(3) with time zone" },
	{ "time without time zone[]", "time(6) without time zone[]",
	    "time(3) without time zone[]" },
	{ "interval", "interval(6)", "interval(3)" },
	{ "interval day to second", "interval day to second(6)",
	    "interval day to second(3)" },
};

START_TEST(test_precision_of_six_is_none)
{
	char sentence[256];

	expected.columns[0].type_text = precisions[_i].plain;
	actual.columns[0].type_text = precisions[_i].with_six;
	snprintf(sentence, sizeof(sentence),
	    "column \"id\" of table \"public.users\" is %s here; the migrations write "
	    "%s, which is the same type",
	    precisions[_i].with_six, precisions[_i].plain);
	assert_note(AET__DIFFERENCE_DIFFERS, "column public.users.id", sentence);
	policy.by_definition = true;
	assert_nothing();
	expected.columns[0].type_text = precisions[_i].with_six;
	actual.columns[0].type_text = precisions[_i].plain;
	assert_nothing();
	actual.columns[0].type_text = precisions[_i].with_three;
	compare();
	ck_assert_uint_eq(found->len, 1);
	ck_assert_uint_eq(found->notes, 0);
}
END_TEST

START_TEST(test_six_of_another_type_counts)
{
	expected.columns[0].type_text = "character varying";
	actual.columns[0].type_text = "character varying(6)";
	assert_one(AET__DIFFERENCE_DIFFERS, "column public.users.id",
	    "column \"id\" of table \"public.users\" is character varying(6), expected "
	    "character varying");
}
END_TEST

START_TEST(test_precision_of_six_under_a_domain)
{
	expected.domain.type_text = "timestamp with time zone";
	actual.domain.type_text = "timestamp(6) with time zone";
	assert_note(AET__DIFFERENCE_DIFFERS, "domain public.email",
	    "domain \"public.email\" is over timestamp(6) with time zone here; the "
	    "migrations write timestamp with time zone, which is the same type");
	policy.by_definition = true;
	assert_nothing();
}
END_TEST

START_TEST(test_unlogged)
{
	expected.table.persistence = 't';
	actual.table.persistence = 'p';
	assert_nothing();
	actual.table.persistence = 'u';
	assert_one(AET__DIFFERENCE_DIFFERS, "table public.users",
	    "table \"public.users\" is unlogged, so that a crash empties it; expected a "
	    "logged one");
	expected.table.persistence = 'u';
	assert_nothing();
	actual.table.persistence = 'p';
	assert_one(AET__DIFFERENCE_DIFFERS, "table public.users",
	    "table \"public.users\" is logged, expected an unlogged one");
}
END_TEST

START_TEST(test_row_security)
{
	policy.by_definition = true;
	policy.tolerate_extra = true;
	actual.table.row_security = true;
	assert_one(AET__DIFFERENCE_DIFFERS, "table public.users",
	    "table \"public.users\" has row-level security, which hides rows that no "
	    "policy shows; expected it disabled");
	actual.table.row_security = false;
	expected.table.row_security = true;
	assert_one(AET__DIFFERENCE_DIFFERS, "table public.users",
	    "table \"public.users\" has no row-level security, expected it enabled");
}
END_TEST

START_TEST(test_forced_row_security)
{
	actual.table.force_row_security = true;
	assert_one(AET__DIFFERENCE_DIFFERS, "table public.users",
	    "table \"public.users\" forces row-level security on its owner too, expected "
	    "its owner exempt");
	actual.table.force_row_security = false;
	expected.table.force_row_security = true;
	assert_one(AET__DIFFERENCE_DIFFERS, "table public.users",
	    "table \"public.users\" exempts its owner from row-level security, expected "
	    "it forced");
}
END_TEST

START_TEST(test_generated_and_identity)
{
	actual.columns[0].identity = 'd';
	assert_one(AET__DIFFERENCE_DIFFERS, "column public.users.id",
	    "column \"id\" of table \"public.users\" is an identity (by default), "
	    "expected "
	    "no identity");
	actual.columns[0].identity = '\0';
	actual.columns[1].generated = 's';
	assert_one(AET__DIFFERENCE_DIFFERS, "column public.users.mail",
	    "column \"mail\" of table \"public.users\" is generated, expected a plain "
	    "one");
	expected.columns[1].generated = 's';
	expected.columns[1].default_text = "lower(name)";
	assert_one(AET__DIFFERENCE_DIFFERS, "column public.users.mail",
	    "column \"mail\" of table \"public.users\" is generated as ''::text, "
	    "expected "
	    "lower(name)");
}
END_TEST

START_TEST(test_a_plain_unique_index_is_no_constraint)
{
	policy.by_definition = true;
	expected.index.unique = true;
	expected.table.constraint_count = 0;
	actual.index.unique = true;
	actual.index.constraint = actual.constraint.name;
	compare();
	ck_assert_uint_eq(found->len, 2);
	ck_assert_str_eq(found->items[0].sentence,
	    "unique constraint \"users_mail_unique\" on \"public.users\" is not "
	    "expected: "
	    "UNIQUE (mail)");
	ck_assert_int_eq(found->items[1].kind, AET__DIFFERENCE_MISSING);
	ck_assert_str_eq(found->items[1].object, "index idx_mail on public.users");
}
END_TEST

START_TEST(test_tolerated_extras)
{
	policy.tolerate_extra = true;
	expected.catalog.table_count = 0;
	expected.catalog.enum_count = 0;
	expected.catalog.domain_count = 0;
	expected.catalog.sequence_count = 0;
	expected.catalog.object_count = 0;
	compare();
	ck_assert_uint_eq(found->len, 5);
	ck_assert_uint_eq(found->notes, 5);
	policy.tolerate_extra = false;
	compare();
	ck_assert_uint_eq(found->len, 5);
	ck_assert_uint_eq(found->notes, 0);
	ck_assert_str_eq(
	    found->items[0].sentence, "enum \"public.mood\" is not expected");
	ck_assert_str_eq(
	    found->items[1].sentence, "domain \"public.email\" is not expected");
	ck_assert_str_eq(
	    found->items[2].sentence, "sequence \"public.turns\" is not expected");
	ck_assert_str_eq(
	    found->items[4].sentence, "trigger touch on public.users is not expected");
}
END_TEST

START_TEST(test_extra_that_can_refuse_rows)
{
	policy.tolerate_extra = true;
	policy.by_definition = true;
	expected.table.constraint_count = 0;
	expected.table.column_count = 1;
	actual.index.unique = true;
	expected.table.index_count = 0;
	compare();
	ck_assert_uint_eq(found->len, 3);
	ck_assert_uint_eq(found->notes, 0);
}
END_TEST

START_TEST(test_enums)
{
	actual.labels[1] = "it's";
	assert_one(AET__DIFFERENCE_DIFFERS, "enum public.mood",
	    "enum \"public.mood\" has the values ('sad', 'it''s'), expected ('sad', "
	    "'ok')");
	actual.catalog.enum_count = 0;
	assert_one(AET__DIFFERENCE_MISSING, "enum public.mood",
	    "enum \"public.mood\" is missing");
}
END_TEST

START_TEST(test_domains)
{
	actual.check.name = "another";
	assert_note(AET__DIFFERENCE_DIFFERS, "domain public.email",
	    "check \"another\" of domain \"public.email\" is named so here; the "
	    "migrations call it \"email_check\"");
	policy.by_definition = true;
	assert_nothing();
	actual.check.definition = "CHECK (true)";
	assert_one(AET__DIFFERENCE_DIFFERS, "domain public.email",
	    "domain \"public.email\" has other checks, expected those of its definition");
	actual.check.definition = expected.check.definition;
	actual.domain.not_null = true;
	assert_one(AET__DIFFERENCE_DIFFERS, "domain public.email",
	    "domain \"public.email\" is not null, expected that it may be null");
	actual.domain.not_null = false;
	actual.domain.type_text = "character varying(9)";
	assert_one(AET__DIFFERENCE_DIFFERS, "domain public.email",
	    "domain \"public.email\" is over character varying(9), expected text");
}
END_TEST

START_TEST(test_sequences)
{
	actual.sequence.maximum = 10;
	assert_one(AET__DIFFERENCE_DIFFERS, "sequence public.turns",
	    "sequence \"public.turns\" is bigint from 1 by 1 in 1 to 10, cache 1, "
	    "expected "
	    "bigint from 1 by 1 in 1 to 9, cache 1");
	actual.sequence.maximum = 9;
	actual.sequence.owner_schema = "public";
	actual.sequence.owner_table = "users";
	actual.sequence.owner_column = "id";
	assert_one(AET__DIFFERENCE_DIFFERS, "sequence public.turns",
	    "sequence \"public.turns\" is owned by \"users.id\", expected nothing");
}
END_TEST

START_TEST(test_serial_under_another_name)
{
	model *both[] = { &expected, &actual };

	for (size_t i = 0; i < 2; i++) {
		both[i]->sequence.owner_schema = "public";
		both[i]->sequence.owner_table = "users";
		both[i]->sequence.owner_column = "mail";
		both[i]->columns[1].default_text = "nextval('public.turns'::regclass)";
	}
	actual.sequence.name = "rounds";
	actual.columns[1].default_text = "nextval('public.rounds'::regclass)";
	policy.by_definition = true;
	assert_nothing();
	policy.by_definition = false;
	compare();
	ck_assert_uint_eq(found->len, 3);
}
END_TEST

START_TEST(test_objects)
{
	actual.object.definition = "CREATE TRIGGER touch AFTER";
	assert_one(AET__DIFFERENCE_DIFFERS, "trigger touch on public.users",
	    "trigger touch on public.users has another definition than expected");
	actual.object.table = "sessions";
	compare();
	ck_assert_uint_eq(found->len, 2);
	ck_assert_str_eq(
	    found->items[0].sentence, "trigger touch on public.users is missing");
	ck_assert_str_eq(
	    found->items[1].sentence, "trigger touch on public.sessions is not expected");
}
END_TEST

START_TEST(test_schemas)
{
	actual.schema.name = "game";
	actual.catalog.table_count = 0;
	compare();
	ck_assert_uint_eq(found->len, 3);
	ck_assert_str_eq(found->items[0].sentence, "schema \"public\" is missing");
	ck_assert_str_eq(found->items[1].sentence, "schema \"game\" is not expected");
	ck_assert_str_eq(found->items[2].sentence, "table \"public.users\" is missing");
}
END_TEST

static void
add(TCase *tcase)
{
	tcase_add_loop_test(tcase, test_precision_of_six_is_none, 0,
	    (int)(sizeof(precisions) / sizeof(precisions[0])));
	tcase_add_test(tcase, test_six_of_another_type_counts);
	tcase_add_test(tcase, test_precision_of_six_under_a_domain);
	tcase_add_test(tcase, test_unlogged);
	tcase_add_test(tcase, test_row_security);
	tcase_add_test(tcase, test_forced_row_security);
	tcase_add_test(tcase, test_generated_and_identity);
	tcase_add_test(tcase, test_a_plain_unique_index_is_no_constraint);
	tcase_add_test(tcase, test_tolerated_extras);
	tcase_add_test(tcase, test_extra_that_can_refuse_rows);
	tcase_add_test(tcase, test_enums);
	tcase_add_test(tcase, test_domains);
	tcase_add_test(tcase, test_sequences);
	tcase_add_test(tcase, test_serial_under_another_name);
	tcase_add_test(tcase, test_objects);
	tcase_add_test(tcase, test_schemas);
}

int
main(void)
{
	return test_compare_main("compare_details", add);
}
