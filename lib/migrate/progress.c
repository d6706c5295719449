/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/error.h"
#include "migrate/migrator.h"

#define LOG_SIZE 1024

int64_t
aet__migrate_clock_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void
aet__migrate_tell(const aet__migrator *m, aet_migrate_event event)
{
	if (m->options.progress == NULL)
		return;
	event.size = sizeof(event);
	event.source = m->source->name;
	event.index = m->index;
	event.total = m->total;
	event.statements = m->statements;
	if (m->entry != NULL) {
		event.version = m->entry->file->version;
		event.name = m->entry->file->name;
	}
	m->options.progress(m->options.progress_ctx, &event);
}

void
aet__migrate_tell_statement(const aet__migrator *m, const aet__statement *statement)
{
	aet__migrate_tell(m, (aet_migrate_event){ .kind = AET_MIGRATE_STATEMENT,
				 .statement = statement->number,
				 .line = statement->at.line,
				 .elapsed_us = aet__migrate_clock_us() - m->began_us });
}

void
aet__migrate_log(const aet__migrator *m, aet_log_level level, const char *format, ...)
{
	char text[LOG_SIZE];
	va_list arguments;

	if (m->log == NULL)
		return;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	m->log(m->log_ctx, level, text);
}

/* ---- failures --------------------------------------------------------- */

/* The start of the statement, each run of white space as one blank. */
static void
copy_excerpt(char out[AET_EXCERPT_SIZE], const char *text, size_t len)
{
	char line[AET_EXCERPT_SIZE + 1];
	size_t used = 0;

	for (size_t i = 0; i < len && used + 1 < sizeof(line); i++) {
		if (!isspace((unsigned char)text[i]))
			line[used++] = text[i];
		else if (used > 0 && line[used - 1] != ' ')
			line[used++] = ' ';
	}
	line[used] = '\0';
	aet__error_copy(out, AET_EXCERPT_SIZE, line);
}

static void
copy_place(aet_migrate_failure *out, const aet__migrator *m, const char *text,
    const aet__statement *statement)
{
	const aet__failure *failure = aet__connection_failure(m->connection);
	aet__position at = statement->at;

	if (failure->position > 0)
		at = aet__position_after(text, statement->start + statement->len, at,
		    (size_t)failure->position);
	out->line = at.line;
	out->column = at.column;
	out->statement = statement->number;
	copy_excerpt(out->excerpt, text + statement->start, statement->len);
}

/* What the server's words leave open. */
static const char *
hint_for(const aet__failure *failure)
{
	if (strcmp(failure->sqlstate, "55P04") == 0)
		return "a label that ALTER TYPE adds can be used once it is committed: "
		       "add it in a file of its own before, or say \"-- aet: "
		       "no-transaction\" in the file's first lines";
	if (failure->hint[0] != '\0')
		return failure->hint;
	if (strcmp(failure->sqlstate, "25001") == 0 ||
	    strcmp(failure->sqlstate, "2D000") == 0)
		return "say \"-- aet: no-transaction\" in the file's first lines, and it "
		       "is run "
		       "statement by statement";
	if (strcmp(failure->sqlstate, "42501") == 0)
		return "the role that migrates lacks a right: migrate as the owner of "
		       "what "
		       "is changed, or have that owner GRANT it";
	if (strcmp(failure->sqlstate, "57014") == 0)
		return "the statement was cancelled, as a rule by statement_timeout: "
		       "allow "
		       "it more time, or write it so that it needs less";
	return "";
}

static void
fill_failure(aet__migrator *m, const char *text, const aet__statement *statement)
{
	const aet__failure *failure = aet__connection_failure(m->connection);
	aet_migrate_failure *out = &m->report->failure;

	*out = (aet_migrate_failure){ 0 };
	aet__error_copy(out->file, sizeof(out->file), m->entry->file->path);
	if (statement != NULL)
		copy_place(out, m, text, statement);
	aet__error_copy(out->sqlstate, sizeof(out->sqlstate), failure->sqlstate);
	aet__error_copy(out->message, sizeof(out->message), failure->message);
	aet__error_copy(out->detail, sizeof(out->detail), failure->detail);
	aet__error_copy(out->hint, sizeof(out->hint), hint_for(failure));
}

aet_status
aet__migrate_fail(aet__migrator *m, aet_status status, const char *text,
    const aet__statement *statement, aet_error *err)
{
	const aet_migrate_failure *failure = &m->report->failure;
	aet_error named = { 0 };

	fill_failure(m, text, statement);
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
aet__migrate_refused(
    aet__migrator *m, const aet__migration_file *file, const aet_error *err)
{
	aet_migrate_failure *out = &m->report->failure;

	*out = (aet_migrate_failure){ 0 };
	aet__error_copy(out->file, sizeof(out->file), file->path);
	aet__error_copy(out->message, sizeof(out->message),
	    take_place(err->message, file->path, out));
}
