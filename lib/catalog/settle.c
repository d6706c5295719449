/* SPDX-License-Identifier: MIT */
#include "catalog/settle.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "core/lexer.h"
#include "core/text.h"

#define NONE SIZE_MAX

typedef struct settling {
	aet__arena *arena;
	const char *text;
	aet__token *tokens;
	size_t *partners; /* of each bracket the other one */
	size_t count;
	bool replayable; /* what is made: see aet__expression_replayable */
	aet__text out;
} settling;

/* (ARRAY[...])::type[], by its tokens' numbers. */
typedef struct array_cast {
	size_t open, close; /* the square brackets around the elements */
	size_t type, end;   /* the type's first token, and the one behind it */
} array_cast;

/* ---- tokens ---------------------------------------------------------------- */

static bool
is_mark(const settling *s, size_t at, char mark)
{
	return at < s->count && s->tokens[at].len == 1 &&
	       s->text[s->tokens[at].start] == mark;
}

static bool
is_word(const settling *s, size_t at, const char *word)
{
	return at < s->count && s->tokens[at].kind == AET__TOKEN_WORD &&
	       s->tokens[at].len == strlen(word) &&
	       memcmp(s->text + s->tokens[at].start, word, s->tokens[at].len) == 0;
}

static size_t
end_of(const settling *s, size_t at)
{
	return s->tokens[at].start + s->tokens[at].len;
}

static size_t
count_tokens(const char *text)
{
	aet__lexer lexer = { .text = text, .len = strlen(text) };
	size_t count = 0;

	while (aet__lexer_next(&lexer).kind != AET__TOKEN_END)
		count++;
	return count;
}

static bool
read_tokens(settling *s)
{
	aet__lexer lexer = { .text = s->text, .len = strlen(s->text) };

	s->count = count_tokens(s->text);
	s->tokens = aet__arena_array(s->arena, s->count + 1, sizeof(*s->tokens));
	for (size_t i = 0; i < s->count && s->tokens != NULL; i++)
		s->tokens[i] = aet__lexer_next(&lexer);
	return s->tokens != NULL;
}

/* NONE for what has no other end, or no end at all. */
static bool
pair_brackets(settling *s)
{
	size_t *open = aet__arena_array(s->arena, s->count + 1, sizeof(*open));
	size_t depth = 0;

	s->partners = aet__arena_array(s->arena, s->count + 1, sizeof(*s->partners));
	if (open == NULL || s->partners == NULL)
		return false;
	for (size_t i = 0; i < s->count; i++) {
		s->partners[i] = NONE;
		if (is_mark(s, i, '(') || is_mark(s, i, '['))
			open[depth++] = i;
		if ((is_mark(s, i, ')') || is_mark(s, i, ']')) && depth > 0) {
			s->partners[i] = open[--depth];
			s->partners[open[depth]] = i;
		}
	}
	return true;
}

/* The token behind at, or behind the brackets that at opens. */
static size_t
step(const settling *s, size_t at)
{
	bool opens = is_mark(s, at, '(') || is_mark(s, at, '[');

	return opens && s->partners[at] != NONE ? s->partners[at] + 1 : at + 1;
}

/* ---- what is found ----------------------------------------------------------- */

/* A type's name from at on: the token behind it. */
static size_t
type_end(const settling *s, size_t at)
{
	while (at < s->count && (s->tokens[at].kind == AET__TOKEN_WORD ||
				    s->tokens[at].kind == AET__TOKEN_QUOTED ||
				    s->tokens[at].kind == AET__TOKEN_DOT))
		at++;
	return at;
}

static bool
find_array_cast(const settling *s, size_t at, array_cast *out)
{
	size_t close;

	if (!is_mark(s, at, '(') || !is_word(s, at + 1, "ARRAY") ||
	    !is_mark(s, at + 2, '[') || is_word(s, at + 3, "ARRAY"))
		return false;
	close = s->partners[at + 2];
	if (close == NONE || close == at + 3 || s->partners[at] != close + 1 ||
	    !is_mark(s, close + 2, ':') || !is_mark(s, close + 3, ':'))
		return false;
	*out = (array_cast){ at + 2, close, close + 4, type_end(s, close + 4) };
	return out->end > out->type && is_mark(s, out->end, '[') &&
	       is_mark(s, out->end + 1, ']');
}

/* The end of the element that begins at at. */
static size_t
element_end(const settling *s, const array_cast *cast, size_t at)
{
	while (at < cast->close && !is_mark(s, at, ','))
		at = step(s, at);
	return at;
}

/* The type of elements that are all a string and its type: the first's tokens, in
 * *end the one behind them. NONE where they are something else. */
