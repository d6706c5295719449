/* SPDX-License-Identifier: MIT */
/* <aeturnis/statement.h> by hand-written descriptors: values both ways, the
 * cache, what drift looks like. */
#include "support/server.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <aeturnis/statement.h>

enum {
	BOOL = 16,
	BYTEA = 17,
	INT8 = 20,
	INT2 = 21,
	INT4 = 23,
	TEXT = 25,
	FLOAT4 = 700,
	FLOAT8 = 701,
	TEXTS = 1009,
	TIMESTAMPTZ = 1184,
	UUID = 2950,
	UUIDS = 2951,
	JSONB = 3802
};

static char *url;
static aet_db *db;

static void
setup(void)
{
	aet_db_options options = AET_DB_OPTIONS_INIT;
	aet_error err = { 0 };

	url = test_database_create();
	options.url = url;
	options.statement_cache = 4;
	ck_assert_msg(aet_db_open(&options, &db, &err) == AET_OK, "%s", err.message);
}

static void
teardown(void)
{
	ck_assert_int_eq(aet_db_close(&db), AET_OK);
	ck_assert_ptr_null(db);
	free(url);
}

/* ---- every type there and back ---------------------------------------- */

typedef struct values {
	bool b;
	int16_t i2;
	int32_t i4;
	int64_t i8;
	float f4;
	double f8;
	aet_uuid uuid;
	aet_timestamp at;
	const char *text;
	aet_bytes bytes;
	aet_json json;
	aet_text_array texts;
	const char *nothing;
	aet_opt_int32 no_number;
} values;

static void
values_read(aet_row *row, void *out)
{
	values *v = out;

	v->b = aet_row_bool(row, 0);
	v->i2 = aet_row_int16(row, 1);
	v->i4 = aet_row_int32(row, 2);
	v->i8 = aet_row_int64(row, 3);
	v->f4 = aet_row_float(row, 4);
	v->f8 = aet_row_double(row, 5);
	v->uuid = aet_row_uuid(row, 6);
	v->at = aet_row_timestamp(row, 7);
	v->text = aet_row_text(row, 8);
	v->bytes = aet_row_bytes(row, 9);
	v->json = aet_row_jsonb(row, 10);
	v->texts = aet_row_text_array(row, 11);
	v->nothing = aet_row_text_or_null(row, 12);
	v->no_number = aet_row_opt_int32(row, 13);
}

static const aet_parameter values_parameters[] = {
	{ "b", { BOOL, NULL }, NULL },
	{ "i2", { INT2, NULL }, NULL },
	{ "i4", { INT4, NULL }, NULL },
	{ "i8", { INT8, NULL }, NULL },
	{ "f4", { FLOAT4, NULL }, NULL },
	{ "f8", { FLOAT8, NULL }, NULL },
	{ "uuid", { UUID, NULL }, NULL },
	{ "at", { TIMESTAMPTZ, NULL }, NULL },
	{ "text", { TEXT, NULL }, NULL },
	{ "bytes", { BYTEA, NULL }, NULL },
	{ "json", { JSONB, NULL }, NULL },
	{ "texts", { TEXTS, NULL }, NULL },
	{ "nothing", { TEXT, NULL }, NULL },
	{ "no_number", { INT4, NULL }, NULL },
};

static const aet_column values_columns[] = {
	{ "b", { BOOL, NULL }, false },
	{ "i2", { INT2, NULL }, false },
	{ "i4", { INT4, NULL }, false },
	{ "i8", { INT8, NULL }, false },
	{ "f4", { FLOAT4, NULL }, false },
	{ "f8", { FLOAT8, NULL }, false },
	{ "uuid", { UUID, NULL }, false },
	{ "at", { TIMESTAMPTZ, NULL }, false },
	{ "text", { TEXT, NULL }, false },
	{ "bytes", { BYTEA, NULL }, false },
	{ "json", { JSONB, NULL }, false },
	{ "texts", { TEXTS, NULL }, false },
	{ "nothing", { TEXT, NULL }, true },
	{ "no_number", { INT4, NULL }, true },
};

static const aet_statement echo_values = {
	.size = sizeof(aet_statement),
	.name = "echo_values",
	.sql = "SELECT $1 AS b, $2 AS i2, $3 AS i4, $4 AS i8, $5 AS f4, $6 AS f8, $7 AS "
	       "uuid, "
	       "$8 AS at, $9 AS text, $10 AS bytes, $11 AS json, $12 AS texts, $13 AS "
	       "nothing, "
	       "$14 AS no_number",
	.parameters = values_parameters,
	.parameter_count = 14,
	.columns = values_columns,
	.column_count = 14,
	.row_size = sizeof(values),
	.read = values_read,
};

