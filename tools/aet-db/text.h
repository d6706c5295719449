/* SPDX-License-Identifier: MIT */
/* What is written from the tables of options.h: help, completions, manual. */
#ifndef AET_DB_TEXT_H
#define AET_DB_TEXT_H

#include <stdio.h>

#include "options.h"

typedef struct exit_meaning {
	int code;
	const char *text;
} exit_meaning;

typedef struct cli_setting {
	const char *name;
	const char *text;
} cli_setting;

/* Each ends with an entry whose text is NULL. */
extern const exit_meaning exit_meanings[];
extern const cli_setting settings[];

/* command NULL: of aet-db as a whole. */
void help_write(FILE *to, const cli_command *command);
void usage_write(FILE *to, const cli_command *command);

void completion_write_bash(FILE *to, const cli_command *all);
void completion_write_zsh(FILE *to, const cli_command *all);
void completion_write_fish(FILE *to, const cli_command *all);
void manual_write(FILE *to, const cli_command *all);

#endif
