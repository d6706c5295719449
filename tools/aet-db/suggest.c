/* SPDX-License-Identifier: MIT */
#include "suggest.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "options.h"

#define LONGEST_WORD 31
#define SHORTEST_BEGINNING 3

static size_t
least(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

static bool
swapped(const char *a, const char *b, size_t i, size_t j)
{
	return i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
}

/* Levenshtein's, and two letters that changed places count as one change; a row at
 * a time. Words that are too long are far. */
static size_t
distance(const char *a, const char *b)
{
	size_t rows[3][LONGEST_WORD + 1];
	size_t a_len = strlen(a), b_len = strlen(b);

	if (a_len > LONGEST_WORD || b_len > LONGEST_WORD)
		return LONGEST_WORD;
	for (size_t j = 0; j <= b_len; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t *row = rows[i % 3];
		const size_t *above = rows[(i + 2) % 3];

		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			row[j] = least(above[j] + 1, row[j - 1] + 1,
			    above[j - 1] + (a[i - 1] != b[j - 1]));
			if (swapped(a, b, i, j) && rows[(i + 1) % 3][j - 2] < row[j])
				row[j] = rows[(i + 1) % 3][j - 2] + 1;
		}
	}
	return rows[a_len % 3][b_len];
}

/* Near: the beginning, or no more than a third of the letters would have to change. */
static void
consider(const char *word, const char *name, const char **best, size_t *best_distance)
{
	size_t found = distance(word, name);

	if (strlen(word) >= SHORTEST_BEGINNING && strncmp(word, name, strlen(word)) == 0)
		found = 1;
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
suggest_flag(const char *word, const cli_command *command)
{
	const char *best = NULL;
	size_t best_distance = LONGEST_WORD;

	word += strspn(word, "-");
	for (const cli_flag *flag = flags; flag->name != NULL; flag++)
		if (command == NULL || flag_is_for(flag, command))
			consider(word, flag->name, &best, &best_distance);
	return best;
}
