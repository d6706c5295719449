/* SPDX-License-Identifier: MIT */
/* Where in its file a query is wrong, by the server's word on what was sent. */
#include <ctype.h>
#include <string.h>

#include "describing.h"

static size_t
byte_of_character(const char *sql, int position)
{
	size_t at = 0;

	for (int i = 1; i < position && sql[at] != '\0'; i++) {
		at++;
		while (((unsigned char)sql[at] & 0xc0) == 0x80)
			at++;
	}
	return at;
}

/* From a byte of the SQL that was sent to one of the file. */
static size_t
file_offset(const codegen_query *query, size_t at)
{
	size_t offset = query->at;

	for (size_t i = 0; i < query->mark_count && query->marks[i].sql <= at; i++)
		offset = query->marks[i].file + (at - query->marks[i].sql);
	return offset;
}

/* Of a parameter whose type is open the server says the number alone; where it is
 * used first is where something is to be written. SIZE_MAX: the message is none such. */
static size_t
parameter_place(const codegen_query *query, const char *message)
{
	static const char open[] = "could not determine data type of parameter ";
	const char *name = message + sizeof(open) - 1;
	const char *at = query->sql;

	if (strncmp(message, open, sizeof(open) - 1) != 0)
		return SIZE_MAX;
	while ((at = strstr(at, name)) != NULL) {
		if (!isdigit((unsigned char)at[strlen(name)]))
			return file_offset(query, (size_t)(at - query->sql));
		at++;
	}
	return SIZE_MAX;
}

void
codegen_say_failure(codegen_model *model, const codegen_query *query, const char *more,
    const aet__failure *failure, const aet_error *err)
{
	size_t at = query->at;

	if (failure->position > 0)
		at = file_offset(query, byte_of_character(query->sql, failure->position));
	else if (parameter_place(query, failure->message) != SIZE_MAX)
		at = parameter_place(query, failure->message);
	codegen_say_at(model->messages, query->source, at, failure->hint, "%s%s%s%s%s%s",
	    failure->message[0] != '\0' ? failure->message : err->message,
	    failure->detail[0] != '\0' ? ": " : "", failure->detail,
	    err->sqlstate[0] != '\0'
		? codegen_format(model->memory, " (SQLSTATE %s)", err->sqlstate)
		: "",
	    more != NULL ? ", " : "", more != NULL ? more : "");
}
