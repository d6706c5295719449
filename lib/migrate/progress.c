/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/ascii.h"
#include "core/error.h"
#include "migrate/failure.h"
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

/* What the server's words leave open. */
static const char *
hint_for(const aet__failure *failure)
{
	if (failure->hint[0] != '\0')
		return failure->hint;
	if (strcmp(failure->sqlstate, "25001") == 0)
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

aet_status
aet__migrate_fail(aet__migrator *m, aet_status status, const char *text,
    const aet__statement *statement, aet_error *err)
{
	const aet__failure *failure = aet__connection_failure(m->connection);
	aet_migrate_failure *out = &m->report->failure;

	aet__migrate_failure_fill(out, m->entry->file->path, text, statement, failure);
	aet__error_copy(out->hint, sizeof(out->hint), hint_for(failure));
	return aet__migrate_failure_error(out, status, err);
}

void
aet__migrate_refused(
    aet__migrator *m, const aet__migration_file *file, const aet_error *err)
{
	aet__migrate_failure_refused(&m->report->failure, file->path, err);
}
