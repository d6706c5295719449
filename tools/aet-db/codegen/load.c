/* SPDX-License-Identifier: MIT */
#include "load.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "files.h"
#include "migrate/script.h"

char *
codegen_url_of(codegen_memory *memory, const char *url, const char *database)
{
	bool uri = strncmp(url, "postgresql://", 13) == 0 ||
		   strncmp(url, "postgres://", 11) == 0;

	if (!uri)
		return codegen_format(memory, "%s dbname=%s", url, database);
	return codegen_format(
	    memory, "%s%cdbname=%s", url, strchr(url, '?') != NULL ? '&' : '?', database);
}

/* The byte of the file that the server's position in a statement means. */
static size_t
failure_offset(const codegen_source *source, const aet__statement *statement,
    const aet__failure *failure)
{
	if (failure->position <= 0)
		return statement->start;
	return aet__position_of_character(
	    source->text, source->len, statement->start, (size_t)failure->position)
	    .offset;
}

static void
say_failure(codegen_messages *messages, const codegen_source *source,
    const aet__statement *statement, const aet__failure *failure, const aet_error *err)
{
	const char *message =
	    failure->message[0] != '\0' ? failure->message : err->message;

	codegen_say_at(messages, source, failure_offset(source, statement, failure),
	    failure->hint, "%s%s%s%s", message, failure->detail[0] != '\0' ? ": " : "",
	    failure->detail,
	    err->sqlstate[0] != '\0'
		? codegen_format(messages->memory, " (SQLSTATE %s)", err->sqlstate)
		: "");
}

/* The message begins with the place, which codegen_say_at says anew. */
static void
say_script(codegen_messages *messages, const codegen_source *source,
    const aet__script *script, const aet_error *err)
{
	const char *message = err->message + strlen(source->path);
	const char *text = strstr(message, ": ");

	codegen_say_at(messages, source, script->at.offset, NULL, "%s",
	    text != NULL ? text + 2 : err->message);
}

static void
add_statement(codegen_loading *in, const char *sql)
{
	in->ran->items = codegen_append(
	    in->messages->memory, in->ran->items, &in->ran->count, sizeof(const char *));
	in->ran->items[in->ran->count - 1] = sql;
}

/* A dump names roles, which are no part of a database. */
static bool
makes_role(codegen_loading *in, const aet_error *failure)
{
	const char *message = aet__connection_failure(in->connection)->message;
	const char *name = strstr(message, "role \"");
	const char *end = name != NULL ? strstr(name, "\" does not exist") : NULL;
	aet__text sql = { 0 };
	const char *text;

	if (!in->is_private || end == NULL || strcmp(failure->sqlstate, "42704") != 0)
		return false;
	name += strlen("role \"");
	aet__text_add(&sql, "CREATE ROLE ");
	aet__text_add_identifier(
	    &sql, codegen_copy_n(in->messages->memory, name, (size_t)(end - name)));
	text = codegen_keep(in->messages->memory, &sql);
	if (aet__connection_command(in->connection, text, true, in->deadline, NULL) !=
	    AET_OK)
		return false;
	add_statement(in, text);
	return true;
}

static aet_status
run_statement(codegen_loading *in, const char *sql, aet_error *failure)
{
	aet_status status;

	do
		status = aet__connection_command(
		    in->connection, sql, true, in->deadline, failure);
	while (status != AET_OK && makes_role(in, failure));
	return status;
}

/* After a statement that fails the file is left: what follows may need it. */
static aet_status
run_file(codegen_loading *in, const codegen_source *source, aet_error *err)
{
	aet__statement statement;
	aet__script script;
	aet_error failure;
	aet_status status;
	bool found = true;

	aet__script_init(&script, source->path, source->text, source->len);
	while (found) {
		const char *sql;

		status = aet__script_next(&script, &statement, &found, &failure);
		if (status != AET_OK) {
			say_script(in->messages, source, &script, &failure);
			return AET_OK;
		}
		if (!found)
			break;
		sql = codegen_copy_n(
		    in->messages->memory, source->text + statement.start, statement.len);
		status = run_statement(in, sql, &failure);
		if (status != AET_OK && aet__connection_is_broken(in->connection)) {
			if (err != NULL)
				*err = failure;
			return status;
		}
		if (status != AET_OK) {
			memcpy(in->failure.sqlstate, failure.sqlstate,
			    sizeof(in->failure.sqlstate));
			in->failure.statement = in->ran->count;
			say_failure(in->messages, source, &statement,
			    aet__connection_failure(in->connection), &failure);
			return AET_OK;
		}
		add_statement(in, sql);
	}
	return AET_OK;
}

/* Newer pg_dumps frame what they write in \restrict and \unrestrict, which are for
 * psql alone: blanks take their place, so that all else stays where it is. */
static void
blank_restrictions(char *text)
{
	static const char *const commands[] = { "\\restrict ", "\\unrestrict " };

	for (char *line = text; line != NULL && *line != '\0';
	     line = strchr(line, '\n')) {
		line += *line == '\n';
		for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
			if (strncmp(line, commands[i], strlen(commands[i])) == 0)
				memset(line, ' ', strcspn(line, "\r\n"));
	}
}

static aet_status
load_file(codegen_loading *in, const char *folder, const char *path, aet_error *err)
{
	codegen_messages *messages = in->messages;
	codegen_source *source = codegen_room(messages->memory, 1, sizeof(*source));
	char *text;

	source->path = path;
	if (folder[0] != '\0' && strncmp(path, folder, strlen(folder)) == 0)
		source->path = path + strlen(folder) + 1;
	text = codegen_file_read(messages->memory, path, &source->len);
	if (text == NULL) {
		codegen_say(
		    messages, source->path, NULL, "cannot be read: %s", strerror(errno));
		return AET_OK;
	}
	blank_restrictions(text);
	source->text = text;
	return run_file(in, source, err);
}

aet_status
codegen_load_dump(
    codegen_messages *messages, char *text, codegen_script *statements, aet_error *err)
{
	codegen_loading in = { .messages = messages, .ran = statements };
	aet__statement statement;
	aet__script script;
	aet_status status;
	bool found = true;

	blank_restrictions(text);
	aet__script_init(&script, "the dump", text, strlen(text));
	for (;;) {
		status = aet__script_next(&script, &statement, &found, err);
		if (status != AET_OK || !found)
			return status;
		add_statement(&in, codegen_copy_n(messages->memory,
				       text + statement.start, statement.len));
	}
}

/* Those who run the queries have sessions of their own, without what a schema's
 * script sets: pg_dump's has an empty search_path. */
static const char reset[] = "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL";

aet_status
codegen_load(codegen_loading *in, const char *folder, const char *path, aet_error *err)
{
	codegen_messages *messages = in->messages;
	size_t before = messages->count;
	aet_status status = AET_OK;
	char **paths;
	size_t count;

	if (codegen_file_list(messages->memory,
		codegen_path(messages->memory, folder, path), ".sql", &paths,
		&count) != 0) {
		codegen_say(messages, path, NULL, "cannot be read: %s", strerror(errno));
		return AET_OK;
	}
	for (size_t i = 0; i < count && status == AET_OK && messages->count == before;
	     i++)
		status = load_file(in, folder, paths[i], err);
	if (status == AET_OK && messages->count == before)
		status = aet__connection_command(
		    in->connection, reset, true, in->deadline, err);
	return status;
}
