/* SPDX-License-Identifier: MIT */
#include "queries.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "files.h"
#include "core/lexer.h"

/* By codegen_query_kind. */
static const char *const kinds[] = { ":one", ":opt", ":many", ":exec", ":execrows",
	":execresult", ":copyfrom", ":batchexec", ":batchone", ":batchmany", ":each" };

#define KINDS                                                                       \
	":one, :opt, :many, :exec, :execrows, :execresult, :copyfrom, :batchexec, " \
	":batchone, :batchmany, :each"

const char *
codegen_kind_text(codegen_query_kind kind)
{
	return kinds[kind];
}

/* Where reading a file stands. */
typedef struct reading {
	codegen_model *model;
	const codegen_source *source;
	aet__lexer lexer;
	codegen_query *query; /* the one whose SQL is read; NULL: none */
	size_t start;         /* of its SQL; SIZE_MAX: not seen yet */
	size_t end;
	bool over;    /* its semicolon was seen */
	bool refused; /* something before the first name was told of */
	aet__text comment;
} reading;

static const char *
skip_blanks(const char *at, const char *end)
{
	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	return at;
}

static const char *
skip_word(const char *at, const char *end)
{
	while (at < end && !isspace((unsigned char)*at))
		at++;
	return at;
}

bool
codegen_annotation_read(const char *comment, size_t len, codegen_annotation *out)
{
	const char *end = comment + len;
	const char *at = comment;

	if (len >= 4 && strncmp(at, "/*", 2) == 0)
		end -= 2;
	else if (len < 2 || strncmp(at, "--", 2) != 0)
		return false;
	at = skip_blanks(at + 2, end);
	if ((size_t)(end - at) < 5 || strncmp(at, "name:", 5) != 0)
		return false;
	out->name = skip_blanks(at + 5, end);
	at = skip_word(out->name, end);
	out->name_len = (size_t)(at - out->name);
	out->kind = skip_blanks(at, end);
	out->kind_len = (size_t)(skip_word(out->kind, end) - out->kind);
	return true;
}

/* FindPlayer, as users of sqlc write it for Go, is find_player in C. */
static char *
snake_case(codegen_memory *memory, const char *name, size_t len)
{
	aet__text made = { 0 };

	for (size_t i = 0; i < len; i++) {
		bool upper = isupper((unsigned char)name[i]);
		bool after_lower = i > 0 && !isupper((unsigned char)name[i - 1]);
		bool before_lower = i + 1 < len && islower((unsigned char)name[i + 1]);

		if (upper && i > 0 && name[i - 1] != '_' && (after_lower || before_lower))
			aet__text_add_char(&made, '_');
		aet__text_add_char(&made, (char)tolower((unsigned char)name[i]));
	}
	return codegen_keep(memory, &made);
}

static bool
is_name(const codegen_annotation *annotation)
{
	if (annotation->name_len == 0 || isdigit((unsigned char)annotation->name[0]))
		return false;
	for (size_t i = 0; i < annotation->name_len; i++)
		if (!isalnum((unsigned char)annotation->name[i]) &&
		    annotation->name[i] != '_')
			return false;
	return true;
}

static bool
find_kind(const codegen_annotation *annotation, codegen_query_kind *out)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strlen(kinds[i]) == annotation->kind_len &&
		    strncmp(kinds[i], annotation->kind, annotation->kind_len) == 0) {
			*out = (codegen_query_kind)i;
			return true;
		}
	}
	return false;
}

static void
check_name(
    codegen_model *model, const codegen_source *source, size_t at, const char *name)
{
	for (size_t i = 0; i < model->query_count; i++) {
		if (strcmp(model->queries[i].name, name) == 0) {
			codegen_say_at(model->messages, source, at,
			    "give one of them another name",
			    "another query is called \"%s\" in C, too", name);
			return;
		}
	}
}

/* A query whose annotation is wrong is left out; its SQL is skipped. */
static void
begin_query(reading *in, const codegen_annotation *annotation)
{
	codegen_model *model = in->model;
	size_t at = (size_t)(annotation->name - in->source->text);
	codegen_query_kind kind = CODEGEN_EXEC;

	in->query = NULL;
	in->refused = true;
	if (!is_name(annotation)) {
		codegen_say_at(model->messages, in->source, at,
		    "write: -- name: find_player :one", "the query needs a name");
		return;
	}
	if (!find_kind(annotation, &kind)) {
		codegen_say_at(model->messages, in->source,
		    (size_t)(annotation->kind - in->source->text), "use one of: " KINDS,
		    "\"%.*s\" is no kind of query", (int)annotation->kind_len,
		    annotation->kind);
		return;
	}
	check_name(model, in->source, at,
	    snake_case(model->memory, annotation->name, annotation->name_len));
	model->queries = codegen_append(
	    model->memory, model->queries, &model->query_count, sizeof(codegen_query));
	in->query = &model->queries[model->query_count - 1];
	memset(in->query, 0, sizeof(*in->query));
	in->query->source = in->source;
	in->query->at = at;
	in->query->name =
	    snake_case(model->memory, annotation->name, annotation->name_len);
	in->query->title =
	    codegen_copy_n(model->memory, annotation->name, annotation->name_len);
	in->query->kind = kind;
	in->query->comment = "";
}

