/* SPDX-License-Identifier: MIT */
#include "catalog/reader.h"

#include <string.h>

#include "core/error.h"

aet_status
aet__reader_query(aet__reader *reader, const char *sql, aet__result **out)
{
	return aet__connection_query(reader->connection, sql, &reader->schemas, 1,
	    reader->deadline, out, reader->err);
}

aet_status
aet__reader_done(aet__reader *reader, aet__result *result)
{
	aet__result_free(result);
	if (!aet__arena_ok(reader->arena))
		return aet__error_memory(reader->err);
	return AET_OK;
}

const char *
aet__reader_text(
    const aet__reader *reader, const aet__result *result, size_t row, size_t column)
{
	return aet__arena_text(reader->arena, aet__result_text(result, row, column));
}

uint32_t
aet__reader_oid(const aet__result *result, size_t row, size_t column)
{
	return (uint32_t)aet__result_int64(result, row, column);
}

char
aet__reader_char(const aet__result *result, size_t row, size_t column)
{
	const char *text = aet__result_text(result, row, column);

	return text != NULL ? text[0] : '\0';
}

size_t
aet__reader_next(const aet__result *result, size_t row, size_t column)
{
	const char *value = aet__result_text(result, row, column);
	size_t rows = aet__result_rows(result);

	do
		row++;
	while (row < rows && strcmp(aet__result_text(result, row, column), value) == 0);
	return row;
}

const char *const *
aet__reader_texts(const aet__reader *reader, const aet__result *result, size_t first,
    size_t end, size_t column, size_t *count)
{
	const char **texts = aet__arena_array(reader->arena, end - first, sizeof(*texts));

	*count = 0;
	if (texts == NULL)
		return NULL;
	for (size_t row = first; row < end; row++) {
		if (aet__result_text(result, row, column) != NULL)
			texts[(*count)++] = aet__reader_text(reader, result, row, column);
	}
	return texts;
}

aet__table *
aet__reader_table(const aet__reader *reader, uint32_t oid, size_t *place)
{
	while (*place < reader->catalog->table_count && reader->tables[*place].oid < oid)
		++*place;
	if (*place == reader->catalog->table_count || reader->tables[*place].oid != oid)
		return NULL;
	return &reader->tables[*place];
}
