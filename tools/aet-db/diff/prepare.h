/* SPDX-License-Identifier: MIT */
/*
 * What a plan is made of and tried on: both schemas as they are, and a copy of
 * the older one. What takes the time is done by the server, which has a
 * process for each connection: so three threads wait for it, not one.
 */
#ifndef AET_DB_DIFF_PREPARE_H
#define AET_DB_DIFF_PREPARE_H

#include <pthread.h>
#include <stdbool.h>

#include <aeturnis/migrate.h>

#include "diff/copy.h"
#include "diff/facts.h"
#include "diff/servers.h"

typedef struct diff_prepared diff_prepared;

/* What one thread does, with memory of its own: see codegen/memory.h. */
typedef struct diff_thread {
	diff_prepared *work;
	codegen_memory memory;
	aet_status (*go)(diff_prepared *work, codegen_memory *memory, aet_error *err);
	pthread_t id;
	bool started;
	aet_status status;
	aet_error err;
	aet_migrate_failure failure; /* of the file that it loads */
} diff_thread;

struct diff_prepared {
	const char *from;
	const char *to;
	const char *bindir;
	aet__deadline deadline;
	codegen_memory *memory;
	diff_scratch scratch;
	diff_leave leave;
	const char *from_url;
	aet_migrate_failure failure; /* of a file that does not load; file "": none */
	diff_schema *older;
	diff_schema *newer;
	aet__connection *copy; /* once diff_prepare_copy has returned */
	diff_thread reading;
	diff_thread copying;
};

/*
 * Reads both schemas, and begins to make the copy. from, to, bindir, deadline
 * are set; the schemas live in memory. Whatever it returns, diff_prepared_close is due.
 */
aet_status diff_prepare(
    diff_prepared *work, codegen_memory *memory, const char *shadow, aet_error *err);

/* Waits for the copy. */
aet_status diff_prepare_copy(diff_prepared *work, aet_error *err);

/* Gives up what is under way, and drops the databases. Fails where a single one (see
 * single.h) is not left as it was; memory may run out (codegen/memory.h). */
aet_status diff_prepared_close(diff_prepared *work, aet_error *err);

#endif