static const char json_text[] = "{\"n\": 12345678901234567890.123456789012345678901}";
static const char *const items[] = { "a,\"b", NULL, "", "\xF0\x9F\x94\x92" };

static void
bind_extremes(aet_args *args)
{
	const aet_uuid uuid = { { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
	    255 } };

	aet_args_bool(args, true);
	aet_args_int16(args, INT16_MIN);
	aet_args_int32(args, INT32_MIN);
	aet_args_int64(args, INT64_MIN);
	aet_args_float(args, -0.0f);
	aet_args_double(args, INFINITY);
	aet_args_uuid(args, uuid);
	aet_args_timestamp(args, (aet_timestamp){ AET_TIMESTAMP_MINUS_INFINITY });
	aet_args_text(args, "it's \\ \xC3\xA9");
	aet_args_bytes(args, (aet_bytes){ (const uint8_t *)"\0\xFF\0", 3 });
	aet_args_jsonb(args, (aet_json){ json_text, sizeof(json_text) - 1 });
	aet_args_text_array(args, (aet_text_array){ .items = items, .len = 4 });
	aet_args_text_or_null(args, NULL);
	aet_args_null(args);
}

START_TEST(every_value_comes_back_as_it_went)
{
	aet_args args = { 0 };
	aet_error err = { 0 };
	values *v = NULL;

	bind_extremes(&args);
	ck_assert_msg(aet_statement_find_one(db, &echo_values, &args, &v, &err) == AET_OK,
	    "%s", err.message);
	ck_assert(v->b);
	ck_assert_int_eq(v->i2, INT16_MIN);
	ck_assert_int_eq(v->i4, INT32_MIN);
	ck_assert_int_eq(v->i8, INT64_MIN);
	ck_assert(v->f4 == 0 && signbit(v->f4));
	ck_assert(isinf(v->f8) && v->f8 > 0);
	ck_assert_int_eq(v->uuid.bytes[0], 1);
	ck_assert_int_eq(v->uuid.bytes[15], 255);
	ck_assert_int_eq(v->at.us, AET_TIMESTAMP_MINUS_INFINITY);
	ck_assert_str_eq(v->text, "it's \\ \xC3\xA9");
	ck_assert_uint_eq(v->bytes.len, 3);
	ck_assert_int_eq(memcmp(v->bytes.data, "\0\xFF\0", 3), 0);
	ck_assert_str_eq(v->json.text, json_text);
	ck_assert_uint_eq(v->json.len, sizeof(json_text) - 1);
	ck_assert_uint_eq(v->texts.len, 4);
	ck_assert_str_eq(v->texts.items[0], "a,\"b");
	ck_assert_ptr_null(v->texts.items[1]);
	ck_assert_str_eq(v->texts.items[2], "");
	ck_assert_str_eq(v->texts.items[3], "\xF0\x9F\x94\x92");
	ck_assert_ptr_null(v->nothing);
	ck_assert(!v->no_number.has_value);
	aet_block_free(v);
}
END_TEST

/* ---- a statement of one text column ----------------------------------- */

typedef struct word {
	const char *text;
} word;

typedef struct word_list {
	word *items;
	size_t len;
} word_list;

static void
word_read(aet_row *row, void *out)
{
	((word *)out)->text = aet_row_text(row, 0);
}

static const aet_parameter number_parameter[] = { { "n", { INT4, NULL }, NULL } };
static const aet_column word_column[] = { { "word", { TEXT, NULL }, false } };

#define WORD_STATEMENT(text)                                                         \
	{                                                                            \
		.size = sizeof(aet_statement), .name = "words", .sql = (text),       \
		.parameters = number_parameter, .parameter_count = 1,                \
		.columns = word_column, .column_count = 1, .row_size = sizeof(word), \
		.read = word_read                                                    \
	}

static aet_status
list_words(const aet_statement *statement, int32_t n, word_list **out, aet_error *err)
{
	aet_args args = { 0 };

	aet_args_int32(&args, n);
	return aet_statement_list(db, statement, &args, out, err);
}

