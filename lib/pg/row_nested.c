/* SPDX-License-Identifier: MIT */
/*
 * Values that have values inside, each as a row of cells: array_send,
 * record_send, range_send and multirange_send of PostgreSQL's sources say what
 * the bytes are.
 */
#include <aeturnis/codec.h>

#include "pg/binary.h"
#include "pg/row_private.h"

/* The largest number of dimensions, PostgreSQL's MAXDIM. */
#define MOST_DIMENSIONS 6

/* Bytes that are read front to back. */
typedef struct reading {
	aet_row *row;
	size_t column;
	const char *at;
	const char *end;
	bool failed;
} reading;

static bool
begin(reading *in, aet_row *row, size_t column)
{
	size_t len;

	if (aet_row_is_null(row, column))
		return false;
	*in = (reading){ .row = row, .column = column };
	in->at = aet__row_raw(row, column, &len);
	in->end = in->at + len;
	return true;
}

/* NULL once something did not fit: then the row has failed. */
static const char *
take(reading *in, size_t len)
{
	const char *at = in->at;

	if (!in->failed && (size_t)(in->end - at) >= len) {
		in->at += len;
		return at;
	}
	if (!in->failed)
		aet_row_fail(in->row, in->column, "a malformed value");
	in->failed = true;
	return NULL;
}

static uint32_t
take32(reading *in)
{
	const char *at = take(in, 4);

	return at != NULL ? aet__binary_get32(at) : 0;
}

/* A length, UINT32_MAX for NULL, and so many bytes. */
static aet__cell
take_cell(reading *in)
{
	uint32_t len = take32(in);
	aet__cell cell = { NULL, 0 };

	if (in->failed || len == UINT32_MAX)
		return cell;
	cell.data = take(in, len);
	cell.len = len;
	return cell;
}

/* The inside of the value, with count cells to be filled. One at least is
 * there, so that no cells are not taken for none. */
static aet_row *
inside(const reading *in, size_t count, aet__cell **cells)
{
	aet_row *row = aet_row_room(in->row, 1, sizeof(*row));

	*cells = aet_row_room(in->row, count > 0 ? count : 1, sizeof(**cells));
	if (row == NULL || *cells == NULL)
		return NULL;
	row->statement = in->row->statement;
	row->block = in->row->block;
	row->copies = true;
	row->cells = *cells;
	row->cell_count = count;
	row->outer = in->row;
	row->outer_column = in->column;
	return row;
}

/* Each element takes four bytes at least, which bounds what is asked for. */
static bool
fits(const reading *in, size_t count)
{
	return count <= (size_t)(in->end - in->at) / 4;
}

static size_t
take_dimensions(reading *in, size_t count, const aet_dimension **out)
{
	aet_dimension *dimensions = aet_row_room(in->row, count, sizeof(*dimensions));
	size_t total = count > 0;

	for (size_t i = 0; i < count && dimensions != NULL; i++) {
		dimensions[i].len = (int32_t)take32(in);
		dimensions[i].first = (int32_t)take32(in);
		if (in->failed || dimensions[i].len < 0)
			return SIZE_MAX;
		if (total > SIZE_MAX / 8 / ((size_t)dimensions[i].len + 1))
			return SIZE_MAX;
		total *= (size_t)dimensions[i].len;
	}
	*out = dimensions;
	return total;
}

aet_row *
aet_row_array(aet_row *row, size_t column, size_t *len, const aet_dimension **dimensions,
    size_t *dimension_count)
{
	aet__cell *cells;
	aet_row *made;
	reading in;
	uint32_t depth;
	size_t count;

	*len = 0;
	*dimensions = NULL;
	*dimension_count = 0;
	if (!begin(&in, row, column))
		return NULL;
	depth = take32(&in);
	(void)take32(&in); /* whether there are NULLs */
	(void)take32(&in); /* the element's type */
	count =
	    depth <= MOST_DIMENSIONS ? take_dimensions(&in, depth, dimensions) : SIZE_MAX;
	if (in.failed || !fits(&in, count)) {
		aet_row_fail(row, column, "a malformed array");
		return NULL;
	}
	made = inside(&in, count, &cells);
	for (size_t i = 0; i < count && made != NULL; i++)
		cells[i] = take_cell(&in);
	if (in.failed || made == NULL)
		return NULL;
	*len = count;
	*dimension_count = depth;
	return made;
}

aet_text_array
aet__row_text_array(aet_row *row, size_t column)
{
	aet_text_array array = { 0 };
	size_t count;
	aet_row *texts =
	    aet_row_array(row, column, &count, &array.dimensions, &array.dimension_count);
	const char **items =
	    texts != NULL ? aet_row_room(row, count, sizeof(*items)) : NULL;

	if (items == NULL)
		return (aet_text_array){ 0 };
	for (size_t i = 0; i < count; i++)
		items[i] = aet_row_text_or_null(texts, i);
	array.items = items;
	array.len = count;
	return array;
}

aet_row *
aet_row_record(aet_row *row, size_t column, size_t count)
{
	aet__cell *cells;
	aet_row *made;
	reading in;

	if (!begin(&in, row, column))
		return NULL;
	if (take32(&in) != count) {
		aet_row_fail(row, column, "a composite of another number of members");
		return NULL;
	}
	made = inside(&in, count, &cells);
	for (size_t i = 0; i < count && made != NULL; i++) {
		(void)take32(&in); /* the member's type */
		cells[i] = take_cell(&in);
	}
	return in.failed ? NULL : made;
}

aet_row *
aet_row_range(aet_row *row, size_t column, unsigned *flags)
{
	aet__cell *cells;
	const char *head;
	aet_row *made;
	reading in;

	*flags = AET_RANGE_EMPTY;
	if (!begin(&in, row, column))
		return NULL;
	head = take(&in, 1);
	if (head == NULL)
		return NULL;
	*flags = (unsigned char)*head & 0x1fu;
	made = inside(&in, 2, &cells);
	if (made == NULL || (*flags & AET_RANGE_EMPTY) != 0)
		return made;
	if ((*flags & AET_RANGE_LOWER_INFINITE) == 0)
		cells[0] = take_cell(&in);
	if ((*flags & AET_RANGE_UPPER_INFINITE) == 0)
		cells[1] = take_cell(&in);
	return in.failed ? NULL : made;
}

aet_row *
aet_row_multirange(aet_row *row, size_t column, size_t *len)
{
	aet__cell *cells;
	aet_row *made;
	reading in;
	size_t count;

	*len = 0;
	if (!begin(&in, row, column))
		return NULL;
	count = take32(&in);
	if (!fits(&in, count)) {
		aet_row_fail(row, column, "a malformed multirange");
		return NULL;
	}
	made = inside(&in, count, &cells);
	for (size_t i = 0; i < count && made != NULL; i++)
		cells[i] = take_cell(&in);
	if (in.failed || made == NULL)
		return NULL;
	*len = count;
	return made;
}
