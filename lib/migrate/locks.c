/* SPDX-License-Identifier: MIT */
/* What a rehearsal tells: which locks a statement took that the game would meet. */
#include <stdlib.h>

#include "core/error.h"
#include "core/memory.h"
#include "migrate/migrator.h"

/* On what was there before ($1: migrate/objects.h), and was not held before ($2). Of
 * an index the table's lock tells enough. In one row: the words, and all there is. */
static const char new_locks[] =
    "WITH held AS MATERIALIZED (SELECT DISTINCT l.mode, l.relation::bigint AS relation,"
    " pg_catalog.format('%s on %s', l.mode, l.relation::pg_catalog.regclass) AS words"
    " FROM pg_catalog.pg_locks AS l"
    " JOIN pg_catalog.pg_class AS c ON c.oid = l.relation"
    " WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation'"
    " AND l.granted AND c.relnamespace IS DISTINCT FROM (SELECT oid"
    " FROM pg_catalog.pg_namespace WHERE nspname = $3) AND c.relkind IN ('r', 'p', 'm', "
    "'v', 'f') AND l.relation IN"
    " (SELECT o.objid FROM pg_catalog.jsonb_to_recordset($1::jsonb) AS o(objid oid)))"
    " SELECT (SELECT pg_catalog.string_agg(h.words, ', ' ORDER BY h.words)"
    " FROM held AS h WHERE NOT EXISTS (SELECT FROM"
    " pg_catalog.jsonb_to_recordset($2::jsonb) AS b(mode text, relation bigint)"
    " WHERE b.mode = h.mode AND b.relation = h.relation)),"
    " (SELECT COALESCE(pg_catalog.jsonb_agg(pg_catalog.to_jsonb(h)), '[]')"
    " FROM held AS h)";

aet_status
aet__migrate_tell_locks(
    aet__migrator *m, const aet__statement *statement, int64_t began_us, aet_error *err)
{
	int64_t elapsed = aet__migrate_clock_us() - began_us;
	const char *const parameters[] = { m->objects != NULL ? m->objects : "[]",
		m->locks != NULL ? m->locks : "[]", m->options.journal };
	aet__result *result = NULL;
	aet_status status;
	char *held;

	if (aet__connection_transaction(m->connection) == AET__TRANSACTION_FAILED)
		return AET_OK;
	status = aet__apply_note(m, aet__connection_query(m->connection, new_locks,
					parameters, 3, AET__NEVER, &result, err));
	if (status != AET_OK)
		return status;
	aet__migrate_tell(m, (aet_migrate_event){ .kind = AET_MIGRATE_STATEMENT_DONE,
				 .statement = statement->number,
				 .line = statement->at.line,
				 .elapsed_us = elapsed,
				 .detail = aet__result_text(result, 0, 0) });
	held = aet__memory_text(aet__result_text(result, 0, 1));
	aet__result_free(result);
	if (held == NULL)
		return aet__error_memory(err);
	free(m->locks);
	m->locks = held;
	return AET_OK;
}
