/* SPDX-License-Identifier: MIT */
/* A line of a file, and below it a caret under one of its characters. */
#ifndef AET_CORE_CARET_H
#define AET_CORE_CARET_H

#include "core/text.h"

/* Appends "\n    line\n        ^". column: in characters, from 1. */
void aet__text_add_caret(aet__text *text, const char *line, size_t column);

#endif
