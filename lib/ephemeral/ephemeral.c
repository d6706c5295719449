/* SPDX-License-Identifier: MIT */
#include "ephemeral/ephemeral.h"

#include <stdlib.h>
#include <string.h>

#include "core/deadline.h"
#include "core/error.h"
#include "core/memory.h"
#include "core/text.h"
#include "ephemeral/binaries.h"
#include "ephemeral/cluster.h"
#include "ephemeral/directory.h"
#include "ephemeral/explain.h"
#include "ephemeral/postmaster.h"
#include "ephemeral/supervision.h"

#define DEFAULT_TIMEOUT_MS 30000
#define READY_POLL_MS 5

struct aet_ephemeral {
	char *url;
	char *bindir;
	int supervisor;
};

/* What a start needs on its way; all of it but the server is given back. */
struct start {
	aet_ephemeral_options options;
	aet__deadline deadline;
	aet__user user;
	aet__cache cache;
	bool small;
	char *run; /* what the supervisor makes and removes */
	aet__directory kept;
	aet__recipe recipe;
	aet_ephemeral *server;
};

/* A line is a command in single-user mode, so a name must not end one. */
static bool
is_database_name(const char *name)
{
	size_t len = strlen(name);

	for (const char *c = name; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			return false;
	return len > 0 && len < AET_NAME_SIZE;
}

static aet_status
options_check(
    const aet_ephemeral_options *given, aet_ephemeral_options *out, aet_error *err)
{
	aet_ephemeral_options options = AET_EPHEMERAL_OPTIONS_INIT;

	if (given != NULL && given->size != sizeof(options))
		return aet_error_set(err, AET_EINVAL,
		    "options.size is not that of aet_ephemeral_options; start from "
		    "AET_EPHEMERAL_OPTIONS_INIT");
	if (given != NULL)
		options = *given;
	if (options.database == NULL)
		options.database = AET__CLUSTER_DATABASE;
	if (!is_database_name(options.database))
		return aet_error_set(err, AET_EINVAL,
		    "options.database must have 1 to 63 bytes and no control character");
	if (options.timeout_ms < 0)
		return aet_error_set(
		    err, AET_EINVAL, "options.timeout_ms must not be negative");
	if (options.timeout_ms == 0)
		options.timeout_ms = DEFAULT_TIMEOUT_MS;
	*out = options;
	return AET_OK;
}

/* ---- the url ---------------------------------------------------------- */

/* RFC 3986, section 2.3: all but the unreserved characters. */
static void
add_percent_encoded(aet__text *text, const char *value)
{
	for (; *value != '\0'; value++) {
		if ((*value >= 'a' && *value <= 'z') ||
		    (*value >= 'A' && *value <= 'Z') ||
		    (*value >= '0' && *value <= '9') || strchr("-._~", *value) != NULL)
			aet__text_add_char(text, *value);
		else
			aet__text_addf(
			    text, "%%%02X", (unsigned int)(unsigned char)*value);
	}
}

static char *
url_of(const char *database, const char *socket_directory)
{
	aet__text url = { 0 };

	aet__text_add(&url, "postgresql:///");
	add_percent_encoded(&url, database);
	aet__text_add(&url, "?host=");
	add_percent_encoded(&url, socket_directory);
	aet__text_add(&url, "&port=5432&user=" AET__CLUSTER_SUPERUSER);
	return aet__text_take(&url);
}

/* ---- starting --------------------------------------------------------- */

static void
server_free(aet_ephemeral *server)
{
	if (server == NULL)
		return;
	aet__supervision_stop(&server->supervisor);
	free(server->url);
	free(server->bindir);
	free(server);
}

static aet_status
server_new(aet_ephemeral **out, aet_error *err)
{
	aet_ephemeral *server = calloc(1, sizeof(*server));

	if (server == NULL)
		return aet__error_memory(err);
	server->supervisor = -1;
	*out = server;
	return AET_OK;
}

/* The directories, and what is to be done in them. */
static aet_status
start_prepare(struct start *start, aet_error *err)
{
	aet__cluster cluster = { .bindir = start->server->bindir,
		.database = start->options.database,
		.cache = &start->cache };
	bool exists = false;
	aet_status status = AET_OK;

	aet__directory_sweep(&start->user);
	if (start->options.datadir != NULL) {
		status = aet__directory_keep(start->options.datadir, &start->user,
		    start->deadline, &start->kept, err);
		if (status == AET_OK)
			status = aet__cluster_exists(start->kept.path, &exists, err);
		cluster.kept = start->kept.path;
	} else {
		aet__cache_open(
		    cluster.bindir, &start->user, start->deadline, &start->cache);
	}
	if (status == AET_OK)
		status =
		    aet__directory_name(&start->user, start->small, &start->run, err);
	if (status != AET_OK)
		return status;
	cluster.run = start->run;
	aet__cluster_recipe(&cluster, exists, &start->recipe);
	start->recipe.lock = start->kept.lock;
	start->server->url = url_of(cluster.database, cluster.run);
	return start->server->url != NULL ? AET_OK : aet__error_memory(err);
}

static aet_status
start_await(struct start *start, aet_error *err)
{
	const char *home = start->kept.path != NULL ? start->kept.path : start->run;

	while (!aet__postmaster_is(home, start->run, "ready")) {
		aet__deadline tick = aet__deadline_in(READY_POLL_MS);
		aet__report report = aet__supervision_wait(start->server->supervisor,
		    aet__deadline_earlier(tick, start->deadline));

		if (report.kind != AET__REPORT_NOTHING) {
			aet__cache_retire(&start->cache);
			return aet__start_explain(&start->recipe, &report, err);
		}
		if (aet__deadline_passed(start->deadline))
			return aet_error_set(err, AET_ETIMEOUT,
			    "the private PostgreSQL did not answer within %d ms",
			    start->options.timeout_ms);
	}
	return AET_OK;
}

static aet_status
start_run(struct start *start, aet_error *err)
{
	aet_status status = aet__user_find(&start->user, err);

	if (status == AET_OK)
		status = server_new(&start->server, err);
	if (status == AET_OK)
		status = aet__binaries_find(
		    start->options.bindir, &start->server->bindir, err);
	if (status != AET_OK)
		return status;
	aet__recipe_init(&start->recipe, &start->user);
	status = start_prepare(start, err);
	if (status == AET_OK)
		status = aet__supervision_start(
		    &start->recipe, &start->server->supervisor, err);
	if (status == AET_OK)
		status = start_await(start, err);
	return status;
}

/* On failure the server goes first: its supervisor removes what was made. */
static void
start_end(struct start *start, aet_status status)
{
	if (status != AET_OK)
		server_free(start->server);
	aet__recipe_free(&start->recipe);
	aet__cache_close(&start->cache);
	aet__directory_release(&start->kept);
	free(start->run);
}

static aet_status
start_server(
    const aet_ephemeral_options *opts, bool small, aet_ephemeral **out, aet_error *err)
{
	struct start start = {
		.cache = AET__CACHE_NONE, .kept = AET__DIRECTORY_NONE, .small = small
	};
	aet_status status;

	if (out == NULL)
		return aet_error_set(err, AET_EINVAL, "out must not be NULL");
	status = options_check(opts, &start.options, err);
	if (status != AET_OK)
		return status;
	start.deadline = aet__deadline_in(start.options.timeout_ms);
	status = start_run(&start, err);
	start_end(&start, status);
	if (status == AET_OK)
		*out = start.server;
	return status;
}

aet_status
aet_ephemeral_start(
    const aet_ephemeral_options *opts, aet_ephemeral **out, aet_error *err)
{
	return start_server(opts, false, out, err);
}

aet_status
aet__ephemeral_start_small(
    const aet_ephemeral_options *opts, aet_ephemeral **out, aet_error *err)
{
	return start_server(opts, true, out, err);
}

const char *
aet_ephemeral_url(const aet_ephemeral *server)
{
	return server->url;
}

const char *
aet_ephemeral_bindir(const aet_ephemeral *server)
{
	return server->bindir;
}

void
aet_ephemeral_stop(aet_ephemeral **server)
{
	if (server == NULL)
		return;
	server_free(*server);
	*server = NULL;
}
