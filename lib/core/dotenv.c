/* SPDX-License-Identifier: MIT */
#include "core/dotenv.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/memory.h"

typedef struct cursor {
	const char *file;
	const char *at;
	const char *end;
	size_t line;
} cursor;

static aet_status
syntax_error(const cursor *in, size_t line, const char *what, aet_error *err)
{
	return aet_error_set(err, AET_EINVAL, "%s:%zu: %s", in->file, line, what);
}

/* The present character, NUL at the end (none is in the text). */
static char
peek(const cursor *in)
{
	return in->at < in->end ? *in->at : '\0';
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static void
skip_blanks(cursor *in)
{
	while (is_blank(peek(in)))
		in->at++;
}

static const char *
line_end(const cursor *in)
{
	const char *at = in->at;

	while (at < in->end && *at != '\n')
		at++;
	return at;
}

static void
next_line(cursor *in)
{
	in->at = line_end(in);
	if (in->at < in->end)
		in->at++;
	in->line++;
}

static bool
is_name_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool
is_name(char c)
{
	return is_name_start(c) || (c >= '0' && c <= '9') || c == '.' || c == '-';
}

/* Steps over "export" where a name follows it; else it is a name itself. */
static void
skip_export(cursor *in)
{
	static const char word[] = "export";
	size_t len = sizeof(word) - 1;
	cursor after = *in;

	if ((size_t)(in->end - in->at) <= len || memcmp(in->at, word, len) != 0 ||
	    !is_blank(in->at[len]))
		return;
	after.at += len;
	skip_blanks(&after);
	if (is_name_start(peek(&after)))
		in->at = after.at;
}

/* Reads up to the equals sign and the blanks behind it. */
static aet_status
take_name(cursor *in, char **name, aet_error *err)
{
	const char *start;
	size_t len;

	skip_export(in);
	start = in->at;
	if (is_name_start(peek(in)))
		while (is_name(peek(in)))
			in->at++;
	len = (size_t)(in->at - start);
	skip_blanks(in);
	if (len == 0 || peek(in) != '=')
		return syntax_error(in, in->line, "expected NAME=value", err);
	in->at++;
	skip_blanks(in);
	*name = aet__memory_text_n(start, len);
	return *name != NULL ? AET_OK : aet__error_memory(err);
}

/* The rest of the line without what trails: a comment and white space. */
static aet_status
take_plain(cursor *in, char **value, aet_error *err)
{
	const char *end = line_end(in);
	const char *stop = in->at;

	while (stop < end && (*stop != '#' || !is_blank(stop[-1])))
		stop++;
	while (stop > in->at && is_blank(stop[-1]))
		stop--;
	*value = aet__memory_text_n(in->at, (size_t)(stop - in->at));
	in->at = end;
	return *value != NULL ? AET_OK : aet__error_memory(err);
}

/* The quote that closes what begins at in->at, NULL if there is none. */
static const char *
closing_quote(const cursor *in, char quote)
{
	for (const char *at = in->at; at < in->end; at++) {
		if (*at == quote)
			return at;
		if (quote == '"' && *at == '\\' && at + 1 < in->end)
			at++;
	}
	return NULL;
}

/* What stands for backslash and c between double quotes; NUL: both stand. */
static char
unescape(char c)
{
	switch (c) {
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	case 't':
		return '\t';
	case '\\':
	case '"':
	case '$':
		return c;
	default:
		return '\0';
	}
}

/* Copies up to end. A CRLF becomes a LF, so that a file means the same however
 * its lines end. */
static void
copy_quoted(cursor *in, const char *end, char quote, char *to)
{
	char c;

	for (; in->at < end; in->at++) {
		c = '\0';
		if (quote == '"' && *in->at == '\\')
			c = unescape(in->at[1]);
		if (c != '\0')
			in->at++;
		else if (*in->at == '\r' && in->at[1] == '\n')
			continue;
		else
			c = *in->at;
		in->line += *in->at == '\n';
		*to++ = c;
	}
	*to = '\0';
}

static aet_status
take_quoted(cursor *in, char **value, aet_error *err)
{
	size_t line = in->line;
	char quote = *in->at++;
	const char *end = closing_quote(in, quote);

	if (end == NULL)
		return syntax_error(
		    in, line, "the quote that opens here is not closed", err);
	/* Room for all of it at once: growing would leave copies of a secret. */
	*value = aet__memory_array((size_t)(end - in->at) + 1, 1);
	if (*value == NULL)
		return aet__error_memory(err);
	copy_quoted(in, end, quote, *value);
	in->at = end + 1;
	skip_blanks(in);
	if (in->at < line_end(in) && peek(in) != '#')
		return syntax_error(in, in->line,
		    "text follows the closing quote; escape the quote inside the value "
		    "or use the other kind around it",
		    err);
	return AET_OK;
}

static aet_status
take_entry(cursor *in, aet__dotenv *out, aet_error *err)
{
	void *entries = out->entries;
	aet__dotenv_entry *entry;
	aet_status status;

	if (!aet__memory_grow(
		&entries, &out->capacity, out->count + 1, sizeof(*out->entries)))
		return aet__error_memory(err);
	out->entries = entries;
	entry = &out->entries[out->count++];
	*entry = (aet__dotenv_entry){ 0 };
	status = take_name(in, &entry->name, err);
	if (status != AET_OK)
		return status;
	if (peek(in) == '\'' || peek(in) == '"')
		return take_quoted(in, &entry->value, err);
	return take_plain(in, &entry->value, err);
}

aet_status
aet__dotenv_parse(
    const char *file, const char *text, size_t len, aet__dotenv *out, aet_error *err)
{
	static const char mark[] = "\xEF\xBB\xBF";
	cursor in = { file, text, text + len, 1 };
	aet_status status = AET_OK;

	if (memchr(text, '\0', len) != NULL)
		return aet_error_set(
		    err, AET_EINVAL, "%s: holds a NUL byte; it is no text file", file);
	if (len >= 3 && memcmp(text, mark, 3) == 0)
		in.at += 3;
	for (; status == AET_OK && in.at < in.end; next_line(&in)) {
		skip_blanks(&in);
		if (peek(&in) != '#' && in.at != line_end(&in))
			status = take_entry(&in, out, err);
	}
	return status;
}

const char *
aet__dotenv_get(const aet__dotenv *dotenv, const char *name)
{
	for (size_t i = dotenv->count; i > 0; i--)
		if (strcmp(dotenv->entries[i - 1].name, name) == 0)
			return dotenv->entries[i - 1].value;
	return NULL;
}

void
aet__dotenv_wipe(aet__dotenv *dotenv)
{
	for (size_t i = 0; i < dotenv->count; i++)
		aet__memory_wipe_text(dotenv->entries[i].value);
}

void
aet__dotenv_free(aet__dotenv *dotenv)
{
	aet__dotenv_wipe(dotenv);
	for (size_t i = 0; i < dotenv->count; i++) {
		free(dotenv->entries[i].name);
		free(dotenv->entries[i].value);
	}
	free(dotenv->entries);
	*dotenv = (aet__dotenv){ 0 };
}
