/* SPDX-License-Identifier: MIT */
#include "diff/single.h"

#include <stdlib.h>
#include <string.h>

#include "diff/plan.h"
#include "diff/queries.h"
#include "diff/source.h"
#include "pg/result.h"

#define FIRST_OWN 16384 /* FirstNormalObjectId of access/transam.h */
#define TOGETHER 50 /* a server keeps a lock for each thing that a transaction drops */
#define MOST_ROUNDS 5

/* ---- empty --------------------------------------------------------------- */

/* What a new database has, too, and what is said about it. */
static bool
is_of_old(const diff_object *object)
{
	while (object != NULL && object->address == NULL)
		object = object->parent;
	return object == NULL ||
	       strtoul(strchr(object->address, '/') + 1, NULL, 10) < FIRST_OWN;
}

static aet_status
refuse_full(const diff_schema *schema, aet_error *err)
{
	for (size_t i = 0; i < schema->count; i++)
		if (!is_of_old(schema->objects[i]))
			return aet_error_set(err, AET_EINVAL,
			    "the database of --shadow is not empty (%s %s), and its role "
			    "may make no other",
			    schema->objects[i]->kind, schema->objects[i]->name);
	return AET_OK;
}

static aet_status
take_alone(diff_scratch *scratch, aet_error *err)
{
	aet__result *result = NULL;
	aet_status status =
	    diff_connect(scratch->url, scratch->deadline, &scratch->root, err);
	bool taken = false;

	if (status == AET_OK)
		status = aet__connection_query(scratch->root,
		    "SELECT 1 WHERE pg_catalog.pg_try_advisory_lock(4702119584)", NULL, 0,
		    scratch->deadline, &result, err);
	if (status == AET_OK)
		taken = aet__result_rows(result) > 0;
	aet__result_free(result);
	if (status == AET_OK && !taken)
		return aet_error_set(err, AET_EBUSY,
		    "another aet-db is at work in the database of --shadow");
	return status;
}

static aet_status
begin(diff_scratch *scratch, codegen_memory *memory, aet_error *err)
{
	diff_schema *schema = NULL;
	aet_status status = take_alone(scratch, err);

	if (status == AET_OK)
		status = diff_schema_read(
		    memory, scratch->root, false, scratch->deadline, &schema, err);
	if (status == AET_OK)
		status = refuse_full(schema, err);
	if (status == AET_OK)
		scratch->empty = schema;
	return status;
}

/* ---- emptying ------------------------------------------------------------ */

/* What is left in the way is for the next round. */
static void
drop_some(aet__connection *connection, const aet__result *result, size_t from, size_t to,
    aet__deadline deadline)
{
	aet__text text = { 0 };
	aet_status status = AET_ENOMEM;

	for (size_t row = from; row < to; row++)
		aet__text_addf(&text, "%s;", aet__result_text(result, row, 0));
	if (aet__text_ok(&text))
		status = aet__connection_command(
		    connection, aet__text_view(&text), true, deadline, NULL);
	aet__text_free(&text);
	for (size_t row = from; status != AET_OK && row < to; row++)
		(void)aet__connection_command(
		    connection, aet__result_text(result, row, 0), true, deadline, NULL);
}

static aet_status
drop_all(diff_scratch *scratch, aet__connection *connection, aet_error *err)
{
	aet_status status = AET_OK;
	size_t left = 1;

	for (int round = 0; status == AET_OK && left > 0 && round < MOST_ROUNDS;
	     round++) {
		aet__result *result = NULL;

		status = aet__connection_query(connection, diff_query_clean, NULL, 0,
		    scratch->deadline, &result, err);
		left = status == AET_OK ? aet__result_rows(result) : 0;
		for (size_t row = 0; row < left; row += TOGETHER)
			drop_some(connection, result, row,
			    row + TOGETHER < left ? row + TOGETHER : left,
			    scratch->deadline);
		aet__result_free(result);
	}
	return status;
}

/* What belongs to no object of one's own: who may do what in schema public, say. */
static aet_status
restore(diff_scratch *scratch, codegen_memory *memory, aet__connection *connection,
    bool *done, aet_error *err)
{
	diff_schema *schema = NULL;
	diff_plan *plan = NULL;
	aet_status status =
	    diff_schema_read(memory, connection, false, scratch->deadline, &schema, err);

	if (status == AET_OK)
		status = diff_plan_make(memory, schema, scratch->empty, &plan, err);
	if (status != AET_OK)
		return status;
	*done = plan->count == 0 && plan->refusal_count == 0;
	for (size_t i = 0; i < plan->count && status == AET_OK; i++)
		status =
		    diff_source_run(memory, connection, "emptying", plan->steps[i]->text,
			strlen(plan->steps[i]->text), scratch->deadline, err);
	return status;
}

