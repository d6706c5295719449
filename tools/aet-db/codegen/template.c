/* SPDX-License-Identifier: MIT */
#include "template.h"

#include <stdarg.h>
#include <string.h>

static const char *
find(const char *name, size_t len, va_list pairs)
{
	const char *key;
	const char *value;

	while ((key = va_arg(pairs, const char *)) != NULL) {
		value = va_arg(pairs, const char *);
		if (strlen(key) == len && strncmp(key, name, len) == 0)
			return value;
	}
	return NULL;
}

char *
codegen_fill(codegen_memory *memory, const char *template, ...)
{
	aet__text made = { 0 };
	const char *at = template;
	const char *value;
	const char *open;
	const char *close;
	va_list pairs;

	while ((open = strstr(at, "{{")) != NULL) {
		close = strstr(open, "}}");
		if (close == NULL)
			break;
		aet__text_add_n(&made, at, (size_t)(open - at));
		va_start(pairs, template);
		value = find(open + 2, (size_t)(close - open) - 2, pairs);
		va_end(pairs);
		if (value != NULL)
			aet__text_add(&made, value);
		else
			aet__text_add_n(&made, open, (size_t)(close - open) + 2);
		at = close + 2;
	}
	aet__text_add(&made, at);
	return codegen_keep(memory, &made);
}
