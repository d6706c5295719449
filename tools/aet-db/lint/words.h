/* SPDX-License-Identifier: MIT */
/*
 * What only the words of a statement tell: that an UPDATE or DELETE has no
 * WHERE, and which table's columns an UPDATE sets. All else is observed.
 */
#ifndef AET_DB_LINT_WORDS_H
#define AET_DB_LINT_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "codegen/memory.h"

typedef enum lint_verb {
	LINT_VERB_OTHER,
	LINT_VERB_UPDATE, /* the statement itself, not one within WITH */
	LINT_VERB_DELETE,
	LINT_VERB_TRUNCATE
} lint_verb;

typedef struct lint_words {
	lint_verb verb;
	bool reads_rows;    /* SELECT, INSERT, UPDATE, DELETE, MERGE, DO, CALL ... */
	bool has_condition; /* WHERE, outside parentheses */
	const char *target; /* of an UPDATE or DELETE, as SQL writes it; NULL: none */
	char **set;         /* names as the catalogue has them */
	size_t set_count;
} lint_words;

lint_words lint_words_read(codegen_memory *memory, const char *statement, size_t len);

#endif
