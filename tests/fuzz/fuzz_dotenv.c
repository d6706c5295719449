/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "core/dotenv.h"
#include "target.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	aet__dotenv dotenv = { 0 };
	aet_error err;

	if (aet__dotenv_parse("f", (const char *)data, size, &dotenv, &err) == AET_OK)
		for (size_t i = 0; i < dotenv.count; i++) {
			PROPERTY(*dotenv.entries[i].name != '\0');
			PROPERTY(
			    aet__dotenv_get(&dotenv, dotenv.entries[i].name) != NULL);
		}
	else
		PROPERTY(err.status == AET_EINVAL && strncmp(err.message, "f:", 2) == 0);
	aet__dotenv_free(&dotenv);
	return 0;
}
