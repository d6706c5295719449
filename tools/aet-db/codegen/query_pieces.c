/* SPDX-License-Identifier: MIT */
/*
 * Parts of a query's SQL that are not always there: [[ ... ]], which goes with
 * its parameters, and the keys of sqlc.sort, of which one is chosen.
 *
 * Two square brackets in a row, with none open before, are nothing that SQL has
 * but behind ARRAY: ARRAY[[1, 2], [3, 4]] is an array.
 */
#include <string.h>

#include "rewriting.h"
#include "variants.h"

static codegen_piece *
last_piece(codegen_rewriting *in)
{
	return &in->query->pieces[in->query->piece_count - 1];
}

/* The piece so far ends here, and the next begins. */
static codegen_piece *
next_piece(codegen_rewriting *in, size_t at)
{
	codegen_query *query = in->query;

	if (query->piece_count > 0)
		last_piece(in)->end = in->sql.len;
	query->pieces = codegen_append(in->model->memory, query->pieces,
	    &query->piece_count, sizeof(*query->pieces));
	*last_piece(in) = (codegen_piece){ .start = in->sql.len, .at = at };
	return last_piece(in);
}

static void
refuse(codegen_rewriting *in, size_t at, const char *hint, const char *what)
{
	in->refused = true;
	codegen_say_at(in->model->messages, in->query->source, at, hint, "%s", what);
}

void
codegen_rewriting_use(codegen_rewriting *in, size_t number)
{
	codegen_piece *piece = last_piece(in);

	if (!piece->is_optional)
		in->query->parameters[number - 1].outside = true;
	else if (number <= CODEGEN_OPTIONAL_PARAMETERS)
		piece->params |= UINT64_C(1) << (number - 1);
	else
		refuse(in, piece->at, NULL,
		    "an optional clause can take the first 64 parameters only");
}

/* ---- [[ ]] ----------------------------------------------------------------- */

static bool
is_twice(const codegen_rewriting *in, aet__token token)
{
	const char *text = in->lexer.text + token.start;

	return token.start + 1 < in->lexer.len && text[0] == text[1];
}

/* Blanks between two clauses go with the second. */
static void
begin_clause(codegen_rewriting *in, size_t at)
{
	codegen_piece *piece = last_piece(in);
	const char *between = aet__text_view(&in->sql) + piece->start;

	if (in->query->piece_count == 1 || between[strspn(between, " \t\r\n")] != '\0')
		piece = next_piece(in, at);
	piece->at = at;
	piece->is_optional = true;
}

static void
open_clause(codegen_rewriting *in, aet__token token)
{
	(void)aet__lexer_next(&in->lexer);
	codegen_rewriting_copy(in, token.start);
	in->copied = token.start + 2;
	if (last_piece(in)->is_optional)
		refuse(in, token.start, "end the first with ]] before",
		    "an optional clause inside of another");
	else if (last_piece(in)->choice > 0)
		refuse(in, token.start, NULL, "an optional clause inside of sqlc.sort");
	else
		begin_clause(in, token.start);
}

static void
close_clause(codegen_rewriting *in, aet__token token)
{
	if (!is_twice(in, token)) {
		refuse(in, token.start, "write: ]]", "a bracket that was not opened");
		return;
	}
	(void)aet__lexer_next(&in->lexer);
	codegen_rewriting_copy(in, token.start);
	in->copied = token.start + 2;
	next_piece(in, token.start + 2);
}

bool
codegen_rewriting_bracket(codegen_rewriting *in, aet__token token)
{
	bool array = aet__token_is(&in->lexer, in->before, "array");

	switch (in->lexer.text[token.start]) {
	case '[':
		if (in->brackets == 0 && !array && is_twice(in, token)) {
			open_clause(in, token);
			return true;
		}
		in->brackets++;
		return false;
	case ']':
		if (in->brackets == 0 && last_piece(in)->is_optional) {
			close_clause(in, token);
			return true;
		}
		in->brackets -= in->brackets > 0;
		return false;
	default:
		return false;
	}
}

/* ---- sqlc.sort -------------------------------------------------------------- */

#define SORT_HINT "write: sqlc.sort(by, newest: created_at DESC, name: name)"

static bool
is_sign(const codegen_rewriting *in, aet__token token, char sign)
{
	return token.kind == AET__TOKEN_OTHER && in->lexer.text[token.start] == sign;
}

static aet__token
peek(const codegen_rewriting *in)
{
	aet__lexer ahead = in->lexer;

	return aet__lexer_next(&ahead);
}

/* "key :", but no cast: moves behind the colon. */
static bool
take_key(codegen_rewriting *in, aet__token *key)
{
	aet__lexer ahead = in->lexer;
	aet__token colon;

	*key = aet__lexer_next(&ahead);
	colon = aet__lexer_next(&ahead);
	if (key->kind != AET__TOKEN_WORD || !is_sign(in, colon, ':') ||
	    is_twice(in, colon))
		return false;
	in->lexer = ahead;
	return true;
}

