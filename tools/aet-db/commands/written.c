/* SPDX-License-Identifier: MIT */
#include "commands/written.h"

#include <stdlib.h>

#include "cli.h"

int
write_result(
    cli_output *out, const char *key, text_writer writer, const cli_command *command)
{
	char *text = NULL;
	size_t len = 0;
	FILE *memory;

	if (!out->json) {
		writer(stdout, command);
		return EXIT_DONE;
	}
	memory = open_memstream(&text, &len);
	if (memory != NULL) {
		writer(memory, command);
		if (fclose(memory) != 0)
			len = 0;
	}
	output_set(out, key, memory != NULL && len > 0 ? json_stringn(text, len) : NULL);
	free(text);
	return EXIT_DONE;
}
