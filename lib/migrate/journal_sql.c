/* SPDX-License-Identifier: MIT */
#include "migrate/journal_sql.h"

#include <string.h>

#include "core/error.h"

#define PLACE "{journal}"

void
aet__journal_sql_add(aet__text *out, const char *sql, const char *journal)
{
	const char *place;

	while ((place = strstr(sql, PLACE)) != NULL) {
		aet__text_add_n(out, sql, (size_t)(place - sql));
		aet__text_add_identifier(out, journal);
		sql = place + strlen(PLACE);
	}
	aet__text_add(out, sql);
}

aet_status
aet__journal_query(aet__connection *connection, const char *journal, const char *sql,
    const char *const *parameters, size_t count, aet__deadline deadline,
    aet__result **out, aet_error *err)
{
	aet__text text = { 0 };
	aet_status status;

	aet__journal_sql_add(&text, sql, journal);
	if (aet__text_ok(&text))
		status = aet__connection_query(connection, aet__text_view(&text),
		    parameters, count, deadline, out, err);
	else
		status = aet__error_memory(err);
	aet__text_free(&text);
	return status;
}
