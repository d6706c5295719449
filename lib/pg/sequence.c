/* SPDX-License-Identifier: MIT */
/* Several commands sent at once: what the server has, it does, whoever dies. */
#include <string.h>

#include "core/error.h"
#include "pg/pipeline.h"

#define COMMANDS_MOST 8

static aet_status
send_command(aet__pipeline *run, size_t unit, aet_error *err)
{
	const char *const *commands = run->source;

	if (!PQsendQueryParams(
		run->connection->pq, commands[unit], 0, NULL, NULL, NULL, NULL, 0))
		return aet__sql_lost(run->connection, &run->operation, err);
	return AET_OK;
}

aet_status
aet__connection_sequence(aet__connection *connection, const char *const *commands,
    size_t count, aet__deadline deadline, int64_t *affected, aet_error *err)
{
	aet__result *results[COMMANDS_MOST] = { NULL };
	const char *list[COMMANDS_MOST];
	aet__pipeline run = { .connection = connection,
		.deadline = deadline,
		.count = count,
		.window = COMMANDS_MOST,
		.send = send_command,
		.source = list,
		.results = results,
		.writes = true,
		.operation = { .sql = commands[0], .writes = true } };
	aet_status status;

	if (count == 0 || count > COMMANDS_MOST)
		return aet_error_set(err, AET_EINVAL, "%zu commands at once", count);
	memcpy(list, commands, count * sizeof(*list));
	memset(&connection->failure, 0, sizeof(connection->failure));
	status = aet__pipeline_run(&run, err);
	if (status != AET_OK)
		return status;
	*affected = aet__result_affected(results[count - 1]);
	for (size_t i = 0; i < count; i++)
		aet__result_free(results[i]);
	return AET_OK;
}
