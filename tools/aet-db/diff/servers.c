/* SPDX-License-Identifier: MIT */
#include "diff/servers.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "codegen/load.h"
#include "diff/single.h"
#include "ephemeral/ephemeral.h"
#include "pg/result.h"

/* What a private server has from its first moment on, empty: making another
 * database takes a tenth of a second. */
static const char *const ready[] = { "aeturnis", "postgres", "template1" };

#define READY (sizeof(ready) / sizeof(ready[0]))

aet_status
diff_connect(
    const char *url, aet__deadline deadline, aet__connection **out, aet_error *err)
{
	aet__connection_options opts = { .url = url, .application_name = "aet-db" };

	return aet__connection_open(&opts, deadline, out, err);
}

static void drop_databases(const diff_scratch *scratch);

/* Interrupted: no other thread makes anything any more. */
static void
tidy(void *context)
{
	diff_scratch *scratch = context;

	pthread_mutex_lock(&scratch->busy);
	if (scratch->is_single)
		diff_single_abandon(scratch);
	else
		drop_databases(scratch);
}

/* Whether databases can be made on the server that was named. */
static aet_status
look_at_shadow(diff_scratch *scratch, aet_error *err)
{
	aet__connection *connection = NULL;
	aet__result *result = NULL;
	aet_status status =
	    diff_connect(scratch->url, scratch->deadline, &connection, err);

	if (status == AET_OK)
		status = aet__connection_query(connection,
		    "SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = CURRENT_USER"
		    " AND (rolcreatedb OR rolsuper)",
		    NULL, 0, scratch->deadline, &result, err);
	if (status == AET_OK)
		scratch->is_single = aet__result_rows(result) == 0;
	aet__result_free(result);
	aet__connection_close(connection);
	return status;
}

aet_status
diff_scratch_open(diff_scratch *scratch, const char *shadow, const char *bindir,
    aet__deadline deadline, aet_error *err)
{
	aet_ephemeral_options opts = AET_EPHEMERAL_OPTIONS_INIT;
	aet_status status;

	scratch->deadline = deadline;
	scratch->url = shadow;
	scratch->is_private = shadow == NULL;
	snprintf(scratch->prefix, sizeof(scratch->prefix), "aet_diff_%ld_%llx",
	    (long)getpid(), (unsigned long long)aet__clock_ms());
	pthread_mutex_init(&scratch->busy, NULL);
	if (shadow != NULL) {
		status = look_at_shadow(scratch, err);
		return status == AET_OK
			   ? diff_guard_start(&scratch->guard, tidy, scratch, err)
			   : status;
	}
	opts.bindir = bindir;
	status = aet__ephemeral_start_small(&opts, &scratch->server, err);
	if (status == AET_OK)
		scratch->url = aet_ephemeral_url(scratch->server);
	return status;
}

static aet_status
command(diff_scratch *scratch, const char *sql, aet_error *err)
{
	aet__connection *connection = NULL;
	aet_status status =
	    diff_connect(scratch->url, scratch->deadline, &connection, err);

	if (status == AET_OK)
		status = aet__connection_command(
		    connection, sql, true, scratch->deadline, err);
	aet__connection_close(connection);
	return status;
}

static aet_status
create(diff_scratch *scratch, codegen_memory *memory, size_t number, const char *template,
    const char **url, aet_error *err)
{
	const char *name = codegen_format(memory, "%s_%zu", scratch->prefix, number);
	aet_status status;

	if (scratch->is_single)
		return aet_error_set(err, AET_EINVAL,
		    "this takes several databases, and the role of --shadow may not make "
		    "any: give it CREATEDB");
	pthread_mutex_lock(&scratch->busy);
	status = command(scratch,
	    codegen_format(
		memory, "CREATE DATABASE %s TEMPLATE %s ENCODING 'UTF8'", name, template),
	    err);
	pthread_mutex_unlock(&scratch->busy);
	if (status == AET_OK)
		*url = codegen_url_of(memory, scratch->url, name);
	return status;
}