static size_t
element_type(const settling *s, const array_cast *cast, size_t *end)
{
	size_t first = cast->open + 4;
	size_t last;
	size_t len;

	*end = element_end(s, cast, cast->open + 1);
	if (*end <= first || type_end(s, first) != *end)
		return NONE;
	len = end_of(s, *end - 1) - s->tokens[first].start;
	for (size_t at = cast->open + 1; at < cast->close; at = last + 1) {
		last = element_end(s, cast, at);
		if (s->tokens[at].kind != AET__TOKEN_STRING || last < at + 4 ||
		    !is_mark(s, at + 1, ':') || !is_mark(s, at + 2, ':') ||
		    end_of(s, last - 1) - s->tokens[at + 3].start != len ||
		    memcmp(s->text + s->tokens[at + 3].start,
			s->text + s->tokens[first].start, len) != 0)
			return NONE;
	}
	return first;
}

/* The one word, AND or OR, that joins all that is between these brackets. */
static const char *
joined_by(const settling *s, size_t open)
{
	size_t close = s->partners[open];
	const char *found = NULL;
	const char *word;

	if (close == NONE)
		return NULL;
	for (size_t at = open + 1; at < close; at = step(s, at)) {
		word = is_word(s, at, "AND") ? "AND" : is_word(s, at, "OR") ? "OR" : NULL;
		if (word != NULL && found != NULL && strcmp(word, found) != 0)
			return NULL;
		found = word != NULL ? word : found;
	}
	return found;
}

/* ((a AND b) AND c): whether the inner brackets, at at, say nothing. */
static bool
is_nested(const settling *s, size_t at)
{
	const char *word =
	    is_mark(s, at, '(') && s->partners[at] != NONE ? joined_by(s, at) : NULL;

	return !s->replayable && word != NULL && at > 0 && is_mark(s, at - 1, '(') &&
	       is_word(s, s->partners[at] + 1, word);
}

/* ---- writing ------------------------------------------------------------------ */

static void
add_text(settling *s, size_t from, size_t end)
{
	aet__text_add_n(&s->out, s->text + from, end - from);
}

/* The tokens as they stand, with the space between them. */
static void
add_tokens(settling *s, size_t from, size_t end)
{
	if (end > from)
		add_text(s, s->tokens[from].start, end_of(s, end - 1));
}

static void write_tokens(settling *s, size_t from, size_t end);

static void
write_elements(settling *s, const array_cast *cast)
{
	size_t end;

	aet__text_add(&s->out, "ARRAY[");
	for (size_t at = cast->open + 1; at < cast->close; at = end + 1) {
		end = element_end(s, cast, at);
		aet__text_add(&s->out, at > cast->open + 1 ? ", (" : "(");
		write_tokens(s, at, end);
		aet__text_add(&s->out, ")::");
		add_tokens(s, cast->type, cast->end);
	}
	aet__text_add(&s->out, "]");
}

static void
write_replayable(settling *s, const array_cast *cast)
{
	size_t end;
	size_t type = element_type(s, cast, &end);

	if (type == NONE) {
		add_tokens(s, cast->open - 2, cast->end + 2);
		return;
	}
	add_tokens(s, cast->open - 2, cast->close + 1);
	aet__text_add(&s->out, "::");
	add_tokens(s, type, end);
	aet__text_add(&s->out, "[]");
	add_tokens(s, cast->close + 1, cast->end + 2);
}

/* The tokens from from on; space before a token goes with it, but for the first. */
static void
write_tokens(settling *s, size_t from, size_t end)
{
	array_cast cast;
	size_t at = from;

	while (at < end) {
		if (at > from)
			add_text(s, end_of(s, at - 1), s->tokens[at].start);
		if (find_array_cast(s, at, &cast)) {
			if (s->replayable)
				write_replayable(s, &cast);
			else
				write_elements(s, &cast);
			at = cast.end + 2;
		} else if (is_nested(s, at)) {
			write_tokens(s, at + 1, s->partners[at]);
			at = s->partners[at] + 1;
		} else {
			add_tokens(s, at, at + 1);
			at++;
		}
	}
}

static const char *
rewrite(aet__arena *arena, const char *text, bool replayable)
{
	settling s = { .arena = arena, .text = text, .replayable = replayable };
	const char *copy = NULL;

	if (!read_tokens(&s) || !pair_brackets(&s))
		return NULL;
	if (s.count == 0)
		return text;
	add_text(&s, 0, s.tokens[0].start);
	write_tokens(&s, 0, s.count);
	aet__text_add(&s.out, text + end_of(&s, s.count - 1));
	if (aet__text_ok(&s.out))
		copy = aet__arena_text(arena, aet__text_view(&s.out));
	aet__text_free(&s.out);
	return copy;
}

const char *
aet__expression_settled(aet__arena *arena, const char *text)
{
	if (text == NULL ||
	    (strstr(text, "(ARRAY[") == NULL && strstr(text, ") AND ") == NULL &&
		strstr(text, ") OR ") == NULL))
		return text;
	return rewrite(arena, text, false);
}

const char *
aet__expression_replayable(aet__arena *arena, const char *text)
{
	if (text == NULL || strstr(text, "(ARRAY[") == NULL)
		return text;
	return rewrite(arena, text, true);
}
