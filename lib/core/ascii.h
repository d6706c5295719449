/* SPDX-License-Identifier: MIT */
/*
 * Letters and digits as SQL, URLs and settings have them. <ctype.h> and
 * strcasecmp(3) ask the program's locale, which is the caller's: in a Turkish one
 * "COMMIT" is not "commit".
 */
#ifndef AET_CORE_ASCII_H
#define AET_CORE_ASCII_H

#include <stdbool.h>
#include <stddef.h>

bool aet__ascii_is_digit(char c);
bool aet__ascii_is_letter_or_digit(char c);
bool aet__ascii_is_space(char c);

/* Whether two texts, or their first len bytes, differ in nothing but case. */
bool aet__ascii_same(const char *a, const char *b);
bool aet__ascii_same_n(const char *a, const char *b, size_t len);

#endif