static aet_status
empty(diff_scratch *scratch, codegen_memory *memory, aet__connection *connection,
    aet_error *err)
{
	bool done = false;
	aet_status status = aet__connection_command(connection,
	    "SET client_min_messages = error; SET search_path = ''", true,
	    scratch->deadline, err);

	if (status == AET_OK)
		status = drop_all(scratch, connection, err);
	for (int round = 0; status == AET_OK && !done && round < MOST_ROUNDS; round++)
		status = restore(scratch, memory, connection, &done, err);
	if (status == AET_OK && !done)
		return aet_error_set(
		    err, AET_EDB, "the database of --shadow could not be emptied again");
	return status;
}

aet_status
diff_single_empty(diff_scratch *scratch, codegen_memory *memory, aet_error *err)
{
	aet__connection *connection = NULL;
	aet_status status;

	if (scratch->empty == NULL)
		return AET_OK;
	pthread_mutex_lock(&scratch->busy);
	status = diff_connect(scratch->url, scratch->deadline, &connection, err);
	if (status == AET_OK)
		status = empty(scratch, memory, connection, err);
	aet__connection_close(connection);
	pthread_mutex_unlock(&scratch->busy);
	return status;
}

void
diff_single_abandon(diff_scratch *scratch)
{
	codegen_memory memory = { .arena = aet__arena_open() };
	aet__connection *connection = NULL;

	if (memory.arena == NULL || scratch->empty == NULL || setjmp(memory.out) != 0)
		return;
	if (diff_connect(scratch->url, scratch->deadline, &connection, NULL) != AET_OK)
		return;
	(void)aet__connection_command(connection,
	    "SELECT pg_catalog.pg_terminate_backend(pid, 5000)"
	    " FROM pg_catalog.pg_stat_activity WHERE datname ="
	    " pg_catalog.current_database() AND usename = CURRENT_USER"
	    " AND application_name IN ('aet-db', 'pg_dump')"
	    " AND pid <> pg_catalog.pg_backend_pid()",
	    false, scratch->deadline, NULL);
	(void)empty(scratch, &memory, connection, NULL);
	aet__connection_close(connection);
}

/* ---- in turn ------------------------------------------------------------- */

static aet_status
load(diff_prepared *work, codegen_memory *memory, const char *source, aet_error *err)
{
	aet__connection *connection = NULL;
	aet_status status =
	    diff_connect(work->scratch.url, work->deadline, &connection, err);

	if (status == AET_OK)
		status = diff_source_load(
		    memory, connection, source, work->deadline, &work->failure, err);
	aet__connection_close(connection);
	return status;
}

/* Reads a source, and leaves the database empty; with dump, what pg_dump says of it. */
static aet_status
read_source(diff_prepared *work, codegen_memory *memory, const char *source, bool loaded,
    diff_schema **out, diff_script *dump, aet_error *err)
{
	bool is_url = diff_source_is_url(source);
	const char *url = is_url ? source : work->scratch.url;
	aet_status status = is_url ? AET_OK : load(work, memory, source, err);

	if (status == AET_OK)
		status = diff_schema_read_url(
		    memory, url, loaded && !is_url, work->deadline, out, err);
	if (status == AET_OK && dump != NULL)
		status =
		    diff_copy_dump(memory, work->bindir, url, &work->leave, dump, err);
	if (status == AET_OK && !is_url)
		status = diff_single_empty(&work->scratch, memory, err);
	return status;
}

static aet_status
restore_copy(
    diff_prepared *work, codegen_memory *memory, diff_script *dump, aet_error *err)
{
	aet__connection *restoring = NULL;
	aet_status status =
	    diff_connect(work->scratch.url, work->deadline, &restoring, err);

	if (status == AET_OK)
		status = diff_script_run(memory, restoring, dump, work->deadline, err);
	aet__connection_close(restoring);
	/* Anew: a dump leaves its settings behind. */
	if (status == AET_OK)
		status =
		    diff_connect(work->scratch.url, work->deadline, &work->copy, err);
	return status;
}

aet_status
diff_single_prepare(diff_prepared *work, codegen_memory *memory, aet_error *err)
{
	diff_script dump = { 0 };
	aet_status status = begin(&work->scratch, memory, err);

	if (status == AET_OK)
		status =
		    read_source(work, memory, work->to, true, &work->newer, NULL, err);
	if (status == AET_OK)
		status = read_source(
		    work, memory, work->from, false, &work->older, &dump, err);
	if (status == AET_OK)
		status = restore_copy(work, memory, &dump, err);
	return status;
}
