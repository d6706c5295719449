/* SPDX-License-Identifier: MIT */
#include "migrate/script.h"

#include <string.h>

#include "core/ascii.h"
#include "core/error.h"
#include "migrate/meta.h"
#include "migrate/sections.h"
#include "migrate/spool.h"

/* One statement while it is being read. */
typedef struct reading {
	aet__statement *out;
	size_t head_len;
	bool head_open; /* nothing but words so far */
	size_t parens;
	size_t body;       /* BEGIN ATOMIC, and each CASE within it */
	aet__token before; /* the last token */
} reading;

void
aet__script_init(aet__script *script, const char *file, const char *text, size_t len)
{
	*script = (aet__script){ .file = file,
		.lexer = { .text = text, .len = len },
		.at = AET__POSITION_START };
}

bool
aet__statement_begins(const aet__statement *statement, const char *words)
{
	size_t len = strlen(words);

	return strncmp(statement->head, words, len) == 0 &&
	       (statement->head[len] == '\0' || statement->head[len] == ' ');
}

/* The file, line and column of offset, which is not before the last one asked,
 * and what is wrong there. */
static aet_status
refuse(aet__script *script, size_t offset, const char *problem, aet_error *err)
{
	aet__position_advance(&script->at, script->lexer.text, offset);
	return aet_error_set(err, AET_EINVAL, "%s:%d:%d: %s", script->file,
	    script->at.line, script->at.column, problem);
}

static const char *
token_problem(aet__token_kind kind)
{
	switch (kind) {
	case AET__TOKEN_UNTERMINATED_STRING:
		return "this string is never closed: its ' is missing";
	case AET__TOKEN_UNTERMINATED_QUOTED:
		return "this quoted name is never closed: its \" is missing";
	case AET__TOKEN_UNTERMINATED_DOLLAR:
		return "this dollar-quoted string is never closed: the same $tag$ must "
		       "end it";
	case AET__TOKEN_UNTERMINATED_COMMENT:
		return "this comment is never closed: each /* needs a */ of its own";
	case AET__TOKEN_BACKSLASH:
		return "a backslash outside quotes: psql's commands are not SQL, leave "
		       "them out";
	default:
		return NULL;
	}
}

static void
add_to_head(reading *state, const aet__lexer *lexer, aet__token token)
{
	char *head = state->out->head;
	size_t at = state->head_len;

	if (token.kind != AET__TOKEN_WORD ||
	    token.len + 2 > AET__STATEMENT_HEAD_SIZE - at) {
		state->head_open = false;
		return;
	}
	if (at > 0)
		head[at++] = ' ';
	for (size_t i = 0; i < token.len; i++) {
		char c = lexer->text[token.start + i];

		head[at++] = c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
	}
	head[at] = '\0';
	state->head_len = at;
}

static bool
makes_routine(const aet__statement *statement)
{
	return aet__statement_begins(statement, "create function") ||
	       aet__statement_begins(statement, "create procedure") ||
	       aet__statement_begins(statement, "create or replace function") ||
	       aet__statement_begins(statement, "create or replace procedure");
}

/* Any keyword may be a column's name after AS or a dot. */
static bool
is_label(const reading *state, const aet__lexer *lexer)
{
	return state->before.kind == AET__TOKEN_DOT ||
	       aet__token_is(lexer, state->before, "as");
}

/* Follows the bodies of SQL-standard routines, whose semicolons part the
 * body's statements (PostgreSQL manual, CREATE FUNCTION, "sql_body"). */
static void
follow_body(reading *state, const aet__lexer *lexer, aet__token token)
{
	if (state->body == 0) {
		if (state->parens == 0 && aet__token_is(lexer, token, "atomic") &&
		    aet__token_is(lexer, state->before, "begin") &&
		    makes_routine(state->out))
			state->body = 1;
	} else if (aet__token_is(lexer, token, "case") && !is_label(state, lexer)) {
		state->body++;
	} else if (aet__token_is(lexer, token, "end") && !is_label(state, lexer)) {
		state->body--;
	}
}

/* COPY's data would follow the statement in the file, and is no SQL. */
static const char *
copy_problem(const reading *state, const aet__lexer *lexer, aet__token token)
{
	if (state->parens > 0 || !aet__statement_begins(state->out, "copy"))
		return NULL;
	if (aet__token_is(lexer, token, "stdin") &&
	    aet__token_is(lexer, state->before, "from"))
		return "COPY FROM STDIN cannot run in a migration: write its rows as "
		       "INSERT";
	if (aet__token_is(lexer, token, "stdout") &&
	    aet__token_is(lexer, state->before, "to"))
		return "COPY TO STDOUT cannot run in a migration: nobody reads it";
	return NULL;
}

