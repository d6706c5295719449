/* SPDX-License-Identifier: MIT */
/* "Did you mean": the nearest name by edit distance. */
#ifndef AET_DB_SUGGEST_H
#define AET_DB_SUGGEST_H

/* NULL where nothing is near. */
const char *suggest_command(const char *word);
/* word with its dashes; the answer without. */
const char *suggest_flag(const char *word);

#endif
