/* SPDX-License-Identifier: MIT */
#include "core/caret.h"

/* Tabs before the caret stay tabs, so that it stands below its character. */
void
aet__text_add_caret(aet__text *text, const char *line, size_t column)
{
	const char *at = line;

	aet__text_addf(text, "\n    %s\n    ", line);
	for (size_t i = 1; i < column && *at != '\0'; i++) {
		aet__text_add_char(text, *at == '\t' ? '\t' : ' ');
		do
			at++;
		while (((unsigned char)*at & 0xc0) == 0x80);
	}
	aet__text_add_char(text, '^');
}
