/* SPDX-License-Identifier: MIT */
#include "diff/source.h"

#include <errno.h>
#include <string.h>

#include "codegen/files.h"
#include "migrate/script.h"

#define UNDO ".down.sql"

bool
diff_source_is_url(const char *source)
{
	return strncmp(source, "postgresql://", 13) == 0 ||
	       strncmp(source, "postgres://", 11) == 0;
}

/* The server's own words, and where in the file they apply. */
static aet_status
refuse(const aet__connection *connection, const char *name, const aet__script *script,
    aet_status status, const aet_error *failure, aet_error *err)
{
	const char *message = aet__connection_failure(connection)->message;

	if (message[0] == '\0')
		message = failure->message;
	return aet_error_set(err, status, "%s:%d:%d: %s", name, script->at.line,
	    script->at.column, message);
}

aet_status
diff_source_run(codegen_memory *memory, aet__connection *connection, const char *name,
    const char *text, size_t len, aet__deadline deadline, aet_error *err)
{
	aet__statement statement;
	aet__script script;
	aet_error failure;
	bool found = true;

	aet__script_init(&script, name, text, len);
	for (;;) {
		aet_status status = aet__script_next(&script, &statement, &found, err);

		if (status != AET_OK || !found)
			return status;
		status = aet__connection_command(connection,
		    codegen_copy_n(memory, text + statement.start, statement.len), true,
		    deadline, &failure);
		if (status != AET_OK)
			return refuse(connection, name, &script, status, &failure, err);
	}
}

static bool
undoes(const char *path)
{
	size_t len = strlen(path);

	return len > strlen(UNDO) && strcmp(path + len - strlen(UNDO), UNDO) == 0;
}

aet_status
diff_source_load(codegen_memory *memory, aet__connection *connection, const char *source,
    aet__deadline deadline, aet_error *err)
{
	aet_status status = AET_OK;
	char **paths;
	size_t count;

	if (codegen_file_list(memory, source, ".sql", &paths, &count) != 0)
		return aet_error_set(err, AET_EINVAL,
		    "\"%s\" is neither a URL nor a file or folder that can be read: %s",
		    source, strerror(errno));
	for (size_t i = 0; i < count && status == AET_OK; i++) {
		size_t len = 0;
		char *text;

		if (undoes(paths[i]))
			continue;
		text = codegen_file_read(memory, paths[i], &len);
		if (text == NULL)
			return aet_error_set(err, AET_EINVAL, "\"%s\" cannot be read: %s",
			    paths[i], strerror(errno));
		status = diff_source_run(
		    memory, connection, paths[i], text, len, deadline, err);
	}
	return status;
}
