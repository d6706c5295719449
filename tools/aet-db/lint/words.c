/* SPDX-License-Identifier: MIT */
#include "lint/words.h"

#include <string.h>

#include "core/lexer.h"

static const char *const readers[] = { "select", "insert", "update", "delete", "with",
	"merge", "values", "table", "do", "call", "copy", "execute" };

/* A name as the catalogue has it: folded, or without its quotes. */
static char *
name_of(codegen_memory *memory, const aet__lexer *lexer, aet__token token)
{
	char *name = codegen_copy_n(memory, lexer->text + token.start, token.len);
	size_t kept = 0;

	if (token.kind == AET__TOKEN_WORD) {
		for (char *c = name; *c != '\0'; c++)
			if (*c >= 'A' && *c <= 'Z')
				*c = (char)(*c + ('a' - 'A'));
		return name;
	}
	for (size_t i = 1; i + 1 < token.len; i++) {
		name[kept++] = name[i];
		if (name[i] == '"')
			i++;
	}
	name[kept] = '\0';
	return name;
}

static bool
is_name(aet__token token)
{
	return token.kind == AET__TOKEN_WORD || token.kind == AET__TOKEN_QUOTED;
}

static bool
is_comma(const aet__lexer *lexer, aet__token token)
{
	return token.len == 1 && lexer->text[token.start] == ',';
}

/* Where in an UPDATE the reading is. */
typedef struct reading {
	lint_words *out;
	codegen_memory *memory;
	int parens;
	bool in_set;
	bool at_target; /* after SET or a comma: a column, or ( with several */
	bool in_list;
	bool names_target; /* between the verb and what follows the table's name */
	bool after_dot;
} reading;

static void
take_target(reading *state, const aet__lexer *lexer, aet__token token)
{
	lint_words *out = state->out;

	out->set =
	    codegen_append(state->memory, out->set, &out->set_count, sizeof(*out->set));
	out->set[out->set_count - 1] = name_of(state->memory, lexer, token);
}

/* SET a = ..., (b, c) = ... */
static void
follow_set(reading *state, const aet__lexer *lexer, aet__token token)
{
	if (state->at_target && token.kind == AET__TOKEN_OPEN) {
		state->in_list = true;
	} else if (state->in_list && token.kind == AET__TOKEN_CLOSE) {
		state->in_list = false;
		state->at_target = false;
	} else if (is_name(token) && (state->at_target || state->in_list)) {
		take_target(state, lexer, token);
		state->at_target = state->in_list;
	} else if (is_comma(lexer, token) && state->parens == 0) {
		state->at_target = true;
	}
}

/* UPDATE [ONLY] name, DELETE FROM [ONLY] name: the name, which may have dots. */
static void
follow_target(reading *state, const aet__lexer *lexer, aet__token token)
{
	lint_words *out = state->out;

	if (out->target == NULL &&
	    (aet__token_is(lexer, token, "only") || aet__token_is(lexer, token, "from") ||
		token.kind == AET__TOKEN_OPEN))
		return;
	if (token.kind == AET__TOKEN_DOT && out->target != NULL) {
		out->target = codegen_format(state->memory, "%s.", out->target);
		state->after_dot = true;
	} else if (is_name(token) && (out->target == NULL || state->after_dot)) {
		out->target = codegen_format(state->memory, "%s%.*s",
		    out->target != NULL ? out->target : "", (int)token.len,
		    lexer->text + token.start);
		state->after_dot = false;
	} else {
		state->names_target = false;
	}
}

static lint_verb
verb_of(const aet__lexer *lexer, aet__token token)
{
	if (aet__token_is(lexer, token, "update"))
		return LINT_VERB_UPDATE;
	if (aet__token_is(lexer, token, "delete"))
		return LINT_VERB_DELETE;
	if (aet__token_is(lexer, token, "truncate"))
		return LINT_VERB_TRUNCATE;
	return LINT_VERB_OTHER;
}

/* Words outside parentheses that steer the reading. */
static void
follow_word(reading *state, const aet__lexer *lexer, aet__token token, bool may_be_verb)
{
	lint_words *out = state->out;

	if (aet__token_is(lexer, token, "where"))
		out->has_condition = true;
	if (may_be_verb && out->verb == LINT_VERB_OTHER) {
		out->verb = verb_of(lexer, token);
		state->names_target =
		    out->verb == LINT_VERB_UPDATE || out->verb == LINT_VERB_DELETE;
	} else if (out->verb == LINT_VERB_UPDATE && out->set_count == 0 &&
		   aet__token_is(lexer, token, "set")) {
		state->in_set = state->at_target = true;
	} else if (aet__token_is(lexer, token, "where") ||
		   aet__token_is(lexer, token, "from") ||
		   aet__token_is(lexer, token, "returning")) {
		state->in_set = false;
	}
}

lint_words
lint_words_read(codegen_memory *memory, const char *statement, size_t len)
{
	lint_words out = { 0 };
	reading state = { .out = &out, .memory = memory };
	aet__lexer lexer = { .text = statement, .len = len };
	bool is_first = true;
	bool with = false; /* the verb is still to come */
	aet__token token;

	while ((token = aet__lexer_next(&lexer)).kind != AET__TOKEN_END) {
		if (token.kind == AET__TOKEN_COMMENT)
			continue;
		for (size_t i = 0; is_first && i < sizeof(readers) / sizeof(*readers);
		     i++)
			out.reads_rows |= aet__token_is(&lexer, token, readers[i]);
		if (is_first)
			with = aet__token_is(&lexer, token, "with");
		if (token.kind == AET__TOKEN_CLOSE)
			state.parens--;
		if (state.names_target)
			follow_target(&state, &lexer, token);
		if (state.in_set)
			follow_set(&state, &lexer, token);
		if (token.kind == AET__TOKEN_OPEN)
			state.parens++;
		if (token.kind == AET__TOKEN_WORD && state.parens == 0)
			follow_word(&state, &lexer, token, is_first || with);
		if (state.parens == 0)
			with = with && out.verb == LINT_VERB_OTHER &&
			       !aet__token_is(&lexer, token, "select") &&
			       !aet__token_is(&lexer, token, "insert") &&
			       !aet__token_is(&lexer, token, "merge");
		is_first = false;
	}
	return out;
}
