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

/* After a statement that fails the file is left: what follows may need it. */
static aet_status
run_file(codegen_messages *messages, aet__connection *connection,
    const codegen_source *source, aet__deadline deadline, codegen_script *ran,
    aet_error *err)
{
	aet__statement statement;
	aet__script script;
	aet_error failure;
	aet_status status;
	bool found = true;

	aet__script_init(&script, source->path, source->text, source->len);
	while (found) {
		status = aet__script_next(&script, &statement, &found, &failure);
		if (status != AET_OK) {
			say_script(messages, source, &script, &failure);
			return AET_OK;
		}
		if (!found)
			break;
		ran->items = codegen_append(
		    messages->memory, ran->items, &ran->count, sizeof(const char *));
		ran->items[ran->count - 1] = codegen_copy_n(
		    messages->memory, source->text + statement.start, statement.len);
		status = aet__connection_command(
		    connection, ran->items[ran->count - 1], true, deadline, &failure);
		if (status != AET_OK && aet__connection_is_broken(connection)) {
			if (err != NULL)
				*err = failure;
			return status;
		}
		if (status != AET_OK) {
			say_failure(messages, source, &statement,
			    aet__connection_failure(connection), &failure);
			return AET_OK;
		}
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
load_file(codegen_messages *messages, aet__connection *connection, const char *folder,
    const char *path, aet__deadline deadline, codegen_script *ran, aet_error *err)
{
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
	return run_file(messages, connection, source, deadline, ran, err);
}

/* Those who run the queries have sessions of their own, without what a schema's
 * script sets: pg_dump's has an empty search_path. */
static const char reset[] = "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL";

aet_status
codegen_load(codegen_messages *messages, aet__connection *connection, const char *folder,
    const char *path, aet__deadline deadline, codegen_script *ran, aet_error *err)
{
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
		status =
		    load_file(messages, connection, folder, paths[i], deadline, ran, err);
	if (status == AET_OK && messages->count == before)
		status = aet__connection_command(connection, reset, true, deadline, err);
	return status;
}
