/* SPDX-License-Identifier: MIT */
/*
 * Scratch databases: on the server that --shadow names, or on a private one.
 * Several threads may ask for them.
 */
#ifndef AET_DB_DIFF_SERVERS_H
#define AET_DB_DIFF_SERVERS_H

#include <pthread.h>
#include <stdatomic.h>

#include <aeturnis/ephemeral.h>

#include "codegen/memory.h"
#include "core/deadline.h"
#include "diff/facts.h"
#include "diff/guard.h"
#include "pg/connection.h"

typedef struct diff_scratch {
	const char *url;
	bool is_private;
	bool is_single; /* no other can be made beside it: see single.h */
	aet_ephemeral *server;
	char prefix[48]; /* of the databases' names, which end in a number from 1 */
	atomic_size_t count;
	aet__deadline deadline;
	diff_guard guard;
	pthread_mutex_t busy;  /* making, or tidying up */
	aet__connection *root; /* of the single one: has it to itself */
	diff_schema *empty;    /* what it is like, once it may have something in it */
} diff_scratch;

/* shadow NULL: a private server of the binaries in bindir, which may be NULL. */
aet_status diff_scratch_open(diff_scratch *scratch, const char *shadow,
    const char *bindir, aet__deadline deadline, aet_error *err);

/* An empty database of its own; url lives in memory. AET_EINVAL: there is one only. */
aet_status diff_scratch_database(
    diff_scratch *scratch, codegen_memory *memory, const char **url, aet_error *err);

/* A copy of the one of url, which diff_scratch_database made, and which nobody is
 * connected to. */
aet_status diff_scratch_clone(diff_scratch *scratch, codegen_memory *memory,
    const char *url, const char **out, aet_error *err);

/* On a private server, the roles of the server behind connection, by name. */
aet_status diff_scratch_roles(
    diff_scratch *scratch, aet__connection *connection, aet_error *err);

/* Drops the databases. Nothing that fails here is told; of a single one, see there. */
void diff_scratch_close(diff_scratch *scratch);

aet_status diff_connect(
    const char *url, aet__deadline deadline, aet__connection **out, aet_error *err);

#endif