START_TEST(a_list_has_every_row_in_order)
{
	static const aet_statement words =
	    WORD_STATEMENT("SELECT 'w' || i FROM generate_series(1, $1) i");
	word_list *list = NULL;

	ck_assert_int_eq(list_words(&words, 5000, &list, NULL), AET_OK);
	ck_assert_uint_eq(list->len, 5000);
	ck_assert_str_eq(list->items[0].text, "w1");
	ck_assert_str_eq(list->items[4999].text, "w5000");
	aet_block_free(list);
	ck_assert_int_eq(list_words(&words, 0, &list, NULL), AET_OK);
	ck_assert_uint_eq(list->len, 0);
	ck_assert_ptr_null(list->items);
	aet_block_free(list);
}
END_TEST

START_TEST(no_row_is_not_found)
{
	static const aet_statement none = WORD_STATEMENT("SELECT 'x' WHERE $1 < 0");
	aet_args args = { 0 };
	aet_error err = { 0 };
	word *out = NULL;

	aet_args_int32(&args, 1);
	ck_assert_int_eq(
	    aet_statement_find_one(db, &none, &args, &out, &err), AET_ENOTFOUND);
	ck_assert_str_eq(err.message, "words: no such row");
	ck_assert_ptr_null(out);
}
END_TEST

START_TEST(drift_is_named)
{
	static const aet_statement null =
	    WORD_STATEMENT("SELECT CASE WHEN $1 > 0 THEN NULL ELSE 'x' END");
	static const aet_statement type = WORD_STATEMENT("SELECT $1 + 1");
	static const aet_statement gone =
	    WORD_STATEMENT("SELECT t.\"wörd\" FROM (SELECT 'x' AS other, $1) t");
	static const aet_statement more = WORD_STATEMENT("SELECT 'x', $1");
	word_list *list = NULL;
	aet_error err = { 0 };

	ck_assert_int_eq(list_words(&null, 1, &list, &err), AET_EDATA);
	ck_assert_str_eq(err.column, "word");
	ck_assert_str_eq(err.message,
	    "words: column \"word\": NULL where the generated code expects none");
	ck_assert_int_eq(list_words(&type, 1, &list, &err), AET_EDATA);
	ck_assert_str_eq(err.column, "word");
	ck_assert_int_eq(list_words(&gone, 1, &list, &err), AET_EDATA);
	ck_assert_str_eq(err.column, "w\xC3\xB6rd");
	ck_assert_str_eq(err.sqlstate, "42703");
	ck_assert_int_eq(list_words(&more, 1, &list, &err), AET_EDATA);
	ck_assert_ptr_null(list);
}
END_TEST

START_TEST(wrong_arguments_never_reach_the_database)
{
	static const aet_statement words = WORD_STATEMENT("SELECT 'x' || $1");
	aet_args args = { 0 };
	aet_error err = { 0 };
	word *out = NULL;

	aet_args_text(&args, NULL);
	ck_assert_int_eq(
	    aet_statement_find_one(db, &words, &args, &out, &err), AET_EINVAL);
	ck_assert_str_eq(err.column, "n");
	ck_assert_int_eq(
	    aet_statement_find_one(db, &words, &args, &out, &err), AET_EINVAL);
	ck_assert_str_eq(err.message, "words: 0 arguments given, 1 expected");
	ck_assert_int_eq(
	    aet_statement_find_one(NULL, &words, &args, &out, &err), AET_EINVAL);
}
END_TEST

/* ---- the cache -------------------------------------------------------- */

static const aet_statement cached[] = {
	WORD_STATEMENT("SELECT 'a' || $1"),
	WORD_STATEMENT("SELECT 'b' || $1"),
	WORD_STATEMENT("SELECT 'c' || $1"),
	WORD_STATEMENT("SELECT 'd' || $1"),
	WORD_STATEMENT("SELECT 'e' || $1"),
	WORD_STATEMENT("SELECT 'f' || $1"),
};

/* The word that statement gives for n is its letter and n. */
static void
expect_word(const aet_statement *statement, int32_t n, const char *expected)
{
	word_list *list = NULL;
	aet_error err = { 0 };

	ck_assert_msg(list_words(statement, n, &list, &err) == AET_OK, "%s", err.message);
	ck_assert_str_eq(list->items[0].text, expected);
	aet_block_free(list);
}

static const aet_statement count_prepared =
    WORD_STATEMENT("SELECT count(*)::text FROM pg_prepared_statements WHERE $1 = $1");

