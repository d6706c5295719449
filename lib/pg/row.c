/* SPDX-License-Identifier: MIT */
/*
 * A row's reader runs straight down its columns and never asks whether one
 * failed: the first failure stays in the row, later reads give zeros, and the
 * loop that drives the reader looks once a row.
 */
#include "pg/row.h"

#include <string.h>

#include <libpq-fe.h>

#include "core/error.h"
#include "pg/block.h"
#include "pg/oid.h"
#include "pg/row_private.h"

/* What a list's struct looks like, whatever its items are. */
typedef struct any_list {
	void *items;
	size_t len;
} any_list;

static aet_status
wrong_column(
    const aet_statement *statement, const char *column, const char *what, aet_error *err)
{
	aet_error_set(
	    err, AET_EDATA, "%s: column \"%s\": %s", statement->name, column, what);
	if (err != NULL)
		aet__error_copy(err->column, sizeof(err->column), column);
	return AET_EDATA;
}

/*
 * Text and varchar are told apart by nobody who reads them; any other
 * difference in type is drift. A type known by name alone has been resolved
 * when the statement was prepared.
 */
bool
aet__row_same_type(uint32_t expected, uint32_t found)
{
	switch (expected) {
	case AET__OID_TEXT:
	case AET__OID_VARCHAR:
	case AET__OID_BPCHAR:
	case AET__OID_NAME:
		return found == AET__OID_TEXT || found == AET__OID_VARCHAR ||
		       found == AET__OID_BPCHAR || found == AET__OID_NAME;
	case AET__OID_TEXT_ARRAY:
	case AET__OID_VARCHAR_ARRAY:
	case AET__OID_BPCHAR_ARRAY:
		return found == AET__OID_TEXT_ARRAY || found == AET__OID_VARCHAR_ARRAY ||
		       found == AET__OID_BPCHAR_ARRAY;
	case 0:
		return true;
	default:
		return expected == found;
	}
}

aet_status
aet__row_check(const aet_statement *statement, const aet__result *result, aet_error *err)
{
	size_t found = aet__result_columns(result);

	if (found != statement->column_count)
		return aet_error_set(err, AET_EDATA,
		    "%s: %zu columns came back, %zu expected", statement->name, found,
		    statement->column_count);
	for (size_t i = 0; i < found; i++)
		if (!aet__row_same_type(
			statement->columns[i].type.oid, PQftype(result, (int)i)))
			return wrong_column(statement, statement->columns[i].name,
			    "has another type than the generated code expects", err);
	return AET_OK;
}

static aet_status
row_outcome(const aet_row *row, aet_error *err)
{
	if (row->failed == AET_OK)
		return AET_OK;
	if (row->failed == AET_ENOMEM)
		return aet__error_memory(err);
	return wrong_column(row->statement,
	    row->statement->columns[row->failed_column].name, row->what, err);
}

/* Types that are read into the struct itself, by far the most common. */
static bool
is_scalar(uint32_t type)
{
	switch (type) {
	case AET__OID_BOOL:
	case AET__OID_INT8:
	case AET__OID_INT2:
	case AET__OID_INT4:
	case AET__OID_FLOAT4:
	case AET__OID_FLOAT8:
	case AET__OID_TIMESTAMPTZ:
	case AET__OID_UUID:
		return true;
	default:
		return false;
	}
}

/* An estimate of what copying a row's variable parts takes: arrays need a
 * pointer beside each element's four-byte length. */
static size_t
row_room(const aet_statement *statement, const aet__result *result)
{
	size_t room = 0;

	for (size_t i = 0; i < statement->column_count; i++)
		if (!is_scalar(statement->columns[i].type.oid))
			room += (size_t)PQgetlength(result, 0, (int)i) + 16;
	return room;
}

aet_status
aet__row_read_one(
    const aet_statement *statement, const aet__result *result, void **out, aet_error *err)
{
	aet_row row = { .statement = statement, .result = result, .copies = true };
	aet_status status;

	if (aet__result_rows(result) == 0)
		return aet_error_set(
		    err, AET_ENOTFOUND, "%s: no such row", statement->name);
	row.block = aet__block_new(statement->row_size, row_room(statement, result));
	if (row.block == NULL)
		return aet__error_memory(err);
	statement->read(&row, row.block);
	status = row_outcome(&row, err);
	if (status == AET_OK)
		*out = row.block;
	else
		aet_block_free(row.block);
	return status;
}

aet_status
aet__row_read_into(
    const aet_statement *statement, const aet__result *result, void *out, aet_error *err)
{
	void *read = NULL;
	aet_status status = aet__row_read_one(statement, result, &read, err);

	if (status == AET_OK)
		memcpy(out, read, statement->row_size);
	aet_block_free(read);
	return status;
}

static aet_status
read_rows(aet_row *row, char *items, aet_error *err)
{
	size_t rows = aet__result_rows(row->result);

	for (size_t i = 0; i < rows && row->failed == AET_OK; i++) {
		row->number = (int)i;
		row->statement->read(row, items + i * row->statement->row_size);
	}
	return row_outcome(row, err);
}

/* A list's struct and its rows in one block. */
static any_list *
list_new(const aet_statement *statement, aet__result **results, size_t count)
{
	any_list *list;
	size_t rows = 0;

	for (size_t i = 0; i < count; i++)
		rows += aet__result_rows(results[i]);
	if (rows > SIZE_MAX / 8 / (statement->row_size + 1))
		return NULL;
	list = aet__block_new(sizeof(*list), rows * statement->row_size);
	if (list == NULL)
		return NULL;
	list->len = rows;
	if (rows > 0)
		list->items = aet__block_room(list, rows * statement->row_size);
	return list;
}

aet_status
aet__row_read_list(const aet_statement *statement, aet__result **results, size_t count,
    void **out, aet_error *err)
{
	any_list *list = list_new(statement, results, count);
	aet_row row = { .statement = statement, .copies = count != 1, .block = list };
	aet_status status = AET_OK;
	char *items;

	if (list == NULL)
		return aet__error_memory(err);
	items = list->items;
	for (size_t i = 0; i < count && status == AET_OK; i++) {
		row.result = results[i];
		status = read_rows(&row, items, err);
		if (items != NULL)
			items += aet__result_rows(results[i]) * statement->row_size;
	}
	if (status != AET_OK) {
		aet_block_free(list);
		return status;
	}
	if (!row.copies) {
		aet__block_keep(list, results[0]);
		results[0] = NULL;
	}
	*out = list;
	return AET_OK;
}
