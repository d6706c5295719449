/* SPDX-License-Identifier: MIT */
#include "commands/servers.h"

#include <string.h>

static json_t *
document_of(const aet_server *server)
{
	char id[AET_UUID_TEXT_SIZE];
	char started_at[AET_TIMESTAMP_TEXT_SIZE];
	char beat_at[AET_TIMESTAMP_TEXT_SIZE];

	aet_uuid_format(server->id, id);
	aet_timestamp_format(server->started_at, started_at);
	aet_timestamp_format(server->beat_at, beat_at);
	return json_pack("{s:s, s:s, s:s, s:s, s:I, s:s, s:s, s:I, s:b}", "id", id,
	    "release", server->release, "source", server->source, "host", server->host,
	    "pid", (json_int_t)server->pid, "started_at", started_at, "beat_at", beat_at,
	    "silent_us", (json_int_t)server->silent_us, "alive", server->alive);
}

aet_status
servers_show(cli_context *cli, const aet_migrate_options *opts, aet_error *err)
{
	cli_output *out = &cli->output;
	aet_server_list *list = NULL;
	aet_status status = aet_db_servers(cli->db, opts, &list, err);

	output_set(out, "servers", json_array());
	if (status == AET_EDB && strcmp(err->sqlstate, "42501") == 0)
		return AET_OK; /* which is no business of a role that may not know */
	if (status != AET_OK)
		return status;
	for (size_t i = 0; i < list->len; i++) {
		const aet_server *server = &list->items[i];

		output_append(out, "servers", document_of(server));
		if (server->alive)
			output_line(out,
			    "server        %s on %s (process %lld, last heard of %.1f s "
			    "ago)",
			    server->release, server->host, (long long)server->pid,
			    (double)server->silent_us / 1e6);
	}
	aet_server_list_free(list);
	return AET_OK;
}
