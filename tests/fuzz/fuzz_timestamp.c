/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <aeturnis/types.h>

#include "target.h"

/* What is printed reads back as itself, unless it is outside the range. */
static aet_status
print_and_read(aet_timestamp value)
{
	char printed[AET_TIMESTAMP_TEXT_SIZE];
	aet_timestamp again;
	aet_status status;

	aet_timestamp_format(value, printed);
	status = aet_timestamp_parse(printed, &again, NULL);
	PROPERTY(status != AET_OK || again.us == value.us);
	return status;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = input_text(data, size);
	aet_timestamp value;

	if (aet_timestamp_parse(text, &value, NULL) == AET_OK)
		PROPERTY(print_and_read(value) == AET_OK);
	if (size >= sizeof(value.us)) {
		memcpy(&value.us, data, sizeof(value.us));
		(void)print_and_read(value);
	}
	free(text);
	return 0;
}
