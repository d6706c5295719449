/* SPDX-License-Identifier: MIT */
/* Of commands that are no queries the server's tree says nothing: their columns are
 * known by their first words. */
#include <string.h>

#include "core/lexer.h"
#include "proof.h"

static aet__token
next_word(aet__lexer *lexer)
{
	aet__token token;

	do
		token = aet__lexer_next(lexer);
	while (token.kind == AET__TOKEN_COMMENT);
	return token;
}

bool
codegen_prove_utility(const char *sql, bool *not_null, size_t count)
{
	aet__lexer lexer = { .text = sql, .len = strlen(sql) };
	aet__token first = next_word(&lexer);
	aet__token second = next_word(&lexer);
	bool all = aet__token_is(&lexer, second, "all");

	if (!aet__token_is(&lexer, first, "explain") &&
	    !aet__token_is(&lexer, first, "show"))
		return false;
	for (size_t i = 0; i < count; i++)
		not_null[i] = i == 0 || !all; /* a setting may have no description */
	return true;
}
