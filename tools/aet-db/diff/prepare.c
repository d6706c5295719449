/* SPDX-License-Identifier: MIT */
#include "diff/prepare.h"

#include <string.h>

#include "core/error.h"
#include "diff/copy.h"
#include "diff/single.h"
#include "diff/source.h"

/* ---- what the threads do ------------------------------------------------- */

/* A source that is no database becomes one. */
static aet_status
materialise(diff_prepared *work, codegen_memory *memory, const char *source,
    const char **url, aet_migrate_failure *failure, aet_error *err)
{
	aet__connection *connection = NULL;
	aet_status status;

	*url = source;
	if (diff_source_is_url(source))
		return AET_OK;
	status = diff_scratch_database(&work->scratch, memory, url, err);
	if (status == AET_OK)
		status = diff_connect(*url, work->deadline, &connection, err);
	if (status == AET_OK)
		status = diff_source_load(
		    memory, connection, source, work->deadline, failure, err);
	aet__connection_close(connection);
	return status;
}

static aet_status
read_newer(diff_prepared *work, codegen_memory *memory, aet_error *err)
{
	const char *url = NULL;
	aet_status status =
	    materialise(work, memory, work->to, &url, &work->reading.failure, err);

	if (status != AET_OK)
		return status;
	return diff_schema_read_url(memory, url, !diff_source_is_url(work->to),
	    work->deadline, &work->newer, err);
}

/* Connects anew: a dump leaves its settings behind. */
static aet_status
make_copy(diff_prepared *work, codegen_memory *memory, aet_error *err)
{
	const char *url = NULL;
	aet__connection *restoring = NULL;
	aet_status status = diff_scratch_database(&work->scratch, memory, &url, err);

	if (status == AET_OK)
		status = diff_connect(url, work->deadline, &restoring, err);
	if (status == AET_OK)
		status = diff_copy_schema(memory, work->bindir, work->from_url, restoring,
		    &work->leave, work->deadline, err);
	aet__connection_close(restoring);
	if (status == AET_OK)
		status = diff_connect(url, work->deadline, &work->copy, err);
	return status;
}

/* ---- the threads --------------------------------------------------------- */

static void *
enter(void *argument)
{
	diff_thread *thread = argument;

	if (setjmp(thread->memory.out) != 0)
		thread->status = aet__error_memory(&thread->err);
	else
		thread->status = thread->go(thread->work, &thread->memory, &thread->err);
	return NULL;
}

static aet_status
start(diff_prepared *work, diff_thread *thread,
    aet_status (*go)(diff_prepared *, codegen_memory *, aet_error *), aet_error *err)
{
	thread->work = work;
	thread->go = go;
	thread->memory.arena = aet__arena_open();
	if (thread->memory.arena == NULL)
		return aet__error_memory(err);
	if (pthread_create(&thread->id, NULL, enter, thread) != 0) {
		aet__arena_free(thread->memory.arena);
		return aet_error_set(err, AET_ENOMEM, "no thread can be started");
	}
	thread->started = true;
	return AET_OK;
}

/* Takes over what the thread has made, too. */
static aet_status
finish(diff_thread *thread, codegen_memory *memory, aet_error *err)
{
	if (!thread->started)
		return AET_OK;
	pthread_join(thread->id, NULL);
	thread->started = false;
	aet__arena_join(memory->arena, thread->memory.arena);
	if (thread->status != AET_OK && err != NULL)
		*err = thread->err;
	return thread->status;
}

/* ---- from one's own ------------------------------------------------------ */

/* Before anything is loaded that may name them. */
static aet_status
take_roles(diff_prepared *work, const char *source, aet_error *err)
{
	aet__connection *connection = NULL;
	aet_status status;

	if (!work->scratch.is_private || !diff_source_is_url(source))
		return AET_OK;
	status = diff_connect(source, work->deadline, &connection, err);
	if (status == AET_OK)
		status = diff_scratch_roles(&work->scratch, connection, err);
	aet__connection_close(connection);
	return status;
}

aet_status
diff_prepare(
    diff_prepared *work, codegen_memory *memory, const char *shadow, aet_error *err)
{
	aet_status status =
	    diff_scratch_open(&work->scratch, shadow, work->bindir, work->deadline, err);
	aet_status read;

	work->memory = memory;
	if (status == AET_OK && work->scratch.is_single)
		return diff_single_prepare(work, memory, err);
	if (status == AET_OK)
		status = take_roles(work, work->from, err);
	if (status == AET_OK)
		status = take_roles(work, work->to, err);
	if (status == AET_OK)
		status = start(work, &work->reading, read_newer, err);
	if (status == AET_OK)
		status = materialise(
		    work, memory, work->from, &work->from_url, &work->failure, err);
	if (status == AET_OK)
		status = start(work, &work->copying, make_copy, err);
	if (status == AET_OK)
		status = diff_schema_read_url(
		    memory, work->from_url, false, work->deadline, &work->older, err);
	if (status != AET_OK)
		return status;
	read = finish(&work->reading, memory, err);
	if (read == AET_OK)
		work->newer->memory = memory;
	else
		work->failure = work->reading.failure;
	return read;
}

aet_status
diff_prepare_copy(diff_prepared *work, aet_error *err)
{
	return finish(&work->copying, work->memory, err);
}

aet_status
diff_prepared_close(diff_prepared *work, aet_error *err)
{
	aet_status status = AET_OK;

	diff_copy_leave(&work->leave);
	(void)finish(&work->reading, work->memory, NULL);
	(void)finish(&work->copying, work->memory, NULL);
	aet__connection_close(work->copy);
	if (work->scratch.is_single)
		status = diff_single_empty(&work->scratch, work->memory, err);
	diff_scratch_close(&work->scratch);
	return status;
}
