/* SPDX-License-Identifier: MIT */
/* Comments: filled, and made harmless. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "layout.h"

/* A line of a comment; an empty one has no blank at its end. */
static void
begin_line(aet__text *out, const char *prefix, bool empty)
{
	size_t len = strlen(prefix);

	while (empty && len > 0 && prefix[len - 1] == ' ')
		len--;
	aet__text_add_n(out, prefix, len);
}

static size_t
words_that_fit(const char *text, size_t len, size_t room)
{
	size_t end = 0;

	for (size_t i = 0; i <= len; i++) {
		if (i < len && text[i] != ' ')
			continue;
		if (end > 0 && codegen_width(text, i, 0) > room)
			break;
		end = i;
	}
	return end;
}

/* "  out   owned: ..." goes on below "owned". */
static size_t
hanging(const char *text)
{
	size_t at = strspn(text, " ");

	if (at != 2)
		return 0;
	at += strcspn(text + at, " \n");
	return at + strspn(text + at, " ");
}

static void
fill_line(aet__text *out, const char *prefix, const char *text, size_t len)
{
	size_t room = 80 - codegen_width(prefix, strlen(prefix), 0);
	size_t hang = hanging(text);
	size_t indent = 0;
	size_t fits;

	do {
		fits = words_that_fit(text, len, room - indent);
		if (indent == 0 && fits < hang)
			fits = hang;
		begin_line(out, prefix, len == 0);
		for (size_t i = 0; i < indent; i++)
			aet__text_add_char(out, ' ');
		aet__text_add_n(out, text, fits);
		aet__text_add_char(out, '\n');
		if (fits < len)
			fits++;
		text += fits;
		len -= fits;
		indent = hang;
	} while (len > 0);
}

/* Whether it goes on as prose: no list, nothing that is set in by hand. */
static bool
goes_on(const char *line)
{
	return *line != '\0' && strchr(" \n-*", *line) == NULL;
}

/* A line that is too long takes the rest of its paragraph along, so that what hangs
 * over is no line of its own. Made in place: a line's end becomes a blank. */
static size_t
take_paragraph(char *text, size_t room)
{
	size_t len = strcspn(text, "\n");

	while (*text != ' ' && codegen_width(text, len, 0) > room && text[len] == '\n' &&
	       goes_on(text + len + 1)) {
		text[len] = ' ';
		len += strcspn(text + len, "\n");
	}
	return len;
}

/* Changes text. */
static void
fill(aet__text *out, const char *prefix, char *text)
{
	size_t room = 80 - codegen_width(prefix, strlen(prefix), 0);

	while (*text != '\0') {
		size_t len = take_paragraph(text, room);

		fill_line(out, prefix, text, len);
		text += len;
		if (*text != '\0')
			text++;
	}
}

/* Comments of the schema and of query files are somebody else's text. */
static void
add_harmless(aet__text *out, const char *text)
{
	for (; *text != '\0'; text++) {
		aet__text_add_char(out, *text == '\t' || *text == '\r' ? ' ' : *text);
		if ((text[0] == '*' && text[1] == '/') ||
		    (text[0] == '/' && text[1] == '*'))
			aet__text_add_char(out, ' ');
	}
}

void
codegen_layout_comment(aet__text *out, const char *indent, const char *text)
{
	aet__text clean = { 0 };
	aet__text prefix = { 0 };
	size_t len;
	char *view;

	add_harmless(&clean, text);
	aet__text_addf(&prefix, "%s * ", indent);
	len = clean.len;
	view = aet__text_take(&clean);
	out->failed = out->failed || view == NULL;
	if (view == NULL) {
		aet__text_free(&prefix);
		return;
	}
	if (strchr(view, '\n') == NULL &&
	    codegen_width(indent, strlen(indent), 0) + codegen_width(view, len, 0) <=
		74) {
		aet__text_addf(out, "%s/* %s */\n", indent, view);
	} else {
		aet__text_addf(out, "%s/*\n", indent);
		fill(out, aet__text_view(&prefix), view);
		aet__text_addf(out, "%s */\n", indent);
	}
	free(view);
	aet__text_free(&prefix);
}
