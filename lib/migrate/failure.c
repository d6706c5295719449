/* SPDX-License-Identifier: MIT */
#include "migrate/failure.h"

#include <stdlib.h>
#include <string.h>

#include "core/ascii.h"
#include "core/error.h"

/* The start of the statement, each run of white space as one blank. */
static void
copy_excerpt(char out[AET_EXCERPT_SIZE], const char *text, size_t len)
{
	char line[AET_EXCERPT_SIZE + 1];
	size_t used = 0;

	for (size_t i = 0; i < len && used + 1 < sizeof(line); i++) {
		if (!aet__ascii_is_space(text[i]))
			line[used++] = text[i];
		else if (used > 0 && line[used - 1] != ' ')
			line[used++] = ' ';
	}
	line[used] = '\0';
	aet__error_copy(out, AET_EXCERPT_SIZE, line);
}

static void
copy_place(aet_migrate_failure *out, const char *text, const aet__statement *statement,
    const aet__failure *failure)
{
	aet__position at = statement->at;

	if (failure->position > 0)
		at = aet__position_after(text, statement->start + statement->len, at,
		    (size_t)failure->position);
	out->line = at.line;
	out->column = at.column;
	out->statement = statement->number;
	copy_excerpt(out->excerpt, text + statement->start, statement->len);
}

void
aet__migrate_failure_fill(aet_migrate_failure *out, const char *file, const char *text,
    const aet__statement *statement, const aet__failure *failure)
{
	*out = (aet_migrate_failure){ 0 };
	aet__error_copy(out->file, sizeof(out->file), file);
	if (statement != NULL)
		copy_place(out, text, statement, failure);
	aet__error_copy(out->sqlstate, sizeof(out->sqlstate), failure->sqlstate);
	aet__error_copy(out->message, sizeof(out->message), failure->message);
	aet__error_copy(out->detail, sizeof(out->detail), failure->detail);
	aet__error_copy(out->hint, sizeof(out->hint), failure->hint);
}

/* Takes "path:line:column: " off a message, whichever of the three it has. */
static const char *
take_place(const char *message, const char *path, aet_migrate_failure *out)
{
	size_t len = strlen(path);
	const char *at = message + len;
	int *numbers[] = { &out->line, &out->column };

	if (strncmp(message, path, len) != 0 || *at != ':')
		return message;
	for (int i = 0; i < 2 && at[1] >= '0' && at[1] <= '9'; i++) {
		char *end;

		*numbers[i] = (int)strtol(at + 1, &end, 10);
		at = end;
	}
	return at[0] == ':' && at[1] == ' ' ? at + 2 : message;
}

void
aet__migrate_failure_refused(
    aet_migrate_failure *out, const char *file, const aet_error *err)
{
	*out = (aet_migrate_failure){ 0 };
	aet__error_copy(out->file, sizeof(out->file), file);
	aet__error_copy(
	    out->message, sizeof(out->message), take_place(err->message, file, out));
}

aet_status
aet__migrate_failure_error(
    const aet_migrate_failure *failure, aet_status status, aet_error *err)
{
	aet_error named;

	if (err == NULL)
		return status;
	named = *err; /* the schema, table, column, constraint that the server named */
	if (failure->line > 0)
		aet__error_sql(err, status, failure->sqlstate, "%s:%d:%d: %s",
		    failure->file, failure->line, failure->column, failure->message);
	else
		aet__error_sql(err, status, failure->sqlstate, "%s: %s", failure->file,
		    failure->message);
	memcpy(err->schema, named.schema, sizeof(err->schema));
	memcpy(err->table, named.table, sizeof(err->table));
	memcpy(err->column, named.column, sizeof(err->column));
	memcpy(err->constraint, named.constraint, sizeof(err->constraint));
	return status;
}
