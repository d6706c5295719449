/* SPDX-License-Identifier: MIT */
/* Text with {{names}} in it. */
#ifndef AET_DB_CODEGEN_TEMPLATE_H
#define AET_DB_CODEGEN_TEMPLATE_H

#include "memory.h"

/*
 * template with each {{name}} replaced: pairs of name and value follow, and a
 * NULL. A name without a value stays as it is, so that a mistake shows.
 */
char *codegen_fill(codegen_memory *memory, const char *template, ...)
    __attribute__((sentinel));

#endif