static void
follow_parens(reading *state, aet__token token)
{
	if (token.kind == AET__TOKEN_OPEN)
		state->parens++;
	else if (token.kind == AET__TOKEN_CLOSE && state->parens > 0)
		state->parens--;
}

/* Takes one token into the statement; a problem ends the file's reading. */
static const char *
add_token(reading *state, const aet__lexer *lexer, aet__token token)
{
	const char *problem;

	if (state->head_open)
		add_to_head(state, lexer, token);
	problem = copy_problem(state, lexer, token);
	if (problem != NULL)
		return problem;
	follow_body(state, lexer, token);
	follow_parens(state, token);
	state->before = token;
	state->out->len = token.start + token.len - state->out->start;
	return NULL;
}

/* What the words that end a transaction are followed by: nothing that matters
 * leaves them what they are. */
static aet__statement_kind
end_kind(const aet__statement *statement, aet__statement_kind kind)
{
	const char *rest = strchr(statement->head, ' ');

	if (rest == NULL)
		return kind;
	if (strncmp(rest, " work", 5) == 0)
		rest += 5;
	else if (strncmp(rest, " transaction", 12) == 0)
		rest += 12;
	return *rest == '\0' || strcmp(rest, " and no chain") == 0
		   ? kind
		   : AET__STATEMENT_CONTROL;
}

static aet__statement_kind
rollback_kind(const aet__statement *statement)
{
	if (aet__statement_begins(statement, "rollback to") ||
	    aet__statement_begins(statement, "rollback work to") ||
	    aet__statement_begins(statement, "rollback transaction to"))
		return AET__STATEMENT_SAVEPOINT;
	return end_kind(statement, AET__STATEMENT_ROLLBACK);
}

static aet__statement_kind
statement_kind(const aet__statement *statement)
{
	if (aet__statement_begins(statement, "begin") ||
	    aet__statement_begins(statement, "start transaction"))
		return AET__STATEMENT_BEGIN;
	if (aet__statement_begins(statement, "commit") ||
	    aet__statement_begins(statement, "end"))
		return end_kind(statement, AET__STATEMENT_COMMIT);
	if (aet__statement_begins(statement, "rollback"))
		return rollback_kind(statement);
	if (aet__statement_begins(statement, "savepoint") ||
	    aet__statement_begins(statement, "release"))
		return AET__STATEMENT_SAVEPOINT;
	if (aet__statement_begins(statement, "abort"))
		return end_kind(statement, AET__STATEMENT_ROLLBACK);
	if (strcmp(statement->head, "prepare transaction") == 0)
		return AET__STATEMENT_CONTROL;
	return AET__STATEMENT_PLAIN;
}

/* A byte-order mark, which only a file that was put together of others has in
 * its midst; no statement begins with one. */
static void
skip_mark(aet__lexer *lexer)
{
	static const char mark[] = { '\xEF', '\xBB', '\xBF' };

	if (lexer->len - lexer->at >= sizeof(mark) &&
	    memcmp(lexer->text + lexer->at, mark, sizeof(mark)) == 0)
		lexer->at += sizeof(mark);
}

static aet__section
section_of(const aet__script *script, aet__token token)
{
	aet__section section = AET__SECTION_NONE;

	if (token.kind == AET__TOKEN_COMMENT)
		section = aet__section_read(script->lexer.text + token.start, token.len);
	if (section == AET__SECTION_DOWN_AFTER_UP)
		return script->sectioned ? AET__SECTION_DOWN : AET__SECTION_NONE;
	return section;
}

static bool
begins_up(aet__section section)
{
	return section == AET__SECTION_UP || section == AET__SECTION_UP_ALONE;
}

/* The first token from the next part to run on. What takes back need not even be
 * SQL that ends. */
static aet__token
pass_over(aet__script *script)
{
	aet__token token;

	script->passed_over = true;
	do
		token = aet__lexer_next(&script->lexer);
	while (token.kind != AET__TOKEN_END && !begins_up(section_of(script, token)));
	return token;
}

