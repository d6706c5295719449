/* SPDX-License-Identifier: MIT */
#include <strings.h>

#include <aeturnis/types.h>

#include "target.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = input_text(data, size);
	char printed[AET_UUID_TEXT_SIZE];
	aet_uuid uuid;

	if (aet_uuid_parse(text, &uuid, NULL) == AET_OK) {
		aet_uuid_format(uuid, printed);
		PROPERTY(strcasecmp(text, printed) == 0);
	}
	free(text);
	return 0;
}
