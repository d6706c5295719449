/* SPDX-License-Identifier: MIT */
/*
 * "-- aet: renamed from old_name" in schema files. The server says what a
 * statement has made (the catalogue before and after it); only which column, or
 * which label of an enum, a comment stands beside is read from the tokens.
 */
#include <errno.h>
#include <string.h>

#include "change/change.h"
#include "codegen/files.h"
#include "core/error.h"
#include "migrate/failure.h"

#define WORD "aet:"

typedef struct loading {
	codegen_memory *memory;
	aet__connection *connection;
	aet__deadline deadline;
	change_renames *renames;
	aet_migrate_failure *failure;
	const char *file;
	const char *text;
	size_t len;
	size_t done; /* comments before this byte have been seen to */
} loading;

/* What one statement made. */
typedef struct made {
	const char *kind; /* "table", "enum"; NULL: nothing that can be renamed */
	const char *name;
	const char *column; /* by ALTER TABLE: the table's; else NULL */
} made;

/* ---- comments ------------------------------------------------------------ */

/* The old name of a comment that says one; NULL: it says something else. */
static const char *
old_name(const loading *l, aet__token comment)
{
	const char *at = l->text + comment.start;
	const char *end = at + comment.len;

	if (comment.len < 2 || at[0] != '-')
		return NULL;
	at += 2;
	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	if ((size_t)(end - at) < strlen(WORD) || strncmp(at, WORD, strlen(WORD)) != 0)
		return NULL;
	at += strlen(WORD);
	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	if ((size_t)(end - at) < strlen(CHANGE_DIRECTIVE) ||
	    strncmp(at, CHANGE_DIRECTIVE, strlen(CHANGE_DIRECTIVE)) != 0)
		return NULL;
	at += strlen(CHANGE_DIRECTIVE);
	while (end > at && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r'))
		end--;
	return codegen_copy_n(l->memory, at, (size_t)(end - at));
}

static const char *
place_of(const loading *l, size_t offset)
{
	aet__position at = AET__POSITION_START;

	aet__position_advance(&at, l->text, offset);
	return codegen_format(l->memory, "%s:%d", l->file, at.line);
}

static bool
is_one_line(const loading *l, size_t from, size_t to)
{
	return memchr(l->text + from, '\n', to - from) == NULL;
}

/* Where the comments that belong to a statement end: with its last line. */
static size_t
reach(const loading *l, const aet__statement *statement)
{
	const char *newline =
	    memchr(l->text + statement->end, '\n', l->len - statement->end);
	aet__lexer lexer = { .text = l->text, .len = l->len, .at = statement->end };
	aet__token next = aet__lexer_next(&lexer);
	size_t end = newline != NULL ? (size_t)(newline - l->text) : l->len;

	return next.kind == AET__TOKEN_COMMENT && next.start < end ? end : statement->end;
}

/* ---- which item ---------------------------------------------------------- */

typedef struct walk {
	aet__token item;   /* the first token of the item under way; END: none yet */
	aet__token beside; /* of the last item that has a token on the comment's line */
	bool begins;       /* the next token begins an item */
	int depth;
} walk;

/* Whether the comment is on the line of the list's parenthesis, or before it:
 * about the whole, where no item has begun. */
static bool
opens(const loading *l, const walk *w, aet__token token, aet__token comment)
{
	return token.kind == AET__TOKEN_OPEN && w->depth == 1 &&
	       (token.start > comment.start ||
		   is_one_line(l, token.start, comment.start));
}

static void
step(const loading *l, walk *w, aet__token token, aet__token comment)
{
	if (w->begins && w->depth == 1) {
		w->item = token;
		w->begins = false;
	}
	if (token.kind == AET__TOKEN_OPEN)
		w->begins = w->depth++ == 0;
	else if (w->depth == 1 && token.len == 1 && l->text[token.start] == ',')
		w->begins = true;
	if (w->item.kind != AET__TOKEN_END && token.start < comment.start &&
	    is_one_line(l, token.start, comment.start))
		w->beside = w->item;
}

/* The first token of the item that a comment stands beside: of the last one
 * that has a token on its line, else of the next; END where it is about the
 * whole statement. */
static aet__token
item_of(const loading *l, const aet__statement *statement, aet__token comment)
{
	const aet__token none = { .kind = AET__TOKEN_END };
	aet__lexer lexer = {
		.text = l->text, .len = statement->end, .at = statement->start
	};
	walk w = { none, none, false, 0 };
	aet__token token;
	bool whole = false;

	if (comment.start < statement->start ||
	    (comment.start >= statement->end &&
		is_one_line(l, statement->start, comment.start)))
		return none;
	while ((token = aet__lexer_next(&lexer)).kind != AET__TOKEN_END) {
		if (token.kind == AET__TOKEN_COMMENT)
			continue;
		if (token.kind == AET__TOKEN_CLOSE && --w.depth == 0)
			return w.beside;
		step(l, &w, token, comment);
		whole = whole || opens(l, &w, token, comment);
		if (w.item.kind != AET__TOKEN_END && w.item.start > comment.start)
			return w.beside.kind != AET__TOKEN_END || whole ? w.beside
									: w.item;
	}
	return w.beside;
}

/* ---- what a statement made ----------------------------------------------- */

static aet_status
ask(loading *l, const char *sql, const char *parameter, aet__result **out, aet_error *err)
{
	return aet__connection_query(l->connection, sql, &parameter,
	    parameter != NULL ? 1 : 0, l->deadline, out, err);
}

static aet_status
list_things(loading *l, const char **out, aet_error *err)
{
	aet__result *result = NULL;
	aet_status status = ask(l,
	    "SELECT '{' || pg_catalog.concat_ws(',',"
	    " (SELECT pg_catalog.string_agg('\"r' || attrelid || '/' || attnum || '\"', "
	    "',')"
	    "  FROM pg_catalog.pg_attribute WHERE attrelid >= 16384 AND attnum >= -1"
	    "  AND NOT attisdropped),"
	    " (SELECT pg_catalog.string_agg('\"t' || oid || '\"', ',')"
	    "  FROM pg_catalog.pg_type WHERE typtype = 'e')) || '}'",
	    NULL, &result, err);

	if (status != AET_OK)
		return status;
	*out = codegen_copy(l->memory, aet__result_text(result, 0, 0));
	aet__result_free(result);
	return AET_OK;
}

/* A new table counts once (it has system columns from the start), as does one
 * new column of a table that was there. */
static aet_status
find_made(loading *l, const char *before, made *out, aet_error *err)
{
	aet__result *result = NULL;
	aet_status status = ask(l,
	    "WITH old AS (SELECT pg_catalog.unnest($1::text[]) AS id),"
	    " fresh AS (SELECT c.oid, a.attnum, c.relnamespace, c.relname, a.attname"
	    "  FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_attribute AS a"
	    "  ON a.attrelid = c.oid WHERE c.relkind IN ('r', 'p', 'f') AND c.oid >= "
	    "16384"
	    "  AND a.attnum >= -1 AND NOT a.attisdropped"
	    "  AND 'r' || c.oid || '/' || a.attnum NOT IN (SELECT id FROM old))"
	    "SELECT 'table', pg_catalog.quote_ident(n.nspname) || '.'"
	    " || pg_catalog.quote_ident(f.relname), NULL"
	    " FROM fresh AS f JOIN pg_catalog.pg_namespace AS n ON n.oid = f.relnamespace"
	    " WHERE f.attnum = -1 "
	    "UNION ALL SELECT 'column', pg_catalog.quote_ident(n.nspname) || '.'"
	    " || pg_catalog.quote_ident(f.relname), pg_catalog.quote_ident(f.attname)"
	    " FROM fresh AS f JOIN pg_catalog.pg_namespace AS n ON n.oid = f.relnamespace"
	    " WHERE f.attnum > 0 AND f.oid NOT IN (SELECT oid FROM fresh WHERE attnum = "
	    "-1)"
	    "UNION ALL SELECT 'enum', pg_catalog.quote_ident(n.nspname) || '.'"
	    " || pg_catalog.quote_ident(t.typname), NULL"
	    " FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_namespace AS n"
	    " ON n.oid = t.typnamespace WHERE t.typtype = 'e'"
	    " AND 't' || t.oid NOT IN (SELECT id FROM old)",
	    before, &result, err);

	if (status != AET_OK)
		return status;
	if (aet__result_rows(result) == 1) {
		const char *column = aet__result_text(result, 0, 2);

		out->kind = codegen_copy(l->memory, aet__result_text(result, 0, 0));
		out->name = codegen_copy(l->memory, aet__result_text(result, 0, 1));
		out->column = column != NULL ? codegen_copy(l->memory, column) : NULL;
	}
	aet__result_free(result);
	return AET_OK;
}

/* The table's column of that token, as facts name it; NULL: it has none such. */
static aet_status
find_column(
    loading *l, const made *thing, aet__token token, const char **out, aet_error *err)
{
	const char *name = codegen_copy_n(l->memory, l->text + token.start, token.len);
	const char *parameters[] = { thing->name, name };
	aet__result *result = NULL;
	aet_status status = aet__connection_query(l->connection,
	    "SELECT pg_catalog.quote_ident(attname) FROM pg_catalog.pg_attribute"
	    " WHERE attrelid = $1::pg_catalog.regclass AND attnum > 0"
	    " AND NOT attisdropped AND ARRAY[attname::text] = pg_catalog.parse_ident($2)",
	    parameters, 2, l->deadline, &result, err);

	*out = NULL;
	if (status != AET_OK)
		return status;
	if (aet__result_rows(result) == 1)
		*out = codegen_format(
		    l->memory, "%s.%s", thing->name, aet__result_text(result, 0, 0));
	aet__result_free(result);
	return AET_OK;
}

/* ---- putting them together ----------------------------------------------- */

static aet_status
refuse(const loading *l, aet__token comment, aet_error *err)
{
	aet__position at = AET__POSITION_START;

	aet__position_advance(&at, l->text, comment.start);
	(void)aet_error_set(err, AET_EINVAL,
	    "%s:%d:%d: \"-- aet: renamed from\" stands beside nothing that can have been "
	    "renamed: put it on the line of a column, of an enum's label, or before a "
	    "CREATE TABLE",
	    l->file, at.line, at.column);
	aet__migrate_failure_refused(l->failure, l->file, err);
	return AET_EINVAL;
}

static void
add(loading *l, aet__token comment, const char *kind, const char *is, const char *was)
{
	change_rename *rename = change_rename_add(l->memory, l->renames);

	*rename = (change_rename){
		.place = place_of(l, comment.start), .kind = kind, .was = was, .is = is
	};
}

static aet_status
add_item(loading *l, const made *thing, aet__token item, aet__token comment,
    const char *was, aet_error *err)
{
	const char *is = NULL;
	aet_status status;

	if (strcmp(thing->kind, "enum") == 0) {
		if (item.kind != AET__TOKEN_STRING)
			return refuse(l, comment, err);
		if (was[0] != '\'')
			was = codegen_format(l->memory, "'%s'", was);
		add(l, comment, "enum",
		    codegen_copy_n(l->memory, l->text + item.start, item.len), was);
		l->renames->items[l->renames->count - 1].owner = thing->name;
		return AET_OK;
	}
	if (item.kind != AET__TOKEN_WORD && item.kind != AET__TOKEN_QUOTED)
		return refuse(l, comment, err);
	status = find_column(l, thing, item, &is, err);
	if (status != AET_OK)
		return status;
	if (is == NULL)
		return refuse(l, comment, err);
	add(l, comment, "column", is, was);
	return AET_OK;
}

static aet_status
attach(loading *l, const aet__statement *statement, const made *thing, aet__token comment,
    const char *was, aet_error *err)
{
	aet__token item;

	if (thing->kind == NULL)
		return refuse(l, comment, err);
	if (thing->column != NULL) {
		add(l, comment, "column",
		    codegen_format(l->memory, "%s.%s", thing->name, thing->column), was);
		return AET_OK;
	}
	item = item_of(l, statement, comment);
	if (item.kind != AET__TOKEN_END)
		return add_item(l, thing, item, comment, was, err);
	if (strcmp(thing->kind, "table") != 0)
		return refuse(l, comment, err);
	add(l, comment, "table", thing->name, was);
	return AET_OK;
}

/* The next comment about a rename before end; END: there is none. */
static aet__token
next_comment(const loading *l, aet__lexer *lexer, size_t end, const char **was)
{
	for (;;) {
		aet__token token = aet__lexer_next(lexer);

		if (token.kind == AET__TOKEN_END || token.start >= end)
			return (aet__token){ .kind = AET__TOKEN_END };
		*was = token.kind == AET__TOKEN_COMMENT ? old_name(l, token) : NULL;
		if (*was != NULL)
			return token;
	}
}

static aet_status
run_one(loading *l, const aet__statement *statement, aet_error *err)
{
	aet_status status = aet__connection_command(l->connection,
	    codegen_copy_n(l->memory, l->text + statement->start, statement->len), true,
	    l->deadline, err);

	if (status == AET_OK || aet__connection_is_broken(l->connection))
		return status;
	aet__migrate_failure_fill(l->failure, l->file, l->text, statement,
	    aet__connection_failure(l->connection));
	return aet__migrate_failure_error(l->failure, status, err);
}

static aet_status
take_statement(loading *l, const aet__statement *statement, aet_error *err)
{
	size_t end = reach(l, statement);
	aet__lexer lexer = { .text = l->text, .len = l->len, .at = l->done };
	const char *was = NULL;
	const char *before = NULL;
	made thing = { 0 };
	aet__token comment = next_comment(l, &lexer, end, &was);
	aet_status status = AET_OK;

	l->done = end;
	if (comment.kind == AET__TOKEN_END)
		return run_one(l, statement, err);
	status = list_things(l, &before, err);
	if (status == AET_OK)
		status = run_one(l, statement, err);
	if (status == AET_OK)
		status = find_made(l, before, &thing, err);
	while (status == AET_OK && comment.kind != AET__TOKEN_END) {
		status = attach(l, statement, &thing, comment, was, err);
		comment = next_comment(l, &lexer, end, &was);
	}
	return status;
}

static aet_status
load_file(loading *l, aet_error *err)
{
	aet__statement statement;
	aet__script script;
	bool found = true;
	aet_status status;

	l->done = 0;
	aet__script_init(&script, l->file, l->text, l->len);
	for (;;) {
		status = aet__script_next(&script, &statement, &found, err);
		if (status != AET_OK)
			aet__migrate_failure_refused(l->failure, l->file, err);
		if (status != AET_OK || !found)
			return status;
		status = take_statement(l, &statement, err);
		if (status != AET_OK)
			return status;
	}
}

aet_status
change_declared_load(codegen_memory *memory, aet__connection *connection,
    const char *source, aet__deadline deadline, change_renames *renames,
    aet_migrate_failure *failure, aet_error *err)
{
	loading l = { .memory = memory,
		.connection = connection,
		.deadline = deadline,
		.renames = renames,
		.failure = failure };
	aet_status status = AET_OK;
	char **paths;
	size_t count;

	if (codegen_file_list(memory, source, ".sql", &paths, &count) != 0)
		return aet_error_set(err, AET_EINVAL,
		    "\"%s\" is no file or folder that can be read: %s", source,
		    strerror(errno));
	for (size_t i = 0; i < count && status == AET_OK; i++) {
		l.file = paths[i];
		l.text = codegen_file_read(memory, paths[i], &l.len);
		if (l.text == NULL)
			return aet_error_set(err, AET_EINVAL, "\"%s\" cannot be read: %s",
			    paths[i], strerror(errno));
		status = load_file(&l, err);
	}
	return status;
}
