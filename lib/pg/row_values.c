/* SPDX-License-Identifier: MIT */
/* One column of a row, by type, from PostgreSQL's binary format. */
#include <string.h>

#include <aeturnis/codec.h>
#include <libpq-fe.h>

#include "pg/binary.h"
#include "pg/block.h"
#include "pg/row_private.h"

/* What is inside a column fails as that column, all the way out. */
static void
row_fail(aet_row *row, aet_status status, size_t column, const char *what)
{
	if (row->failed != AET_OK)
		return;
	if (row->outer != NULL)
		row_fail(row->outer, status, row->outer_column, what);
	row->failed = status;
	row->failed_column =
	    row->statement != NULL && column < row->statement->column_count ? column : 0;
	row->what = what;
}

void
aet_row_fail(aet_row *row, size_t column, const char *what)
{
	row_fail(row, AET_EDATA, column, what);
}

bool
aet_row_is_null(aet_row *row, size_t column)
{
	if (row->cells != NULL)
		return column >= row->cell_count || row->cells[column].data == NULL;
	return PQgetisnull(row->result, row->number, (int)column);
}

const char *
aet__row_raw(aet_row *row, size_t column, size_t *len)
{
	if (row->cells != NULL) {
		bool null = aet_row_is_null(row, column);

		*len = null ? 0 : row->cells[column].len;
		return null ? "" : row->cells[column].data;
	}
	*len = (size_t)PQgetlength(row->result, row->number, (int)column);
	return PQgetvalue(row->result, row->number, (int)column);
}

/* Asked only where there are no bytes: libpq gives a NULL the length 0, and
 * each of its accessors checks its arguments anew. */
static bool
refuse_null(aet_row *row, size_t column)
{
	if (!aet_row_is_null(row, column))
		return false;
	aet_row_fail(row, column, "NULL where the generated code expects none");
	return true;
}

void
aet_row_require(aet_row *row, size_t column)
{
	(void)refuse_null(row, column);
}

const char *
aet__row_fixed(aet_row *row, size_t column, size_t size)
{
	size_t len;
	const char *value = aet__row_raw(row, column, &len);

	if (len == size)
		return value;
	if (len > 0 || !refuse_null(row, column))
		aet_row_fail(row, column, "a value of an unexpected size");
	return NULL;
}

bool
aet_row_bool(aet_row *row, size_t column)
{
	const char *value = aet__row_fixed(row, column, 1);

	return value != NULL && value[0] != 0;
}

int16_t
aet_row_int16(aet_row *row, size_t column)
{
	const char *value = aet__row_fixed(row, column, 2);

	return value != NULL ? (int16_t)aet__binary_get16(value) : 0;
}

int32_t
aet_row_int32(aet_row *row, size_t column)
{
	const char *value = aet__row_fixed(row, column, 4);

	return value != NULL ? (int32_t)aet__binary_get32(value) : 0;
}

int64_t
aet_row_int64(aet_row *row, size_t column)
{
	const char *value = aet__row_fixed(row, column, 8);

	return value != NULL ? (int64_t)aet__binary_get64(value) : 0;
}