/* The first token of a statement: comments and empty statements are passed. */
static aet__token
first_token(aet__script *script)
{
	aet__lexer *lexer = &script->lexer;
	aet__token token;

	do {
		aet__lexer_skip_space(lexer);
		skip_mark(lexer);
		token = aet__lexer_next(lexer);
		if (section_of(script, token) == AET__SECTION_DOWN)
			token = pass_over(script);
		if (begins_up(section_of(script, token)))
			script->sectioned = true;
	} while (token.kind == AET__TOKEN_COMMENT || token.kind == AET__TOKEN_SEMICOLON ||
		 (token.kind == AET__TOKEN_BACKSLASH && aet__meta_skip(lexer, token)));
	return token;
}

/* The last token, white space and comments apart, of what lexer is to read. */
static aet__token
last_token(aet__lexer *lexer)
{
	aet__token last = { AET__TOKEN_END, 0, 0 };
	aet__token token;

	while ((token = aet__lexer_next(lexer)).kind != AET__TOKEN_END)
		if (token.kind != AET__TOKEN_COMMENT)
			last = token;
	return last;
}

/* SET ... standard_conforming_strings {= | TO} off: from here on the server, as
 * psql, reads '...' otherwise. SET LOCAL, until the transaction ends. */
static void
follow_strings(aet__script *script, const aet__statement *statement)
{
	aet__lexer words = { .text = script->lexer.text,
		.len = statement->start + statement->len,
		.at = statement->start };
	bool local =
	    aet__statement_begins(statement, "set local standard_conforming_strings");
	aet__token value;
	bool off;

	if (statement->kind == AET__STATEMENT_COMMIT ||
	    statement->kind == AET__STATEMENT_ROLLBACK)
		script->lexer.backslashes = script->backslashes;
	if (!local &&
	    !aet__statement_begins(statement, "set standard_conforming_strings") &&
	    !aet__statement_begins(statement, "set session standard_conforming_strings"))
		return;
	value = last_token(&words);
	off = aet__token_is(&words, value, "off") ||
	      aet__token_is(&words, value, "false") ||
	      (value.len == 5 && aet__ascii_same_n(words.text + value.start, "'off'", 5));
	script->lexer.backslashes = off;
	if (!local)
		script->backslashes = off;
}

/* A marker ends even a statement that lacks its semicolon: what is below would
 * else run as a part of it. */
static bool
ends_unmarked(const aet__script *script, aet__token token)
{
	aet__section section = section_of(script, token);

	return section == AET__SECTION_DOWN || section == AET__SECTION_STATEMENT_END;
}

static bool
ends_statement(const reading *state, aet__token token)
{
	return token.kind == AET__TOKEN_END ||
	       (token.kind == AET__TOKEN_SEMICOLON && state->parens == 0 &&
		   state->body == 0);
}

/* Reads from the first token to the semicolon or the text's end. */
static aet_status
read_statement(aet__script *script, aet__token token, aet__statement *out, aet_error *err)
{
	aet__lexer *lexer = &script->lexer;
	reading state = { .out = out, .head_open = true };
	const char *problem;

	for (; !ends_statement(&state, token); token = aet__lexer_next(lexer)) {
		if (token.kind == AET__TOKEN_COMMENT) {
			if (ends_unmarked(script, token))
				break;
			continue;
		}
		problem = token_problem(token.kind);
		if (problem == NULL)
			problem = add_token(&state, lexer, token);
		if (problem != NULL)
			return refuse(script, token.start, problem, err);
	}
	if (token.kind == AET__TOKEN_COMMENT) /* for whoever reads on */
		lexer->at = token.start;
	out->end =
	    token.kind == AET__TOKEN_COMMENT ? token.start : token.start + token.len;
	out->kind = statement_kind(out);
	return AET_OK;
}

aet_status
aet__script_next(aet__script *script, aet__statement *out, bool *found, aet_error *err)
{
	aet__token token = first_token(script);
	aet__statement statement = { .start = token.start, .number = script->count + 1 };
	aet_status status;

	if (token.kind == AET__TOKEN_END) {
		*found = false;
		return AET_OK;
	}
	aet__position_advance(&script->at, script->lexer.text, token.start);
	statement.at = script->at;
	if (script->mapped)
		aet__spool_forget(script->lexer.text, &script->forgotten, token.start);
	status = read_statement(script, token, &statement, err);
	if (status != AET_OK)
		return status;
	follow_strings(script, &statement);
	script->count++;
	*out = statement;
	*found = true;
	return AET_OK;
}
