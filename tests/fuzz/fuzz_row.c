/* SPDX-License-Identifier: MIT */
/* A column's bytes as a server sent them: the first byte says as which type they are
 * read. What is read lies within the row, all of it. */
#include <string.h>

#include <aeturnis/codec.h>

#include "pg/block.h"
#include "pg/row_private.h"
#include "target.h"

static volatile unsigned touched;

static void
touch(const void *data, size_t len)
{
	const unsigned char *bytes = data;

	for (size_t i = 0; i < len; i++)
		touched += bytes[i];
}

static void
touch_texts(aet_text_array array)
{
	for (size_t i = 0; i < array.len; i++)
		if (array.items[i] != NULL)
			touch(array.items[i], strlen(array.items[i]));
	touch(array.dimensions, array.dimension_count * sizeof(*array.dimensions));
}

static void
read_text(aet_row *row)
{
	const char *text = aet_row_text(row, 0);

	touch(text, strlen(text));
}

static void
read_bytes(aet_row *row)
{
	aet_bytes bytes = aet_row_bytes(row, 0);

	touch(bytes.data, bytes.len);
}

static void
read_jsonb(aet_row *row)
{
	aet_json json = aet_row_jsonb(row, 0);

	if (json.text != NULL)
		touch(json.text, json.len + 1);
}

static void
read_text_array(aet_row *row)
{
	touch_texts(aet_row_text_array(row, 0));
}

static void
read_numeric(aet_row *row)
{
	aet_numeric value = aet_row_numeric(row, 0);
	char text[64];

	touch(value.digits, value.digit_count * sizeof(*value.digits));
	PROPERTY(aet_numeric_format(value, text, sizeof(text)) > 0 && text[0] != '\0');
	touch(text, strlen(text));
}

static void
read_inet(aet_row *row)
{
	aet_inet value = aet_row_inet(row, 0);

	PROPERTY(value.len == 4 || value.len == 16);
}

static void
read_bits(aet_row *row)
{
	aet_bits bits = aet_row_bits(row, 0);

	touch(bits.data, (bits.len + 7) / 8);
}

static void
read_path(aet_row *row)
{
	aet_path path = aet_row_path(row, 0);

	touch(path.points, path.len * sizeof(*path.points));
}

static void
read_polygon(aet_row *row)
{
	aet_polygon polygon = aet_row_polygon(row, 0);

	touch(polygon.points, polygon.len * sizeof(*polygon.points));
}

static void
read_interval(aet_row *row)
{
	aet_interval value = aet_row_interval(row, 0);

	touch(&value, sizeof(value));
}

/* Arrays, composites and ranges in each other. */
static void
read_nested(aet_row *row)
{
	const aet_dimension *dimensions;
	size_t count, depth;
	aet_row *array = aet_row_array(row, 0, &count, &dimensions, &depth);

	touch(dimensions, depth * sizeof(*dimensions));
	for (size_t i = 0; array != NULL && i < count; i++) {
		aet_row *record = aet_row_record(array, i, 2);

		if (record == NULL)
			continue;
		(void)aet_row_opt_int64(record, 0);
		touch_texts(aet_row_text_array_or_null(record, 1));
	}
}

static void
read_ranges(aet_row *row)
{
	size_t count;
	aet_row *ranges = aet_row_multirange(row, 0, &count);

	for (size_t i = 0; ranges != NULL && i < count; i++) {
		unsigned flags;
		aet_row *range = aet_row_range(ranges, i, &flags);

		if (range != NULL && !aet_row_is_null(range, 0))
			(void)aet_row_int32(range, 0);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const readers[])(aet_row *) = { read_text, read_bytes, read_jsonb,
		read_text_array, read_numeric, read_inet, read_bits, read_path,
		read_polygon, read_interval, read_nested, read_ranges };
	aet__cell cell;
	aet_row row = { .cells = &cell, .cell_count = 1 };

	if (size < 1)
		return 0;
	cell = (aet__cell){ (const char *)data + 1, size - 1 };
	row.block = aet__block_new(16, 0);
	PROPERTY(row.block != NULL);
	readers[data[0] % (sizeof(readers) / sizeof(readers[0]))](&row);
	aet_block_free(row.block);
	return 0;
}