float
aet_row_float(aet_row *row, size_t column)
{
	int32_t bits = aet_row_int32(row, column);
	float value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

double
aet_row_double(aet_row *row, size_t column)
{
	int64_t bits = aet_row_int64(row, column);
	double value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

aet_uuid
aet_row_uuid(aet_row *row, size_t column)
{
	const char *value = aet__row_fixed(row, column, 16);
	aet_uuid uuid = { { 0 } };

	if (value != NULL)
		memcpy(uuid.bytes, value, sizeof(uuid.bytes));
	return uuid;
}

aet_timestamp
aet_row_timestamp(aet_row *row, size_t column)
{
	return (aet_timestamp){ aet_row_int64(row, column) };
}

/* ---- values with a length of their own -------------------------------- */

void *
aet_row_room(aet_row *row, size_t count, size_t size)
{
	void *room;

	if (count == 0 || row->failed != AET_OK)
		return NULL;
	room =
	    count <= SIZE_MAX / size ? aet__block_room(row->block, count * size) : NULL;
	if (room == NULL)
		row_fail(row, AET_ENOMEM, 0, "");
	return room;
}

/* len bytes and a NUL, in the row's block; NULL when the row has failed. */
static char *
copy_text(aet_row *row, const char *value, size_t len)
{
	char *copy = row->failed == AET_OK ? aet__block_take(row->block, len + 1) : NULL;

	if (copy == NULL) {
		row_fail(row, AET_ENOMEM, 0, "");
		return NULL;
	}
	memcpy(copy, value, len);
	copy[len] = '\0';
	return copy;
}

/* In the result or copied. libpq ends every value with a NUL, binary ones too
 * (manual, PQgetvalue), but none that lies inside another. */
const char *
aet__row_borrow(aet_row *row, const char *value, size_t len)
{
	bool copies = row->copies || row->cells != NULL;
	const char *copy = copies ? copy_text(row, value, len) : value;

	return copy != NULL ? copy : "";
}

const char *
aet_row_text_or_null(aet_row *row, size_t column)
{
	size_t len;
	const char *value = aet__row_raw(row, column, &len);

	if (len == 0 && aet_row_is_null(row, column))
		return NULL;
	return aet__row_borrow(row, value, len);
}

const char *
aet_row_text(aet_row *row, size_t column)
{
	size_t len;
	const char *value = aet__row_raw(row, column, &len);

	if (len == 0 && refuse_null(row, column))
		return "";
	return aet__row_borrow(row, value, len);
}

aet_bytes
aet_row_bytes(aet_row *row, size_t column)
{
	aet_bytes bytes = { NULL, 0 };
	const char *value = aet__row_raw(row, column, &bytes.len);

	if (bytes.len > 0 || !refuse_null(row, column))
		bytes.data = (const uint8_t *)aet__row_borrow(row, value, bytes.len);
	return bytes;
}

aet_json
aet_row_json_or_null(aet_row *row, size_t column)
{
	aet_json json = { NULL, 0 };

	json.text = aet_row_text_or_null(row, column);
	if (json.text != NULL)
		(void)aet__row_raw(row, column, &json.len);
	return json;
}

aet_json
aet_row_json(aet_row *row, size_t column)
{
	aet_json json = aet_row_json_or_null(row, column);

	if (json.text == NULL && refuse_null(row, column))
		json.text = "";
	return json;
}

/* jsonb_send: a version byte, 1, then the text. */
aet_json
aet_row_jsonb_or_null(aet_row *row, size_t column)
{
	aet_json json = { NULL, 0 };
	size_t len;
	const char *value = aet__row_raw(row, column, &len);

	if (len == 0 && aet_row_is_null(row, column))
		return json;
	if (len < 1 || value[0] != 1) {
		aet_row_fail(row, column, "a jsonb of an unknown version");
		return json;
	}
	json.len = len - 1;
	json.text = aet__row_borrow(row, value + 1, json.len);
	return json;
}

aet_json
aet_row_jsonb(aet_row *row, size_t column)
{
	aet_json json = aet_row_jsonb_or_null(row, column);

	if (json.text == NULL && refuse_null(row, column))
		json.text = "";
	return json;
}

/* ---- arrays ----------------------------------------------------------- */

/* array_send: dimensions, has-nulls, element type, then length and lower bound
 * of each dimension, then each element's length (-1: NULL) and bytes. */
#define ARRAY_EMPTY_HEAD 12
#define ARRAY_HEAD 20

/* The number of elements, or SIZE_MAX with the row failed. */
static size_t
array_count(aet_row *row, size_t column, const char *value, size_t len)
{
	size_t count;

	if (len >= ARRAY_EMPTY_HEAD && len < ARRAY_HEAD && aet__binary_get32(value) == 0)
		return 0;
	count = len >= ARRAY_HEAD ? aet__binary_get32(value + 12) : SIZE_MAX;
	if (len < ARRAY_HEAD || count > (len - ARRAY_HEAD) / 4) {
		aet_row_fail(row, column, "a malformed array");
		return SIZE_MAX;
	}
	return count;
}

/* Of one dimension that counts from 1, or empty. */
static bool
is_plain_array(const char *value, size_t len)
{
	return len < ARRAY_HEAD ||
	       (aet__binary_get32(value) == 1 && aet__binary_get32(value + 16) == 1);
}

/* Copies one element and steps over it; false when it does not fit. */
static bool
array_text(aet_row *row, const char **at, const char *end, const char **out)
{
	uint32_t len;

	if (end - *at < 4)
		return false;
	len = aet__binary_get32(*at);
	*at += 4;
	*out = NULL;
	if (len == UINT32_MAX)
		return true;
	if (len > (size_t)(end - *at))
		return false;
	*out = copy_text(row, *at, len);
	*at += len;
	return true;
}

aet_text_array
aet_row_text_array_or_null(aet_row *row, size_t column)
{
	aet_text_array array = { .is_null = true };
	size_t len;
	const char *value = aet__row_raw(row, column, &len);
	const char **items;
	const char *at;
	size_t count;

	if (aet_row_is_null(row, column))
		return array;
	if (!is_plain_array(value, len))
		return aet__row_text_array(row, column);
	array.is_null = false;
	count = array_count(row, column, value, len);
	if (count == SIZE_MAX || count == 0)
		return array;
	items = aet_row_room(row, count, sizeof(*items));
	if (items == NULL)
		return array;
	at = value + ARRAY_HEAD;
	for (size_t i = 0; i < count; i++)
		if (!array_text(row, &at, value + len, &items[i])) {
			aet_row_fail(row, column, "a malformed array");
			return array;
		}
	array.items = items;
	array.len = count;
	return array;
}

aet_text_array
aet_row_text_array(aet_row *row, size_t column)
{
	aet_text_array array = { 0 };

	if (!refuse_null(row, column))
		array = aet_row_text_array_or_null(row, column);
	return array;
}

/* ---- nullable --------------------------------------------------------- */

aet_opt_bool
aet_row_opt_bool(aet_row *row, size_t column)
{
	if (aet_row_is_null(row, column))
		return (aet_opt_bool){ 0 };
	return (aet_opt_bool){ true, aet_row_bool(row, column) };
}

aet_opt_int16
aet_row_opt_int16(aet_row *row, size_t column)
{
	if (aet_row_is_null(row, column))
		return (aet_opt_int16){ 0 };
	return (aet_opt_int16){ true, aet_row_int16(row, column) };
}

aet_opt_int32
aet_row_opt_int32(aet_row *row, size_t column)
{
	if (aet_row_is_null(row, column))
		return (aet_opt_int32){ 0 };
	return (aet_opt_int32){ true, aet_row_int32(row, column) };
}

aet_opt_int64
aet_row_opt_int64(aet_row *row, size_t column)
{
	if (aet_row_is_null(row, column))
		return (aet_opt_int64){ 0 };
	return (aet_opt_int64){ true, aet_row_int64(row, column) };
}

aet_opt_float
aet_row_opt_float(aet_row *row, size_t column)
{
	if (aet_row_is_null(row, column))
		return (aet_opt_float){ 0 };
	return (aet_opt_float){ true, aet_row_float(row, column) };
}

aet_opt_double
aet_row_opt_double(aet_row *row, size_t column)
{
	if (aet_row_is_null(row, column))
		return (aet_opt_double){ 0 };
	return (aet_opt_double){ true, aet_row_double(row, column) };
}

aet_opt_uuid
aet_row_opt_uuid(aet_row *row, size_t column)
{
	if (aet_row_is_null(row, column))
		return (aet_opt_uuid){ 0 };
	return (aet_opt_uuid){ true, aet_row_uuid(row, column) };
}

aet_opt_timestamp
aet_row_opt_timestamp(aet_row *row, size_t column)
{
	if (aet_row_is_null(row, column))
		return (aet_opt_timestamp){ 0 };
	return (aet_opt_timestamp){ true, aet_row_timestamp(row, column) };
}

aet_opt_bytes
aet_row_opt_bytes(aet_row *row, size_t column)
{
	if (aet_row_is_null(row, column))
		return (aet_opt_bytes){ 0 };
	return (aet_opt_bytes){ true, aet_row_bytes(row, column) };
}
