/* SPDX-License-Identifier: MIT */
#include "lint/allow.h"

#include <string.h>
#include <strings.h>

#include "core/error.h"
#include "core/lexer.h"

typedef struct words {
	const char *at;
	const char *end;
} words;

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static void
skip_blanks(words *rest)
{
	while (rest->at < rest->end && is_blank(*rest->at))
		rest->at++;
}

/* Steps over the word, in any case; false where another stands there. */
static bool
skip_word(words *rest, const char *word)
{
	size_t len = strlen(word);

	skip_blanks(rest);
	if ((size_t)(rest->end - rest->at) < len || strncasecmp(rest->at, word, len) != 0)
		return false;
	rest->at += len;
	return true;
}

/* Whether the comment is one of ours; rest is then what follows. */
static bool
is_allow(const char *comment, size_t len, words *rest)
{
	*rest = (words){ comment, comment + len };
	while (rest->end > rest->at && is_blank(rest->end[-1]))
		rest->end--;
	return skip_word(rest, "--") && skip_word(rest, "aet:") &&
	       skip_word(rest, "allow") && (rest->at == rest->end || is_blank(*rest->at));
}

static aet_status
refuse(const char *file, const lint_allow *allow, const char *problem, aet_error *err)
{
	return aet_error_set(err, AET_EINVAL, "%s:%d:%d: %s", file, allow->at.line,
	    allow->at.column, problem);
}

static aet_status
read_one(codegen_memory *memory, const char *file, words rest, lint_allow *allow,
    aet_error *err)
{
	const char *code;

	skip_blanks(&rest);
	code = rest.at;
	while (rest.at < rest.end && !is_blank(*rest.at))
		rest.at++;
	allow->hazard = hazard_find(code, (size_t)(rest.at - code));
	if (code == rest.at)
		return refuse(
		    file, allow, "what is allowed? Say: -- aet: allow CODE reason", err);
	if (allow->hazard == HAZARD_COUNT)
		return aet_error_set(err, AET_EINVAL,
		    "%s:%d:%d: no hazard is called \"%.*s\"", file, allow->at.line,
		    allow->at.column, (int)(rest.at - code), code);
	skip_blanks(&rest);
	if (rest.at == rest.end)
		return aet_error_set(err, AET_EINVAL,
		    "%s:%d:%d: why is %s allowed here? Give the reason behind the code",
		    file, allow->at.line, allow->at.column,
		    hazard_kinds[allow->hazard].code);
	allow->reason = codegen_copy_n(memory, rest.at, (size_t)(rest.end - rest.at));
	return AET_OK;
}

/* Those from first on stand before the statement that starts there. */
static void
bind_to(lint_allows *allows, size_t first, size_t statement)
{
	for (size_t i = first; i < allows->count; i++)
		allows->items[i].before = statement;
}

aet_status
lint_allows_read(codegen_memory *memory, const char *file, const char *text, size_t len,
    lint_allows *out, aet_error *err)
{
	aet__lexer lexer = { .text = text, .len = len };
	aet__position at = AET__POSITION_START;
	bool in_head = true;
	bool between = true; /* two statements */
	size_t first = 0;    /* of those that wait for their statement */
	size_t current = 0;  /* the statement under way */
	aet__token token;

	*out = (lint_allows){ 0 };
	while ((token = aet__lexer_next(&lexer)).kind != AET__TOKEN_END) {
		lint_allow allow = { 0 };
		words rest;
		aet_status status;

		if (token.kind != AET__TOKEN_COMMENT) {
			if (between && token.kind != AET__TOKEN_SEMICOLON) {
				bind_to(out, first, in_head ? 0 : token.start);
				in_head = false;
				current = token.start;
				first = out->count;
			}
			between = token.kind == AET__TOKEN_SEMICOLON;
			continue;
		}
		if (!is_allow(text + token.start, token.len, &rest))
			continue;
		aet__position_advance(&at, text, token.start);
		allow.at = at;
		status = read_one(memory, file, rest, &allow, err);
		if (status != AET_OK)
			return status;
		out->items =
		    codegen_append(memory, out->items, &out->count, sizeof(*out->items));
		allow.before = current;
		out->items[out->count - 1] = allow;
		if (!between)
			first = out->count;
	}
	if (first < out->count && !in_head)
		return refuse(file, &out->items[first],
		    "no statement follows that this could allow anything to", err);
	return AET_OK;
}

const lint_allow *
lint_allows_find(lint_allows *allows, hazard_id hazard, size_t statement)
{
	lint_allow *found = NULL;

	for (size_t i = 0; i < allows->count; i++) {
		lint_allow *allow = &allows->items[i];

		if (allow->hazard == hazard &&
		    (allow->before == statement || (allow->before == 0 && found == NULL)))
			found = allow;
	}
	if (found != NULL)
		found->used = true;
	return found;
}
