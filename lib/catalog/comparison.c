/* SPDX-License-Identifier: MIT */
#include "catalog/comparison.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "catalog/settle.h"
#include "core/ascii.h"
#include "core/memory.h"
#include "core/text.h"

static const char *format_text(aet__comparison *c, const char *format, va_list args)
    AET_PRINTF(2, 0);

static const char *
format_text(aet__comparison *c, const char *format, va_list args)
{
	va_list again;
	char *text;
	int len;

	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, again);
	va_end(again);
	text = len >= 0 ? aet__arena_array(c->arena, (size_t)len + 1, 1) : NULL;
	if (text == NULL)
		return "";
	vsnprintf(text, (size_t)len + 1, format, args);
	return text;
}

const char *
aet__comparison_text(aet__comparison *c, const char *format, ...)
{
	const char *text;
	va_list args;

	va_start(args, format);
	text = format_text(c, format, args);
	va_end(args);
	return text;
}

void
aet__comparison_add(aet__comparison *c, aet__difference_kind kind, bool note,
    const char *object, const char *format, ...)
{
	aet__differences *out = c->out;
	void *items = out->items;
	va_list args;

	if (!aet__memory_grow(
		&items, &out->capacity, out->len + 1, sizeof(*out->items))) {
		c->status = AET_ENOMEM;
		return;
	}
	out->items = items;
	va_start(args, format);
	out->items[out->len++] = (aet__difference){
		.kind = kind,
		.note = note,
		.object = object,
		.sentence = format_text(c, format, args),
	};
	va_end(args);
	if (note)
		out->notes++;
}

/* ---- schemas ---------------------------------------------------------- */

const char *
aet__comparison_schema(const aet__comparison *c, const char *expected)
{
	if (c->policy->expected_schema == NULL)
		return expected;
	return c->policy->actual_schema;
}

bool
aet__comparison_expects(const aet__comparison *c, const char *schema)
{
	return c->policy->expected_schema == NULL || schema == NULL ||
	       strcmp(schema, c->policy->expected_schema) == 0;
}

bool
aet__comparison_covers(const aet__comparison *c, const char *schema)
{
	return c->policy->actual_schema == NULL || schema == NULL ||
	       strcmp(schema, c->policy->actual_schema) == 0;
}

static bool
goes_on(char c)
{
	return aet__ascii_is_letter_or_digit(c) || c == '_' || c == '$' || c == '"' ||
	       c == '.' || (unsigned char)c >= 0x80;
}

/* The length of the qualifier that text begins with, quoted or not, or 0. */
static size_t
qualifier(const char *text, const char *schema)
{
	size_t len = strlen(schema);
	size_t quote = text[0] == '"' ? 1 : 0;

	if (strncmp(text + quote, schema, len) != 0)
		return 0;
	if (quote != 0 && text[len + 1] != '"')
		return 0;
	len += 2 * quote;
	return text[len] == '.' ? len + 1 : 0;
}

const char *
aet__comparison_requalify(
    aet__comparison *c, const char *text, const char *from, const char *to)
{
	aet__text out = { 0 };
	const char *result;
	char before = ' ';

	if (text == NULL || from == NULL)
		return text;
	while (*text != '\0') {
		size_t skip = goes_on(before) ? 0 : qualifier(text, from);

		if (skip > 0 && to != NULL) {
			aet__text_add_identifier(&out, to);
			aet__text_add_char(&out, '.');
		}
		text += skip;
		before = *text;
		if (*text != '\0')
			aet__text_add_char(&out, *text++);
	}
	if (!aet__text_ok(&out))
		c->status = AET_ENOMEM;
	result = aet__arena_text(c->arena, aet__text_view(&out));
	aet__text_free(&out);
	return result != NULL ? result : "";
}

const char *
aet__comparison_show_expected(aet__comparison *c, const char *text)
{
	return aet__comparison_requalify(c, text, c->policy->expected_schema, NULL);
}

const char *
aet__comparison_show_actual(aet__comparison *c, const char *text)
{
	return aet__comparison_requalify(c, text, c->policy->actual_schema, NULL);
}

bool
aet__same_name(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* "" when memory is out, which ends the comparison. */
static const char *
settled(aet__comparison *c, const char *text)
{
	const char *form = aet__expression_settled(c->arena, text);

	if (form != NULL)
		return form;
	c->status = AET_ENOMEM;
	return "";
}

bool
aet__comparison_same(aet__comparison *c, const char *expected, const char *actual)
{
	if (aet__same_name(expected, actual))
		return true;
	if (expected == NULL || actual == NULL)
		return false;
	return aet__same_name(settled(c, aet__comparison_show_expected(c, expected)),
	    settled(c, aet__comparison_show_actual(c, actual)));
}

/* ---- types ------------------------------------------------------------ */

static const char seconds[] = "(6)";

static bool
starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

/* Where a type of date or time says that its seconds have six digits, or NULL. */
static const char *
six_digits(const char *type)
{
	if (!starts_with(type, "timestamp(") && !starts_with(type, "time(") &&
	    !starts_with(type, "interval(") && !starts_with(type, "interval "))
		return NULL;
	return strstr(type, seconds);
}

static const char *
without_six_digits(aet__comparison *c, const char *type)
{
	const char *digits = six_digits(type);

	if (digits == NULL)
		return type;
	return aet__comparison_text(
	    c, "%.*s%s", (int)(digits - type), type, digits + strlen(seconds));
}

bool
aet__comparison_same_type(aet__comparison *c, const char *expected, const char *actual)
{
	return aet__comparison_same(
	    c, without_six_digits(c, expected), without_six_digits(c, actual));
}

/* ---- what every kind has ---------------------------------------------- */

void
aet__compare_name(aet__comparison *c, const char *object, const char *what,
    const char *of, const char *expected, const char *actual)
{
	if (c->policy->by_definition || aet__same_name(expected, actual))
		return;
	aet__comparison_add(c, AET__DIFFERENCE_DIFFERS, true, object,
	    "%s \"%s\" of %s is named so here; the migrations call it \"%s\"", what,
	    actual, of, expected);
}

void
aet__compare_comment(
    aet__comparison *c, const char *object, const char *expected, const char *actual)
{
	if (c->policy->by_definition || aet__same_name(expected, actual))
		return;
	if (actual == NULL)
		aet__comparison_add(c, AET__DIFFERENCE_MISSING, true, object,
		    "the comment on %s is missing", object);
	else if (expected == NULL)
		aet__comparison_add(c, AET__DIFFERENCE_EXTRA, true, object,
		    "%s has a comment, expected none", object);
	else
		aet__comparison_add(c, AET__DIFFERENCE_DIFFERS, true, object,
		    "%s has another comment than expected", object);
}
