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

static bool
is_word(const char *word, size_t len, const char *known)
{
	return len == strlen(known) && memcmp(word, known, len) == 0;
}

/* `phase NAME`: narrows the word to the name. */
static bool
is_phase(const char **word, size_t *len)
{
	const char *at = *word;
	const char *end = at + *len;

	if (*len <= 6 || memcmp(at, "phase", 5) != 0 || !is_blank(at[5]))
		return false;
	for (at += 5; at < end && is_blank(*at); at++)
		continue;
	*word = at;
	*len = (size_t)(end - at);
	return true;
}

static bool
runs_alone(aet__section section)
{
	return section == AET__SECTION_UP_ALONE || section == AET__SECTION_ALONE;
}

/* What is wrong with a directive, and what would be right. */
typedef struct complaint {
	const char *wrong;
	const char *known;
} complaint;

static const complaint unknown_word = { "unknown directive",
	"known are \"" NO_TRANSACTION
	"\", \"phase contract\", \"phase expand\" and \"allow CODE reason\"" };
static const complaint unknown_phase = { "unknown phase",
	"known are \"expand\" and \"contract\"" };

/* NULL: nothing is wrong with it; else the word is narrowed to what is. */
static const complaint *
take_directive(const char **word, size_t *len, aet__directives *out)
{
	if (is_allowance(*word, *len))
		return NULL;
	if (is_word(*word, *len, NO_TRANSACTION)) {
		out->no_transaction = true;
		return NULL;
	}
	if (!is_phase(word, len))
		return &unknown_word;
	if (!is_word(*word, *len, "expand") && !is_word(*word, *len, "contract"))
		return &unknown_phase;
	out->contract = is_word(*word, *len, "contract");
	return NULL;
}

/* Between its statements servers of an older release could start. */
static aet_status
check_together(const char *file, const aet__directives *read, aet_error *err)
{
	if (!read->contract || !read->no_transaction)
		return AET_OK;
	return aet_error_set(err, AET_EINVAL,
	    "%s: \"phase contract\" and \"" NO_TRANSACTION
	    "\" do not go together: older servers are kept away for one transaction "
	    "only; put what runs outside it into a file of its own",
	    file);
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
		const complaint *wrong;

		if (runs_alone(aet__section_read(word, word_len)))
			read.no_transaction = true;
		if (!directive_word(&word, &word_len))
			continue;
		wrong = take_directive(&word, &word_len, &read);
		if (wrong == NULL)
			continue;
		aet__position_advance(&at, text, token.start);
		return aet_error_set(err, AET_EINVAL, "%s:%d: %s \"%.*s\": %s", file,
		    at.line, wrong->wrong, word_len > 100 ? 100 : (int)word_len, word,
		    wrong->known);
	}
	if (check_together(file, &read, err) != AET_OK)
		return AET_EINVAL;
	*out = read;
	return AET_OK;
}
