/* SPDX-License-Identifier: MIT */
/* Every type there and back. */
#include "support/game.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <aeturnis/statement.h>

/* Oids of PostgreSQL's built-in types (pg_type.dat). */
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
	JSONB = 3802
};

static test_game game;
static aet_db *db;

static void
setup(void)
{
	aet_db_options options = AET_DB_OPTIONS_INIT;
	aet_error err = { 0 };

	game = test_game_create();
	options.url = game.app;
	options.statement_cache = 4;
	ck_assert_msg(aet_db_open(&options, &db, &err) == AET_OK, "%s", err.message);
}

static void
teardown(void)
{
	ck_assert_int_eq(aet_db_close(&db), AET_OK);
	ck_assert_ptr_null(db);
	test_game_free(&game);
}

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

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("statement_values");
	TCase *tcase = tcase_create("statement_values");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, every_value_comes_back_as_it_went);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
