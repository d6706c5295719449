/* SPDX-License-Identifier: MIT */
#include "ephemeral/cluster.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/text.h"

#define TOOLS "/bin"

static bool
has_utf8_locale(void)
{
	locale_t locale = newlocale(LC_ALL_MASK, "C.UTF-8", (locale_t)0);

	if (locale == (locale_t)0)
		return false;
	freelocale(locale);
	return true;
}

static void
add_tool(aet__recipe *recipe, const char *tool, const char *option, const char *first,
    const char *second)
{
	const char *words[] = { option, "--", first, second, NULL };

	aet__recipe_words(recipe, aet__recipe_step(recipe, TOOLS, tool), words);
}

/*
 * Trust is enough behind a directory of mode 0700, for the socket only. Small
 * WAL segments make a throw-away copy a third smaller.
 */
static void
add_initdb(const aet__cluster *cluster, aet__recipe *recipe, const char *data)
{
	static const char *const words[] = { ("--username=" AET__CLUSTER_SUPERUSER),
		"--auth-local=trust", "--auth-host=reject", "--encoding=UTF8",
		"--lc-messages=C", "--no-instructions", NULL };
	static const char *const throw_away[] = { "--no-sync", "--wal-segsize=1", NULL };
	aet__step *step = aet__recipe_step(recipe, cluster->bindir, "initdb");

	aet__recipe_words(recipe, step, words);
	aet__recipe_word(
	    recipe, step, "--locale=%s", has_utf8_locale() ? "C.UTF-8" : "C");
	if (cluster->kept == NULL)
		aet__recipe_words(recipe, step, throw_away);
	aet__recipe_word(recipe, step, "--pgdata=%s", data);
	aet__recipe_log(recipe, step, cluster->run, "initdb.log");
}

/*
 * Single-user mode answers an error and goes on, so "already exists" does no
 * harm; the last line then ends it with a failure if the database is not there.
 */
static char *
create_database_sql(const char *name)
{
	aet__text sql = { 0 };

	aet__text_add(&sql, "CREATE DATABASE ");
	aet__text_add_identifier(&sql, name);
	aet__text_add(&sql, "\nSET exit_on_error = on\n"
			    "SELECT 1 / count(*) FROM pg_database WHERE datname = ");
	aet__text_add_literal(&sql, name);
	aet__text_add_char(&sql, '\n');
	return aet__text_take(&sql);
}

static void
add_database(const aet__cluster *cluster, aet__recipe *recipe, const char *data,
    const char *name, const char *log)
{
	aet__step *step = aet__recipe_step(recipe, cluster->bindir, "postgres");

	aet__recipe_word(recipe, step, "--single");
	aet__recipe_word(recipe, step, "-D%s", data);
	if (cluster->kept == NULL)
		aet__recipe_word(recipe, step, "-F");
	aet__recipe_word(recipe, step, "postgres");
	aet__recipe_input(recipe, step, create_database_sql(name));
	aet__recipe_log(recipe, step, cluster->run, log);
}

static void
add_settings(aet__recipe *recipe, aet__step *step, const char *const *settings)
{
	for (; *settings != NULL; settings++) {
		aet__recipe_word(recipe, step, "-c");
		aet__recipe_word(recipe, step, "%s", *settings);
	}
}

static void
add_server(const aet__cluster *cluster, aet__recipe *recipe, const char *data)
{
	static const char *const always[] = { "listen_addresses=", "port=5432",
		"max_connections=200", "shared_buffers=32MB", "logging_collector=off",
		"log_destination=stderr", "cluster_name=aeturnis", NULL };
	static const char *const throw_away[] = { "fsync=off", "synchronous_commit=off",
		"full_page_writes=off", "max_wal_size=1GB", NULL };
	static const char *const keeping[] = { "fsync=on", NULL };
	aet__step *step = aet__recipe_step(recipe, cluster->bindir, "postgres");

	aet__recipe_word(recipe, step, "-D%s", data);
	add_settings(recipe, step, always);
	add_settings(recipe, step, cluster->kept == NULL ? throw_away : keeping);
	aet__recipe_word(recipe, step, "-c");
	aet__recipe_word(recipe, step, "unix_socket_directories=%s", cluster->run);
	aet__recipe_log(recipe, step,
	    cluster->kept != NULL ? cluster->kept : cluster->run, "server.log");
	recipe->serves = true;
	recipe->keeps = cluster->kept != NULL;
}