static void
add_key(codegen_rewriting *in, aet__token key)
{
	codegen_sort *sort = in->query->sort;
	const char *name =
	    codegen_copy_n(in->model->memory, in->lexer.text + key.start, key.len);

	for (size_t i = 0; i < sort->count; i++)
		if (strcmp(sort->keys[i], name) == 0)
			refuse(in, key.start, NULL, "another order is called so");
	sort->keys = codegen_append(
	    in->model->memory, sort->keys, &sort->count, sizeof(*sort->keys));
	sort->keys[sort->count - 1] = name;
	in->copied = peek(in).start;
	next_piece(in, key.start)->choice = (uint32_t)sort->count;
}

/* Whether the comma that was just read is followed by another key. */
static bool
is_next_key(const codegen_rewriting *in)
{
	codegen_rewriting ahead = *in;
	aet__token key;

	return take_key(&ahead, &key);
}

/* A key's SQL, up to the comma before another key or the closing bracket, which
 * is moved behind of: *end. */
static bool
take_order(codegen_rewriting *in, aet__token *end)
{
	size_t depth = 0;

	for (;;) {
		size_t here = in->lexer.at;
		aet__token token = aet__lexer_next(&in->lexer);
		bool over = token.kind == AET__TOKEN_CLOSE ||
			    (is_sign(in, token, ',') && is_next_key(in));

		if (token.kind == AET__TOKEN_END)
			return false;
		if (depth == 0 && over) {
			codegen_rewriting_copy(in, here);
			*end = token;
			return true;
		}
		depth += token.kind == AET__TOKEN_OPEN;
		depth -= token.kind == AET__TOKEN_CLOSE;
		codegen_rewriting_take(in, token);
	}
}

static bool
take_orders(codegen_rewriting *in)
{
	aet__token end;
	aet__token key;

	do {
		if (!take_key(in, &key))
			return false;
		add_key(in, key);
		if (!take_order(in, &end))
			return false;
	} while (end.kind != AET__TOKEN_CLOSE);
	in->copied = end.start + end.len;
	next_piece(in, in->copied);
	return true;
}

/* sqlc.sort( and the name, as far as it is that. */
static bool
take_head(codegen_rewriting *in, aet__token token, aet__token *name)
{
	aet__lexer ahead = in->lexer;

	if (!aet__token_is(&ahead, token, "sqlc") ||
	    aet__lexer_next(&ahead).kind != AET__TOKEN_DOT ||
	    !aet__token_is(&ahead, aet__lexer_next(&ahead), "sort"))
		return false;
	if (aet__lexer_next(&ahead).kind == AET__TOKEN_OPEN) {
		*name = aet__lexer_next(&ahead);
		if (name->kind == AET__TOKEN_WORD)
			(void)aet__lexer_next(&ahead); /* the comma */
	}
	in->lexer = ahead;
	return true;
}

bool
codegen_rewriting_sort(codegen_rewriting *in, aet__token token)
{
	codegen_query *query = in->query;
	aet__token name = { AET__TOKEN_END, 0, 0 };

	if (!take_head(in, token, &name))
		return false;
	codegen_rewriting_copy(in, token.start);
	if (query->sort != NULL || last_piece(in)->is_optional) {
		refuse(in, token.start, NULL,
		    "a query has one sqlc.sort, and that outside of optional clauses");
		return true;
	}
	query->sort = codegen_room(in->model->memory, 1, sizeof(*query->sort));
	query->sort->at = token.start;
	query->sort->sql_name =
	    codegen_copy_n(in->model->memory, in->lexer.text + name.start, name.len);
	if (name.kind != AET__TOKEN_WORD || !take_orders(in))
		refuse(in, token.start, SORT_HINT,
		    "a name and the orders to choose from are expected");
	return true;
}

/* ---- the whole -------------------------------------------------------------- */

void
codegen_rewriting_begin(codegen_rewriting *in)
{
	next_piece(in, in->copied);
}

static void
find_needs(codegen_rewriting *in)
{
	codegen_query *query = in->query;
	uint64_t optional = 0;

	for (size_t i = 0; i < query->piece_count; i++)
		optional |= query->pieces[i].params;
	for (size_t i = 0; i < query->parameter_count; i++) {
		if (i >= CODEGEN_OPTIONAL_PARAMETERS || (optional >> i & 1) == 0)
			continue;
		query->parameters[i].optional = !query->parameters[i].outside;
		if (query->parameters[i].outside)
			optional &= ~(UINT64_C(1) << i);
	}
	for (size_t i = 0; i < query->piece_count; i++) {
		codegen_piece *piece = &query->pieces[i];

		piece->needs = piece->params & optional;
		if (piece->is_optional && piece->needs == 0)
			refuse(in, piece->at,
			    "a clause goes where its parameter is not given",
			    "an optional clause needs a parameter that is used nowhere "
			    "else");
	}
}

void
codegen_rewriting_end(codegen_rewriting *in)
{
	codegen_query *query = in->query;

	last_piece(in)->end = strlen(query->sql);
	if (last_piece(in)->is_optional && !in->refused)
		refuse(in, last_piece(in)->at, "end it with ]]",
		    "an optional clause that does not end");
	find_needs(in);
	if (query->piece_count > 1 && query->kind == CODEGEN_COPYFROM)
		refuse(in, query->pieces[1].at, "use :batchexec",
		    "a :copyfrom has one text for all items");
	if (query->piece_count == 1)
		query->piece_count = 0;
	else if (!in->refused)
		codegen_variants_begin(in->model, query);
	if (in->refused)
		query->sql = NULL;
}
