/* SPDX-License-Identifier: MIT */
/* Comparison of catalogues that are written down: what belongs together, and
 * what is a note. */
#include "support/comparing.h"

START_TEST(test_the_same)
{
	assert_nothing();
	policy.by_definition = true;
	assert_nothing();
}
END_TEST

START_TEST(test_another_name_is_a_note_in_a_check)
{
	actual.constraint.name = "users_mail_key";
	actual.index.name = "users_mail_idx";
	actual.index.definition =
	    "CREATE INDEX users_mail_idx ON public.users USING btree (mail)";
	compare();
	ck_assert_uint_eq(found->len, 2);
	ck_assert_uint_eq(found->notes, 2);
	ck_assert_str_eq(found->items[0].sentence,
	    "constraint \"users_mail_key\" of table \"public.users\" is named so here; "
	    "the migrations call it \"users_mail_unique\"");
	ck_assert_str_eq(
	    found->items[0].object, "constraint users_mail_key on public.users");
	ck_assert_str_eq(found->items[1].sentence,
	    "index \"users_mail_idx\" of table \"public.users\" is named so here; "
	    "the migrations call it \"idx_mail\"");
	ck_assert_str_eq(found->items[1].object, "index users_mail_idx on public.users");
	policy.by_definition = true;
	assert_nothing();
}
END_TEST

START_TEST(test_the_same_name_goes_before_the_same_definition)
{
	aet__constraint twice[2] = { actual.constraint, actual.constraint };

	twice[0].name = "another";
	actual.table.constraints = twice;
	actual.table.constraint_count = 2;
	assert_one(AET__DIFFERENCE_EXTRA, "constraint another on public.users",
	    "unique constraint \"another\" on \"public.users\" is not expected: UNIQUE "
	    "(mail)");
}
END_TEST

START_TEST(test_another_definition_is_found_by_its_name)
{
	actual.constraint.definition = "UNIQUE (mail, id)";
	assert_one(AET__DIFFERENCE_DIFFERS,
	    "constraint users_mail_unique on public.users",
	    "unique constraint \"users_mail_unique\" on \"public.users\" is UNIQUE "
	    "(mail, id), expected UNIQUE (mail)");
}
END_TEST

START_TEST(test_storage_of_a_renamed_index_counts_in_a_check)
{
	actual.index.name = "a \"b\" ON c";
	actual.index.definition = "CREATE INDEX \"a \"\"b\"\" ON c\" ON public.users "
				  "USING btree (mail) WITH (fillfactor='50')";
	assert_one(AET__DIFFERENCE_DIFFERS, "index a \"b\" ON c on public.users",
	    "index \"a \"b\" ON c\" on \"public.users\" is CREATE INDEX \"a \"\"b\"\" ON "
	    "c\" ON public.users USING btree (mail) WITH (fillfactor='50'), expected "
	    "CREATE INDEX idx_mail ON public.users USING btree (mail)");
	expected.index.definition = "CREATE INDEX idx_mail ON public.users USING btree "
				    "(mail) WITH (fillfactor='50')";
	compare();
	ck_assert_uint_eq(found->len, 1);
	ck_assert_uint_eq(found->notes, 1);
}
END_TEST

START_TEST(test_order_of_columns_counts_in_a_check_only)
{
	aet__table_column first = actual.columns[0];

	actual.columns[0] = actual.columns[1];
	actual.columns[1] = first;
	assert_one(AET__DIFFERENCE_DIFFERS, "table public.users",
	    "the columns of table \"public.users\" are in the order mail, id, expected "
	    "id, "
	    "mail");
	policy.by_definition = true;
	assert_nothing();
}
END_TEST

START_TEST(test_comments_are_notes_in_a_check)
{
	expected.columns[1].comment = "where to write to";
	assert_note(AET__DIFFERENCE_MISSING, "column public.users.mail",
	    "the comment on column public.users.mail is missing");
	actual.columns[1].comment = "another";
	assert_note(AET__DIFFERENCE_DIFFERS, "column public.users.mail",
	    "column public.users.mail has another comment than expected");
	policy.by_definition = true;
	assert_nothing();
}
END_TEST

START_TEST(test_comments_on_everything_are_notes)
{
	actual.schema.comment = "a comment";
	actual.table.comment = "a comment";
	actual.constraint.comment = "a comment";
	actual.index.comment = "a comment";
	actual.mood.comment = "a comment";
	actual.domain.comment = "a comment";
	actual.sequence.comment = "a comment";
	compare();
	ck_assert_uint_eq(found->len, 7);
	ck_assert_uint_eq(found->notes, 7);
	ck_assert_str_eq(
	    found->items[0].sentence, "schema public has a comment, expected none");
	policy.by_definition = true;
	assert_nothing();
}
END_TEST

/* ---- a pair of schemas ------------------------------------------------ */

START_TEST(test_expected_lies_elsewhere)
{
	policy.expected_schema = "pg_temp";
	policy.actual_schema = "public";
	expected.table.schema = "pg_temp";
	expected.mood.schema = "pg_temp";
	expected.domain.schema = "pg_temp";
	expected.sequence.schema = "pg_temp";
	expected.object.schema = "pg_temp";
	expected.index.definition =
	    "CREATE INDEX idx_mail ON pg_temp.users USING btree (mail)";
	expected.columns[1].default_text = "'sad'::mood";
	actual.columns[1].default_text = "'sad'::public.mood";
	expected.columns[1].type_text = "mood";
	actual.columns[1].type_text = "public.mood";
	assert_nothing();
	expected.columns[1].type_text = "\"pg_temp\".mood";
	assert_nothing();
	actual.columns[1].type_text = "republic.mood";
	assert_one(AET__DIFFERENCE_DIFFERS, "column public.users.mail",
	    "column \"mail\" of table \"public.users\" is republic.mood, expected mood");
	actual.columns[1].type_text = "other.public.mood";
	assert_one(AET__DIFFERENCE_DIFFERS, "column public.users.mail",
	    "column \"mail\" of table \"public.users\" is other.public.mood, expected "
	    "mood");
}
END_TEST

START_TEST(test_other_schemas_are_out_of_the_pair)
{
	policy.expected_schema = "made";
	policy.actual_schema = "public";
	actual.table.schema = "game";
	actual.mood.schema = "game";
	actual.domain.schema = "game";
	actual.sequence.schema = "game";
	actual.object.schema = "game";
	assert_nothing();
}
END_TEST

static void
add(TCase *tcase)
{
	tcase_add_test(tcase, test_the_same);
	tcase_add_test(tcase, test_another_name_is_a_note_in_a_check);
	tcase_add_test(tcase, test_the_same_name_goes_before_the_same_definition);
	tcase_add_test(tcase, test_another_definition_is_found_by_its_name);
	tcase_add_test(tcase, test_storage_of_a_renamed_index_counts_in_a_check);
	tcase_add_test(tcase, test_order_of_columns_counts_in_a_check_only);
	tcase_add_test(tcase, test_comments_are_notes_in_a_check);
	tcase_add_test(tcase, test_comments_on_everything_are_notes);
	tcase_add_test(tcase, test_expected_lies_elsewhere);
	tcase_add_test(tcase, test_other_schemas_are_out_of_the_pair);
}

int
main(void)
{
	return test_compare_main("compare", add);
}
