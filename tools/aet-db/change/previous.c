/* SPDX-License-Identifier: MIT */
/*
 * A statement may be prepared afterwards as before, and yet fail: a column of an
 * INSERT is NOT NULL, a constraint is new on what it writes, a label is gone that
 * it may send. Each such thing is a sentence; those that the target has and the
 * older schema had not are what breaks the release.
 */
#include "change/previous.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "codegen/files.h"
#include "codegen/manifest_proof.h"
#include "codegen/manifest_writes.h"

typedef struct looking {
	change *work;
	change_previous *previous;
	aet__connection *connection;
	bool after; /* in the target */
} looking;

static void
say(looking *l, const char *sentence)
{
	const char *text;

	if (!l->after) {
		diff_lookup_add(l->work->memory, &l->previous->said, sentence,
		    (void *)(uintptr_t)sentence);
		return;
	}
	if (diff_lookup_find(&l->previous->said, sentence) != NULL)
		return;
	/* Once is enough. */
	diff_lookup_add(
	    l->work->memory, &l->previous->said, sentence, (void *)(uintptr_t)sentence);
	text = codegen_format(l->work->memory, "the release that runs: %s", sentence);
	change_warn(l->work, HAZARD_BREAKS_RELEASE, text)->instead =
	    "release first what does without it, and change the schema in the release "
	    "after";
}

/* ---- statements that do not work --------------------------------------------- */

static aet_status
look_at_statements(looking *l, const char *url, aet_error *err)
{
	aet__manifest_report report;
	aet_status status = codegen_manifest_check(l->work->memory, l->previous->text,
	    l->previous->len, url, l->work->deadline, &report, err);

	for (size_t i = 0; status == AET_OK && i < report.count; i++)
		say(l, codegen_copy(l->work->memory, report.items[i].sentence));
	aet__manifest_report_free(&report);
	return status;
}

/* ---- what they write ---------------------------------------------------------- */

/* Of a relation ($1), with the columns that are given a value ($2), those whose
 * value may be NULL ($3), and whether it is an INSERT ($4). */
static const char rules_query[] =
    "WITH t AS (SELECT $1::pg_catalog.oid AS id, $2::pg_catalog.int2[] AS given,"
    " $3::pg_catalog.int2[] AS nulls, $4::boolean AS inserts),"
    " a AS (SELECT attname, attnum, attnotnull, attgenerated, atttypmod,"
    "  pg_catalog.format_type(atttypid, NULL) AS base,"
    "  pg_catalog.format_type(atttypid, atttypmod) AS type"
    "  FROM pg_catalog.pg_attribute, t WHERE attrelid = t.id AND attnum > 0"
    "  AND NOT attisdropped) "
    "SELECT 'required', pg_catalog.quote_ident(attname), '', 0, id::regclass::text"
    " FROM a, t WHERE inserts AND attnotnull AND attgenerated = ''"
    " AND attnum <> ALL (given) "
    "UNION ALL SELECT 'null', pg_catalog.quote_ident(attname), '', 0,"
    " id::regclass::text FROM a, t WHERE attnotnull AND attnum = ANY (nulls) "
    "UNION ALL SELECT 'width', pg_catalog.quote_ident(attname), type, atttypmod,"
    " id::regclass::text FROM a, t WHERE attnum = ANY (given)"
    " AND base IN ('character varying', 'character', 'numeric') "
    "UNION ALL SELECT CASE contype WHEN 'c' THEN '23514' WHEN 'f' THEN '23503'"
    " WHEN 'x' THEN '23P01' ELSE '23505' END, pg_catalog.quote_ident(conname),"
    " pg_catalog.regexp_replace(pg_catalog.pg_get_constraintdef(c.oid),"
    "  ' NOT VALID$', ''), 0, id::regclass::text"
    " FROM pg_catalog.pg_constraint AS c JOIN t ON c.conrelid = t.id"
    " WHERE contype IN ('c', 'f', 'p', 'u', 'x')"
    " AND (conkey && given OR (inserts AND contype = 'c')) "
    "UNION ALL SELECT '23505', pg_catalog.quote_ident(relname),"
    " pg_catalog.pg_get_indexdef(indexrelid), 0, id::regclass::text"
    " FROM t JOIN pg_catalog.pg_index AS i ON indrelid = t.id"
    " JOIN pg_catalog.pg_class ON pg_class.oid = indexrelid"
    " WHERE indisunique AND indkey::pg_catalog.int2[] && given AND NOT EXISTS"
    " (SELECT FROM pg_catalog.pg_constraint WHERE conindid = indexrelid)";

