/* SPDX-License-Identifier: MIT */
/*
 * A database whose tables somebody else has made (any version of Drizzle, with
 * its migrations or by push) is taken over when they are what the baseline
 * would have made, by definition and not by name: the baseline is run into the
 * session's temporary schema, the two catalogues are compared, and all of that
 * is rolled back. No right to create anything is needed for it but temporary
 * tables.
 */
#include "catalog/compare.h"
#include "catalog/default_value.h"
#include "core/error.h"
#include "migrate/migrator.h"
#include "migrate/objects.h"

#define HOME "public"

typedef struct adoption {
	const aet__migration_text *text;
	aet__catalog *expected; /* of the temporary tables */
	aet__catalog *actual;
	bool adopted;
} adoption;

/* ---- what is there ---------------------------------------------------- */

/* Nothing at all is the usual case, and needs no temporary tables. */
static aet_status
has_tables(aet__migrator *m, bool *out, aet_error *err)
{
	aet__result *result = NULL;
	aet_status status = aet__connection_query(m->connection,
	    "SELECT EXISTS (SELECT FROM pg_catalog.pg_class WHERE relnamespace ="
	    " pg_catalog.to_regnamespace('" HOME "')"
	    " AND relkind IN ('r', 'p', 'v', 'm', 'f'))",
	    NULL, 0, AET__NEVER, &result, err);

	if (status == AET_OK)
		*out = aet__result_bool(result, 0, 0);
	aet__result_free(result);
	return status;
}

static aet_status
read_both(aet__migrator *m, adoption *a, aet_error *err)
{
	static const char *const home[] = { HOME };
	const aet__catalog_scope temporary = { .temporary = true };
	const aet__catalog_scope live = { .schemas = home, .schema_count = 1 };
	aet_error why = { 0 };
	aet_status status = aet__apply_command(
	    m, "SAVEPOINT aet_adopt; SET LOCAL search_path = pg_temp", err);

	if (status == AET_OK)
		status = aet__apply_statements(
		    m, aet__spool_view(&a->text->text), &a->text->envelope, err);
	if (status != AET_OK)
		return aet__apply_note(m, status);
	status =
	    aet__catalog_read(m->connection, &temporary, AET__NEVER, &a->expected, &why);
	if (status == AET_OK)
		status =
		    aet__catalog_read(m->connection, &live, AET__NEVER, &a->actual, &why);
	if (status == AET_OK)
		return AET_OK;
	/* Reading cleans up behind itself, so that the connection has forgotten. */
	aet__error_copy(m->sqlstate, sizeof(m->sqlstate), why.sqlstate);
	if (err != NULL)
		*err = why;
	return status;
}

/* ---- what differs ----------------------------------------------------- */

/* The first expected table that is, or is not, in the database. */
static const char *
find_table(const adoption *a, bool there)
{
	for (size_t i = 0; i < a->expected->table_count; i++) {
		const char *name = a->expected->tables[i].name;

		if ((aet__catalog_table(a->actual, HOME, name) != NULL) == there)
			return name;
	}
	return NULL;
}

/* All sentences go to the log, as many as fit to the report and the error. */
static aet_status
refuse(aet__migrator *m, const aet__differences *differences, aet_error *err)
{
	aet__text sentences = { 0 };
	aet_migrate_failure *failure = &m->report->failure;
	size_t count = differences->len - differences->notes;

	for (size_t i = 0; i < differences->len; i++) {
		if (differences->items[i].note)
			continue;
		aet__text_addf(&sentences, "%s%s", sentences.len > 0 ? "; " : "",
		    differences->items[i].sentence);
		aet__migrate_log(m, AET_LOG_WARNING, "cannot adopt the tables: %s",
		    differences->items[i].sentence);
	}
	*failure = (aet_migrate_failure){ 0 };
	aet__error_copy(failure->file, sizeof(failure->file), m->entry->file->path);
	aet__error_copy(
	    failure->detail, sizeof(failure->detail), aet__text_view(&sentences));
	aet_error_set(err, AET_EADOPT,
	    "the tables that are there differ from \"%s\" in %zu way%s, and nothing was "
	    "touched; bring them together first: %s",
	    m->entry->file->name, count, count == 1 ? "" : "s",
	    aet__text_view(&sentences));
	if (err != NULL)
		aet__error_copy(failure->message, sizeof(failure->message), err->message);
	aet__text_free(&sentences);
	return AET_EADOPT;
}

