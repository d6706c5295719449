/* SPDX-License-Identifier: MIT */
#include <aeturnis/json.h>

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/decimal.h"
#include "core/error.h"
#include "core/text.h"

/*
 * The text of a document that is known to be JSON, or what is left of it. Such
 * a text needs no parser: outside of strings a number is a run of number
 * characters that begins with a digit or a minus sign.
 */
typedef struct cursor {
	const char *at;
	const char *end;
} cursor;

typedef struct token {
	const char *text;
	size_t len;
	bool is_real; /* a point or an exponent: jansson keeps it as a double */
} token;

static void
skip_string(cursor *json)
{
	for (json->at++; json->at < json->end && *json->at != '"'; json->at++)
		if (*json->at == '\\')
			json->at++;
	json->at++;
}

static void
take_number(cursor *json, token *number)
{
	*number = (token){ .text = json->at };
	for (; json->at < json->end; json->at++) {
		if (strchr(".eE", *json->at) != NULL)
			number->is_real = true;
		else if (strchr("+-0123456789", *json->at) == NULL)
			break;
	}
	number->len = (size_t)(json->at - number->text);
}

/* Moves past the next number. False when there is none. */
static bool
next_number(cursor *json, token *number)
{
	while (json->at < json->end) {
		if (*json->at == '"') {
			skip_string(json);
		} else if (*json->at == '-' || (*json->at >= '0' && *json->at <= '9')) {
			take_number(json, number);
			return true;
		} else {
			json->at++;
		}
	}
	return false;
}

/* Whether the double that the token becomes is printed as the same number. */
static bool
survives_double(const token *number)
{
	aet__decimal written;
	aet__decimal printed;
	double value;

	if (!aet__decimal_read(number->text, number->len, &written))
		return false;
	value = aet__decimal_double(&written);
	if (!isfinite(value))
		return false;
	printed = aet__decimal_shortest(value);
	return aet__decimal_equal(&written, &printed);
}

static bool
reals_survive(aet_json json)
{
	cursor scan = { json.text, json.text + json.len };
	token number;

	while (next_number(&scan, &number))
		if (number.is_real && !survives_double(&number))
			return false;
	return true;
}

static aet_status
digits_error(aet_error *err)
{
	return aet_error_set(err, AET_EDATA,
	    "the json holds a number that would lose digits in a tree; read the text");
}

/* jansson's own text quotes the input, so only the place is taken over. Where
 * memory runs out it says nothing at all. */
static aet_status
load_error(const json_error_t *failure, aet_error *err)
{
	switch (json_error_code(failure)) {
	case json_error_unknown:
	case json_error_out_of_memory:
		return aet__error_memory(err);
	case json_error_numeric_overflow:
		return digits_error(err);
	case json_error_duplicate_key:
		return aet_error_set(err, AET_EDATA,
		    "the json holds a key twice at line %d, column %d; read the text",
		    failure->line, failure->column);
	case json_error_null_byte_in_key:
		return aet_error_set(err, AET_EDATA,
		    "the json holds a key with \\u0000, which no tree can; read the "
		    "text");
	case json_error_stack_overflow:
		return aet_error_set(err, AET_EDATA,
		    "the json is nested too deeply for a tree; read the text");
	default:
		return aet_error_set(err, AET_EDATA, "not json at line %d, column %d",
		    failure->line, failure->column);
	}
}

aet_status
aet_json_to_tree(aet_json json, struct json_t **out, aet_error *err)
{
	json_error_t failure = { 0 };
	json_t *tree;

	if (json.text == NULL)
		return aet_error_set(err, AET_EINVAL, "the json is NULL");
	tree = json_loadb(json.text, json.len,
	    JSON_DECODE_ANY | JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &failure);
	if (tree == NULL)
		return load_error(&failure, err);
	if (!reals_survive(json)) {
		json_decref(tree);
		return digits_error(err);
	}
	*out = tree;
	return AET_OK;
}

static int
add_chunk(const char *chunk, size_t len, void *context)
{
	aet__text *text = context;

	aet__text_add_n(text, chunk, len);
	return aet__text_ok(text) ? 0 : -1;
}

static aet_status
dump(const json_t *tree, aet__text *text, aet_error *err)
{
	errno = 0;
	if (json_dump_callback(tree, add_chunk, text,
		JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(17)) == 0)
		return AET_OK;
	if (!aet__text_ok(text) || errno == ENOMEM)
		return aet__error_memory(err);
	return aet_error_set(err, AET_EINVAL,
	    "the tree holds itself, or text that is not UTF-8; it cannot be printed");
}

/* jansson's 17 digits make 0.10000000000000001 of 0.1, which in a numeric is
 * another number. */
static void
shorten_reals(const aet__text *dumped, aet__text *out)
{
	const char *text = aet__text_view(dumped);
	cursor scan = { text, text + dumped->len };
	aet__decimal decimal;
	token number;
	char printed[AET__DECIMAL_TEXT_SIZE];

	while (next_number(&scan, &number)) {
		if (!number.is_real ||
		    !aet__decimal_read(number.text, number.len, &decimal))
			continue;
		if (decimal.len > 0)
			decimal = aet__decimal_shortest(aet__decimal_double(&decimal));
		aet__decimal_print(&decimal, printed);
		aet__text_add_n(out, text, (size_t)(number.text - text));
		aet__text_add(out, printed);
		text = scan.at;
	}
	aet__text_add_n(out, text, (size_t)(scan.end - text));
}

aet_status
aet_json_from_tree(const struct json_t *tree, char **out, aet_error *err)
{
	aet__text dumped = { 0 };
	aet__text text = { 0 };
	aet_status status;
	char *taken;

	if (tree == NULL)
		return aet_error_set(err, AET_EINVAL, "the tree is NULL");
	status = dump(tree, &dumped, err);
	if (status == AET_OK)
		shorten_reals(&dumped, &text);
	aet__text_free(&dumped);
	if (status != AET_OK)
		return status;
	taken = aet__text_take(&text);
	if (taken == NULL)
		return aet__error_memory(err);
	*out = taken;
	return AET_OK;
}

void
aet_json_text_free(char *text)
{
	free(text);
}
