/* SPDX-License-Identifier: MIT */
#include "template.h"

#include <string.h>

static const char *
find(const char *name, size_t len, const char *const *pairs)
{
	for (; pairs[0] != NULL; pairs += 2)
		if (strlen(pairs[0]) == len && strncmp(pairs[0], name, len) == 0)
			return pairs[1];
	return NULL;
}

char *
codegen_fill_pairs(codegen_memory *memory, const char *template, const char *const *pairs)
{
	const char *at = template;
	aet__text made = { 0 };
	const char *value;
	const char *open;
	const char *close;

	while ((open = strstr(at, "{{")) != NULL) {
		close = strstr(open, "}}");
		if (close == NULL)
			break;
		aet__text_add_n(&made, at, (size_t)(open - at));
		value = find(open + 2, (size_t)(close - open) - 2, pairs);
		if (value != NULL)
			aet__text_add(&made, value);
		else
			aet__text_add_n(&made, open, (size_t)(close - open) + 2);
		at = close + 2;
	}
	aet__text_add(&made, at);
	return codegen_keep(memory, &made);
}
