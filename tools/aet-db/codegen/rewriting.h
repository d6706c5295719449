/* SPDX-License-Identifier: MIT */
/* How far the rewriting of a query's SQL is: what query_text.c, which knows names,
 * and query_pieces.c, which knows parts that are not always there, have in
 * common. */
#ifndef AET_DB_CODEGEN_REWRITING_H
#define AET_DB_CODEGEN_REWRITING_H

#include "core/lexer.h"
#include "model.h"

typedef struct codegen_rewriting {
	codegen_model *model;
	codegen_query *query;
	aet__lexer lexer;
	aet__text sql;
	size_t copied;     /* of the file, up to here */
	size_t highest;    /* number of $1 and its like: named ones come after */
	aet__token before; /* the token before the one that is looked at */
	bool first;        /* no word has been seen yet */
	bool copies;       /* the first was COPY */
	size_t brackets;   /* square ones that are open */
	bool refused;      /* something is wrong and has been told */
} codegen_rewriting;

/* ---- query_text.c ---------------------------------------------------------- */

void codegen_rewriting_copy(codegen_rewriting *in, size_t end);

/* Takes what begins with token, which may be more than that. */
void codegen_rewriting_take(codegen_rewriting *in, aet__token token);

/* ---- query_pieces.c -------------------------------------------------------- */

/* A parameter, by its number from 1, is used here. */
void codegen_rewriting_use(codegen_rewriting *in, size_t number);

/* [[ and ]]; other square brackets are counted. */
bool codegen_rewriting_bracket(codegen_rewriting *in, aet__token token);

/* sqlc.sort(...) */
bool codegen_rewriting_sort(codegen_rewriting *in, aet__token token);

/* Once before the text, and once behind it. */
void codegen_rewriting_begin(codegen_rewriting *in);
void codegen_rewriting_end(codegen_rewriting *in);

#endif