START_TEST(a_full_cache_forgets_on_both_sides)
{
	for (int round = 0; round < 3; round++)
		for (size_t i = 0; i < 6; i++) {
			char expected[3] = { (char)('a' + (int)i), '7', '\0' };

			expect_word(&cached[i], 7, expected);
		}
	expect_word(&count_prepared, 1, "4");
}
END_TEST

static const aet_parameter no_parameters[1];
static const aet_statement discard_all = { .size = sizeof(aet_statement),
	.name = "discard_all",
	.sql = "DISCARD ALL",
	.parameters = no_parameters };

START_TEST(a_forgotten_statement_is_prepared_again)
{
	aet_args args = { 0 };
	aet_db *tx = NULL;
	aet_error err = { 0 };
	word *out = NULL;

	expect_word(&cached[0], 1, "a1");
	ck_assert_int_eq(aet_statement_exec(db, &discard_all, &args, NULL, &err), AET_OK);
	expect_word(&cached[0], 2, "a2");

	test_sql(url, "CREATE TABLE t (v text); INSERT INTO t VALUES ('x')");
	ck_assert_int_eq(aet_db_begin(db, NULL, &tx, NULL), AET_OK);
	aet_args_int32(&args, 1);
	ck_assert_int_eq(
	    aet_statement_find_one(tx, &cached[0], &args, &out, &err), AET_OK);
	aet_block_free(out);
	aet_db_rollback(&tx);
}
END_TEST

static const aet_statement star = WORD_STATEMENT("SELECT * FROM t WHERE $1 = $1");

START_TEST(a_changed_result_type_is_retried_or_told)
{
	aet_args args = { 0 };
	aet_db *tx = NULL;
	aet_error err = { 0 };
	word *out = NULL;

	test_sql(url, "CREATE TABLE t (v varchar(5)); INSERT INTO t VALUES ('x')");
	expect_word(&star, 1, "x");
	test_sql(url, "ALTER TABLE t ALTER v TYPE text");
	expect_word(&star, 1, "x");
	test_sql(url, "ALTER TABLE t ALTER v TYPE varchar(9)");
	ck_assert_int_eq(aet_db_begin(db, NULL, &tx, NULL), AET_OK);
	aet_args_int32(&args, 1);
	ck_assert_int_eq(
	    aet_statement_find_one(tx, &star, &args, &out, &err), AET_ERETRY);
	ck_assert_str_eq(err.sqlstate, "0A000");
	aet_db_rollback(&tx);
	expect_word(&star, 1, "x");
}
END_TEST

/* ---- inserts and updates ---------------------------------------------- */

typedef struct thing {
	int32_t id;
	const char *name;
	aet_opt_int32 size;
} thing;

typedef struct thing_list {
	thing *items;
	size_t len;
} thing_list;

static void
thing_read(aet_row *row, void *out)
{
	thing *t = out;

	t->id = aet_row_int32(row, 0);
	t->name = aet_row_text(row, 1);
	t->size = aet_row_opt_int32(row, 2);
}

static const aet_column thing_columns[] = {
	{ "id", { INT4, NULL }, false },
	{ "name", { TEXT, NULL }, false },
	{ "size", { INT4, NULL }, true },
};

static const aet_parameter insert_parameters[] = {
	{ "id", { INT4, NULL }, NULL },
	{ "name", { TEXT, NULL }, NULL },
	{ "size", { INT4, NULL }, NULL },
};

static const aet_statement thing_insert = { .size = sizeof(aet_statement),
	.name = "thing_insert",
	.kind = AET_STATEMENT_INSERT,
	.writes = true,
	.sql = "INSERT INTO thing",
	.tail = " RETURNING id, name, size",
	.parameters = insert_parameters,
	.parameter_count = 3,
	.columns = thing_columns,
	.column_count = 3,
	.row_size = sizeof(thing),
	.read = thing_read };

static const aet_parameter update_parameters[] = {
	{ "id", { INT4, NULL }, NULL },
	{ "name", { TEXT, NULL }, NULL },
	{ "size", { INT4, NULL }, "size + 1" },
};

static const aet_statement thing_update = { .size = sizeof(aet_statement),
	.name = "thing_update",
	.kind = AET_STATEMENT_UPDATE,
	.writes = true,
	.sql = "UPDATE thing SET",
	.tail = " WHERE id = $1 RETURNING id, name, size",
	.otherwise = "SELECT id, name, size FROM thing WHERE id = $1",
	.keys = 1,
	.parameters = update_parameters,
	.parameter_count = 3,
	.columns = thing_columns,
	.column_count = 3,
	.row_size = sizeof(thing),
	.read = thing_read };

