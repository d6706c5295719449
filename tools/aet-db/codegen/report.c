/* SPDX-License-Identifier: MIT */
#include "report.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/caret.h"

#define ROOM 2048

static codegen_message *add(codegen_messages *messages, const char *file,
    const char *hint, const char *format, va_list list) AET_PRINTF(4, 0);

static codegen_message *
add(codegen_messages *messages, const char *file, const char *hint, const char *format,
    va_list list)
{
	char text[ROOM];
	codegen_message *message;

	vsnprintf(text, sizeof(text), format, list);
	messages->items = codegen_append(
	    messages->memory, messages->items, &messages->count, sizeof(*message));
	message = &messages->items[messages->count - 1];
	memset(message, 0, sizeof(*message));
	message->file = codegen_copy(messages->memory, file != NULL ? file : "");
	message->text = codegen_copy(messages->memory, text);
	message->hint = codegen_copy(messages->memory, hint != NULL ? hint : "");
	message->source = "";
	return message;
}

void
codegen_say(codegen_messages *messages, const char *file, const char *hint,
    const char *format, ...)
{
	va_list list;

	va_start(list, format);
	add(messages, file, hint, format, list);
	va_end(list);
}

/* UTF-8's continuation bytes are no characters of their own. */
static size_t
characters(const char *from, const char *to)
{
	size_t count = 0;

	for (; from < to; from++)
		count += ((unsigned char)*from & 0xc0) != 0x80;
	return count;
}

void
codegen_say_at(codegen_messages *messages, const codegen_source *source, size_t offset,
    const char *hint, const char *format, ...)
{
	const char *at = source->text + (offset < source->len ? offset : source->len);
	const char *start = source->text;
	codegen_message *message;
	size_t line = 1;
	va_list list;

	for (const char *c = source->text; c < at; c++) {
		if (*c == '\n') {
			line++;
			start = c + 1;
		}
	}
	va_start(list, format);
	message = add(messages, source->path, hint, format, list);
	va_end(list);
	message->line = line;
	message->column = characters(start, at) + 1;
	message->source = codegen_copy_n(messages->memory, start, strcspn(start, "\r\n"));
}

static int
compare(const void *a, const void *b)
{
	const codegen_message *left = a;
	const codegen_message *right = b;
	int by_file = strcmp(left->file, right->file);

	if (by_file != 0)
		return by_file;
	if (left->line != right->line)
		return left->line < right->line ? -1 : 1;
	if (left->column != right->column)
		return left->column < right->column ? -1 : 1;
	return strcmp(left->text, right->text);
}

void
codegen_report_fill(
    codegen_report *report, const codegen_messages *messages, codegen_memory *memory)
{
	if (messages->count > 0)
		qsort(
		    messages->items, messages->count, sizeof(*messages->items), compare);
	report->messages = messages->items;
	report->message_count = messages->count;
	report->memory = memory->arena;
	memory->arena = NULL;
}

void
codegen_report_free(codegen_report *report)
{
	aet__arena_free(report->memory);
	memset(report, 0, sizeof(*report));
}

char *
codegen_message_format(const codegen_message *message)
{
	aet__text text = { 0 };

	if (message->file[0] != '\0')
		aet__text_add(&text, message->file);
	if (message->line > 0)
		aet__text_addf(&text, ":%zu", message->line);
	if (message->line > 0 && message->column > 0)
		aet__text_addf(&text, ":%zu", message->column);
	if (text.len > 0)
		aet__text_add(&text, ": ");
	aet__text_add(&text, message->text);
	if (message->line > 0 && message->column > 0)
		aet__text_add_caret(&text, message->source, message->column);
	if (message->hint[0] != '\0')
		aet__text_addf(&text, "\n    hint: %s", message->hint);
	aet__text_add_char(&text, '\n');
	return aet__text_take(&text);
}
