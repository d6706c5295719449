/* SPDX-License-Identifier: MIT */
#include "suggest.h"

#include <stddef.h>
#include <string.h>

#include "options.h"

#define LONGEST_WORD 31

static size_t
least(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

/* Levenshtein's, a row at a time. Words that are too long are far. */
static size_t
distance(const char *a, const char *b)
{
	size_t row[LONGEST_WORD + 1];
	size_t a_len = strlen(a), b_len = strlen(b);

	if (a_len > LONGEST_WORD || b_len > LONGEST_WORD)
		return LONGEST_WORD;
	for (size_t j = 0; j <= b_len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			size_t above = row[j];

			row[j] = least(
			    above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1]));
			diagonal = above;
		}
	}
	return row[b_len];
}

/* Near: no more than a third of the letters would have to change. */
static void
consider(const char *word, const char *name, const char **best, size_t *best_distance)
{
	size_t found = distance(word, name);

	if (found * 3 <= strlen(name) + 1 && found < *best_distance) {
		*best = name;
		*best_distance = found;
	}
}

const char *
suggest_command(const char *word)
{
	const char *best = NULL;
	size_t best_distance = LONGEST_WORD;

	for (const cli_command *command = commands; command->name != NULL; command++)
		consider(word, command->name, &best, &best_distance);
	return best;
}

const char *
suggest_flag(const char *word)
{
	const char *best = NULL;
	size_t best_distance = LONGEST_WORD;

	word += strspn(word, "-");
	for (const cli_flag *flag = flags; flag->name != NULL; flag++)
		consider(word, flag->name, &best, &best_distance);
	return best;
}
