/* SPDX-License-Identifier: MIT */
#include "catalog/default_value.h"

#include <string.h>

#include "core/ascii.h"
#include "core/error.h"
#include "core/text.h"

/* ---- what may be evaluated -------------------------------------------- */

/* Words before a parenthesis: functions, and types with modifiers. */
static const char *const harmless[] = { "array_append", "bit", "character", "cast",
	"coalesce", "date", "decimal", "interval", "jsonb_build_array",
	"jsonb_build_object", "length", "lower", "numeric", "precision", "time",
	"timestamp", "to_jsonb", "upper", "varchar", "varying", NULL };

/* The beginning of the transaction, in whatever shape. */
static const char *const temporal[] = { "current_date", "current_time",
	"current_timestamp", "localtime", "localtimestamp", "now",
	"transaction_timestamp", NULL };

/* As texts that are cast to a time. */
static const char *const special[] = { "now", "today", "tomorrow", "yesterday", NULL };

static const char *const personal[] = { "current_catalog", "current_role",
	"current_schema", "current_user", "session_user", "system_user", "user", NULL };

typedef struct word {
	const char *text;
	size_t len;
} word;

/* What an expression holds. */
typedef struct contents {
	bool refused;
	bool temporal;
} contents;

static bool
is_one_of(const word *which, const char *const *words)
{
	for (; *words != NULL; words++) {
		if (strlen(*words) == which->len &&
		    aet__ascii_same_n(*words, which->text, which->len))
			return true;
	}
	return false;
}

/* A quoted text from start to before end. */
static bool
is_special(const char *start, const char *end)
{
	const word inside = { start + 1, (size_t)(end - start) - 2 };

	return end - start > 2 && is_one_of(&inside, special);
}

static bool
in_word(char c)
{
	return aet__ascii_is_letter_or_digit(c) || c == '_' || c == '$' ||
	       (unsigned char)c >= 0x80;
}

/* Behind the quote that closes the one at text, a doubled one being none. A
 * backslash counts in E'' only, which is refused. */
static const char *
after_quoted(const char *text)
{
	char quote = *text;

	for (text++; *text != '\0'; text++) {
		if (*text != quote)
			continue;
		if (text[1] != quote)
			return text + 1;
		text++;
	}
	return text;
}

static void
note_word(contents *found, const word *which, char next)
{
	bool called = next == '(';

	if (is_one_of(which, temporal))
		found->temporal = true;
	else if (is_one_of(which, personal) || next == '\'' ||
		 (called && !is_one_of(which, harmless)))
		found->refused = true;
}

/* pg_get_expr writes no comments and no dollar quotes. A name in quotes is
 * harmless as a type, and refused before a parenthesis or behind a point. */
static contents
look_into(const char *text)
{
	contents found = { 0 };
	char before = ' ';

	while (*text != '\0') {
		const char *start = text;

		if (*text == '\'' || *text == '"') {
			text = after_quoted(text);
			found.refused |= *start == '"' && *text == '(';
			found.temporal |= is_special(start, text);
		} else if (in_word(*text)) {
			while (in_word(*text))
				text++;
			if (before == '.' && *text == '(')
				found.refused = true;
			note_word(
			    &found, &(word){ start, (size_t)(text - start) }, *text);
		} else {
			text++;
		}
		before = text[-1];
	}
	return found;
}

bool
aet__default_comparable(const char *expected, const char *actual)
{
	contents wanted = look_into(expected);
	contents found = look_into(actual);

	return !wanted.refused && !found.refused && wanted.temporal == found.temporal;
}

/* ---- asking ----------------------------------------------------------- */

/* The offset is one that no place on earth has. */
#define HARMLESSLY                                                 \
	"; SELECT pg_catalog.set_config('search_path', '', true)," \
	" pg_catalog.set_config('TimeZone', '<+03:17>-03:17', true)"

static const char begin_alone[] = "BEGIN READ ONLY" HARMLESSLY;
static const char end_alone[] = "ROLLBACK";
static const char begin_inside[] =
    "SAVEPOINT aet_default; SET LOCAL transaction_read_only = on" HARMLESSLY;
static const char end_inside[] =
    "ROLLBACK TO SAVEPOINT aet_default; RELEASE SAVEPOINT aet_default";

/* As text, since not every type can be compared: json cannot. What the server
 * refuses is an answer, not a failure. */
static aet_status
evaluate(const aet__default_context *context, const char *sql, bool *same, aet_error *err)
{
	aet__result *result = NULL;
	aet_error failure;
	aet_status status = aet__connection_query(
	    context->connection, sql, NULL, 0, context->deadline, &result, &failure);

	if (status == AET_OK) {
		*same = aet__result_bool(result, 0, 0);
		aet__result_free(result);
		return AET_OK;
	}
	if (!aet__connection_is_broken(context->connection) && status != AET_ENOMEM)
		return AET_OK;
	if (err != NULL)
		*err = failure;
	return status;
}

static aet_status
ask(const aet__default_context *context, const char *sql, bool *same, aet_error *err)
{
	aet__connection *connection = context->connection;
	bool alone = aet__connection_transaction(connection) == AET__TRANSACTION_NONE;
	aet_status status = aet__connection_command(connection,
	    alone ? begin_alone : begin_inside, false, context->deadline, err);
	aet_status ended;

	if (status != AET_OK)
		return status;
	status = evaluate(context, sql, same, err);
	if (aet__connection_is_broken(connection))
		return status;
	ended = aet__connection_command(connection, alone ? end_alone : end_inside, false,
	    context->deadline, status == AET_OK ? err : NULL);
	return status != AET_OK ? status : ended;
}

aet_status
aet__default_same_value(void *ctx, const char *expected, const char *actual,
    const char *type, bool *same, aet_error *err)
{
	const aet__default_context *context = ctx;
	aet__text sql = { 0 };
	bool found = false;
	aet_status status;

	*same = false;
	if (!aet__default_comparable(expected, actual))
		return AET_OK;
	aet__text_addf(&sql,
	    "SELECT ((%s)::%s)::pg_catalog.text IS NOT DISTINCT FROM"
	    " ((%s)::%s)::pg_catalog.text",
	    expected, type, actual, type);
	if (aet__text_ok(&sql))
		status = ask(context, aet__text_view(&sql), &found, err);
	else
		status = aet__error_memory(err);
	aet__text_free(&sql);
	if (status == AET_OK)
		*same = found;
	return status;
}