static const char *
fact_key(
    const looking *l, const codegen_write *write, const char *table, const char *column)
{
	return codegen_format(l->work->memory, "%s %s.%s", write->query, table, column);
}

/* Fewer characters or digits than before; what has no limit is -1. */
static void
look_at_width(
    looking *l, const codegen_write *write, const aet__result *rules, size_t row)
{
	const char *table = aet__result_text(rules, row, 4);
	const char *column = aet__result_text(rules, row, 1);
	const char *type = aet__result_text(rules, row, 2);
	const char *key = fact_key(l, write, table, column);
	long limit = strtol(aet__result_text(rules, row, 3), NULL, 10);
	const char *was = diff_lookup_find(&l->previous->widths, key);
	long before;
	char *end;

	if (!l->after) {
		diff_lookup_add(l->work->memory, &l->previous->widths, key,
		    codegen_format(l->work->memory, "%ld %s", limit, type));
		return;
	}
	if (was == NULL)
		return;
	before = strtol(was, &end, 10);
	if (limit >= 0 && (before < 0 || limit < before))
		say(l,
		    codegen_format(l->work->memory,
			"query \"%s\" writes column %s of %s, which is %s now, and was "
			"%s (SQLSTATE %s)",
			write->query, column, table, type, end + 1,
			strncmp(type, "numeric", 7) == 0 ? "22003" : "22001"));
}

static void
look_at_rule(looking *l, const codegen_write *write, const aet__result *rules, size_t row)
{
	codegen_memory *memory = l->work->memory;
	const char *kind = aet__result_text(rules, row, 0);
	const char *name = aet__result_text(rules, row, 1);
	const char *table = aet__result_text(rules, row, 4);

	if (strcmp(kind, "width") == 0)
		look_at_width(l, write, rules, row);
	else if (strcmp(kind, "required") == 0)
		say(l,
		    codegen_format(memory,
			"query \"%s\" gives column %s of %s no value, and it cannot be "
			"NULL (SQLSTATE 23502)",
			write->query, name, table));
	else if (strcmp(kind, "null") == 0)
		say(l,
		    codegen_format(memory,
			"query \"%s\" may give column %s of %s a NULL, and it cannot be "
			"one (SQLSTATE 23502)",
			write->query, name, table));
	else
		say(l, codegen_format(memory,
			   "query \"%s\" writes rows of %s, which fail where they do not "
			   "hold %s: %s (SQLSTATE %s)",
			   write->query, table, name, aet__result_text(rules, row, 2),
			   kind));
}

static aet_status
look_at_write(looking *l, const codegen_write *write, aet_error *err)
{
	const char *parameters[] = { codegen_format(
					 l->work->memory, "%ld", write->relation),
		write->columns, write->nullable, write->inserts ? "true" : "false" };
	aet__result *rules = NULL;
	aet_status status = aet__connection_query(
	    l->connection, rules_query, parameters, 4, l->work->deadline, &rules, err);

	for (size_t row = 0; status == AET_OK && row < aet__result_rows(rules); row++)
		look_at_rule(l, write, rules, row);
	aet__result_free(rules);
	return status;
}

static aet_status
look_at_writes(looking *l, const char *url, aet_error *err)
{
	codegen_writes writes;
	aet_status status = codegen_manifest_writes(
	    l->work->memory, l->previous->manifest, url, l->work->deadline, &writes, err);

	for (size_t i = 0; i < writes.count && status == AET_OK; i++)
		status = look_at_write(l, &writes.items[i], err);
	return status;
}

/* ---- labels that they may send ------------------------------------------------- */

