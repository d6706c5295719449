/* SPDX-License-Identifier: MIT */
/* "Did you mean": the nearest name by edit distance. */
#ifndef AET_DB_SUGGEST_H
#define AET_DB_SUGGEST_H

#include "options.h"

/* NULL where nothing is near. */
const char *suggest_command(const char *word);
/* Among those of command, if one is known. word with its dashes; the answer without. */
const char *suggest_flag(const char *word, const cli_command *command);

#endif
