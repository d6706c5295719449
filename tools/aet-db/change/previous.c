/* SPDX-License-Identifier: MIT */
#include "change/previous.h"

#include <string.h>

#include <jansson.h>

/* Whether the server can make sense of the statement; failed: the words of one
 * that it cannot. */
static aet_status
prepare(change *work, aet__connection *connection, const char *sql, const char **failed,
    aet_error *err)
{
	aet_error failure;
	aet_status status = aet__connection_command(connection,
	    codegen_format(work->memory, "PREPARE aet_previous AS %s", sql), false,
	    work->deadline, &failure);

	*failed = NULL;
	if (status == AET_OK)
		return aet__connection_command(
		    connection, "DEALLOCATE aet_previous", false, work->deadline, err);
	if (aet__connection_is_broken(connection)) {
		*err = failure;
		return status;
	}
	*failed =
	    codegen_copy(work->memory, aet__connection_failure(connection)->message);
	return AET_OK;
}

static void
keep(change *work, change_previous *out, const char *name, const char *sql)
{
	size_t count = out->count;

	out->names =
	    codegen_append(work->memory, out->names, &count, sizeof(*out->names));
	out->statements = codegen_append(
	    work->memory, out->statements, &out->count, sizeof(*out->statements));
	out->names[out->count - 1] = codegen_copy(work->memory, name);
	out->statements[out->count - 1] = codegen_copy(work->memory, sql);
}

static aet_status
keep_those_that_work(change *work, const json_t *queries, const char *url,
    change_previous *out, aet_error *err)
{
	aet__connection *connection = NULL;
	aet_status status = diff_connect(url, work->deadline, &connection, err);

	for (size_t i = 0; i < json_array_size(queries) && status == AET_OK; i++) {
		const json_t *query = json_array_get(queries, i);
		const char *name = json_string_value(json_object_get(query, "name"));
		const char *sql = json_string_value(json_object_get(query, "sql"));
		const char *failed = NULL;

		if (sql == NULL)
			continue;
		status = prepare(work, connection, sql, &failed, err);
		if (status == AET_OK && failed == NULL)
			keep(work, out, name != NULL ? name : "?", sql);
	}
	aet__connection_close(connection);
	return status;
}

aet_status
change_previous_read(
    change *work, const char *path, const char *url, change_previous *out, aet_error *err)
{
	json_error_t problem;
	json_t *document = json_load_file(path, 0, &problem);
	json_t *queries = json_object_get(document, "queries");
	aet_status status;

	if (!json_is_array(queries))
		status = aet_error_set(err, AET_EINVAL,
		    "\"%s\" is no manifest as codegen --manifest writes it%s%s", path,
		    document == NULL ? ": " : "", document == NULL ? problem.text : "");
	else
		status = keep_those_that_work(work, queries, url, out, err);
	json_decref(document);
	return status;
}

aet_status
change_previous_check(change *work, const change_previous *previous, aet_error *err)
{
	aet__connection *connection = NULL;
	aet_status status = diff_connect(work->target, work->deadline, &connection, err);

	for (size_t i = 0; i < previous->count && status == AET_OK; i++) {
		const char *failed = NULL;

		status = prepare(work, connection, previous->statements[i], &failed, err);
		if (status == AET_OK && failed != NULL)
			change_warn(work, HAZARD_BREAKS_RELEASE,
			    codegen_format(work->memory,
				"the release that runs uses query %s, which fails "
				"afterwards: %s",
				previous->names[i], failed))
			    ->instead = "release first what does without it, and change "
					"the schema in the release after";
	}
	aet__connection_close(connection);
	return status;
}