#define THING_TABLE                                                                     \
	"CREATE TABLE thing (id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, "     \
	"name text NOT NULL DEFAULT 'nobody' CONSTRAINT not_empty CHECK (name <> ''), " \
	"size int DEFAULT 5, UNIQUE (name, size) DEFERRABLE INITIALLY DEFERRED)"

START_TEST(an_insert_leaves_what_is_unset_to_its_default)
{
	aet_args args = { 0 };
	thing *t = NULL;

	test_sql(url, THING_TABLE);
	aet_args_unset(&args);
	aet_args_unset(&args);
	aet_args_null(&args);
	ck_assert_int_eq(
	    aet_statement_find_one(db, &thing_insert, &args, &t, NULL), AET_OK);
	ck_assert_int_eq(t->id, 1);
	ck_assert_str_eq(t->name, "nobody");
	ck_assert(!t->size.has_value);
	aet_block_free(t);
	for (int i = 0; i < 3; i++)
		aet_args_unset(&args);
	ck_assert_int_eq(
	    aet_statement_find_one(db, &thing_insert, &args, &t, NULL), AET_OK);
	ck_assert_int_eq(t->size.value, 5);
	aet_block_free(t);
}
END_TEST

static aet_status
update_thing(aet_field_text name, aet_field_int32 size, thing **out, aet_error *err)
{
	aet_args args = { 0 };

	aet_args_int32(&args, 1);
	aet_args_field_text(&args, name);
	aet_args_field_int32(&args, size);
	return aet_statement_find_one(db, &thing_update, &args, out, err);
}

START_TEST(an_update_sets_what_is_set)
{
	thing *t = NULL;

	test_sql(url, THING_TABLE "; INSERT INTO thing VALUES (1, 'one', 10)");
	ck_assert_int_eq(
	    update_thing(aet_set_text("uno"), (aet_field_int32){ 0 }, &t, NULL), AET_OK);
	ck_assert_str_eq(t->name, "uno");
	ck_assert_int_eq(t->size.value, 11);
	aet_block_free(t);
	ck_assert_int_eq(
	    update_thing((aet_field_text){ 0 }, aet_set_int32(3), &t, NULL), AET_OK);
	ck_assert_str_eq(t->name, "uno");
	ck_assert_int_eq(t->size.value, 3);
	aet_block_free(t);
	ck_assert_int_eq(
	    update_thing((aet_field_text){ 0 }, (aet_field_int32){ 0 }, &t, NULL),
	    AET_OK);
	ck_assert_int_eq(t->size.value, 3);
	aet_block_free(t);
	test_sql(url, "DELETE FROM thing");
	ck_assert_int_eq(
	    update_thing(aet_set_text("x"), (aet_field_int32){ 0 }, &t, NULL),
	    AET_ENOTFOUND);
}
END_TEST

START_TEST(constraints_are_told_apart)
{
	thing *t = NULL;
	aet_error err = { 0 };

	test_sql(
	    url, THING_TABLE "; INSERT INTO thing VALUES (1, 'one', 1), (2, 'two', 1)");
	ck_assert_int_eq(update_thing(aet_set_text(""), (aet_field_int32){ 0 }, &t, &err),
	    AET_ECONSTRAINT);
	ck_assert_str_eq(err.sqlstate, "23514");
	ck_assert_str_eq(err.constraint, "not_empty");
	ck_assert_int_eq(update_thing((aet_field_text){ .state = AET_SET_NULL },
			     (aet_field_int32){ 0 }, &t, &err),
	    AET_ECONSTRAINT);
	ck_assert_str_eq(err.sqlstate, "23502");
	ck_assert_str_eq(err.column, "name");
	/* Deferred: said after the row has been returned, at the commit. */
	ck_assert_int_eq(
	    update_thing(aet_set_text("two"), aet_set_int32(1), &t, &err), AET_ECONFLICT);
	ck_assert_str_eq(err.sqlstate, "23505");
	ck_assert_str_eq(err.constraint, "thing_name_size_key");
	test_value_is(
	    url, "SELECT string_agg(name, ' ' ORDER BY id) FROM thing", "one two");
}
END_TEST

/* ---- many ------------------------------------------------------------- */

