/* SPDX-License-Identifier: MIT */
/* Text with {{names}} in it. */
#ifndef AET_DB_CODEGEN_TEMPLATE_H
#define AET_DB_CODEGEN_TEMPLATE_H

#include <stddef.h>

#include "memory.h"

/*
 * template with each {{name}} replaced: names and values alternate in pairs,
 * which a NULL ends. A name without a value stays as it is, so that a mistake
 * shows.
 */
char *codegen_fill_pairs(
    codegen_memory *memory, const char *template, const char *const *pairs);

/* codegen_fill(memory, "Hello {{who}}.", "who", name) */
#define codegen_fill(memory, template, ...) \
	codegen_fill_pairs(memory, template, (const char *const[]){ __VA_ARGS__, NULL })

#endif
