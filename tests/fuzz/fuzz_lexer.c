/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "migrate/directives.h"
#include "migrate/envelope.h"
#include "migrate/script.h"
#include "target.h"

/* Tokens go forwards, never overlap, and leave only white space out. */
static void
walk_tokens(const char *text, size_t len)
{
	aet__lexer lexer = { .text = text, .len = len };
	size_t last = 0;
	aet__token token;

	do {
		token = aet__lexer_next(&lexer);
		PROPERTY(token.start >= last && token.start + token.len <= len);
		PROPERTY(token.len > 0 || token.kind == AET__TOKEN_END);
		for (; last < token.start; last++)
			PROPERTY(strchr(" \t\n\r\f\v", text[last]) != NULL &&
				 text[last] != '\0');
		last = token.start + token.len;
	} while (token.kind != AET__TOKEN_END);
	PROPERTY(last == len);
}

static void
walk_statements(const char *text, size_t len)
{
	aet__script script;
	aet__statement statement;
	aet__position at = AET__POSITION_START;
	size_t last = 0;
	bool found = true;

	aet__script_init(&script, "f", text, len);
	while (aet__script_next(&script, &statement, &found, NULL) == AET_OK && found) {
		PROPERTY(statement.start >= last && statement.len > 0);
		PROPERTY(statement.start + statement.len <= statement.end);
		PROPERTY(statement.end <= len);
		last = statement.end;
		aet__position_advance(&at, text, statement.start);
		PROPERTY(
		    at.line == statement.at.line && at.column == statement.at.column);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	aet__envelope envelope;
	aet__directives directives;

	walk_tokens(text, size);
	walk_statements(text, size);
	if (aet__envelope_read("f", text, size, false, &envelope, NULL) == AET_OK)
		PROPERTY(envelope.start + envelope.len <= size &&
			 envelope.modes_start + envelope.modes_len <= size);
	(void)aet__directives_read("f", text, size, &directives, NULL);
	return 0;
}
