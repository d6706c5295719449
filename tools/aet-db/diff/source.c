/* SPDX-License-Identifier: MIT */
#include "diff/source.h"

#include <errno.h>
#include <string.h>

#include "codegen/files.h"
#include "migrate/failure.h"

#define UNDO ".down.sql"
/* A server keeps a lock for each relation that a transaction made. */
#define MOST_TOGETHER 100

bool
diff_source_is_url(const char *source)
{
	return strncmp(source, "postgresql://", 13) == 0 ||
	       strncmp(source, "postgres://", 11) == 0;
}

typedef struct running {
	codegen_memory *memory;
	aet__connection *connection;
	diff_script *script;
	aet__script lexed;
	size_t single; /* so many go one by one before others may join again */
	aet__deadline deadline;
} running;

static aet_status
send(running *run, size_t start, size_t end, aet_error *err)
{
	return aet__connection_command(run->connection,
	    codegen_copy_n(run->memory, run->script->text + start, end - start), true,
	    run->deadline, err);
}

/* Whether it is of those that leave nothing behind in the session, and are the
 * same in a transaction with their like; where they are not after all (a new
 * label of an enum is used), the transaction fails and they go one by one. */
static bool
joins(const aet__statement *statement)
{
	static const char *const words[] = { "create", "alter", "comment on", "grant",
		"revoke", NULL };

	for (size_t i = 0; words[i] != NULL; i++)
		if (aet__statement_begins(statement, words[i]))
			return statement->kind == AET__STATEMENT_PLAIN;
	return false;
}

/* Runs the next statement, or says that there is none. err is not NULL. */
static aet_status
run_one(running *run, bool *found, aet_error *err)
{
	aet__statement statement;
	diff_script *script = run->script;
	aet_status status = aet__script_next(&run->lexed, &statement, found, err);

	if (status != AET_OK)
		aet__migrate_failure_refused(&script->failure, script->name, err);
	if (status != AET_OK || !*found)
		return status;
	script->failed = statement.start;
	status = send(run, statement.start, statement.start + statement.len, err);
	if (status == AET_OK || aet__connection_is_broken(run->connection))
		return status;
	aet__migrate_failure_fill(&script->failure, script->name, script->text,
	    &statement, aet__connection_failure(run->connection));
	return aet__migrate_failure_error(&script->failure, status, err);
}

/* Up to so many of the next statements; what a failure among them did is undone. */
static bool
run_together(running *run)
{
	aet__script ahead = run->lexed;
	aet__script after = run->lexed;
	aet__statement statement;
	size_t start = 0;
	size_t end = 0;
	bool found = true;

	run->single = 0;
	while (run->single < MOST_TOGETHER &&
	       aet__script_next(&ahead, &statement, &found, NULL) == AET_OK && found &&
	       joins(&statement)) {
		if (run->single++ == 0)
			start = statement.start;
		end = statement.start + statement.len;
		after = ahead;
	}
	if (run->single < 2 ||
	    aet__connection_transaction(run->connection) != AET__TRANSACTION_NONE ||
	    send(run, start, end, NULL) != AET_OK)
		return false;
	run->lexed = after;
	run->single = 0;
	return true;
}

aet_status
diff_script_run(codegen_memory *memory, aet__connection *connection, diff_script *script,
    aet__deadline deadline, aet_error *err)
{
	running run = { .memory = memory,
		.connection = connection,
		.script = script,
		.deadline = deadline };
	aet_status status = AET_OK;
	bool found = true;

	aet__script_init(&run.lexed, script->name, script->text, script->len);
	while (status == AET_OK && found) {
		if (script->left != NULL && *script->left)
			return aet_error_set(
			    err, AET_EDB, "\"%s\" is given up", script->name);
		if (run.single == 0 && run_together(&run))
			continue;
		if (run.single > 0)
			run.single--;
		status = run_one(&run, &found, err);
	}
	return status;
}

aet_status
diff_source_run(codegen_memory *memory, aet__connection *connection, const char *name,
    const char *text, size_t len, aet__deadline deadline, aet_error *err)
{
	diff_script script = { .name = name, .text = text, .len = len };

	return diff_script_run(memory, connection, &script, deadline, err);
}

static bool
undoes(const char *path)
{
	size_t len = strlen(path);

	return len > strlen(UNDO) && strcmp(path + len - strlen(UNDO), UNDO) == 0;
}

static aet_status
load_file(codegen_memory *memory, aet__connection *connection, const char *path,
    aet__deadline deadline, aet_migrate_failure *failure, aet_error *err)
{
	diff_script script = { .name = path };
	aet_status status;

	script.text = codegen_file_read(memory, path, &script.len);
	if (script.text == NULL)
		return aet_error_set(
		    err, AET_EINVAL, "\"%s\" cannot be read: %s", path, strerror(errno));
	status = diff_script_run(memory, connection, &script, deadline, err);
	if (status != AET_OK && script.failure.file[0] != '\0')
		*failure = script.failure;
	return status;
}

aet_status
diff_source_load(codegen_memory *memory, aet__connection *connection, const char *source,
    aet__deadline deadline, aet_migrate_failure *failure, aet_error *err)
{
	aet_status status = AET_OK;
	char **paths;
	size_t count;

	if (codegen_file_list(memory, source, ".sql", &paths, &count) != 0)
		return aet_error_set(err, AET_EINVAL,
		    "\"%s\" is neither a URL nor a file or folder that can be read: %s",
		    source, strerror(errno));
	for (size_t i = 0; i < count && status == AET_OK; i++)
		if (!undoes(paths[i]))
			status = load_file(
			    memory, connection, paths[i], deadline, failure, err);
	return status;
}
