/* SPDX-License-Identifier: MIT */
#include "catalog/reader.h"

/* clang-format off */

/* A sequence depends on the column that owns it ('a'), or that it is the
 * identity of ('i'). */
static const char sequences_query[] =
    "SELECT c.oid, " AET__SCHEMA_NAME("n") ", c.relname,"
    " " AET__COMMENT("c.oid", "pg_class") ","
    " pg_catalog.format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement,"
    " s.seqmin, s.seqmax, s.seqcache, s.seqcycle,"
    " " AET__SCHEMA_NAME("xn") ", x.relname, a.attname, COALESCE(d.deptype = 'i', false)"
    " FROM pg_catalog.pg_sequence AS s"
    " JOIN pg_catalog.pg_class AS c ON c.oid = s.seqrelid"
    " JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace"
    " LEFT JOIN pg_catalog.pg_depend AS d ON d.objid = c.oid"
    " AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass"
    " AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass"
    " AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')"
    " LEFT JOIN pg_catalog.pg_class AS x ON x.oid = d.refobjid"
    " LEFT JOIN pg_catalog.pg_namespace AS xn ON xn.oid = x.relnamespace"
    " LEFT JOIN pg_catalog.pg_attribute AS a"
    " ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid"
    " WHERE " AET__IN_SCOPE("n.oid")
    " AND " AET__NOT_IN_EXTENSION("c.oid", "pg_class")
    " ORDER BY n.nspname, c.relname";
/* clang-format on */

static void
store_sequence(const aet__reader *reader, const aet__result *result, size_t row,
    aet__sequence *sequence)
{
	sequence->oid = aet__reader_oid(result, row, 0);
	sequence->schema = aet__reader_text(reader, result, row, 1);
	sequence->name = aet__reader_text(reader, result, row, 2);
	sequence->comment = aet__reader_text(reader, result, row, 3);
	sequence->type_text = aet__reader_text(reader, result, row, 4);
	sequence->start = aet__result_int64(result, row, 5);
	sequence->increment = aet__result_int64(result, row, 6);
	sequence->minimum = aet__result_int64(result, row, 7);
	sequence->maximum = aet__result_int64(result, row, 8);
	sequence->cache = aet__result_int64(result, row, 9);
	sequence->cycles = aet__result_bool(result, row, 10);
	sequence->owner_table = aet__reader_text(reader, result, row, 12);
	if (sequence->owner_table == NULL)
		return;
	sequence->owner_schema = aet__reader_text(reader, result, row, 11);
	sequence->owner_column = aet__reader_text(reader, result, row, 13);
	sequence->identity = aet__result_bool(result, row, 14);
}

aet_status
aet__read_sequences(aet__reader *reader)
{
	aet__result *result = NULL;
	aet_status status = aet__reader_query(reader, sequences_query, &result);
	aet__sequence *sequences;
	size_t rows;

	if (status != AET_OK)
		return status;
	rows = aet__result_rows(result);
	sequences = aet__arena_array(reader->arena, rows, sizeof(*sequences));
	for (size_t row = 0; sequences != NULL && row < rows; row++)
		store_sequence(reader, result, row, &sequences[row]);
	reader->catalog->sequences = sequences;
	reader->catalog->sequence_count = rows;
	return aet__reader_done(reader, result);
}
