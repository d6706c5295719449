/* SPDX-License-Identifier: MIT */
#include "migrate/sections.h"

#include <stdbool.h>
#include <string.h>

#define LONGEST 80

/* A marker may be followed by what it does not mind. */
static const struct {
	const char *words;
	aet__section section;
} markers[] = {
	/* goose */
	{ "+goose no transaction", AET__SECTION_ALONE },
	{ "+goose up", AET__SECTION_UP },
	{ "+goose down", AET__SECTION_DOWN },
	{ "+goose statementend", AET__SECTION_STATEMENT_END },
	/* dbmate */
	{ "migrate:up transaction:false", AET__SECTION_UP_ALONE },
	{ "migrate:up", AET__SECTION_UP },
	{ "migrate:down", AET__SECTION_DOWN },
	/* sql-migrate */
	{ "+migrate up notransaction", AET__SECTION_UP_ALONE },
	{ "+migrate up", AET__SECTION_UP },
	{ "+migrate down", AET__SECTION_DOWN },
	{ "+migrate statementend", AET__SECTION_STATEMENT_END },
	/* rambler */
	{ "rambler up", AET__SECTION_UP },
	{ "rambler down", AET__SECTION_DOWN },
	/* node-pg-migrate, Play */
	{ "up migration", AET__SECTION_UP },
	{ "down migration", AET__SECTION_DOWN_AFTER_UP },
	{ "!ups", AET__SECTION_UP },
	{ "!downs", AET__SECTION_DOWN_AFTER_UP },
	/* MyBatis, tern */
	{ "//@undo", AET__SECTION_DOWN },
	{ "---- create above / drop below ----", AET__SECTION_DOWN },
	{ "---- tern: disable-tx ----", AET__SECTION_ALONE },
	/* sqlx, Atlas */
	{ "no-transaction", AET__SECTION_ALONE },
	{ "atlas:txmode none", AET__SECTION_ALONE },
};

/* In lower case, with single blanks, and without the dashes but where there are
 * four: those are the marker's own. */
static void
normalise(const char *comment, size_t len, char out[LONGEST])
{
	size_t start = len >= 4 && memcmp(comment, "----", 4) == 0 ? 0 : 2;
	size_t put = 0;

	for (size_t i = start; i < len && put + 1 < LONGEST; i++) {
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