/* The template is made beside its name and renamed, so that it is whole or
 * not there; whoever waits for it goes on from there. */
static void
add_template(const aet__cluster *cluster, aet__recipe *recipe)
{
	const aet__cache *cache = cluster->cache;

	add_tool(recipe, "rm", "-rf", cache->half, NULL);
	add_initdb(cluster, recipe, cache->half);
	add_database(cluster, recipe, cache->half, AET__CLUSTER_DATABASE, "template.log");
	add_tool(recipe, "mv", "-T", cache->half, cache->finished);
	recipe->steps[recipe->count - 1].unlocks = cache->lock;
}

static void
add_throw_away(const aet__cluster *cluster, aet__recipe *recipe, const char *data)
{
	bool cached = cluster->cache->finished != NULL;

	if (cluster->cache->lock >= 0)
		add_template(cluster, recipe);
	if (cached)
		add_tool(recipe, "cp", "-R", cluster->cache->finished, data);
	else
		add_initdb(cluster, recipe, data);
	if (!cached || strcmp(cluster->database, AET__CLUSTER_DATABASE) != 0)
		add_database(cluster, recipe, data, cluster->database, "database.log");
}

static void
add_kept(const aet__cluster *cluster, bool exists, aet__recipe *recipe, const char *data)
{
	char half[PATH_MAX];

	if (snprintf(half, sizeof(half), "%s.half", data) >= (int)sizeof(half))
		recipe->failed = true;
	if (!exists) {
		add_tool(recipe, "rm", "-rf", half, NULL);
		add_initdb(cluster, recipe, half);
		add_tool(recipe, "mv", "-T", half, data);
	}
	add_database(cluster, recipe, data, cluster->database, "database.log");
}

void
aet__cluster_recipe(const aet__cluster *cluster, bool exists, aet__recipe *recipe)
{
	const char *home = cluster->kept != NULL ? cluster->kept : cluster->run;
	const char *words[] = { "-rf", "--", cluster->run, NULL };
	char data[PATH_MAX];

	if (snprintf(data, sizeof(data), "%s/data", home) >= (int)sizeof(data))
		recipe->failed = true;
	if (cluster->kept != NULL)
		add_kept(cluster, exists, recipe, data);
	else
		add_throw_away(cluster, recipe, data);
	add_server(cluster, recipe, data);
	aet__recipe_directory(recipe, cluster->run);
	if (cluster->kept != NULL)
		aet__recipe_home(recipe, cluster->kept);
	aet__recipe_words(recipe, aet__recipe_cleanup(recipe, TOOLS, "rm"), words);
}

/* What we ourselves put into a kept directory before there is data. */
static bool
is_ours(const char *name)
{
	static const char *const ours[] = { ".", "..", "data.half", "server.log" };

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (strcmp(name, ours[i]) == 0)
			return true;
	return false;
}

aet_status
aet__cluster_exists(const char *kept, bool *out, aet_error *err)
{
	char version[PATH_MAX];
	const struct dirent *entry;
	DIR *entries;
	bool clear = true;

	if (snprintf(version, sizeof(version), "%s/data/PG_VERSION", kept) >=
	    (int)sizeof(version))
		return aet_error_set(err, AET_EINVAL, "datadir's path is too long");
	*out = access(version, F_OK) == 0;
	if (*out)
		return AET_OK;
	entries = opendir(kept);
	if (entries == NULL)
		return aet_error_set(err, AET_EINVAL, "cannot read datadir \"%s\": %s",
		    kept, strerror(errno));
	while (clear && (entry = readdir(entries)) != NULL)
		clear = is_ours(entry->d_name);
	closedir(entries);
	if (clear)
		return AET_OK;
	return aet_error_set(err, AET_EINVAL,
	    "datadir \"%s\" holds something else than data of this library's; name an "
	    "empty directory",
	    kept);
}
