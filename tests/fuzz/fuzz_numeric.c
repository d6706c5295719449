/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <aeturnis/values.h>

#include "target.h"

/* What is read and printed reads back as the same number, and is printed alike. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = input_text(data, size);
	size_t count = strlen(text) / 4 + 3;
	uint16_t *room = calloc(2 * count, sizeof(*room));
	aet_numeric value, again;
	size_t len;
	char *printed, *twice;

	PROPERTY(room != NULL);
	if (aet_numeric_parse(text, room, count, &value, NULL) == AET_OK) {
		len = aet_numeric_format(value, NULL, 0);
		printed = calloc(2, len + 1);
		PROPERTY(printed != NULL);
		twice = printed + len + 1;
		PROPERTY(aet_numeric_format(value, printed, len + 1) == len);
		PROPERTY(strlen(printed) == len && len <= strlen(text) + 2);
		PROPERTY(aet_numeric_parse(printed, room + count, count, &again, NULL) ==
			 AET_OK);
		PROPERTY(aet_numeric_format(again, twice, len + 1) == len);
		PROPERTY(strcmp(printed, twice) == 0);
		free(printed);
	}
	free(room);
	free(text);
	return 0;
}