aet_status
diff_scratch_database(
    diff_scratch *scratch, codegen_memory *memory, const char **url, aet_error *err)
{
	size_t number = atomic_fetch_add(&scratch->count, 1) + 1;

	if (!scratch->is_private || number > READY)
		return create(scratch, memory, number, "template0", url, err);
	*url = codegen_url_of(memory, scratch->url, ready[number - 1]);
	return AET_OK;
}

aet_status
diff_scratch_clone(diff_scratch *scratch, codegen_memory *memory, const char *url,
    const char **out, aet_error *err)
{
	size_t number = atomic_fetch_add(&scratch->count, 1) + 1;

	/* As codegen_url_of has written it: the name comes last. */
	return create(scratch, memory, number, strrchr(url, '=') + 1, out, err);
}

aet_status
diff_scratch_roles(diff_scratch *scratch, aet__connection *connection, aet_error *err)
{
	aet__connection *root = NULL;
	aet__result *result = NULL;
	aet_status status;

	if (!scratch->is_private)
		return AET_OK;
	status = diff_connect(scratch->url, scratch->deadline, &root, err);
	if (status == AET_OK)
		status = aet__connection_query(connection,
		    "SELECT 'CREATE ROLE ' || pg_catalog.quote_ident(rolname)"
		    " FROM pg_catalog.pg_roles WHERE rolname !~ '^pg_' ORDER BY 1",
		    NULL, 0, scratch->deadline, &result, err);
	for (size_t row = 0; status == AET_OK && row < aet__result_rows(result); row++)
		/* The superuser is there already. */
		(void)aet__connection_command(root, aet__result_text(result, row, 0),
		    true, scratch->deadline, NULL);
	aet__result_free(result);
	aet__connection_close(root);
	return status;
}

/* A subscription holds its database. */
static void
drop_subscriptions(const diff_scratch *scratch, const char *database)
{
	codegen_memory memory = { .arena = aet__arena_open() };
	aet__connection *connection = NULL;
	aet__result *result = NULL;
	aet_status status = AET_ENOMEM;

	if (memory.arena != NULL && setjmp(memory.out) == 0)
		status = diff_connect(codegen_url_of(&memory, scratch->url, database),
		    scratch->deadline, &connection, NULL);
	if (status == AET_OK)
		status = aet__connection_query(connection,
		    "SELECT pg_catalog.format('ALTER SUBSCRIPTION %1$I DISABLE;"
		    " ALTER SUBSCRIPTION %1$I SET (slot_name = NONE);"
		    " DROP SUBSCRIPTION %1$I', s.subname)"
		    " FROM pg_catalog.pg_subscription AS s"
		    " JOIN pg_catalog.pg_database AS d ON d.oid = s.subdbid"
		    " WHERE d.datname = pg_catalog.current_database()",
		    NULL, 0, scratch->deadline, &result, NULL);
	for (size_t row = 0; status == AET_OK && row < aet__result_rows(result); row++)
		(void)aet__connection_command(connection,
		    aet__result_text(result, row, 0), true, scratch->deadline, NULL);
	aet__result_free(result);
	aet__connection_close(connection);
	aet__arena_free(memory.arena);
}

/* A private server takes its databases along. */
static void
drop_databases(const diff_scratch *scratch)
{
	aet__connection *root = NULL;

	if (diff_connect(scratch->url, scratch->deadline, &root, NULL) != AET_OK)
		return;
	for (size_t number = 1; number <= scratch->count; number++) {
		char name[64];
		char sql[128];

		snprintf(name, sizeof(name), "%s_%zu", scratch->prefix, number);
		snprintf(
		    sql, sizeof(sql), "DROP DATABASE IF EXISTS %s WITH (FORCE)", name);
		if (aet__connection_command(root, sql, true, scratch->deadline, NULL) ==
		    AET_OK)
			continue;
		drop_subscriptions(scratch, name);
		(void)aet__connection_command(root, sql, true, scratch->deadline, NULL);
	}
	aet__connection_close(root);
}

void
diff_scratch_close(diff_scratch *scratch)
{
	if (!scratch->is_private && !scratch->is_single && scratch->count > 0)
		drop_databases(scratch);
	diff_guard_stop(&scratch->guard);
	aet__connection_close(scratch->root);
	scratch->root = NULL;
	aet_ephemeral_stop(&scratch->server);
}
