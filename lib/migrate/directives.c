/* SPDX-License-Identifier: MIT */
#include "migrate/directives.h"

#include <string.h>

#include "core/ascii.h"
#include "core/error.h"
#include "core/lexer.h"
#include "migrate/position.h"
#include "migrate/sections.h"

#define NO_TRANSACTION "no-transaction"

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Narrows a `-- aet: word` comment to its word; false for any other comment. */
static bool
directive_word(const char **text, size_t *len)
{
	const char *at = *text;
	const char *end = at + *len;

	if (end - at < 2 || at[0] != '-' || at[1] != '-')
		return false;
	at += 2;
	while (at < end && is_blank(*at))
		at++;
	if (end - at < 4 || !aet__ascii_same_n(at, "aet:", 4))
		return false;
	at += 4;
	while (at < end && is_blank(*at))
		at++;
	while (end > at && is_blank(end[-1]))
		end--;
	*text = at;
	*len = (size_t)(end - at);
	return true;
}

/* `allow CODE reason` is for aet-db lint, which knows the codes. */
static bool
is_allowance(const char *word, size_t len)
{
	return len > 6 && memcmp(word, "allow", 5) == 0 && is_blank(word[5]);
}

/* False when nobody knows the word. */
static bool
take_directive(const char *word, size_t len, aet__directives *out)
{
	if (is_allowance(word, len))
		return true;
	if (len != strlen(NO_TRANSACTION) || memcmp(word, NO_TRANSACTION, len) != 0)
		return false;
	out->no_transaction = true;
	return true;
}

aet_status
aet__directives_read(
    const char *file, const char *text, size_t len, aet__directives *out, aet_error *err)
{
	aet__lexer lexer = { .text = text, .len = len };
	aet__position at = AET__POSITION_START;
	aet__directives read = { 0 };
	aet__token token = aet__lexer_next(&lexer);

	for (; token.kind == AET__TOKEN_COMMENT; token = aet__lexer_next(&lexer)) {
		const char *word = text + token.start;
		size_t word_len = token.len;

		if (aet__section_read(word, word_len) == AET__SECTION_UP_ALONE)
			read.no_transaction = true;
		if (!directive_word(&word, &word_len) ||
		    take_directive(word, word_len, &read))
			continue;
		aet__position_advance(&at, text, token.start);
		return aet_error_set(err, AET_EINVAL,
		    "%s:%d: unknown directive \"%.*s\": known is \"" NO_TRANSACTION "\"",
		    file, at.line, word_len > 100 ? 100 : (int)word_len, word);
	}
	*out = read;
	return AET_OK;
}