static aet_status
compare(aet__migrator *m, const adoption *a, aet_error *err)
{
	aet__default_context context = { m->connection, AET__NEVER };
	const aet__compare_policy policy = { .by_definition = true,
		.tolerate_extra = true,
		.expected_schema = AET__TEMPORARY_SCHEMA,
		.actual_schema = HOME,
		.same_value = aet__default_same_value,
		.same_value_ctx = &context };
	aet__differences *differences = NULL;
	aet_status status =
	    aet__catalog_compare(a->expected, a->actual, &policy, &differences, err);

	if (status != AET_OK)
		return status;
	if (differences->len > differences->notes)
		status = refuse(m, differences, err);
	aet__differences_free(differences);
	return status;
}

/* ---- recording -------------------------------------------------------- */

static aet_status
record(aet__migrator *m, const adoption *a, aet_error *err)
{
	const aet__journal_entry row = { .journal = m->options.journal,
		.source = m->source->name,
		.file = m->entry->file,
		.adopted = true,
		.finished = true,
		.statements_done = a->text->envelope.statements };
	aet_status status = aet__apply_command(
	    m, "ROLLBACK TO SAVEPOINT aet_adopt; RELEASE SAVEPOINT aet_adopt", err);

	for (size_t i = 0; status == AET_OK && i < a->expected->table_count; i++)
		status = aet__apply_note(
		    m, aet__objects_add_table(m->connection, row.journal, row.source,
			   row.file->version, HOME, a->expected->tables[i].name, err));
	if (status == AET_OK)
		status =
		    aet__apply_note(m, aet__journal_insert(m->connection, &row, err));
	if (status == AET_OK)
		status = aet__apply_commit(m, err);
	return status;
}

/* ---- together --------------------------------------------------------- */

static aet_status
decide(aet__migrator *m, adoption *a, aet_error *err)
{
	const char *there;
	const char *lacking;
	aet_status status = read_both(m, a, err);

	if (status != AET_OK)
		return status;
	there = find_table(a, true);
	lacking = find_table(a, false);
	if (there == NULL)
		return AET_OK;
	if (lacking != NULL)
		return aet_error_set(err, AET_EADOPT,
		    "table \"%s\" is there and \"%s\" is not, both of which \"%s\" "
		    "makes: "
		    "rename or drop what is left over, or make the rest",
		    there, lacking, m->entry->file->name);
	status = aet__apply_note(m, compare(m, a, err));
	if (status == AET_OK)
		status = record(m, a, err);
	a->adopted = status == AET_OK;
	return status;
}

static aet_status
attempt(aet__migrator *m, void *ctx, aet_error *err)
{
	adoption *a = ctx;
	bool already = false;
	aet_status status = aet__apply_begin(m, "", 0, &already, err);

	if (status == AET_OK && !already)
		status = decide(m, a, err);
	aet__apply_rollback(m);
	aet__catalog_free(a->expected);
	aet__catalog_free(a->actual);
	a->expected = NULL;
	a->actual = NULL;
	return status;
}

aet_status
aet__adopt(aet__migrator *m, const aet__plan_entry *entry, bool *adopted, aet_error *err)
{
	aet__migration_text text = { 0 };
	adoption a = { .text = &text };
	bool any = false;
	aet_status status;

	m->entry = entry;
	m->began_us = aet__migrate_clock_us();
	status = aet__apply_note(m, has_tables(m, &any, err));
	if (status != AET_OK || !any)
		return status;
	status = aet__migration_text_read(m, entry->file, &text, err);
	if (status == AET_OK)
		status = aet__apply_retried(m, attempt, &a, err);
	aet__migration_text_free(&text);
	if (status == AET_OK)
		*adopted = a.adopted;
	return status;
}
