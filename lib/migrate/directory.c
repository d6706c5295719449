/* SPDX-License-Identifier: MIT */
#include "migrate/source.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/error.h"
#include "core/memory.h"
#include "migrate/filename.h"
#include "migrate/source_files.h"

/* What a folder of one migration holds, if any: Prisma's and Drizzle's, Diesel's. */
static const struct {
	const char *name;
	bool down;
} inner_files[] = {
	{ "migration.sql", false },
	{ "up.sql", false },
	{ "down.sql", true },
};

/* A folder while it is being read. */
typedef struct scanned_folder {
	const char *dir;
	aet__source ups;
	aet__source downs;
} scanned_folder;

static aet_status
add_file(scanned_folder *folder, aet__source *to, const char *name, int64_t version,
    aet_error *err)
{
	aet__migration_file file = { .version = version, .name = aet__memory_text(name) };
	aet__text path = { 0 };

	aet__text_addf(&path, "%s/%s", folder->dir, name);
	file.path = aet__text_take(&path);
	return aet__source_add(to, file, err);
}

static aet_status
refuse_name(
    const scanned_folder *folder, const char *name, const char *problem, aet_error *err)
{
	return aet_error_set(err, AET_EINVAL, "\"%s/%s\" %s", folder->dir, name, problem);
}

/* One of inner_files, where it is there. */
static aet_status
take_inner(scanned_folder *folder, aet__source *to, const char *name, const char *file,
    int64_t version, aet_error *err)
{
	aet__text inner = { 0 };
	aet__text path = { 0 };
	aet_status status = AET_OK;

	aet__text_addf(&inner, "%s/%s", name, file);
	aet__text_addf(&path, "%s/%s", folder->dir, aet__text_view(&inner));
	if (!aet__text_ok(&inner) || !aet__text_ok(&path))
		status = aet__error_memory(err);
	else if (access(aet__text_view(&path), F_OK) == 0)
		status = add_file(folder, to, aet__text_view(&inner), version, err);
	aet__text_free(&inner);
	aet__text_free(&path);
	return status;
}

static aet_status
take_folder(scanned_folder *folder, const char *name, aet_error *err)
{
	int64_t version = 0;
	aet_status status = AET_OK;

	if (!aet__filename_is_folder(name, &version))
		return AET_OK;
	for (size_t i = 0;
	     status == AET_OK && i < sizeof(inner_files) / sizeof(inner_files[0]); i++)
		status = take_inner(folder,
		    inner_files[i].down ? &folder->downs : &folder->ups, name,
		    inner_files[i].name, version, err);
	return status;
}

static aet_status
take_entry(scanned_folder *folder, const char *name, aet_error *err)
{
	int64_t version = 0;

	switch (aet__filename_read(name, &version)) {
	case AET__FILENAME_UP:
	case AET__FILENAME_REPEATABLE:
		return add_file(folder, &folder->ups, name, version, err);
	case AET__FILENAME_DOWN:
		return add_file(folder, &folder->downs, name, version, err);
	case AET__FILENAME_TOO_BIG:
		return refuse_name(
		    folder, name, "has too big a number: it must be below 2^63", err);
	case AET__FILENAME_MALFORMED:
		return refuse_name(folder, name,
		    "is no migration by its name: it must be NNNN_name.sql, "
		    "NNNN_name.up.sql, NNNN_name.down.sql, VNNNN__name.sql or "
		    "R__name.sql",
		    err);
	case AET__FILENAME_OTHER:
		break;
	}
	return take_folder(folder, name, err);
}

static aet_status
cannot_read(const char *dir, aet_error *err)
{
	return aet_error_set(
	    err, AET_EINVAL, "cannot read the folder \"%s\": %s", dir, strerror(errno));
}

static aet_status
scan(scanned_folder *folder, aet_error *err)
{
	DIR *dir = opendir(folder->dir);
	aet_status status = AET_OK;
	struct dirent *entry;

	if (dir == NULL)
		return cannot_read(folder->dir, err);
	while (status == AET_OK) {
		errno = 0;
		entry = readdir(dir);
		if (entry == NULL) {
			if (errno != 0)
				status = cannot_read(folder->dir, err);
			break;
		}
		status = take_entry(folder, entry->d_name, err);
	}
	closedir(dir);
	return status;
}

static aet__migration_file *
find_version(const aet__source *source, int64_t version)
{
	for (size_t i = 0; i < source->count; i++)
		if (source->files[i].version == version)
			return &source->files[i];
	return NULL;
}

/* Hands each .down.sql to the migration that it would take back. */
static aet_status
pair_downs(scanned_folder *folder, aet_error *err)
{
	for (size_t i = 0; i < folder->downs.count; i++) {
		aet__migration_file *down = &folder->downs.files[i];
		aet__migration_file *up = find_version(&folder->ups, down->version);

		if (up == NULL)
			return refuse_name(folder, down->name,
			    "has no migration of its number beside it", err);
		up->down_path = down->path;
		down->path = NULL;
	}
	return AET_OK;
}

static aet_status
read_folder(scanned_folder *folder, aet_error *err)
{
	aet_status status = scan(folder, err);

	if (status == AET_OK)
		status = aet__source_sort(&folder->ups, err);
	if (status == AET_OK)
		status = aet__source_sort(&folder->downs, err);
	if (status == AET_OK)
		status = pair_downs(folder, err);
	if (status == AET_OK)
		status = aet__source_hash(&folder->ups, err);
	return status;
}

aet_status
aet__source_from_directory(
    const char *name, const char *dir, aet__source *out, aet_error *err)
{
	scanned_folder folder = { .dir = dir, .ups = { .name = aet__memory_text(name) } };
	aet_status status;

	status =
	    folder.ups.name != NULL ? read_folder(&folder, err) : aet__error_memory(err);
	aet__source_free(&folder.downs);
	if (status == AET_OK)
		*out = folder.ups;
	else
		aet__source_free(&folder.ups);
	return status;
}
