/* SPDX-License-Identifier: MIT */
#include "support/comparing.h"

#include <stdlib.h>

model expected;
model actual;
aet__compare_policy policy;
aet__differences *found;

static void
fill_table(model *m)
{
	m->schema = (aet__schema){ .name = "public" };
	m->columns[0] = (aet__table_column){
		.number = 1,
		.name = "id",
		.type_text = "uuid",
		.not_null = true,
	};
	m->columns[1] = (aet__table_column){
		.number = 2,
		.name = "mail",
		.type_text = "text",
		.default_text = "''::text",
		.has_default = true,
	};
	m->key[0] = "mail";
	m->constraint = (aet__constraint){
		.name = "users_mail_unique",
		.kind = AET__CONSTRAINT_UNIQUE,
		.columns = m->key,
		.column_count = 1,
		.validated = true,
		.definition = "UNIQUE (mail)",
	};
	m->index_key = (aet__index_key){ .column = "mail", .text = "mail" };
	m->index = (aet__index){
		.name = "idx_mail",
		.method = "btree",
		.keys = &m->index_key,
		.key_count = 1,
		.valid = true,
		.definition = "CREATE INDEX idx_mail ON public.users USING btree (mail)",
	};
	m->table = (aet__table){
		.schema = "public",
		.name = "users",
		.kind = AET__TABLE_ORDINARY,
		.columns = m->columns,
		.column_count = 2,
		.constraints = &m->constraint,
		.constraint_count = 1,
		.indexes = &m->index,
		.index_count = 1,
	};
}

static void
fill_types(model *m)
{
	m->labels[0] = "sad";
	m->labels[1] = "ok";
	m->mood = (aet__enum_type){
		.schema = "public",
		.name = "mood",
		.labels = m->labels,
		.label_count = 2,
	};
	m->check = (aet__domain_check){
		.name = "email_check",
		.definition = "CHECK ((VALUE ~ '@'::text))",
		.validated = true,
	};
	m->domain = (aet__domain){
		.schema = "public",
		.name = "email",
		.type_text = "text",
		.checks = &m->check,
		.check_count = 1,
	};
	m->sequence = (aet__sequence){
		.schema = "public",
		.name = "turns",
		.type_text = "bigint",
		.start = 1,
		.increment = 1,
		.minimum = 1,
		.maximum = 9,
		.cache = 1,
	};
	m->object = (aet__object){
		.kind = "trigger",
		.schema = "public",
		.table = "users",
		.name = "touch",
		.definition = "CREATE TRIGGER touch",
	};
}

static void
fill(model *m)
{
	fill_table(m);
	fill_types(m);
	m->catalog = (aet__catalog){
		.schemas = &m->schema,
		.schema_count = 1,
		.tables = &m->table,
		.table_count = 1,
		.enums = &m->mood,
		.enum_count = 1,
		.domains = &m->domain,
		.domain_count = 1,
		.sequences = &m->sequence,
		.sequence_count = 1,
		.objects = &m->object,
		.object_count = 1,
	};
}

void
test_compare_setup(void)
{
	fill(&expected);
	fill(&actual);
	policy = (aet__compare_policy){ 0 };
}

void
test_compare_teardown(void)
{
	aet__differences_free(found);
	found = NULL;
}

void
compare(void)
{
	aet__differences_free(found);
	found = NULL;
	ck_assert_int_eq(aet__catalog_compare(
			     &expected.catalog, &actual.catalog, &policy, &found, NULL),
	    AET_OK);
}

void
assert_nothing(void)
{
	compare();
	ck_assert_msg(
	    found->len == 0, "%s", found->len > 0 ? found->items[0].sentence : "");
}

void
assert_one(aet__difference_kind kind, const char *object, const char *sentence)
{
	compare();
	ck_assert_uint_eq(found->len, 1);
	ck_assert_uint_eq(found->notes, 0);
	ck_assert_str_eq(found->items[0].sentence, sentence);
	ck_assert_str_eq(found->items[0].object, object);
	ck_assert_int_eq(found->items[0].kind, kind);
}

void
assert_note(aet__difference_kind kind, const char *object, const char *sentence)
{
	compare();
	ck_assert_uint_eq(found->len, 1);
	ck_assert_uint_eq(found->notes, 1);
	ck_assert(found->items[0].note);
	ck_assert_str_eq(found->items[0].sentence, sentence);
	ck_assert_str_eq(found->items[0].object, object);
	ck_assert_int_eq(found->items[0].kind, kind);
}

int
test_compare_main(const char *name, void (*add)(TCase *tcase))
{
	Suite *suite = suite_create(name);
	TCase *tcase = tcase_create(name);
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tcase, test_compare_setup, test_compare_teardown);
	add(tcase);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
