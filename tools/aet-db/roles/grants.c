/* SPDX-License-Identifier: MIT */
#include "roles/grants.h"

#include <stdio.h>
#include <string.h>

#include "roles/queries.h"

/* Of look.sql. */
enum { OBJECT, ROLE, MAY, COLUMNS };

typedef struct grants {
	const aet__result *expected;
	const aet__result *actual;
	grants_say say;
	void *ctx;
} grants;

static const char applied[] =
    "SELECT 1 FROM pg_catalog.pg_namespace AS n"
    " JOIN pg_catalog.pg_roles AS r ON r.oid = n.nspowner"
    " WHERE n.nspname IN ('public', 'aeturnis') AND r.rolname = 'aeturnis_owner'";

/* Objects come first in the order, so that those of one are together. */
static bool
has_object(const aet__result *rows, const char *object)
{
	for (size_t i = 0; i < aet__result_rows(rows); i++)
		if (strcmp(aet__result_text(rows, i, OBJECT), object) == 0)
			return true;
	return false;
}

static void
say_of(const grants *g, const aet__result *rows, size_t row, bool missing)
{
	const char *object = aet__result_text(rows, row, OBJECT);
	const char *role = aet__result_text(rows, row, ROLE);
	const char *may = aet__result_text(rows, row, MAY);
	bool owns = strcmp(may, "OWNERSHIP") == 0;
	char sentence[AET_MESSAGE_SIZE];

	/* Its rows are told with the object, or belong to somebody else. */
	if (!has_object(missing ? g->actual : g->expected, object) || (owns && !missing))
		return;
	if (owns)
		snprintf(sentence, sizeof(sentence), "%s does not belong to role %s",
		    object, role);
	else if (missing)
		snprintf(sentence, sizeof(sentence), "role %s lacks %s on %s", role, may,
		    object);
	else
		snprintf(sentence, sizeof(sentence),
		    "role %s has %s on %s, which it should not", role, may, object);
	g->say(g->ctx, object, sentence);
}

static int
order(const grants *g, size_t expected, size_t actual)
{
	int result = 0;

	if (expected == aet__result_rows(g->expected))
		return 1;
	if (actual == aet__result_rows(g->actual))
		return -1;
	for (size_t i = 0; i < COLUMNS && result == 0; i++)
		result = strcmp(aet__result_text(g->expected, expected, i),
		    aet__result_text(g->actual, actual, i));
	return result;
}

/* Both are sorted: one walk along the two. */
static void
walk(const grants *g)
{
	size_t expected = 0;
	size_t actual = 0;

	while (expected < aet__result_rows(g->expected) ||
	       actual < aet__result_rows(g->actual)) {
		int which = order(g, expected, actual);

		if (which < 0)
			say_of(g, g->expected, expected, true);
		else if (which > 0)
			say_of(g, g->actual, actual, false);
		expected += which <= 0;
		actual += which >= 0;
	}
}

static aet_status
look(aet__connection *connection, aet__deadline deadline, aet__result **out,
    aet_error *err)
{
	return aet__connection_query(
	    connection, roles_query_look, NULL, 0, deadline, out, err);
}

aet_status
grants_compare(aet__connection *scratch, aet__connection *actual, aet__deadline deadline,
    grants_say say, void *ctx, aet_error *err)
{
	aet__result *found = NULL;
	aet__result *should = NULL;
	aet__result *is = NULL;
	bool were_applied;
	aet_status status =
	    aet__connection_query(actual, applied, NULL, 0, deadline, &found, err);

	were_applied = status == AET_OK && aet__result_rows(found) > 0;
	aet__result_free(found);
	if (!were_applied)
		return status;
	status = aet__connection_command(scratch, roles_query_roles, true, deadline, err);
	if (status == AET_OK)
		status = look(scratch, deadline, &should, err);
	if (status == AET_OK)
		status = look(actual, deadline, &is, err);
	if (status == AET_OK)
		walk(&(const grants){ should, is, say, ctx });
	aet__result_free(should);
	aet__result_free(is);
	return status;
}
