/* SPDX-License-Identifier: MIT */
#include "migrate/envelope.h"

#include "core/error.h"
#include "migrate/script.h"

#define HINT "; say \"-- aet: no-transaction\" in the first lines if it cannot"

/* What was seen of the file's own transaction. */
typedef struct control {
	aet__statement begin;
	aet__statement modes; /* a SET TRANSACTION, before any query could run */
	aet__statement commit;
	bool opened, has_modes, closed;
} control;

static aet_status
refuse_at(const aet__script *script, const aet__statement *at, const char *problem,
    aet__envelope *out, aet_error *err)
{
	out->at = at->at;
	return aet_error_set(err, AET_EINVAL, "%s:%d:%d: %s", script->file, at->at.line,
	    at->at.column, problem);
}

/* BEGIN as the first statement opens the envelope, COMMIT closes it; nothing
 * may follow. */
static aet_status
follow(const aet__script *script, control *seen, const aet__statement *statement,
    aet__envelope *out, aet_error *err)
{
	if (seen->closed)
		return refuse_at(script, &seen->commit,
		    "COMMIT in the middle of a file that runs in one transaction" HINT,
		    out, err);
	switch (statement->kind) {
	case AET__STATEMENT_BEGIN:
		if (statement->number > 1)
			return refuse_at(script, statement,
			    "BEGIN in the middle of a file that runs in one "
			    "transaction" HINT,
			    out, err);
		seen->opened = true;
		seen->begin = *statement;
		return AET_OK;
	case AET__STATEMENT_COMMIT:
		if (!seen->opened)
			return refuse_at(script, statement,
			    "COMMIT without a BEGIN in a file that runs in one "
			    "transaction" HINT,
			    out, err);
		seen->closed = true;
		seen->commit = *statement;
		return AET_OK;
	case AET__STATEMENT_ROLLBACK:
	case AET__STATEMENT_CONTROL:
		return refuse_at(script, statement,
		    "this ends the transaction in which the file and its journal row are "
		    "committed: leave it out",
		    out, err);
	case AET__STATEMENT_PLAIN:
		if (aet__statement_begins(statement, "set transaction") &&
		    statement->number == 1 + seen->opened) {
			seen->has_modes = true;
			seen->modes = *statement;
		}
		break;
	case AET__STATEMENT_SAVEPOINT:
		break;
	}
	out->statements++;
	return AET_OK;
}

/*
 * What stands after BEGIN, or SET, and TRANSACTION: isolation level, read only,
 * deferrable. Where both are there, what stands between them goes along, so that
 * after "BEGIN" the server reads the same as in the file.
 */
static void
read_modes(const aet__script *script, const control *seen, aet__envelope *out)
{
	const aet__statement *first = seen->opened ? &seen->begin : &seen->modes;
	const aet__statement *last = seen->has_modes ? &seen->modes : &seen->begin;
	aet__lexer lexer = { .text = script->lexer.text,
		.len = first->start + first->len,
		.at = first->start };
	aet__token token;

	do
		token = aet__lexer_next(&lexer);
	while (
	    token.kind == AET__TOKEN_COMMENT || aet__token_is(&lexer, token, "begin") ||
	    aet__token_is(&lexer, token, "start") ||
	    aet__token_is(&lexer, token, "set") || aet__token_is(&lexer, token, "work") ||
	    aet__token_is(&lexer, token, "transaction"));
	out->modes_start = token.start;
	out->modes_len = last->start + last->len - token.start;
}

/* What is left to run of the text, len bytes. */
static void
take_off(const aet__script *script, const control *seen, size_t len, aet__envelope *out)
{
	size_t end = seen->opened ? seen->commit.start : len;

	if (!seen->opened && !seen->has_modes)
		return;
	out->present = seen->opened;
	out->start = seen->has_modes ? seen->modes.end : seen->begin.end;
	out->len = end - out->start;
	read_modes(script, seen, out);
}

aet_status
aet__envelope_read(const char *file, const char *text, size_t len, bool mapped,
    aet__envelope *out, aet_error *err)
{
	aet__script script;
	aet__statement statement;
	control seen = { 0 };
	aet_status status;
	bool found;

	*out = (aet__envelope){ .mapped = mapped, .len = len, .at = AET__POSITION_START };
	aet__script_init(&script, file, text, len);
	script.mapped = mapped;
	for (;;) {
		status = aet__script_next(&script, &statement, &found, err);
		if (status != AET_OK)
			out->at = script.at;
		if (status != AET_OK || !found)
			break;
		status = follow(&script, &seen, &statement, out, err);
		if (status != AET_OK)
			break;
	}
	if (status == AET_OK && seen.opened && !seen.closed)
		status = refuse_at(&script, &seen.begin,
		    "BEGIN without a COMMIT at the file's end: add it, or leave both out",
		    out, err);
	if (status == AET_OK)
		take_off(&script, &seen, len, out);
	return status;
}
