/* SPDX-License-Identifier: MIT */
#include "core/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

/* Makes room for len bytes more and the NUL. */
static bool
text_reserve(aet__text *text, size_t len)
{
	void *data = text->data;

	if (text->failed)
		return false;
	if (len >= (size_t)-1 - text->len ||
	    !aet__memory_grow(&data, &text->capacity, text->len + len + 1, 1)) {
		text->failed = true;
		return false;
	}
	text->data = data;
	return true;
}

void
aet__text_add(aet__text *text, const char *more)
{
	aet__text_add_n(text, more, strlen(more));
}

void
aet__text_add_n(aet__text *text, const char *more, size_t len)
{
	if (!text_reserve(text, len))
		return;
	memcpy(text->data + text->len, more, len);
	text->len += len;
	text->data[text->len] = '\0';
}

void
aet__text_add_char(aet__text *text, char c)
{
	aet__text_add_n(text, &c, 1);
}

void
aet__text_addf(aet__text *text, const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0 || !text_reserve(text, (size_t)len)) {
		text->failed = true;
		return;
	}
	va_start(args, format);
	vsnprintf(text->data + text->len, (size_t)len + 1, format, args);
	va_end(args);
	text->len += (size_t)len;
}

void
aet__text_add_identifier(aet__text *text, const char *name)
{
	aet__text_add_char(text, '"');
	for (; *name != '\0'; name++) {
		if (*name == '"')
			aet__text_add_char(text, '"');
		aet__text_add_char(text, *name);
	}
	aet__text_add_char(text, '"');
}

/* Whether an E would become part of the word that the text ends with. */
static bool
ends_in_word(const aet__text *text)
{
	unsigned char last = text->len > 0 ? (unsigned char)text->data[text->len - 1] : 0;

	return (last >= '0' && last <= '9') || (last >= 'A' && last <= 'Z') ||
	       (last >= 'a' && last <= 'z') || last == '_' || last == '$' || last >= 0x80;
}

void
aet__text_add_literal(aet__text *text, const char *value)
{
	bool escaped = strchr(value, '\\') != NULL;

	if (escaped && ends_in_word(text))
		aet__text_add_char(text, ' ');
	aet__text_add(text, escaped ? "E'" : "'");
	for (; *value != '\0'; value++) {
		if (*value == '\'' || *value == '\\')
			aet__text_add_char(text, *value);
		aet__text_add_char(text, *value);
	}
	aet__text_add_char(text, '\'');
}

void
aet__text_clear(aet__text *text)
{
	text->len = 0;
	if (text->data != NULL)
		text->data[0] = '\0';
}

bool
aet__text_ok(const aet__text *text)
{
	return !text->failed;
}

const char *
aet__text_view(const aet__text *text)
{
	return text->data != NULL ? text->data : "";
}

char *
aet__text_take(aet__text *text)
{
	char *data = NULL;

	if (!text->failed && (text->data != NULL || text_reserve(text, 0))) {
		data = text->data;
		data[text->len] = '\0';
		text->data = NULL;
	}
	aet__text_free(text);
	return data;
}

void
aet__text_free(aet__text *text)
{
	free(text->data);
	*text = (aet__text){ 0 };
}
