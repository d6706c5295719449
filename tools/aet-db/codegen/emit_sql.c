/* SPDX-License-Identifier: MIT */
/* SQL as string literals, one below the other. */
#include <stdbool.h>
#include <string.h>

#include "emit.h"
#include "layout.h"

/* A literal and its quotes; the members' names are at most 21 columns wide. */
#define LITERAL_WIDTH 64

static void
add_character(aet__text *out, char c, char before)
{
	if (c == '"' || c == '\\')
		aet__text_addf(out, "\\%c", c);
	else if (c == '\n')
		aet__text_add(out, "\\n");
	else if (c == '\t')
		aet__text_add(out, "\\t");
	else if ((unsigned char)c < 0x20 || c == 0x7f)
		aet__text_addf(out, "\\%03o", (unsigned)(unsigned char)c);
	else if (c == '?' && before == '?')
		aet__text_add(out, "\\?"); /* no trigraph */
	else
		aet__text_add_char(out, c);
}

void
codegen_emit_string(aet__text *out, const char *text, size_t len)
{
	aet__text_add_char(out, '"');
	for (size_t i = 0; i < len; i++)
		add_character(out, text[i], i > 0 ? text[i - 1] : '\0');
	aet__text_add_char(out, '"');
}

static size_t
escaped_width(const char *text, size_t len)
{
	size_t width = 2;

	for (size_t i = 0; i < len; i++) {
		aet__text one = { 0 };

		add_character(&one, text[i], i > 0 ? text[i - 1] : '\0');
		width += ((unsigned char)text[i] & 0xc0) == 0x80 ? 0 : one.len;
		aet__text_free(&one);
	}
	return width;
}

/* Whether a clause begins here: the best place for a new line. */
static bool
begins_clause(const char *text)
{
	static const char *const words[] = { "FROM ", "WHERE ", "ORDER BY ", "JOIN ",
		"CROSS JOIN ", "AS child", "LIMIT ", "RETURNING " };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strncmp(text, words[i], strlen(words[i])) == 0)
			return true;
	return false;
}

/* How many bytes of text go into a literal: up to a line's end, or a clause's,
 * or a blank; or, where a word is longer than a line, as much of it as fits. */
static size_t
piece(const char *text, size_t room)
{
	size_t clause = 0;
	size_t blank = 0;
	size_t len = 0;

	while (text[len] != '\0' && text[len] != '\n' &&
	       escaped_width(text, len + 1) <= room) {
		len++;
		if (text[len - 1] == ' ')
			blank = len;
		if (text[len - 1] == ' ' && len > 1 && begins_clause(text + len))
			clause = len;
	}
	if (text[len] == '\n' && escaped_width(text, len + 1) <= room)
		return len + 1;
	if (text[len] == '\0')
		return len;
	if (clause > 0 || blank > 0)
		return clause > 0 ? clause : blank;
	while (len > 1 && ((unsigned char)text[len] & 0xc0) == 0x80)
		len--;
	return len > 0 ? len : 1;
}

/* Tabs and blanks up to where the first literal stands. */
static void
add_indent(aet__text *out, size_t column)
{
	aet__text_add_char(out, '\n');
	for (size_t i = 0; i < column / CODEGEN_TAB; i++)
		aet__text_add_char(out, '\t');
	for (size_t i = 0; i < column % CODEGEN_TAB; i++)
		aet__text_add_char(out, ' ');
}

static void
add_pieces(aet__text *out, const char *sql, size_t column, bool first)
{
	while (*sql != '\0') {
		size_t len = piece(sql, LITERAL_WIDTH);

		if (!first)
			add_indent(out, column);
		codegen_emit_string(out, sql, len);
		sql += len;
		first = false;
	}
}

/* "SELECT " USER_COLUMNS " FROM public.users ": on one line, with as much of
 * what follows as fits; false where not even the table's name does. */
static bool
add_with_macro(aet__text *out, const char *sql, const char *at, size_t len,
    const char *macro, size_t column)
{
	size_t head = (size_t)(at - sql);
	size_t used = escaped_width(sql, head) + 1 + strlen(macro);
	const char *rest = at + len;
	size_t tail = 0;

	if (used + 2 > LITERAL_WIDTH)
		return false;
	if (*rest != '\0') {
		if (used + 12 > LITERAL_WIDTH)
			return false;
		tail = piece(rest, LITERAL_WIDTH - used - 1);
		if (rest[tail] != '\0' && rest[tail - 1] != ' ')
			return false;
		if (rest[tail] != '\0' && strcspn(rest, " ") == 0 && tail < 2)
			return false;
	}
	codegen_emit_string(out, sql, head);
	aet__text_addf(out, " %s", macro);
	if (tail > 0) {
		aet__text_add_char(out, ' ');
		codegen_emit_string(out, rest, tail);
	}
	add_pieces(out, rest + tail, column, false);
	return true;
}

void
codegen_emit_sql(aet__text *out, const char *lead, const char *sql, const char *short_for,
    const char *macro)
{
	size_t column = codegen_width(lead, strlen(lead), 0);
	const char *at = macro != NULL ? strstr(sql, short_for) : NULL;

	aet__text_add(out, lead);
	if (sql[0] == '\0')
		aet__text_add(out, "\"\"");
	else if (at == NULL ||
		 !add_with_macro(out, sql, at, strlen(short_for), macro, column))
		add_pieces(out, sql, column, true);
	aet__text_add(out, ",\n");
}
