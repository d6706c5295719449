/* SPDX-License-Identifier: MIT */
/* UTF-8 a character at a time, as RFC 3629 has it: nothing overlong, no
 * surrogates, nothing above U+10FFFF. */
#ifndef AET_CORE_UTF8_H
#define AET_CORE_UTF8_H

#include <stdint.h>

#define AET__UTF8_INVALID UINT32_MAX

/*
 * The character at *at, which is moved past it; past one byte where there is
 * none, with AET__UTF8_INVALID. At the NUL: 0, and nothing moves.
 */
uint32_t aet__utf8_next(const char **at);

#endif
