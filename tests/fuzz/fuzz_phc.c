/* SPDX-License-Identifier: MIT */
/*
 * libFuzzer over the parser of stored password hashes. Whatever it accepts is
 * within the ceilings, and printed and read again is the same.
 */
#include <string.h>

#include "password/phc.h"

#include "target.h"

static void
check_round_trip(const char *text, const aet__phc *phc)
{
	char printed[256];
	aet__phc again;

	PROPERTY(aet__phc_affordable(phc));
	PROPERTY(
	    phc->salt_len >= AET__PHC_SALT_MIN && phc->salt_len <= AET__PHC_SALT_MAX);
	PROPERTY(phc->tag_len >= AET__PHC_TAG_MIN && phc->tag_len <= AET__PHC_TAG_MAX);
	PROPERTY(aet__phc_print(phc, printed, sizeof(printed)));
	PROPERTY(strlen(printed) == strlen(text));
	PROPERTY((strcmp(printed, text) == 0) == phc->in_order);
	PROPERTY(aet__phc_parse(printed, &again, NULL) == AET_OK);
	PROPERTY(again.in_order);
	PROPERTY(again.memory_kib == phc->memory_kib && again.passes == phc->passes);
	PROPERTY(again.parallelism == phc->parallelism);
	PROPERTY(memcmp(again.salt, phc->salt, phc->salt_len) == 0);
	PROPERTY(memcmp(again.tag, phc->tag, phc->tag_len) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = input_text(data, size);
	aet__phc phc;
	aet_error err;

	if (aet__phc_parse(text, &phc, &err) == AET_OK)
		check_round_trip(text, &phc);
	free(text);
	return 0;
}
