/* SPDX-License-Identifier: MIT */
/* What a change of a column's type does to the values that are there. */
#include <stdlib.h>
#include <string.h>

#include "diff/plan.h"

#define MOST 1000000

/* The type's name; detail has its category before it (kinds/columns.sql). */
static const char *
name_of(const diff_object *column)
{
	return column->detail + 1;
}

static bool
is_any(const diff_object *column, const char *const *names)
{
	for (; *names != NULL; names++)
		if (strcmp(name_of(column), *names) == 0)
			return true;
	return false;
}

/* The nth number in parentheses, from 0; fallback where there is none. */
static int
modifier(const diff_object *column, int nth, int fallback)
{
	const char *at = strchr(column->definition, '(');

	for (; at != NULL && nth > 0; nth--)
		at = strchr(at + 1, ',');
	return at != NULL ? (int)strtol(at + 1, NULL, 10) : fallback;
}

static diff_risk
numeric_risk(const diff_object *older, const diff_object *newer)
{
	int scale = modifier(newer, 1, 0);
	int digits = modifier(newer, 0, MOST);
	int old_scale = modifier(older, 1, 0);
	int old_digits = modifier(older, 0, MOST);

	if (digits == MOST)
		return DIFF_RISK_NONE;
	if (old_digits == MOST || scale < old_scale)
		return DIFF_RISK_LOSES;
	return digits - scale < old_digits - old_scale ? DIFF_RISK_FAILS : DIFF_RISK_NONE;
}

/* The same type with another modifier. */
static diff_risk
modifier_risk(const diff_object *older, const diff_object *newer)
{
	static const char *const lengths[] = { "character varying", "character",
		"bit varying", "bit", NULL };
	int limit = modifier(newer, 0, MOST);

	if (strcmp(name_of(newer), "numeric") == 0)
		return numeric_risk(older, newer);
	if (is_any(newer, lengths))
		return limit < modifier(older, 0, MOST) ? DIFF_RISK_FAILS
							: DIFF_RISK_NONE;
	if (newer->detail[0] == 'D' || newer->detail[0] == 'T')
		return modifier(newer, 0, 6) < modifier(older, 0, 6) ? DIFF_RISK_LOSES
								     : DIFF_RISK_NONE;
	return DIFF_RISK_NONE;
}

/* Both are numbers. */
static diff_risk
number_risk(const diff_object *older, const diff_object *newer)
{
	static const char *const whole[] = { "smallint", "integer", "bigint", NULL };
	static const char *const exact[] = { "smallint->real",
		"smallint->double precision", "integer->double precision",
		"real->double precision", "smallint->integer", "smallint->bigint",
		"integer->bigint", NULL };

	for (size_t i = 0; exact[i] != NULL; i++) {
		size_t len = strlen(name_of(older));

		if (strncmp(exact[i], name_of(older), len) == 0 &&
		    strncmp(exact[i] + len, "->", 2) == 0 &&
		    strcmp(exact[i] + len + 2, name_of(newer)) == 0)
			return DIFF_RISK_NONE;
	}
	if (!is_any(older, whole))
		return DIFF_RISK_LOSES;
	if (is_any(newer, whole))
		return DIFF_RISK_FAILS;
	if (strcmp(name_of(newer), "numeric") == 0)
		return modifier(newer, 0, MOST) == MOST ? DIFF_RISK_NONE
							: DIFF_RISK_FAILS;
	return DIFF_RISK_LOSES;
}

/* Both are dates or times. */
static diff_risk
time_risk(const diff_object *older, const diff_object *newer)
{
	static const char *const narrow[] = { "date", "time without time zone",
		"time with time zone", NULL };

	if (strcmp(name_of(older), "date") == 0)
		return strcmp(name_of(newer), "timestamp without time zone") == 0
			   ? DIFF_RISK_NONE
			   : DIFF_RISK_SHIFTS;
	return is_any(newer, narrow) ? DIFF_RISK_LOSES : DIFF_RISK_SHIFTS;
}

diff_risk
diff_retype_risk(const diff_object *older, const diff_object *newer)
{
	char from = older->detail[0];
	char to = newer->detail[0];

	if (strcmp(older->detail, newer->detail) == 0)
		return modifier_risk(older, newer);
	if (from == 'A' || to == 'A')
		return to == 'A' ? from == 'A' ? DIFF_RISK_FAILS : DIFF_RISK_NONE
				 : DIFF_RISK_LOSES;
	if (to == 'S')
		return modifier(newer, 0, MOST) < modifier(older, 0, MOST) ||
			       strcmp(name_of(newer), "name") == 0
			   ? DIFF_RISK_FAILS
			   : DIFF_RISK_NONE;
	if (from == 'N')
		return to == 'N'   ? number_risk(older, newer)
		       : to == 'B' ? DIFF_RISK_LOSES
				   : DIFF_RISK_FAILS;
	if (from == 'B' && to == 'N')
		return DIFF_RISK_NONE;
	if (from == 'D' && to == 'D')
		return time_risk(older, newer);
	if (strcmp(name_of(newer), "jsonb") == 0 && strcmp(name_of(older), "json") == 0)
		return DIFF_RISK_LOSES;
	return strcmp(name_of(newer), "json") == 0 && strcmp(name_of(older), "jsonb") == 0
		   ? DIFF_RISK_NONE
		   : DIFF_RISK_FAILS;
}
