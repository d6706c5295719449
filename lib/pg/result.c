/* SPDX-License-Identifier: MIT */
#include "pg/result.h"

#include <stdlib.h>

#include <libpq-fe.h>

size_t
aet__result_rows(const aet__result *result)
{
	return (size_t)PQntuples(result);
}

size_t
aet__result_columns(const aet__result *result)
{
	return (size_t)PQnfields(result);
}

const char *
aet__result_column_name(const aet__result *result, size_t column)
{
	return PQfname(result, (int)column);
}

uint32_t
aet__result_column_type(const aet__result *result, size_t column)
{
	return PQftype(result, (int)column);
}

const char *
aet__result_text(const aet__result *result, size_t row, size_t column)
{
	if (PQgetisnull(result, (int)row, (int)column))
		return NULL;
	return PQgetvalue(result, (int)row, (int)column);
}

int64_t
aet__result_int64(const aet__result *result, size_t row, size_t column)
{
	const char *text = aet__result_text(result, row, column);

	return text != NULL ? strtoll(text, NULL, 10) : 0;
}

bool
aet__result_bool(const aet__result *result, size_t row, size_t column)
{
	const char *text = aet__result_text(result, row, column);

	return text != NULL && text[0] == 't';
}

/* PQcmdStatus and PQcmdTuples take a PGresult that is not const, and do not
 * change it. */
static PGresult *
unconst(const aet__result *result)
{
	union {
		const PGresult *in;
		PGresult *out;
	} both = { .in = result };

	return both.out;
}

const char *
aet__result_tag(const aet__result *result)
{
	return PQcmdStatus(unconst(result));
}

int64_t
aet__result_affected(const aet__result *result)
{
	return strtoll(PQcmdTuples(unconst(result)), NULL, 10);
}

void
aet__result_free(aet__result *result)
{
	PQclear(result);
}
