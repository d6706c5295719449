/* SPDX-License-Identifier: MIT */
/* How many rows a hazard is about. */
#include "change/files.h"

static const char *
text_of(codegen_memory *memory, int64_t rows)
{
	if (rows < 0)
		return "never counted";
	return codegen_format(
	    memory, "about %lld row%s", (long long)rows, rows == 1 ? "" : "s");
}

static aet_status
read_rows(change *work, aet__connection *connection, diff_lookup *rows, aet_error *err)
{
	aet__result *result = NULL;
	aet_status status = aet__connection_query(connection,
	    "SELECT pg_catalog.quote_ident(n.nspname) || '.'"
	    " || pg_catalog.quote_ident(c.relname), c.reltuples::bigint"
	    " FROM pg_catalog.pg_class AS c"
	    " JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace"
	    " WHERE c.relkind IN ('r', 'p', 'm') AND c.oid >= 16384",
	    NULL, 0, work->deadline, &result, err);

	if (status != AET_OK)
		return status;
	for (size_t row = 0; row < aet__result_rows(result); row++)
		diff_lookup_add(work->memory, rows,
		    codegen_copy(work->memory, aet__result_text(result, row, 0)),
		    codegen_copy(work->memory,
			text_of(work->memory, aet__result_int64(result, row, 1))));
	aet__result_free(result);
	return AET_OK;
}

aet_status
change_estimate(change *work, const char *url, aet_error *err)
{
	aet__connection *connection = NULL;
	diff_lookup rows = { 0 };
	aet_status status = diff_connect(url, work->deadline, &connection, err);

	if (status == AET_OK)
		status = read_rows(work, connection, &rows, err);
	aet__connection_close(connection);
	for (size_t i = 0; status == AET_OK && i < work->hazard_count; i++)
		if (work->hazards[i].table != NULL)
			work->hazards[i].rows = diff_lookup_find(
			    &rows, change_old_name(work, work->hazards[i].table));
	return status;
}
