/* SPDX-License-Identifier: MIT */
#include "diff/copy.h"

#include <string.h>

#include "diff/source.h"

/* A line of psql's own, which late releases begin and end a dump with, becomes
 * a comment. What public is there already stays. */
static const char *
tame(char *text)
{
	for (char *line = text; line != NULL && *line != '\0';) {
		char *end = strchr(line, '\n');

		if (strncmp(line, "\\restrict ", 10) == 0 ||
		    strncmp(line, "\\unrestrict ", 12) == 0)
			memcpy(line, "--", 2);
		line = end != NULL ? end + 1 : NULL;
	}
	return text;
}

aet_status
diff_copy_dump(codegen_memory *memory, const char *bindir, const char *url,
    diff_leave *leave, diff_script *script, aet_error *err)
{
	aet__text text = { 0 };
	aet_status status = diff_dump(memory, bindir, url, NULL, leave, &text, err);

	if (status != AET_OK) {
		aet__text_free(&text);
		return status;
	}
	*script = (diff_script){
		.name = "the copy by pg_dump", .len = text.len, .left = &leave->wanted
	};
	script->text = tame(codegen_keep(memory, &text));
	return AET_OK;
}

aet_status
diff_copy_schema(codegen_memory *memory, const char *bindir, const char *url,
    aet__connection *to, diff_leave *leave, aet__deadline deadline, aet_error *err)
{
	diff_script script = { 0 };
	aet_status status = diff_copy_dump(memory, bindir, url, leave, &script, err);

	if (status != AET_OK)
		return status;
	return diff_script_run(memory, to, &script, deadline, err);
}
