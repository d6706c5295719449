/* SPDX-License-Identifier: MIT */
#include "files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *
codegen_path(codegen_memory *memory, const char *folder, const char *name)
{
	if (folder[0] == '\0' || name[0] == '/')
		return codegen_copy(memory, name);
	return codegen_format(memory, "%s/%s", folder, name);
}

char *
codegen_folder(codegen_memory *memory, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return codegen_copy(memory, "");
	return codegen_copy_n(memory, path, slash == path ? 1 : (size_t)(slash - path));
}

static char *
read_all(codegen_memory *memory, int file, size_t size, size_t *len)
{
	char *text = codegen_room(memory, size + 1, 1);
	ssize_t got = 1;

	*len = 0;
	while (got > 0 && *len < size) {
		got = read(file, text + *len, size - *len);
		if (got < 0 && errno == EINTR)
			got = 1;
		else if (got > 0)
			*len += (size_t)got;
	}
	return got < 0 ? NULL : text;
}

char *
codegen_file_read(codegen_memory *memory, const char *path, size_t *len)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	char *text = NULL;
	struct stat status;
	int saved;

	if (file < 0)
		return NULL;
	if (fstat(file, &status) == 0 && S_ISREG(status.st_mode))
		text = read_all(memory, file, (size_t)status.st_size, len);
	else if (S_ISDIR(status.st_mode))
		errno = EISDIR;
	saved = errno;
	close(file);
	errno = saved;
	return text;
}

char *
codegen_text_read(codegen_memory *memory, const char *path, size_t *len)
{
	char *text = codegen_file_read(memory, path, len);

	if (text == NULL || strncmp(text, "\xef\xbb\xbf", 3) != 0)
		return text;
	*len -= 3;
	return text + 3;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool
ends_with(const char *name, const char *suffix)
{
	size_t len = strlen(name);
	size_t end = strlen(suffix);

	return len > end && strcmp(name + len - end, suffix) == 0;
}

int
codegen_file_list(codegen_memory *memory, const char *path, const char *suffix,
    char ***out, size_t *count)
{
	struct dirent **entries;
	struct stat status;
	int found;

	*count = 0;
	*out = codegen_room(memory, 1, sizeof(**out));
	if (stat(path, &status) != 0)
		return -1;
	if (!S_ISDIR(status.st_mode)) {
		(*out)[(*count)++] = codegen_copy(memory, path);
		return 0;
	}
	found = scandir(path, &entries, NULL, NULL);
	if (found < 0)
		return -1;
	*out = codegen_room(memory, (size_t)found, sizeof(**out));
	for (int i = 0; i < found; i++) {
		if (ends_with(entries[i]->d_name, suffix))
			(*out)[(*count)++] =
			    codegen_path(memory, path, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	qsort(*out, *count, sizeof(**out), by_name);
	return 0;
}

static int
make_folders(codegen_memory *memory, const char *path)
{
	char *copy = codegen_copy(memory, path);

	for (char *slash = strchr(copy + 1, '/'); slash != NULL;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(copy, 0777) != 0 && errno != EEXIST)
			return -1;
		*slash = '/';
	}
	return 0;
}

static int
write_all(int file, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t put = write(file, text, len);

		if (put < 0 && errno != EINTR)
			return -1;
		if (put > 0) {
			text += put;
			len -= (size_t)put;
		}
	}
	return 0;
}

int
codegen_file_write(codegen_memory *memory, const char *path, const char *text)
{
	char *beside = codegen_format(memory, "%s.%ld.tmp", path, (long)getpid());
	int failed;
	int saved;
	int file;

	if (make_folders(memory, path) != 0)
		return -1;
	file = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (file < 0)
		return -1;
	failed = write_all(file, text, strlen(text));
	if (close(file) != 0 && failed == 0)
		failed = -1;
	if (failed == 0)
		failed = rename(beside, path);
	if (failed != 0) {
		saved = errno;
		unlink(beside);
		errno = saved;
	}
	return failed;
}
