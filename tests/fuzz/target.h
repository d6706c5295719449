/* SPDX-License-Identifier: MIT */
/* What the targets share. */
#ifndef AET_FUZZ_TARGET_H
#define AET_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "core/memory.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A property that holds for every input; where it does not, the run stops. */
#define PROPERTY(holds)          \
	do {                     \
		if (!(holds))    \
			abort(); \
	} while (0)

/* The input as a string of its own: free(). */
static inline char *
input_text(const uint8_t *data, size_t size)
{
	char *text = aet__memory_text_n((const char *)data, size);

	PROPERTY(text != NULL);
	return text;
}

#endif
