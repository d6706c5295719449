/* SPDX-License-Identifier: MIT */
/*
 * PostgreSQL's tokens, as far as one must know them to tell where a statement
 * ends (PostgreSQL manual, "Lexical Structure"; src/backend/parser/scan.l):
 * everything that may hide a semicolon or a keyword. Never fails, never allocates:
 * what does not end is a token of its own kind.
 */
#ifndef AET_CORE_LEXER_H
#define AET_CORE_LEXER_H

#include <stdbool.h>
#include <stddef.h>

typedef enum aet__token_kind {
	AET__TOKEN_END = 0,
	AET__TOKEN_WORD,   /* a keyword, or an identifier without quotes */
	AET__TOKEN_QUOTED, /* "..." or U&"..." */
	AET__TOKEN_STRING, /* '...', E'...', U&'...', $tag$...$tag$ */
	AET__TOKEN_COMMENT,
	AET__TOKEN_SEMICOLON,
	AET__TOKEN_OPEN,  /* ( */
	AET__TOKEN_CLOSE, /* ) */
	AET__TOKEN_DOT,
	AET__TOKEN_BACKSLASH,
	AET__TOKEN_OTHER, /* numbers, parameters, operators, punctuation */
	AET__TOKEN_UNTERMINATED_STRING,
	AET__TOKEN_UNTERMINATED_QUOTED,
	AET__TOKEN_UNTERMINATED_DOLLAR,
	AET__TOKEN_UNTERMINATED_COMMENT
} aet__token_kind;

typedef struct aet__token {
	aet__token_kind kind;
	size_t start; /* bytes from the text's start */
	size_t len;   /* at least 1, but for AET__TOKEN_END */
} aet__token;

typedef struct aet__lexer {
	const char *text; /* borrowed; need not end in NUL */
	size_t len;
	size_t at;        /* where the next token is looked for */
	bool backslashes; /* '...' reads as E'...': standard_conforming_strings is off */
} aet__lexer;

/* The next token; white space is skipped. */
aet__token aet__lexer_next(aet__lexer *lexer);

/* Passes white space only. */
void aet__lexer_skip_space(aet__lexer *lexer);

/* Whether token is the keyword word (lower case), in any case. */
bool aet__token_is(const aet__lexer *lexer, aet__token token, const char *word);

#endif
