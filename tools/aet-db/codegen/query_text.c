/* SPDX-License-Identifier: MIT */
/* A query's SQL as it is sent: its named parameters numbered. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "queries.h"
#include "rewriting.h"

typedef codegen_rewriting rewriting;

/* From here on, byte sql of what is sent is byte file of the source. */
static void
mark(rewriting *in, size_t file)
{
	codegen_query *query = in->query;

	query->marks = codegen_append(
	    in->model->memory, query->marks, &query->mark_count, sizeof(*query->marks));
	query->marks[query->mark_count - 1] = (codegen_mark){ in->sql.len, file };
}

void
codegen_rewriting_copy(rewriting *in, size_t end)
{
	mark(in, in->copied);
	aet__text_add_n(&in->sql, in->lexer.text + in->copied, end - in->copied);
	in->copied = end;
}

static codegen_query_parameter *
add_parameter(rewriting *in, const char *name)
{
	codegen_query *query = in->query;
	codegen_query_parameter *parameter;

	query->parameters = codegen_append(in->model->memory, query->parameters,
	    &query->parameter_count, sizeof(*query->parameters));
	parameter = &query->parameters[query->parameter_count - 1];
	memset(parameter, 0, sizeof(*parameter));
	parameter->sql_name = name;
	return parameter;
}

static size_t
parameter_number(rewriting *in, const char *name, bool nullable)
{
	codegen_query *query = in->query;

	for (size_t i = 0; i < query->parameter_count; i++) {
		if (strcmp(query->parameters[i].sql_name, name) == 0) {
			query->parameters[i].nullable =
			    query->parameters[i].nullable || nullable;
			return i + 1;
		}
	}
	add_parameter(in, name)->nullable = nullable;
	return query->parameter_count;
}

/* @name::text, or CAST(@name AS text), where the name is from start to end. sqlc's
 * users know that such a parameter takes no NULL. */
static void
note_cast(rewriting *in, size_t number, size_t start, size_t end)
{
	codegen_query_parameter *parameter = &in->query->parameters[number - 1];
	const char *text = in->lexer.text;
	aet__lexer ahead = { .text = text, .len = in->lexer.len, .at = end };
	aet__token next = aet__lexer_next(&ahead);
	bool colons = next.kind == AET__TOKEN_OTHER && text[next.start] == ':' &&
		      next.start + 1 < in->lexer.len && text[next.start + 1] == ':';

	while (start > 0 && isspace((unsigned char)text[start - 1]))
		start--;
	if (colons || (start > 4 && text[start - 1] == '(' &&
			  strncasecmp(text + start - 5, "cast", 4) == 0 &&
			  aet__token_is(&ahead, next, "as")))
		parameter->cast = true;
	else
		parameter->plain = true;
}

/* The file's bytes from start to end are the parameter. */
static void
replace(rewriting *in, size_t start, size_t end, const char *name, bool nullable)
{
	size_t number = parameter_number(in, name, nullable);

	codegen_rewriting_use(in, number);
	note_cast(in, number, start, end);
	codegen_rewriting_copy(in, start);
	mark(in, start);
	aet__text_addf(&in->sql, "$%zu", number);
	in->copied = end;
}

/* x IN (sqlc.slice(ids)) is x = ANY($1), and NOT IN is <> ALL. */
static void
replace_slice(
    rewriting *in, size_t start, size_t end, const char *name, const char *operator)
{
	size_t number = parameter_number(in, name, false);

	codegen_rewriting_use(in, number);
	codegen_rewriting_copy(in, start);
	mark(in, start);
	aet__text_addf(
	    &in->sql, operator[0] != '\0' ? "%s($%zu)" : "%s$%zu", operator, number);
	in->copied = end;
}

/* @name, where @ is no operator's part: "a <@b", "@-@path" and "@ -5" stay, and "a<>@b"
 * is a parameter, as there is no operator that ends so. */