typedef struct new_thing {
	aet_field_text name;
	aet_field_int32 size;
} new_thing;

static void
bind_thing(aet_args *args, const void *item)
{
	const new_thing *t = item;

	aet_args_unset(args);
	aet_args_field_text(args, t->name);
	aet_args_field_int32(args, t->size);
}

#define MANY 3000

START_TEST(many_inserts_are_one_transaction)
{
	new_thing *things = calloc(MANY, sizeof(*things));
	thing_list *list = NULL;
	aet_error err = { 0 };
	aet_status status;

	test_sql(url, THING_TABLE);
	for (int i = 0; i < MANY; i++) {
		things[i].size = aet_set_int32(i);
		if (i % 3 == 0)
			things[i].name = aet_set_text("third");
	}
	status = aet_statement_insert_all(
	    db, &thing_insert, bind_thing, things, MANY, sizeof(*things), &list, &err);
	ck_assert_msg(status == AET_OK, "%s", err.message);
	ck_assert_uint_eq(list->len, MANY);
	for (int i = 0; i < MANY; i++) {
		ck_assert_int_eq(list->items[i].id, i + 1);
		ck_assert_int_eq(list->items[i].size.value, i);
		ck_assert_str_eq(list->items[i].name, i % 3 == 0 ? "third" : "nobody");
	}
	aet_block_free(list);

	things[MANY - 1].name = aet_set_text("");
	list = NULL;
	ck_assert_int_eq(aet_statement_insert_all(db, &thing_insert, bind_thing, things,
			     MANY, sizeof(*things), &list, &err),
	    AET_ECONSTRAINT);
	ck_assert_str_eq(err.constraint, "not_empty");
	ck_assert_msg(strncmp(err.message, "item 2999: thing_insert: ", 25) == 0, "%s",
	    err.message);
	ck_assert_ptr_null(list);
	test_value_is(url, "SELECT count(*) FROM thing", "3000");

	/* The unique key is deferred, so that the last word is the Sync's. */
	things[MANY - 1].name = aet_set_text("third");
	things[MANY - 1].size = aet_set_int32(0);
	ck_assert_int_eq(aet_statement_insert_all(db, &thing_insert, bind_thing,
			     things + MANY - 1, 1, sizeof(*things), NULL, &err),
	    AET_ECONFLICT);
	ck_assert_int_eq(aet_statement_insert_all(db, &thing_insert, bind_thing, NULL, 0,
			     sizeof(*things), &list, &err),
	    AET_OK);
	ck_assert_uint_eq(list->len, 0);
	aet_block_free(list);
	expect_word(&cached[0], 1, "a1");
	free(things);
}
END_TEST

START_TEST(many_inserts_in_a_transaction_are_its_own)
{
	const new_thing things[2] = { { aet_set_text("a"), { 0 } },
		{ aet_set_text("b"), { 0 } } };
	aet_db *tx = NULL;

	test_sql(url, THING_TABLE);
	ck_assert_int_eq(aet_db_begin(db, NULL, &tx, NULL), AET_OK);
	ck_assert_int_eq(aet_statement_insert_all(tx, &thing_insert, bind_thing, things,
			     2, sizeof(things[0]), NULL, NULL),
	    AET_OK);
	test_value_is(url, "SELECT count(*) FROM thing", "0");
	ck_assert_int_eq(aet_db_commit(&tx, NULL), AET_OK);
	test_value_is(url, "SELECT count(*) FROM thing", "2");
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("statement");
	TCase *tcase = tcase_create("statement");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, every_value_comes_back_as_it_went);
	tcase_add_test(tcase, a_list_has_every_row_in_order);
	tcase_add_test(tcase, no_row_is_not_found);
	tcase_add_test(tcase, drift_is_named);
	tcase_add_test(tcase, wrong_arguments_never_reach_the_database);
	tcase_add_test(tcase, a_full_cache_forgets_on_both_sides);
	tcase_add_test(tcase, a_forgotten_statement_is_prepared_again);
	tcase_add_test(tcase, a_changed_result_type_is_retried_or_told);
	tcase_add_test(tcase, an_insert_leaves_what_is_unset_to_its_default);
	tcase_add_test(tcase, an_update_sets_what_is_set);
	tcase_add_test(tcase, constraints_are_told_apart);
	tcase_add_test(tcase, many_inserts_are_one_transaction);
	tcase_add_test(tcase, many_inserts_in_a_transaction_are_its_own);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
