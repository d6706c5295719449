/* SPDX-License-Identifier: MIT */
#include "change/apply.h"

#include <string.h>

#include "core/error.h"

/* ---- losses -------------------------------------------------------------- */

static aet_status
count_rows(change *work, aet__connection *connection, const diff_hazard *hazard,
    const char *table, int64_t *rows, aet_error *err)
{
	aet__result *result = NULL;
	/* What partitions hold is told with each of them. */
	aet_status status = aet__connection_query(connection,
	    codegen_format(work->memory, "SELECT pg_catalog.count(%s) FROM %s%s",
		hazard->lost, strcmp(hazard->lost, "*") == 0 ? "ONLY " : "", table),
	    NULL, 0, work->deadline, &result, err);

	if (status != AET_OK)
		return status;
	*rows = aet__result_int64(result, 0, 0);
	aet__result_free(result);
	return AET_OK;
}

aet_status
change_count_losses(
    change *work, aet__connection *connection, change_losses *out, aet_error *err)
{
	aet_status status = AET_OK;

	for (size_t i = 0; i < work->hazard_count && status == AET_OK; i++) {
		const diff_hazard *hazard = &work->hazards[i];
		change_loss *loss;

		if (strcmp(hazard->code, "data-loss") != 0)
			continue;
		out->items = codegen_append(
		    work->memory, out->items, &out->count, sizeof(*out->items));
		loss = &out->items[out->count - 1];
		*loss = (change_loss){ hazard, -1 };
		if (hazard->lost != NULL && hazard->table != NULL)
			status = count_rows(work, connection, hazard,
			    change_old_name(work, hazard->table), &loss->rows, err);
	}
	return status;
}

/* ---- running ------------------------------------------------------------- */

static aet_status
command(change *work, aet__connection *connection, const char *sql, aet_error *err)
{
	return aet__connection_command(connection, sql, true, work->deadline, err);
}

/* From here to the commit nobody adds to what is lost unseen. */
static aet_status
guard(change *work, aet__connection *connection, size_t part, const change_loss *loss,
    aet_error *err)
{
	const char *table = loss->hazard->table;
	int64_t rows = 0;
	aet_status status;

	if (part == 0)
		table = change_old_name(work, table);
	status = command(work, connection,
	    codegen_format(
		work->memory, "LOCK TABLE ONLY %s IN ACCESS EXCLUSIVE MODE", table),
	    err);
	if (status == AET_OK)
		status = count_rows(work, connection, loss->hazard, table, &rows, err);
	if (status == AET_OK && rows > loss->rows)
		return aet_error_set(err, AET_EREFUSED,
		    "%s has got more rows meanwhile: %lld would be lost, not %lld", table,
		    (long long)rows, (long long)loss->rows);
	return status;
}

static aet_status
guard_all(change *work, aet__connection *connection, size_t part,
    const change_losses *losses, aet_error *err)
{
	aet_status status = AET_OK;

	for (size_t i = 0; i < losses->count && status == AET_OK; i++)
		if (losses->items[i].rows >= 0 &&
		    change_part_of(work, losses->items[i].hazard) == part)
			status = guard(work, connection, part, &losses->items[i], err);
	return status;
}

/* What somebody else has changed since the plan was made, nobody has looked at. */
static aet_status
check_unchanged(change *work, aet__connection *connection, aet_error *err)
{
	diff_schema *now = NULL;
	diff_plan *plan = NULL;
	aet_status status =
	    diff_schema_read(work->memory, connection, false, work->deadline, &now, err);

	if (status == AET_OK)
		status = diff_plan_make(work->memory, work->seen, now, &plan, err);
	if (status != AET_OK || plan->count + plan->refusal_count == 0)
		return status;
	return aet_error_set(err, AET_EREFUSED,
	    "the database is no longer what the plan was made for: %s %s was changed "
	    "meanwhile",
	    plan->count > 0 ? plan->steps[0]->object->kind : "something",
	    plan->count > 0 ? plan->steps[0]->object->name : "in it");
}

static aet_status
run_statements(change *work, aet__connection *connection, const change_part *part,
    change_applied *applied, aet_error *err)
{
	for (size_t i = 0; i < part->count; i++) {
		const char *text = part->statements[i];
		aet_status status = command(work, connection, text, err);

		if (status == AET_OK)
			continue;
		applied->statement = text;
		applied->detail = codegen_copy(
		    work->memory, aet__connection_failure(connection)->detail);
		applied->hint =
		    codegen_copy(work->memory, aet__connection_failure(connection)->hint);
		return status;
	}
	return AET_OK;
}

static aet_status
run_together(change *work, aet__connection *connection, size_t number,
    const change_losses *losses, change_applied *applied, aet_error *err)
{
	bool rolled_back = false;
	aet_status status = command(work, connection, "BEGIN", err);

	if (status == AET_OK && number == 0)
		status = check_unchanged(work, connection, err);
	if (status == AET_OK)
		status = guard_all(work, connection, number, losses, err);
	if (status == AET_OK)
		status =
		    run_statements(work, connection, &work->parts[number], applied, err);
	if (status == AET_OK)
		status =
		    aet__connection_commit(connection, work->deadline, &rolled_back, err);
	if (status == AET_OK && rolled_back)
		status = aet_error_set(
		    err, AET_EDB, "the server rolled back instead of committing");
	if (status != AET_OK && !aet__connection_is_broken(connection))
		(void)command(work, connection, "ROLLBACK", NULL);
	return status;
}

/* Of a failure on connection, before anything else is run there. */
static aet_status
name_failure(const char *sqlstate, aet_status status, aet_error *err)
{
	if (strcmp(sqlstate, "55P03") != 0)
		return status;
	return aet__error_sql(err, AET_ELOCKED, sqlstate,
	    "a table is busy, and its lock was not to be had in time");
}

aet_status
change_apply(change *work, aet__connection *connection, const change_losses *losses,
    change_applied *applied, aet_error *err)
{
	for (size_t i = 0; i < work->part_count; i++) {
		bool alone = work->parts[i].mode == CHANGE_ALONE;
		aet_status status = AET_OK;

		if (alone && i == 0)
			status = check_unchanged(work, connection, err);
		if (alone && status == AET_OK)
			status = run_statements(
			    work, connection, &work->parts[i], applied, err);
		else if (!alone)
			status = run_together(work, connection, i, losses, applied, err);
		if (status != AET_OK)
			return name_failure(err->sqlstate, status, err);
		applied->parts++;
	}
	return AET_OK;
}
