/* SPDX-License-Identifier: MIT */
/* Migrations run as they will be everywhere, on a database of one's own. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "change/files.h"
#include "codegen/files.h"
#include "output.h"

static bool
has_migrations(const char *dir)
{
	codegen_memory memory = { .arena = aet__arena_open() };
	char **paths;
	size_t count = 0;
	bool found = false;

	if (memory.arena == NULL)
		return true; /* the migrator will say so */
	if (setjmp(memory.out) == 0)
		found = codegen_file_list(&memory, dir, ".sql", &paths, &count) == 0 &&
			count > 0;
	aet__arena_free(memory.arena);
	return found;
}

bool
change_replay_has_any(const change_replay *replay)
{
	return replay->on_library || has_migrations(replay->dir);
}

aet_status
change_replay_run(const change_replay *replay, const char *url,
    aet_migrate_report *report, aet_error *err)
{
	aet_db_options open = AET_DB_OPTIONS_INIT;
	aet_migrate_options opts = AET_MIGRATE_OPTIONS_INIT;
	aet_db *db = NULL;
	aet_status status;

	if (!change_replay_has_any(replay))
		return AET_OK;
	open.url = url;
	status = aet_db_open(&open, &db, err);
	opts.journal = replay->journal;
	if (status == AET_OK && replay->on_library)
		status = aet_db_migrate(db, &opts, report, err);
	opts.dir = replay->dir;
	opts.source = replay->source;
	opts.to = replay->to;
	if (status == AET_OK && has_migrations(replay->dir))
		status = aet_db_migrate(db, &opts, report, err);
	(void)aet_db_close(&db);
	return status;
}

/* ---- with files that are not there yet ----------------------------------- */

static aet_status
fail(const char *what, aet_error *err)
{
	return aet_error_set(err, AET_EINVAL,
	    "cannot copy \"%s\" to try the migrations: %s", what, strerror(errno));
}

static aet_status
copy_all(codegen_memory *memory, const char *from, const char *to,
    const change_files *files, aet_error *err)
{
	char **paths;
	size_t count = 0;

	if (codegen_file_list(memory, from, ".sql", &paths, &count) != 0)
		count = 0; /* there is no such folder yet */
	for (size_t i = 0; i < count; i++) {
		size_t len = 0;
		char *text = codegen_file_read(memory, paths[i], &len);

		if (text == NULL ||
		    codegen_file_write(memory,
			codegen_path(memory, to, strrchr(paths[i], '/') + 1), text) != 0)
			return fail(paths[i], err);
	}
	for (size_t i = 0; i < files->count; i++)
		if (codegen_file_write(memory,
			codegen_path(memory, to, files->items[i].name),
			files->items[i].text) != 0)
			return fail(files->items[i].name, err);
	return AET_OK;
}

static void
remove_all(codegen_memory *memory, const char *folder)
{
	char **paths;
	size_t count = 0;

	if (codegen_file_list(memory, folder, "", &paths, &count) == 0)
		for (size_t i = 0; i < count; i++)
			(void)unlink(paths[i]);
	(void)rmdir(folder);
}

aet_status
change_replay_with(codegen_memory *memory, const change_replay *replay,
    const change_files *files, const char *url, aet_migrate_report *report,
    aet_error *err)
{
	const char *temporary = getenv("TMPDIR");
	change_replay there = *replay;
	char *folder = codegen_format(memory, "%s/aet-generate-XXXXXX",
	    temporary != NULL && temporary[0] != '\0' ? temporary : "/tmp");
	aet_status status;

	if (mkdtemp(folder) == NULL)
		return fail(folder, err);
	output_interrupt_removes(folder);
	there.dir = folder;
	status = copy_all(memory, replay->dir, folder, files, err);
	if (status == AET_OK)
		status = change_replay_run(&there, url, report, err);
	remove_all(memory, folder);
	output_interrupt_removes(NULL);
	return status;
}
