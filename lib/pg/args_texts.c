/* SPDX-License-Identifier: MIT */
/* An array of things that have a text each: a generated enum's values. */
#include <stdlib.h>

#include "core/memory.h"
#include "pg/args.h"

void
aet_args_text_array_of(aet_args *args, const void *items, size_t count, size_t size,
    aet_args_text_of text_of)
{
	const char *from = items;
	const char **texts = aet__memory_array(count > 0 ? count : 1, sizeof(*texts));
	bool valid = true;

	if (texts == NULL) {
		aet_args_null(args);
		if (args->failed == AET_OK) {
			args->failed = AET_ENOMEM;
			args->failed_at = args->count - 1;
		}
		return;
	}
	for (size_t i = 0; i < count; i++) {
		texts[i] = text_of(from + i * size);
		valid = valid && texts[i] != NULL;
	}
	if (valid)
		aet_args_text_array(
		    args, (aet_text_array){ .items = texts, .len = count });
	else
		aet_args_text(args, NULL);
	free((void *)texts);
}
