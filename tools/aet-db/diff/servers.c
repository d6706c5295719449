/* SPDX-License-Identifier: MIT */
#include "diff/servers.h"

#include <stdio.h>
#include <unistd.h>

#include "codegen/load.h"
#include "pg/result.h"

aet_status
diff_connect(
    const char *url, aet__deadline deadline, aet__connection **out, aet_error *err)
{
	aet__connection_options opts = { .url = url, .application_name = "aet-db" };

	return aet__connection_open(&opts, deadline, out, err);
}

aet_status
diff_scratch_open(diff_scratch *scratch, codegen_memory *memory, const char *shadow,
    const char *bindir, aet__deadline deadline, aet_error *err)
{
	aet_ephemeral_options opts = AET_EPHEMERAL_OPTIONS_INIT;
	aet_status status;

	scratch->memory = memory;
	scratch->deadline = deadline;
	scratch->url = shadow;
	scratch->is_private = shadow == NULL;
	if (shadow == NULL) {
		opts.bindir = bindir;
		status = aet_ephemeral_start(&opts, &scratch->server, err);
		if (status != AET_OK)
			return status;
		scratch->url = aet_ephemeral_url(scratch->server);
	}
	return diff_connect(scratch->url, deadline, &scratch->root, err);
}

aet_status
diff_scratch_database(diff_scratch *scratch, const char **url, aet_error *err)
{
	codegen_memory *memory = scratch->memory;
	const char *name = codegen_format(
	    memory, "aet_diff_%ld_%zu", (long)getpid(), scratch->count + 1);
	aet_status status = aet__connection_command(scratch->root,
	    codegen_format(
		memory, "CREATE DATABASE %s TEMPLATE template0 ENCODING 'UTF8'", name),
	    true, scratch->deadline, err);

	if (status != AET_OK)
		return status;
	scratch->databases = codegen_append(
	    memory, scratch->databases, &scratch->count, sizeof(*scratch->databases));
	scratch->databases[scratch->count - 1] = name;
	*url = codegen_url_of(memory, scratch->url, name);
	return AET_OK;
}

aet_status
diff_scratch_roles(diff_scratch *scratch, aet__connection *connection, aet_error *err)
{
	aet__result *result = NULL;
	aet_status status;

	if (!scratch->is_private)
		return AET_OK;
	status = aet__connection_query(connection,
	    "SELECT 'CREATE ROLE ' || pg_catalog.quote_ident(rolname)"
	    " FROM pg_catalog.pg_roles WHERE rolname !~ '^pg_' ORDER BY 1",
	    NULL, 0, scratch->deadline, &result, err);
	if (status != AET_OK)
		return status;
	for (size_t row = 0; row < aet__result_rows(result); row++)
		/* The superuser is there already. */
		(void)aet__connection_command(scratch->root,
		    aet__result_text(result, row, 0), true, scratch->deadline, NULL);
	aet__result_free(result);
	return AET_OK;
}

void
diff_scratch_close(diff_scratch *scratch)
{
	for (size_t i = 0; i < scratch->count && scratch->root != NULL; i++) {
		char sql[128];

		snprintf(sql, sizeof(sql), "DROP DATABASE IF EXISTS %s WITH (FORCE)",
		    scratch->databases[i]);
		(void)aet__connection_command(
		    scratch->root, sql, true, scratch->deadline, NULL);
	}
	aet__connection_close(scratch->root);
	scratch->root = NULL;
	aet_ephemeral_stop(&scratch->server);
}