/* Of an enum, or of what an array is made of: quoted, each between commas. */
static aet_status
read_labels(looking *l, const char *type, const char **out, aet_error *err)
{
	aet__result *result = NULL;
	aet_status status = aet__connection_query(l->connection,
	    "SELECT ',' || pg_catalog.string_agg(pg_catalog.quote_literal(enumlabel),"
	    " ',' ORDER BY enumsortorder) || ',' FROM pg_catalog.pg_enum"
	    " JOIN pg_catalog.pg_type AS t ON t.oid = pg_catalog.to_regtype($1)"
	    " WHERE enumtypid IN (t.oid, t.typelem)",
	    &type, 1, l->work->deadline, &result, err);

	if (status == AET_OK && aet__result_text(result, 0, 0) != NULL)
		*out = codegen_copy(l->work->memory, aet__result_text(result, 0, 0));
	aet__result_free(result);
	return status;
}

static void
compare_labels(
    looking *l, const char *query, const char *type, const char *were, const char *are)
{
	for (const char *at = were + 1; *at != '\0';) {
		const char *end = at + 1;
		const char *label;

		/* A quote within one is doubled. */
		while (*end != '\0' && (end[0] != '\'' || end[1] != ','))
			end++;
		if (*end == '\0')
			return;
		label = codegen_copy_n(l->work->memory, at, (size_t)(end + 1 - at));
		if (strstr(are, codegen_format(l->work->memory, ",%s,", label)) == NULL)
			say(l, codegen_format(l->work->memory,
				   "query \"%s\" may send %s, which %s has no longer "
				   "(SQLSTATE 22P02)",
				   query, label, type));
		at = end + 2;
	}
}

static aet_status
look_at_parameter(looking *l, const char *query, const char *type, aet_error *err)
{
	const char *were = diff_lookup_find(&l->previous->labels, type);
	const char *are = NULL;
	aet_status status = read_labels(l, type, &are, err);

	if (status != AET_OK || are == NULL)
		return status;
	if (!l->after && were == NULL)
		diff_lookup_add(
		    l->work->memory, &l->previous->labels, type, (void *)(uintptr_t)are);
	else if (l->after && were != NULL)
		compare_labels(l, query, type, were, are);
	return AET_OK;
}

static aet_status
look_at_labels(looking *l, aet_error *err)
{
	const json_t *queries = json_object_get(l->previous->manifest, "queries");
	aet_status status = AET_OK;

	for (size_t i = 0; i < json_array_size(queries); i++) {
		const json_t *query = json_array_get(queries, i);
		const json_t *params = json_object_get(query, "params");

		for (size_t j = 0; j < json_array_size(params) && status == AET_OK; j++)
			status = look_at_parameter(l,
			    json_string_value(json_object_get(query, "name")),
			    codegen_copy(l->work->memory,
				json_string_value(
				    json_object_get(json_array_get(params, j), "type"))),
			    err);
	}
	return status;
}

/* ---- both sides ------------------------------------------------------------------ */

static aet_status
look(change *work, change_previous *previous, const char *url, bool after, aet_error *err)
{
	looking l = { work, previous, NULL, after };
	aet_status status = look_at_statements(&l, url, err);

	if (status == AET_OK)
		status = diff_connect(url, work->deadline, &l.connection, err);
	if (status == AET_OK)
		status = look_at_writes(&l, url, err);
	if (status == AET_OK)
		status = look_at_labels(&l, err);
	aet__connection_close(l.connection);
	return status;
}

aet_status
change_previous_read(
    change *work, const char *path, const char *url, change_previous *out, aet_error *err)
{
	aet_error failure;
	aet_status status;

	out->text = codegen_file_read(work->memory, path, &out->len);
	if (out->text == NULL)
		return aet_error_set(
		    err, AET_EINVAL, "\"%s\" cannot be read: %s", path, strerror(errno));
	out->manifest = json_loadb(out->text, out->len, 0, NULL);
	status = look(work, out, url, false, &failure);
	if (status == AET_EINVAL)
		return aet_error_set(err, status, "%s: %s", path, failure.message);
	if (status != AET_OK && err != NULL)
		*err = failure;
	return status;
}

aet_status
change_previous_check(change *work, change_previous *previous, aet_error *err)
{
	return look(work, previous, work->target, true, err);
}

void
change_previous_free(change_previous *previous)
{
	json_decref(previous->manifest);
	previous->manifest = NULL;
}
