/* SPDX-License-Identifier: MIT */
#include "core/lexer.h"

#include <string.h>

#include "core/ascii.h"

/* The byte at offset at, or NUL past the end: no rule below accepts a NUL. */
static char
peek(const aet__lexer *lexer, size_t at)
{
	return at < lexer->len ? lexer->text[at] : '\0';
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

static bool
is_newline(char c)
{
	return c == '\n' || c == '\r';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Every byte above ASCII may be part of a name, as in scan.l. */
static bool
is_word_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	       (unsigned char)c >= 0x80;
}

static bool
is_word_part(char c)
{
	return is_word_start(c) || is_digit(c) || c == '$';
}

static size_t
skip_space(const aet__lexer *lexer, size_t at)
{
	while (at < lexer->len && is_space(lexer->text[at]))
		at++;
	return at;
}

static size_t
skip_line(const aet__lexer *lexer, size_t at)
{
	while (at < lexer->len && !is_newline(lexer->text[at]))
		at++;
	return at;
}

/* Takes the token that ends at end. */
static aet__token
take(aet__lexer *lexer, aet__token_kind kind, size_t end)
{
	aet__token token = { kind, lexer->at, end - lexer->at };

	lexer->at = end;
	return token;
}

/*
 * Where a string goes on after the quote that seemed to close it: past the next
 * quote when only white space with a line end in it, or line comments, part the
 * two ("Two string constants that are only separated by whitespace with at
 * least one newline are concatenated"). It matters for E'', whose backslashes
 * keep their meaning there. Returns at itself when the string is over.
 */
static size_t
continuation(const aet__lexer *lexer, size_t at)
{
	bool line_ended = false;
	size_t look = at;

	for (;;) {
		if (is_space(peek(lexer, look))) {
			line_ended = line_ended || is_newline(lexer->text[look]);
			look++;
		} else if (peek(lexer, look) == '-' && peek(lexer, look + 1) == '-') {
			look = skip_line(lexer, look);
		} else {
			return line_ended && peek(lexer, look) == '\'' ? look + 1 : at;
		}
	}
}

/* A string whose first content byte is at offset at. */
static aet__token
take_string(aet__lexer *lexer, size_t at, bool backslashes)
{
	size_t next;

	while (at < lexer->len) {
		char c = lexer->text[at++];

		if ((backslashes && c == '\\') ||
		    (c == '\'' && peek(lexer, at) == '\'')) {
			at++;
		} else if (c == '\'') {
			next = continuation(lexer, at);
			if (next == at)
				return take(lexer, AET__TOKEN_STRING, at);
			at = next;
		}
	}
	return take(lexer, AET__TOKEN_UNTERMINATED_STRING, lexer->len);
}

static aet__token
take_quoted(aet__lexer *lexer, size_t at)
{
	while (at < lexer->len) {
		if (lexer->text[at++] != '"')
			continue;
		if (peek(lexer, at) != '"')
			return take(lexer, AET__TOKEN_QUOTED, at);
		at++;
	}
	return take(lexer, AET__TOKEN_UNTERMINATED_QUOTED, lexer->len);
}

/* Comments in this form nest, unlike C's. */
static aet__token
take_block_comment(aet__lexer *lexer)
{
	size_t at = lexer->at + 2;
	size_t depth = 1;

	while (at < lexer->len) {
		char c = lexer->text[at++];

		if (c == '/' && peek(lexer, at) == '*') {
			at++;
			depth++;
		} else if (c == '*' && peek(lexer, at) == '/') {
			at++;
			if (--depth == 0)
				return take(lexer, AET__TOKEN_COMMENT, at);
		}
	}
	return take(lexer, AET__TOKEN_UNTERMINATED_COMMENT, lexer->len);
}

/* The length of the $tag$ at the lexer, 0 if there is none: a parameter ($1),
 * or a dollar alone. */
static size_t
dollar_tag(const aet__lexer *lexer)
{
	size_t at = lexer->at + 1;

	if (is_word_start(peek(lexer, at)))
		while (is_word_part(peek(lexer, at)) && lexer->text[at] != '$')
			at++;
	return peek(lexer, at) == '$' ? at + 1 - lexer->at : 0;
}

static aet__token
take_dollar(aet__lexer *lexer)
{
	const char *tag = lexer->text + lexer->at;
	size_t len = dollar_tag(lexer);
	const char *body = tag + len;
	const char *close;

	if (len == 0)
		return take(lexer, AET__TOKEN_OTHER, lexer->at + 1);
	close = memmem(body, lexer->len - lexer->at - len, tag, len);
	if (close == NULL)
		return take(lexer, AET__TOKEN_UNTERMINATED_DOLLAR, lexer->len);
	return take(lexer, AET__TOKEN_STRING, (size_t)(close - lexer->text) + len);
}

/* A word, unless its first letters turn out to be a string's prefix. */
static aet__token
take_word(aet__lexer *lexer)
{
	size_t at = lexer->at;
	char first = (char)(lexer->text[at] | 0x20);

	if (first == 'e' && peek(lexer, at + 1) == '\'')
		return take_string(lexer, at + 2, true);
	if (first == 'u' && peek(lexer, at + 1) == '&') {
		if (peek(lexer, at + 2) == '\'')
			return take_string(lexer, at + 3, false);
		if (peek(lexer, at + 2) == '"')
			return take_quoted(lexer, at + 3);
	}
	while (is_word_part(peek(lexer, at)))
		at++;
	return take(lexer, AET__TOKEN_WORD, at);
}

/* A number, junk after it included, which the server will name; but no dollar,
 * since a quote may begin there. */
static aet__token
take_number(aet__lexer *lexer)
{
	size_t at = lexer->at;

	while (is_digit(peek(lexer, at)) || is_word_start(peek(lexer, at)))
		at++;
	return take(lexer, AET__TOKEN_OTHER, at);
}

static aet__token_kind
punctuation(char c)
{
	switch (c) {
	case ';':
		return AET__TOKEN_SEMICOLON;
	case '(':
		return AET__TOKEN_OPEN;
	case ')':
		return AET__TOKEN_CLOSE;
	case '.':
		return AET__TOKEN_DOT;
	case '\\':
		return AET__TOKEN_BACKSLASH;
	default:
		return AET__TOKEN_OTHER;
	}
}

aet__token
aet__lexer_next(aet__lexer *lexer)
{
	char c, next;

	lexer->at = skip_space(lexer, lexer->at);
	if (lexer->at >= lexer->len)
		return take(lexer, AET__TOKEN_END, lexer->at);
	c = lexer->text[lexer->at];
	next = peek(lexer, lexer->at + 1);
	if (c == '-' && next == '-')
		return take(lexer, AET__TOKEN_COMMENT, skip_line(lexer, lexer->at));
	if (c == '/' && next == '*')
		return take_block_comment(lexer);
	if (c == '\'')
		return take_string(lexer, lexer->at + 1, lexer->backslashes);
	if (c == '"')
		return take_quoted(lexer, lexer->at + 1);
	if (c == '$')
		return take_dollar(lexer);
	if (is_word_start(c))
		return take_word(lexer);
	if (is_digit(c))
		return take_number(lexer);
	return take(lexer, punctuation(c), lexer->at + 1);
}

void
aet__lexer_skip_space(aet__lexer *lexer)
{
	lexer->at = skip_space(lexer, lexer->at);
}

bool
aet__token_is(const aet__lexer *lexer, aet__token token, const char *word)
{
	return token.kind == AET__TOKEN_WORD && strlen(word) == token.len &&
	       aet__ascii_same_n(lexer->text + token.start, word, token.len);
}
