/* SPDX-License-Identifier: MIT */
/*
 * Stands in for libFuzzer where there is none: runs a target once on each file
 * that is named, and on each file of a folder that is named.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define INPUT_LIMIT ((size_t)1024 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
run_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data = malloc(INPUT_LIMIT);
	uint8_t *exact = NULL;
	size_t size = 0;

	if (file != NULL && data != NULL) {
		size = fread(data, 1, INPUT_LIMIT, file);
		/* A block of just that size, so that valgrind sees an overrun. */
		exact = malloc(size > 0 ? size : 1);
	}
	if (exact != NULL) {
		memcpy(exact, data, size);
		LLVMFuzzerTestOneInput(exact, size);
	} else {
		fprintf(stderr, "cannot read %s\n", path);
	}
	if (file != NULL)
		fclose(file);
	free(data);
	free(exact);
	return exact != NULL ? 1 : -1;
}

/* Returns how many files were run, -1 after a failure. */
static int
run_folder(const char *folder)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, NULL, alphasort);
	char path[4096];
	int done = 0;

	for (int i = 0; i < count; i++) {
		if (entries[i]->d_name[0] != '.' && done >= 0) {
			snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name);
			done = run_file(path) < 0 ? -1 : done + 1;
		}
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	return count >= 0 ? done : -1;
}

static int
run(const char *path)
{
	struct stat about;

	if (stat(path, &about) != 0) {
		fprintf(stderr, "cannot find %s\n", path);
		return -1;
	}
	return S_ISDIR(about.st_mode) ? run_folder(path) : run_file(path);
}

int
main(int argc, char **argv)
{
	int done = 0;
	int more;

	for (int i = 1; i < argc; i++) {
		more = run(argv[i]);
		if (more < 0)
			return EXIT_FAILURE;
		done += more;
	}
	printf("%d inputs\n", done);
	return done > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
