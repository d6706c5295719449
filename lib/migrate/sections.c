/* SPDX-License-Identifier: MIT */
#include "migrate/sections.h"

#include <stdbool.h>
#include <string.h>

#define LONGEST 80

/* goose, dbmate, sql-migrate; a marker may be followed by what it does not mind. */
static const struct {
	const char *words;
	aet__section section;
} markers[] = {
	{ "+goose no transaction", AET__SECTION_UP_ALONE },
	{ "+goose up", AET__SECTION_UP },
	{ "+goose down", AET__SECTION_DOWN },
	{ "migrate:up transaction:false", AET__SECTION_UP_ALONE },
	{ "migrate:up", AET__SECTION_UP },
	{ "migrate:down", AET__SECTION_DOWN },
	{ "+migrate up notransaction", AET__SECTION_UP_ALONE },
	{ "+migrate up", AET__SECTION_UP },
	{ "+migrate down", AET__SECTION_DOWN },
};

/* In lower case, with single blanks. */
static void
normalise(const char *comment, size_t len, char out[LONGEST])
{
	size_t put = 0;

	for (size_t i = 2; i < len && put + 1 < LONGEST; i++) {
		char c = comment[i];
		bool blank = c == ' ' || c == '\t' || c == '\r';

		if (blank && (put == 0 || out[put - 1] == ' '))
			continue;
		out[put++] = blank ? ' ' : c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
	}
	out[put] = '\0';
}

aet__section
aet__section_read(const char *comment, size_t len)
{
	char words[LONGEST];

	if (len < 2 || comment[0] != '-' || comment[1] != '-')
		return AET__SECTION_NONE;
	normalise(comment, len, words);
	for (size_t i = 0; i < sizeof(markers) / sizeof(markers[0]); i++) {
		size_t size = strlen(markers[i].words);

		if (strncmp(words, markers[i].words, size) == 0 &&
		    (words[size] == '\0' || words[size] == ' '))
			return markers[i].section;
	}
	return AET__SECTION_NONE;
}
