/* SPDX-License-Identifier: MIT */
/* Comparison of catalogues that are written down here. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "catalog/arena.h"
#include "catalog/compare.h"
#include "catalog/default_value.h"

/* A catalogue of one table, whose parts a test changes. */
typedef struct model {
	aet__schema schema;
	aet__table_column columns[2];
	const char *key[1];
	aet__constraint constraint;
	aet__index_key index_key;
	aet__index index;
	aet__table table;
	const char *labels[2];
	aet__enum_type mood;
	aet__domain_check check;
	aet__domain domain;
	aet__sequence sequence;
	aet__object object;
	aet__catalog catalog;
} model;

static model expected;
static model actual;
static aet__compare_policy policy;
static aet__differences *found;

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

static void
setup(void)
{
	fill(&expected);
	fill(&actual);
	policy = (aet__compare_policy){ 0 };
}

static void
teardown(void)
{
	aet__differences_free(found);
	found = NULL;
}

static void
compare(void)
{
	aet__differences_free(found);
	found = NULL;
	ck_assert_int_eq(aet__catalog_compare(
			     &expected.catalog, &actual.catalog, &policy, &found, NULL),
	    AET_OK);
}

static void
assert_nothing(void)
{
	compare();
	ck_assert_msg(
	    found->len == 0, "%s", found->len > 0 ? found->items[0].sentence : "");
}

static void
assert_one(aet__difference_kind kind, const char *object, const char *sentence)
{
	compare();
	ck_assert_uint_eq(found->len, 1);
	ck_assert_uint_eq(found->notes, 0);
	ck_assert_str_eq(found->items[0].sentence, sentence);
	ck_assert_str_eq(found->items[0].object, object);
	ck_assert_int_eq(found->items[0].kind, kind);
}

static void
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

/* ---- defaults --------------------------------------------------------- */

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
	teardown();
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

START_TEST(test_arena)
{
	aet__arena *arena = aet__arena_open();
	unsigned char *large = aet__arena_array(arena, 300, 1000);
	const char *text = aet__arena_text(arena, "text");
	long double *aligned = aet__arena_array(arena, 3, sizeof(*aligned));

	ck_assert_ptr_nonnull(large);
	memset(large, 1, 300000);
	aligned[2] = 1;
	ck_assert_str_eq(text, "text");
	ck_assert_uint_eq((uintptr_t)aligned % _Alignof(max_align_t), 0);
	ck_assert_ptr_nonnull(aet__arena_array(arena, 0, 8));
	ck_assert_ptr_null(aet__arena_text(arena, NULL));
	ck_assert(aet__arena_ok(arena));
	ck_assert_ptr_null(aet__arena_array(arena, SIZE_MAX / 2, 3));
	ck_assert(!aet__arena_ok(arena));
	aet__arena_free(arena);
	aet__arena_free(NULL);
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("compare");
	TCase *tcase = tcase_create("compare");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, test_the_same);
	tcase_add_test(tcase, test_another_name_is_a_note_in_a_check);
	tcase_add_test(tcase, test_the_same_name_goes_before_the_same_definition);
	tcase_add_test(tcase, test_another_definition_is_found_by_its_name);
	tcase_add_test(tcase, test_storage_of_a_renamed_index_counts_in_a_check);
	tcase_add_test(tcase, test_order_of_columns_counts_in_a_check_only);
	tcase_add_test(tcase, test_comments_are_notes_in_a_check);
	tcase_add_test(tcase, test_comments_on_everything_are_notes);
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
	tcase_add_test(tcase, test_expected_lies_elsewhere);
	tcase_add_test(tcase, test_other_schemas_are_out_of_the_pair);
	tcase_add_test(tcase, test_defaults_are_asked_about);
	tcase_add_test(tcase, test_default_null_is_none);
	tcase_add_test(tcase, test_what_may_be_evaluated);
	tcase_add_test(tcase, test_arena);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	SRunner *runner = srunner_create(make_suite());
	int failed;

	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
