/* SPDX-License-Identifier: MIT */
/* Trying statements on the working copy. Whether one rewrites a table is not
 * guessed: the table has another file afterwards. */
#include <string.h>

#include "change/change.h"
#include "diff/source.h"

static aet_status
read_files(change *work, aet__result **out, aet_error *err)
{
	return aet__connection_query(work->copy,
	    "SELECT c.oid, c.relfilenode, pg_catalog.quote_ident(n.nspname) || '.'"
	    " || pg_catalog.quote_ident(c.relname)"
	    " FROM pg_catalog.pg_class AS c"
	    " JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace"
	    " WHERE c.relkind IN ('r', 'm') AND c.oid >= 16384 ORDER BY c.oid",
	    NULL, 0, work->deadline, out, err);
}

static void
warn_rewritten(change *work, const char *table, const char *statement)
{
	bool computed = strstr(statement, " ADD COLUMN ") != NULL &&
			strstr(statement, " DEFAULT ") != NULL;
	diff_hazard *hazard = change_warn(work,
	    computed ? HAZARD_VOLATILE_DEFAULT : HAZARD_TABLE_REWRITE,
	    codegen_format(work->memory,
		"table %s is rewritten, with all its indexes, under a lock that stops "
		"everybody, by: %.*s",
		table, (int)strcspn(statement, ";\n"), statement));

	hazard->table = codegen_copy(work->memory, table);
}

/* Both are in the order of their oids. */
static void
compare_files(change *work, const aet__result *before, const aet__result *after,
    const char *statement)
{
	size_t other = 0;

	for (size_t row = 0; row < aet__result_rows(before); row++) {
		int64_t oid = aet__result_int64(before, row, 0);

		if (oid > work->newest)
			return;
		while (other < aet__result_rows(after) &&
		       aet__result_int64(after, other, 0) < oid)
			other++;
		if (other < aet__result_rows(after) &&
		    aet__result_int64(after, other, 0) == oid &&
		    aet__result_int64(after, other, 1) !=
			aet__result_int64(before, row, 1))
			warn_rewritten(work, aet__result_text(before, row, 2), statement);
	}
}

/* What may rewrite: all other statements are spared the two questions. */
static bool
may_rewrite(const char *statement)
{
	static const char *const words[] = { " ADD COLUMN ", " SET DATA TYPE ",
		" SET LOGGED", " SET UNLOGGED", " SET ACCESS METHOD ", " ADD GENERATED ",
		NULL };

	for (size_t i = 0; words[i] != NULL; i++)
		if (strstr(statement, words[i]) != NULL)
			return true;
	return false;
}

static aet_status
run(change *work, const char *statement, aet_error *err)
{
	aet_error failure;
	aet_status status = diff_source_run(work->memory, work->copy, "plan", statement,
	    strlen(statement), work->deadline, &failure);

	if (status == AET_OK)
		return AET_OK;
	return aet_error_set(err, AET_EDATA,
	    "the plan does not run on a copy: %s (in: %.200s)", failure.message,
	    statement);
}

static aet_status
run_watched(change *work, const char *statement, aet_error *err)
{
	aet__result *before = NULL;
	aet__result *after = NULL;
	aet_status status;

	if (!may_rewrite(statement))
		return run(work, statement, err);
	status = read_files(work, &before, err);
	if (status == AET_OK)
		status = run(work, statement, err);
	if (status == AET_OK)
		status = read_files(work, &after, err);
	if (status == AET_OK)
		compare_files(work, before, after, statement);
	aet__result_free(before);
	aet__result_free(after);
	return status;
}

aet_status
change_see_tables(change *work, aet_error *err)
{
	aet__result *result = NULL;
	aet_status status = read_files(work, &result, err);
	size_t rows = status == AET_OK ? aet__result_rows(result) : 0;

	if (rows > 0)
		work->newest = aet__result_int64(result, rows - 1, 0);
	aet__result_free(result);
	return status;
}

aet_status
change_try(change *work, size_t *part, size_t *statement, aet_error *err)
{
	for (; *part < work->part_count; (*part)++, *statement = 0) {
		const change_part *at = &work->parts[*part];

		for (; *statement < at->count; (*statement)++) {
			aet_status status =
			    run_watched(work, at->statements[*statement], err);

			if (status != AET_OK)
				return status;
		}
		if (*part + 1 == work->part_count)
			return AET_OK;
	}
	return AET_OK;
}
