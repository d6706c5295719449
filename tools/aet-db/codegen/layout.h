/* SPDX-License-Identifier: MIT */
/*
 * Lines broken as clang-format 14 breaks them under the repository's
 * .clang-format, for the few shapes that generated code has: a prototype, a
 * definition's head, a call, an assignment, a designated initialiser. The
 * generator has no clang-format to ask where it runs; the tests have.
 */
#ifndef AET_DB_CODEGEN_LAYOUT_H
#define AET_DB_CODEGEN_LAYOUT_H

#include <stddef.h>

#include "core/text.h"

#define CODEGEN_COLUMNS 90
#define CODEGEN_TAB 8

/* Lines about what clang-format, and codegen_layout, leave alone. */
#define CODEGEN_FORMAT_OFF "/* clang-format off */\n"
#define CODEGEN_FORMAT_ON "/* clang-format on */\n"

/* Columns that len bytes take, beginning at column from. */
size_t codegen_width(const char *text, size_t len, size_t from);

/* Appends source's lines, each broken where it is too long. Comments, strings
 * of SQL and preprocessor lines are left as they are. */
void codegen_layout(aet__text *out, const char *source);

/* Appends source's lines, each four columns further in. */
void codegen_layout_shift(aet__text *out, const char *source);

/* A comment of text: on one line where it fits, else as a block. Its lines stay as
 * they are up to one that is longer than 80 columns, from which on the paragraph is
 * filled anew. What would end the comment is taken apart. */
void codegen_layout_comment(aet__text *out, const char *indent, const char *text);

#endif
