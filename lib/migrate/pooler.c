/* SPDX-License-Identifier: MIT */
#include "migrate/pooler.h"

#include "core/error.h"

#define ROUNDS 3

/* The server's process that answers now. */
static aet_status
backend_of(aet__connection *connection, aet__deadline deadline, int *pid, aet_error *err)
{
	aet__result *result = NULL;
	aet_status status = aet__connection_query(connection,
	    "SELECT pg_catalog.pg_backend_pid()", NULL, 0, deadline, &result, err);

	if (status == AET_OK)
		*pid = (int)aet__result_int64(result, 0, 0);
	aet__result_free(result);
	return status;
}

/* Two sessions that take turns on one process of the server, or one that moves
 * from one to another, are transaction mode. PgBouncer gives the process last
 * used to whoever comes next, so that the first round tells as a rule. */
static aet_status
probe(aet__connection *ours, aet__connection *other, aet__deadline deadline, bool *shared,
    aet_error *err)
{
	int first = 0;
	int pids[2] = { 0, 0 };
	aet_status status = backend_of(ours, deadline, &first, err);

	for (int i = 0; status == AET_OK && !*shared && i < ROUNDS; i++) {
		status = backend_of(other, deadline, &pids[0], err);
		if (status == AET_OK)
			status = backend_of(ours, deadline, &pids[1], err);
		*shared = status == AET_OK && (pids[0] == first || pids[1] != first);
	}
	return status;
}

aet_status
aet__pooler_check(aet__connection *connection, const aet_db_options *options,
    aet__deadline deadline, bool *between, aet_error *err)
{
	const aet__connection_options second = { .url = options->url,
		.application_name = options->application_name };
	aet__connection *other = NULL;
	bool shared = false;
	int pid = 0;
	aet_status status = backend_of(connection, deadline, &pid, err);

	/* A pooler makes up the process's number that it greets with. */
	*between = status == AET_OK && pid != aet__connection_backend_pid(connection);
	if (!*between)
		return status;
	status = aet__connection_open(&second, deadline, &other, err);
	if (status == AET_OK)
		status = probe(connection, other, deadline, &shared, err);
	aet__connection_close(other);
	if (status == AET_OK && shared)
		status = aet_error_set(err, AET_EINVAL, AET__POOLER_REFUSAL);
	return status;
}