static void
end_query(reading *in)
{
	codegen_query *query = in->query;

	if (query == NULL)
		return;
	query->comment = codegen_copy(in->model->memory, aet__text_view(&in->comment));
	if (in->start == SIZE_MAX)
		codegen_say_at(in->model->messages, in->source, query->at, NULL,
		    "query \"%s\" has no SQL", query->name);
	else
		codegen_query_rewrite(in->model, query, in->start, in->end);
	in->query = NULL;
}

/* Lines of comment make up the function's, one blank after the dashes is gone. */
static void
add_comment(reading *in, aet__token token)
{
	const char *at = in->source->text + token.start + 2;
	size_t len = token.len - 2;

	if (len > 0 && *at == ' ') {
		at++;
		len--;
	}
	if (in->comment.len > 0)
		aet__text_add_char(&in->comment, '\n');
	aet__text_add_n(&in->comment, at, len);
}

static void
take_comment(reading *in, aet__token token)
{
	const char *text = in->source->text + token.start;
	codegen_annotation annotation;

	if (codegen_annotation_read(text, token.len, &annotation)) {
		if (in->query != NULL) {
			end_query(in);
			aet__text_clear(&in->comment);
		}
		in->start = SIZE_MAX;
		in->over = false;
		begin_query(in, &annotation);
	} else if (strncmp(text, "--", 2) == 0 && (in->start == SIZE_MAX || in->over)) {
		if (in->over && in->query != NULL) {
			end_query(in);
			aet__text_clear(&in->comment);
		}
		add_comment(in, token);
	}
}

static void
take_sql(reading *in, aet__token token)
{
	codegen_messages *messages = in->model->messages;

	if (in->query == NULL && !in->refused) {
		in->refused = true;
		codegen_say_at(messages, in->source, token.start,
		    "write above it: -- name: find_player :one", "SQL without a name");
	} else if (in->query != NULL && in->over) {
		codegen_say_at(messages, in->source, token.start,
		    "give it a name of its own", "a query is one statement");
		in->query = NULL;
	}
	if (in->start == SIZE_MAX)
		in->start = token.start;
	in->end = token.start + token.len;
}

static bool
is_unterminated(aet__token token)
{
	return token.kind >= AET__TOKEN_UNTERMINATED_STRING;
}

static void
read_tokens(reading *in)
{
	for (;;) {
		aet__token token = aet__lexer_next(&in->lexer);

		if (token.kind == AET__TOKEN_END)
			break;
		if (is_unterminated(token)) {
			codegen_say_at(in->model->messages, in->source, token.start, NULL,
			    "what begins here does not end");
			in->query = NULL;
			break;
		}
		if (token.kind == AET__TOKEN_COMMENT)
			take_comment(in, token);
		else if (token.kind == AET__TOKEN_SEMICOLON)
			in->over = in->start != SIZE_MAX;
		else
			take_sql(in, token);
	}
	end_query(in);
}

static void
read_file(codegen_model *model, const char *folder, const char *path)
{
	codegen_source *source = codegen_room(model->memory, 1, sizeof(*source));
	reading in = { .model = model, .source = source, .start = SIZE_MAX };

	source->path = path;
	if (folder[0] != '\0' && strncmp(path, folder, strlen(folder)) == 0)
		source->path = path + strlen(folder) + 1;
	source->text = codegen_file_read(model->memory, path, &source->len);
	if (source->text == NULL) {
		codegen_say(model->messages, source->path, NULL, "cannot be read: %s",
		    strerror(errno));
		return;
	}
	if (source->len >= 3 && memcmp(source->text, "\xEF\xBB\xBF", 3) == 0) {
		source->text += 3; /* a byte order mark, which editors do not show */
		source->len -= 3;
	}
	in.lexer.text = source->text;
	in.lexer.len = source->len;
	read_tokens(&in);
	aet__text_free(&in.comment);
}

void
codegen_queries_read(codegen_model *model, const char *folder)
{
	char **paths;
	size_t count;

	if (model->config->queries == NULL)
		return;
	if (codegen_file_list(model->memory,
		codegen_path(model->memory, folder, model->config->queries), ".sql",
		&paths, &count) != 0) {
		codegen_say(model->messages, model->config->queries, NULL,
		    "cannot be read: %s", strerror(errno));
		return;
	}
	for (size_t i = 0; i < count; i++)
		read_file(model, folder, paths[i]);
}
