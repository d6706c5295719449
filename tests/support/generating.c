/* SPDX-License-Identifier: MIT */
/* As superuser: a migration is written and tried, which is not the game's. */
#include "support/generating.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

test_cli cli;
char *url;
char shadow[512];
static char *text;

void
generating_setup(void)
{
	char *scratch = test_database_create();

	test_cli_begin(&cli);
	url = test_database_create();
	snprintf(shadow, sizeof(shadow), "--shadow=%s", scratch);
	free(scratch);
}

void
generating_teardown(void)
{
	test_cli_end(&cli);
	free(url);
	free(text);
	text = NULL;
}

const char *
content(const char *name)
{
	char path[512];
	size_t size = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", cli.directory, name);
	file = fopen(path, "r");
	ck_assert_msg(file != NULL, "there is no %s", path);
	free(text);
	text = NULL;
	ck_assert_int_ge(getdelim(&text, &size, '\0', file), 0);
	fclose(file);
	return text;
}

const char *
statements(const char *name)
{
	const char *line = content(name);
	char *kept = text;
	bool inside = false;

	for (size_t len; *line != '\0'; line += len) {
		len = strcspn(line, "\n") + 1;

		inside = inside || (line[0] != '-' && line[0] != '\n');
		if (inside) {
			memmove(kept, line, len);
			kept += len;
		}
	}
	*kept = '\0';
	return text;
}

int
file_count(void)
{
	char path[512];
	DIR *folder;
	int count = 0;
	struct dirent *entry;

	snprintf(path, sizeof(path), "%s/migrations", cli.directory);
	folder = opendir(path);
	if (folder == NULL)
		return 0;
	while ((entry = readdir(folder)) != NULL)
		count +=
		    strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
	closedir(folder);
	return count;
}

void
schema(const char *sql)
{
	test_cli_write(&cli, "schema/game.sql", sql);
}

void
begin_with(const char *sql)
{
	schema(sql);
	CLI(&cli, "generate", "first", shadow);
	CLI_EXITS(&cli, 0);
}

void
migrate(void)
{
	CLI(&cli, "migrate", "--dir", "migrations", "--url", url);
	CLI_EXITS(&cli, 0);
}
