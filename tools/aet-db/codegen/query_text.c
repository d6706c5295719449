/* SPDX-License-Identifier: MIT */
/* A query's SQL as it is sent: its named parameters numbered. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "migrate/lexer.h"
#include "queries.h"

typedef struct rewriting {
	codegen_model *model;
	codegen_query *query;
	aet__lexer lexer;
	aet__text sql;
	size_t copied; /* of the file, up to here */
	bool numbered; /* $1 and its like were seen */
} rewriting;

/* From here on, byte sql of what is sent is byte file of the source. */
static void
mark(rewriting *in, size_t file)
{
	codegen_query *query = in->query;

	query->marks = codegen_append(
	    in->model->memory, query->marks, &query->mark_count, sizeof(*query->marks));
	query->marks[query->mark_count - 1] = (codegen_mark){ in->sql.len, file };
}

static void
copy_to(rewriting *in, size_t end)
{
	mark(in, in->copied);
	aet__text_add_n(&in->sql, in->lexer.text + in->copied, end - in->copied);
	in->copied = end;
}

static size_t
parameter_number(rewriting *in, const char *name, bool nullable)
{
	codegen_query *query = in->query;
	codegen_query_parameter *parameter;

	for (size_t i = 0; i < query->parameter_count; i++) {
		if (strcmp(query->parameters[i].sql_name, name) == 0) {
			query->parameters[i].nullable =
			    query->parameters[i].nullable || nullable;
			return i + 1;
		}
	}
	query->parameters = codegen_append(in->model->memory, query->parameters,
	    &query->parameter_count, sizeof(*query->parameters));
	parameter = &query->parameters[query->parameter_count - 1];
	memset(parameter, 0, sizeof(*parameter));
	parameter->sql_name = name;
	parameter->nullable = nullable;
	return query->parameter_count;
}

/* The file's bytes from start to end are the parameter. */
static void
replace(rewriting *in, size_t start, size_t end, const char *name, bool nullable)
{
	size_t number = parameter_number(in, name, nullable);

	copy_to(in, start);
	mark(in, start);
	aet__text_addf(&in->sql, "$%zu", number);
	in->copied = end;
}

/* @name, where @ is no operator's part: "a <@ b" and "@ -5" stay. */
static bool
take_at(rewriting *in, aet__token token)
{
	const char *text = in->lexer.text;
	aet__lexer ahead = in->lexer;
	aet__token name;

	if (text[token.start] != '@' || token.len != 1)
		return false;
	if (token.start > 0 && strchr("+-*/<>~!@#%^&|`?", text[token.start - 1]) != NULL)
		return false;
	name = aet__lexer_next(&ahead);
	if (name.kind != AET__TOKEN_WORD || name.start != token.start + 1)
		return false;
	in->lexer = ahead;
	replace(in, token.start, name.start + name.len,
	    codegen_copy_n(in->model->memory, text + name.start, name.len), false);
	return true;
}

/* The name inside sqlc.arg(...): bare, quoted, or a string. */
static const char *
argument_name(rewriting *in, aet__token token)
{
	const char *text = in->lexer.text + token.start;

	if (token.kind == AET__TOKEN_WORD)
		return codegen_copy_n(in->model->memory, text, token.len);
	if ((token.kind == AET__TOKEN_QUOTED || token.kind == AET__TOKEN_STRING) &&
	    token.len > 2)
		return codegen_copy_n(in->model->memory, text + 1, token.len - 2);
	return NULL;
}

static bool
take_sqlc(rewriting *in, aet__token token)
{
	aet__lexer ahead = in->lexer;
	aet__token dot;
	aet__token function;
	aet__token close;
	const char *name;

	if (!aet__token_is(&ahead, token, "sqlc"))
		return false;
	dot = aet__lexer_next(&ahead);
	function = aet__lexer_next(&ahead);
	if (dot.kind != AET__TOKEN_DOT || function.kind != AET__TOKEN_WORD)
		return false;
	if (!aet__token_is(&ahead, function, "arg") &&
	    !aet__token_is(&ahead, function, "narg")) {
		codegen_say_at(in->model->messages, in->query->source, function.start,
		    "use one of: sqlc.arg, sqlc.narg", "sqlc.%.*s is not known",
		    (int)function.len, in->lexer.text + function.start);
		return false;
	}
	close = aet__lexer_next(&ahead);
	name = argument_name(in, aet__lexer_next(&ahead));
	if (close.kind != AET__TOKEN_OPEN || name == NULL ||
	    (close = aet__lexer_next(&ahead)).kind != AET__TOKEN_CLOSE) {
		codegen_say_at(in->model->messages, in->query->source, function.start,
		    "write: sqlc.arg(name)", "a parameter's name is expected");
		return false;
	}
	in->lexer = ahead;
	replace(in, token.start, close.start + 1, name,
	    aet__token_is(&ahead, function, "narg"));
	return true;
}

/* Words that make NULLs of NOT NULL columns, and words that write. */
static void
note_word(rewriting *in, aet__token token, bool first)
{
	static const char *const nulls[] = { "left", "right", "full", "rollup", "cube",
		"grouping" };
	static const char *const writes[] = { "insert", "update", "delete", "merge" };
	static const char *const reads[] = { "select", "with", "values", "table", "show",
		"explain" };
	bool reading = false;

	for (size_t i = 0; i < sizeof(nulls) / sizeof(nulls[0]); i++)
		if (aet__token_is(&in->lexer, token, nulls[i]))
			in->query->outer_join = true;
	for (size_t i = 0; i < sizeof(writes) / sizeof(writes[0]); i++)
		if (aet__token_is(&in->lexer, token, writes[i]))
			in->query->writes = true;
	for (size_t i = 0; i < sizeof(reads) / sizeof(reads[0]); i++)
		reading = reading || aet__token_is(&in->lexer, token, reads[i]);
	if (first && !reading)
		in->query->writes = true;
}

static void
note_number(rewriting *in, aet__token token)
{
	const char *text = in->lexer.text + token.start;

	if (*text == '$' && token.start + 1 < in->lexer.len &&
	    isdigit((unsigned char)text[1]))
		in->numbered = true;
}

void
codegen_query_rewrite(
    codegen_model *model, codegen_query *query, size_t start, size_t end)
{
	rewriting in = { .model = model,
		.query = query,
		.lexer = { query->source->text, end, start },
		.copied = start };
	bool first = true;

	for (;;) {
		aet__token token = aet__lexer_next(&in.lexer);

		if (token.kind == AET__TOKEN_END)
			break;
		if (token.kind == AET__TOKEN_OTHER && take_at(&in, token))
			continue;
		if (token.kind == AET__TOKEN_WORD && take_sqlc(&in, token))
			continue;
		note_number(&in, token);
		if (token.kind == AET__TOKEN_WORD)
			note_word(&in, token, first);
		first = first && token.kind == AET__TOKEN_COMMENT;
	}
	copy_to(&in, end);
	query->sql = codegen_keep(model->memory, &in.sql);
	if (in.numbered && query->parameter_count > 0)
		codegen_say_at(model->messages, query->source, query->at,
		    "name all of them, or number all of them",
		    "query \"%s\" mixes $1 with named parameters", query->name);
}
