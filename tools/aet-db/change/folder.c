/* SPDX-License-Identifier: MIT */
/* Files that appear whole. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "change/files.h"

static const char *
draft_of(codegen_memory *memory, const change_file *file)
{
	return codegen_format(memory, ".%s.%ld", file->name, (long)getpid());
}

static bool
write_all(int file, const char *text)
{
	size_t left = strlen(text);

	while (left > 0) {
		ssize_t wrote = write(file, text, left);

		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote <= 0)
			return false;
		text += wrote;
		left -= (size_t)wrote;
	}
	return true;
}

static bool
write_draft(int folder, const char *name, const char *text)
{
	int file = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	bool whole;

	if (file < 0)
		return false;
	whole = write_all(file, text) && fsync(file) == 0;
	return close(file) == 0 && whole;
}

static aet_status
fail(const change_file *file, aet_error *err)
{
	return aet_error_set(
	    err, AET_EINVAL, "cannot write \"%s\": %s", file->name, strerror(errno));
}

/* All drafts first, so that what can fail has failed. */
static aet_status
write_drafts(
    codegen_memory *memory, int folder, const change_files *files, aet_error *err)
{
	for (size_t i = 0; i < files->count; i++)
		if (!write_draft(
			folder, draft_of(memory, &files->items[i]), files->items[i].text))
			return fail(&files->items[i], err);
	return AET_OK;
}

/* A name that is taken meanwhile is nobody's loss: link(2) does not replace. */
static aet_status
give_names(codegen_memory *memory, int folder, const change_files *files, aet_error *err)
{
	for (size_t i = 0; i < files->count; i++) {
		aet_status status;

		if (linkat(folder, draft_of(memory, &files->items[i]), folder,
			files->items[i].name, 0) == 0)
			continue;
		status = fail(&files->items[i], err);
		while (i-- > 0)
			unlinkat(folder, files->items[i].name, 0);
		return status;
	}
	return AET_OK;
}

aet_status
change_files_write(
    codegen_memory *memory, int folder, const change_files *files, aet_error *err)
{
	aet_status status = write_drafts(memory, folder, files, err);

	if (status == AET_OK)
		status = give_names(memory, folder, files, err);
	for (size_t i = 0; i < files->count; i++)
		unlinkat(folder, draft_of(memory, &files->items[i]), 0);
	if (status == AET_OK)
		(void)fsync(folder);
	return status;
}
