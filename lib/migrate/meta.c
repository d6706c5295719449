/* SPDX-License-Identifier: MIT */
#include "migrate/meta.h"

#include <string.h>

typedef struct meta_line {
	const char *word;
	size_t word_len;
	const char *name; /* the first word after it, and the second */
	size_t name_len;
	const char *value;
	size_t value_len;
	size_t end; /* of the line, in the lexer's text */
} meta_line;

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* The next word from *at on, which moves past it; *len is 0 where none is left. */
static const char *
next_word(const aet__lexer *lexer, size_t end, size_t *at, size_t *len)
{
	size_t start = *at;

	while (start < end && is_blank(lexer->text[start]))
		start++;
	*at = start;
	while (*at < end && !is_blank(lexer->text[*at]))
		(*at)++;
	*len = *at - start;
	return lexer->text + start;
}

static meta_line
read_line(const aet__lexer *lexer, size_t at)
{
	const char *newline = memchr(lexer->text + at, '\n', lexer->len - at);
	meta_line line = { .end = newline != NULL ? (size_t)(newline - lexer->text)
						  : lexer->len };

	line.word = next_word(lexer, line.end, &at, &line.word_len);
	line.name = next_word(lexer, line.end, &at, &line.name_len);
	line.value = next_word(lexer, line.end, &at, &line.value_len);
	return line;
}

static bool
is_word(const char *word, size_t len, const char *expected)
{
	return len == strlen(expected) && memcmp(word, expected, len) == 0;
}

static bool
is_one_of(const char *word, size_t len, const char *const *words)
{
	for (; *words != NULL; words++)
		if (is_word(word, len, *words))
			return true;
	return false;
}

/* \set of what psql prints, or that it stops at a failure, as the migrator does. */
static bool
is_harmless_set(const meta_line *line)
{
	static const char *const shown[] = { "ECHO", "ECHO_HIDDEN", "QUIET", "VERBOSITY",
		"SHOW_CONTEXT", NULL };
	static const char *const yes[] = { "on", "ON", "true", "1", NULL };

	return is_one_of(line->name, line->name_len, shown) ||
	       (is_word(line->name, line->name_len, "ON_ERROR_STOP") &&
		   is_one_of(line->value, line->value_len, yes));
}

bool
aet__meta_skip(aet__lexer *lexer, aet__token backslash)
{
	static const char *const silent[] = { "restrict", "unrestrict", "echo", "qecho",
		"warn", "timing", "pset", NULL };
	meta_line line = read_line(lexer, backslash.start + 1);

	if (!is_one_of(line.word, line.word_len, silent) &&
	    !(is_word(line.word, line.word_len, "set") && is_harmless_set(&line)))
		return false;
	lexer->at = line.end;
	return true;
}
