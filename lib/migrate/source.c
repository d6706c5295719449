/* SPDX-License-Identifier: MIT */
#include "migrate/source.h"

#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/memory.h"
#include "migrate/checksum.h"
#include "migrate/filename.h"
#include "migrate/source_files.h"

static void
file_free(aet__migration_file *file)
{
	free(file->name);
	free(file->path);
	free(file->down_path);
}

void
aet__source_free(aet__source *source)
{
	for (size_t i = 0; i < source->count; i++)
		file_free(&source->files[i]);
	free(source->files);
	free(source->name);
	*source = (aet__source){ 0 };
}

aet_status
aet__source_add(aet__source *source, aet__migration_file file, aet_error *err)
{
	void *files = source->files;

	if (file.name == NULL || file.path == NULL ||
	    !aet__memory_grow(
		&files, &source->capacity, source->count + 1, sizeof(*source->files))) {
		file_free(&file);
		return aet__error_memory(err);
	}
	source->files = files;
	source->files[source->count++] = file;
	return AET_OK;
}

static int
by_version(const void *left, const void *right)
{
	const aet__migration_file *a = left;
	const aet__migration_file *b = right;

	if (a->version < 0 || b->version < 0)
		return a->version >= 0   ? -1
		       : b->version >= 0 ? 1
					 : strcmp(a->name, b->name);
	return a->version < b->version   ? -1
	       : a->version > b->version ? 1
					 : strcmp(a->name, b->name);
}

aet_status
aet__source_sort(aet__source *source, aet_error *err)
{
	aet__migration_file *files = source->files;

	if (source->count > 1)
		qsort(files, source->count, sizeof(*files), by_version);
	for (size_t i = 1; i < source->count; i++)
		if (files[i - 1].version == files[i].version)
			return aet_error_set(err, AET_EINVAL,
			    "\"%s\" and \"%s\" have the same number: give one of them "
			    "another",
			    files[i - 1].path, files[i].path);
	return AET_OK;
}

size_t
aet__source_versioned(const aet__source *source)
{
	size_t count = source->count;

	while (count > 0 && source->files[count - 1].version < 0)
		count--;
	return count;
}

aet_status
aet__source_open(
    const aet__migration_file *file, aet__file_reader *reader, aet_error *err)
{
	if (file->embedded == NULL)
		return aet__file_reader_open(reader, file->path, err);
	aet__file_reader_memory(
	    reader, file->path, file->embedded->sql, file->embedded->len);
	return AET_OK;
}

static aet_status
read_file(const aet__migration_file *file, aet__spool *copy,
    char checksum[AET_CHECKSUM_SIZE], aet_error *err)
{
	aet__file_reader reader;
	aet_status status = aet__source_open(file, &reader, err);

	if (status != AET_OK)
		return status;
	status = aet__checksum_read(&reader, copy, checksum, err);
	aet__file_reader_close(&reader);
	return status;
}

aet_status
aet__source_hash(aet__source *source, aet_error *err)
{
	aet_status status = AET_OK;

	for (size_t i = 0; i < source->count && status == AET_OK; i++)
		status =
		    read_file(&source->files[i], NULL, source->files[i].checksum, err);
	return status;
}

aet_status
aet__source_load(const aet__migration_file *file, aet__spool *out, aet_error *err)
{
	char checksum[AET_CHECKSUM_SIZE];
	aet_status status = read_file(file, out, checksum, err);

	if (status != AET_OK)
		return status;
	if (strcmp(checksum, file->checksum) != 0)
		return aet_error_set(err, AET_EINVAL,
		    "\"%s\" was changed while it was about to run: start again",
		    file->path);
	return AET_OK;
}

static aet_status
add_embedded(
    aet__source *source, const aet__embedded_migration *migration, aet_error *err)
{
	aet__migration_file file = { .embedded = migration };

	if (aet__filename_read(migration->name, &file.version) != AET__FILENAME_UP)
		return aet_error_set(err, AET_EINVAL,
		    "the compiled-in \"%s\" is no migration: its name must be "
		    "NNNN_name.sql",
		    migration->name);
	file.name = aet__memory_text(migration->name);
	file.path = aet__memory_text(migration->name);
	return aet__source_add(source, file, err);
}

aet_status
aet__source_from_embedded(const char *name, const aet__embedded_migration *migrations,
    size_t count, aet__source *out, aet_error *err)
{
	aet__source source = { .name = aet__memory_text(name) };
	aet_status status = source.name != NULL ? AET_OK : aet__error_memory(err);

	for (size_t i = 0; i < count && status == AET_OK; i++)
		status = add_embedded(&source, &migrations[i], err);
	if (status == AET_OK)
		status = aet__source_sort(&source, err);
	if (status == AET_OK)
		status = aet__source_hash(&source, err);
	if (status == AET_OK)
		*out = source;
	else
		aet__source_free(&source);
	return status;
}