static bool
take_at(rewriting *in, aet__token token)
{
	const char *text = in->lexer.text;
	aet__lexer ahead = in->lexer;
	aet__token name;

	if (text[token.start] != '@' || token.len != 1)
		return false;
	if (token.start > 0 && strchr("-<~!@#^&`?", text[token.start - 1]) != NULL)
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

static const char *const functions[] = { "arg", "narg", "slice", "embed" };

/* sqlc.function(name): what is inside, and where it ends. */
typedef struct call {
	const char *function; /* of functions */
	const char *name;
	size_t start; /* of what is inside */
	size_t end;
} call;

static bool
read_function(rewriting *in, aet__token token, call *out)
{
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
		if (aet__token_is(&in->lexer, token, functions[i]))
			out->function = functions[i];
	if (out->function == NULL)
		codegen_say_at(in->model->messages, in->query->source, token.start,
		    "use one of: sqlc.arg, sqlc.narg, sqlc.slice, sqlc.embed, sqlc.sort",
		    "sqlc.%.*s is not known", (int)token.len,
		    in->lexer.text + token.start);
	in->refused = in->refused || out->function == NULL;
	return out->function != NULL;
}

/* The table inside sqlc.embed(...), as it is written: schema."Table". */
static const char *
table_name(rewriting *in, aet__lexer *ahead)
{
	aet__token token = aet__lexer_next(ahead);
	size_t start = token.start;
	aet__lexer further = *ahead;

	if (token.kind == AET__TOKEN_STRING)
		return argument_name(in, token);
	while (token.kind == AET__TOKEN_WORD || token.kind == AET__TOKEN_QUOTED) {
		if (aet__lexer_next(&further).kind != AET__TOKEN_DOT)
			return codegen_copy_n(in->model->memory, in->lexer.text + start,
			    token.start + token.len - start);
		token = aet__lexer_next(&further);
		*ahead = further;
	}
	return NULL;
}

static void
say_no_name(rewriting *in, aet__token at, const char *function)
{
	codegen_say_at(in->model->messages, in->query->source, at.start,
	    codegen_format(in->model->memory, "write: sqlc.%s(name)", function),
	    strcmp(function, "embed") == 0 ? "a table's name is expected"
					   : "a parameter's name is expected");
	in->refused = true;
}

static aet__token
peek(const aet__lexer *lexer)
{
	aet__lexer ahead = *lexer;

	return aet__lexer_next(&ahead);
}

/* Moves the lexer past the call that begins with token; else stays. */
static bool
read_call(rewriting *in, aet__token token, call *out)
{
	aet__lexer ahead = in->lexer;
	aet__token dot;
	aet__token function;
	aet__token bracket;

	*out = (call){ .end = 0 };
	if (token.kind != AET__TOKEN_WORD || !aet__token_is(&ahead, token, "sqlc"))
		return false;
	dot = aet__lexer_next(&ahead);
	function = aet__lexer_next(&ahead);
	if (dot.kind != AET__TOKEN_DOT || function.kind != AET__TOKEN_WORD ||
	    !read_function(in, function, out))
		return false;
	bracket = aet__lexer_next(&ahead);
	out->start = peek(&ahead).start;
	if (bracket.kind == AET__TOKEN_OPEN)
		out->name = strcmp(out->function, "embed") == 0
				? table_name(in, &ahead)
				: argument_name(in, aet__lexer_next(&ahead));
	bracket = aet__lexer_next(&ahead);
	if (out->name == NULL || bracket.kind != AET__TOKEN_CLOSE) {
		say_no_name(in, function, out->function);
		return false;
	}
	out->end = bracket.start + 1;
	in->lexer = ahead;
	return true;
}

/* [NOT] IN (sqlc.slice(name)); before is the token in front of IN. */
static bool
take_slice(rewriting *in, aet__token token, aet__token before)
{
	bool negated =
	    before.kind == AET__TOKEN_WORD && aet__token_is(&in->lexer, before, "not");
	rewriting ahead = *in;
	aet__token close;
	call inside;

	if (!aet__token_is(&in->lexer, token, "in") ||
	    aet__lexer_next(&ahead.lexer).kind != AET__TOKEN_OPEN)
		return false;
	if (!aet__token_is(&ahead.lexer, aet__lexer_next(&ahead.lexer), "sqlc"))
		return false;
	ahead.lexer = in->lexer;
	(void)aet__lexer_next(&ahead.lexer);
	if (!read_call(&ahead, aet__lexer_next(&ahead.lexer), &inside)) {
		in->refused = ahead.refused;
		in->lexer = ahead.lexer; /* past what was told of */
		return in->refused;
	}
	if (strcmp(inside.function, "slice") != 0)
		return false;
	close = aet__lexer_next(&ahead.lexer);
	if (close.kind != AET__TOKEN_CLOSE)
		return false;
	in->lexer = ahead.lexer;
	replace_slice(in, negated ? before.start : token.start, close.start + 1,
	    inside.name, negated ? "<> ALL" : "= ANY");
	return true;
}

static bool
take_sqlc(rewriting *in, aet__token token)
{
	call inside;

	if (!read_call(in, token, &inside))
		return false;
	if (strcmp(inside.function, "embed") == 0) {
		codegen_rewriting_copy(in, token.start);
		mark(in, inside.start);
		aet__text_addf(&in->sql, "%s.*", inside.name);
		in->copied = inside.end;
	} else if (strcmp(inside.function, "slice") == 0) {
		replace_slice(in, token.start, inside.end, inside.name, "");
	} else {
		replace(in, token.start, inside.end, inside.name,
		    strcmp(inside.function, "narg") == 0);
	}
	return true;
}

/* COPY between the server and the client: a protocol of its own, which no function
 * that is generated speaks but those of :copyfrom. */
static void
note_copy(rewriting *in, aet__token token)
{
	if (!in->copies || (!aet__token_is(&in->lexer, token, "stdin") &&
			       !aet__token_is(&in->lexer, token, "stdout")))
		return;
	codegen_say_at(in->model->messages, in->query->source, token.start,
	    "use :copyfrom with an INSERT, or a query with :each",
	    "COPY to or from the client is no query");
	in->refused = true;
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
	if (first)
		in->copies = aet__token_is(&in->lexer, token, "copy");
	note_copy(in, token);
}

/* The n of $n; 0 where token is none. */
static size_t
number_at(const aet__lexer *lexer, aet__token token)
{
	const char *text = lexer->text + token.start;
	size_t number = 0;

	if (*text != '$' || token.kind != AET__TOKEN_OTHER)
		return 0;
	for (text++; isdigit((unsigned char)*text) && number < 65536; text++)
		number = number * 10 + (size_t)(*text - '0');
	return number < 65536 ? number : 0;
}

/* The highest $n: parameters with a name are numbered after it. */
static void
count_numbers(rewriting *in)
{
	aet__lexer ahead = in->lexer;
	aet__token token;

	while ((token = aet__lexer_next(&ahead)).kind != AET__TOKEN_END) {
		size_t number = number_at(&ahead, token);

		if (number > in->highest)
			in->highest = number;
	}
	for (size_t i = 1; i <= in->highest; i++)
		add_parameter(in, codegen_format(in->model->memory, "$%zu", i));
}

void
codegen_rewriting_take(rewriting *in, aet__token token)
{
	size_t number = number_at(&in->lexer, token);

	if (token.kind == AET__TOKEN_OTHER &&
	    (take_at(in, token) || codegen_rewriting_bracket(in, token)))
		return;
	if (token.kind == AET__TOKEN_WORD &&
	    (take_slice(in, token, in->before) || codegen_rewriting_sort(in, token) ||
		take_sqlc(in, token)))
		return;
	if (number > 0) {
		codegen_rewriting_use(in, number);
		note_cast(in, number, token.start,
		    token.start + 1 +
			strspn(in->lexer.text + token.start + 1, "0123456789"));
	}
	if (token.kind == AET__TOKEN_WORD)
		note_word(in, token, in->first);
	in->first = in->first && token.kind == AET__TOKEN_COMMENT;
	in->before = token;
}

void
codegen_query_rewrite(
    codegen_model *model, codegen_query *query, size_t start, size_t end)
{
	rewriting in = { .model = model,
		.query = query,
		.lexer = { .text = query->source->text, .len = end, .at = start },
		.copied = start,
		.before = { AET__TOKEN_COMMENT, start, 0 },
		.first = true };
	aet__token token;

	count_numbers(&in);
	codegen_rewriting_begin(&in);
	while ((token = aet__lexer_next(&in.lexer)).kind != AET__TOKEN_END)
		codegen_rewriting_take(&in, token);
	codegen_rewriting_copy(&in, end);
	query->sql = codegen_keep(model->memory, &in.sql);
	codegen_rewriting_end(&in);
}
