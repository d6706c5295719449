/* SPDX-License-Identifier: MIT */
#include "pg/describe.h"

#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/memory.h"
#include "pg/private.h"

void
aet__description_free(aet__description *description)
{
	for (size_t i = 0; i < description->column_count; i++)
		free(description->columns[i].name);
	free(description->columns);
	free(description->parameters);
	memset(description, 0, sizeof(*description));
}

static aet_status
copy_description(const PGresult *result, aet__description *out, aet_error *err)
{
	aet__description made = { 0 };
	size_t parameters = (size_t)PQnparams(result);
	size_t columns = (size_t)PQnfields(result);

	made.parameters = aet__memory_array(parameters + 1, sizeof(*made.parameters));
	made.columns = aet__memory_array(columns + 1, sizeof(*made.columns));
	if (made.parameters == NULL || made.columns == NULL) {
		aet__description_free(&made);
		return aet__error_memory(err);
	}
	for (size_t i = 0; i < parameters; i++)
		made.parameters[i] = PQparamtype(result, (int)i);
	made.parameter_count = parameters;
	for (; made.column_count < columns; made.column_count++) {
		aet__described_column *column = &made.columns[made.column_count];
		int number = (int)made.column_count;

		column->name = aet__memory_text(PQfname(result, number));
		if (column->name == NULL) {
			aet__description_free(&made);
			return aet__error_memory(err);
		}
		column->type = PQftype(result, number);
		column->type_modifier = PQfmod(result, number);
		column->table = PQftable(result, number);
		column->table_column = (int16_t)PQftablecol(result, number);
	}
	*out = made;
	return AET_OK;
}

static aet_status
finish(aet__connection *connection, const aet__operation *operation, int sent,
    aet__deadline deadline, PGresult **out, aet_error *err)
{
	aet_status status;

	if (!sent)
		return aet__sql_lost(connection, operation, err);
	status = aet__wire_flush(connection, operation, deadline, err);
	if (status != AET_OK)
		return status;
	return aet__wire_finish(connection, operation, deadline, out, err);
}

aet_status
aet__connection_describe(aet__connection *connection, const char *sql,
    aet__deadline deadline, aet__description *out, aet_error *err)
{
	return aet__connection_describe_as(connection, sql, NULL, 0, deadline, out, err);
}

aet_status
aet__connection_describe_as(aet__connection *connection, const char *sql,
    const uint32_t *types, size_t type_count, aet__deadline deadline,
    aet__description *out, aet_error *err)
{
	const aet__operation operation = { .sql = sql };
	PGresult *result = NULL;
	aet_status status;

	memset(&connection->failure, 0, sizeof(connection->failure));
	status = finish(connection, &operation,
	    PQsendPrepare(connection->pq, "", sql, (int)type_count, types), deadline,
	    &result, err);
	PQclear(result);
	result = NULL;
	if (status == AET_OK)
		status = finish(connection, &operation,
		    PQsendDescribePrepared(connection->pq, ""), deadline, &result, err);
	if (status == AET_OK)
		status = copy_description(result, out, err);
	PQclear(result);
	return status;
}
