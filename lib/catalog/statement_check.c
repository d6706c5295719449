/* SPDX-License-Identifier: MIT */
#include "catalog/statement_check.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "catalog/arena.h"
#include "core/error.h"
#include "core/memory.h"
#include "core/text.h"
#include "pg/args.h"
#include "pg/describe.h"
#include "pg/row.h"
#include "pg/statement_text.h"
#include "pg/type_names.h"

#define DEPTH 16 /* of sets in sets: a ring of them ends here */

typedef struct checking {
	aet__connection *connection;
	aet__deadline deadline;
	aet__arena *arena;
	aet__manifest_report *out;
	size_t capacity;
	const aet_statement *statement; /* the one that is checked */
	uint32_t *types;                /* of its parameters */
	aet_error *err;
} checking;

static aet_status add_break(checking *c, const char *format, ...) AET_PRINTF(2, 3);

static aet_status
add_break(checking *c, const char *format, ...)
{
	void *items = c->out->items;
	char sentence[AET_MESSAGE_SIZE];
	va_list list;
	int len = snprintf(
	    sentence, sizeof(sentence), "statement \"%s\": ", c->statement->name);

	if (len < 0 || (size_t)len >= sizeof(sentence))
		len = 0;
	va_start(list, format);
	vsnprintf(sentence + len, sizeof(sentence) - (size_t)len, format, list);
	va_end(list);
	if (!aet__memory_grow(
		&items, &c->capacity, c->out->count + 1, sizeof(aet__manifest_break)))
		return aet__error_memory(c->err);
	c->out->items = items;
	c->out->items[c->out->count++] = (aet__manifest_break){ c->statement->name,
		aet__arena_text(c->arena, sentence) };
	return aet__arena_ok(c->arena) ? AET_OK : aet__error_memory(c->err);
}

/* ---- types ------------------------------------------------------------------ */

static aet_status
oid_of(checking *c, const aet_type *type, uint32_t *oid)
{
	aet_error failed;
	aet_status status;

	*oid = type->oid;
	if (type->oid != 0 || type->name == NULL)
		return AET_OK;
	status = aet__type_oid(c->connection, type->name, c->deadline, oid, &failed);
	if (status == AET_EDATA) {
		status = add_break(c, "the type %s is gone", type->name);
		return status == AET_OK ? AET_ENOTFOUND : status;
	}
	if (status != AET_OK && c->err != NULL)
		*c->err = failed;
	return status;
}

/* What the database calls a type; "?" where it cannot be asked. */
static const char *
name_of(checking *c, uint32_t oid)
{
	char number[16];
	const char *parameters[] = { number };
	aet__result *result = NULL;
	const char *name = NULL;

	snprintf(number, sizeof(number), "%" PRIu32, oid);
	if (aet__connection_query(c->connection,
		"SELECT pg_catalog.format_type($1::pg_catalog.oid, NULL)", parameters, 1,
		c->deadline, &result, NULL) == AET_OK)
		name = aet__arena_text(c->arena, aet__result_text(result, 0, 0));
	aet__result_free(result);
	return name != NULL ? name : "?";
}

/* A column, of an answer or of a table that is copied into. */
static aet_status
compare_type(checking *c, const char *name, const aet_type *expected, uint32_t found)
{
	uint32_t oid = 0;
	aet_status status = oid_of(c, expected, &oid);

	if (status != AET_OK || aet__row_same_type(oid, found))
		return status;
	return add_break(c, "column \"%s\" is %s, not %s", name, name_of(c, found),
	    expected->name != NULL ? expected->name : name_of(c, oid));
}

/* ---- one text --------------------------------------------------------------- */

static aet_status
compare_columns(checking *c, const aet__description *described)
{
	const aet_statement *statement = c->statement;
	aet_status status = AET_OK;

	if (statement->read == NULL)
		return AET_OK;
	if (described->column_count != statement->column_count)
		return add_break(c, "it answers with %zu column%s, not %zu",
		    described->column_count, described->column_count == 1 ? "" : "s",
		    statement->column_count);
	for (size_t i = 0; i < statement->column_count && status == AET_OK; i++)
		status = compare_type(c, statement->columns[i].name,
		    &statement->columns[i].type, described->columns[i].type);
	return status;
}

/* Prepares it; a failure of the statement's own is a break. AET_ENOTFOUND: it is
 * one, and there is nothing to look at. */
static aet_status
describe(checking *c, const char *sql, size_t type_count, aet__description *out)
{
	aet_error failed;
	aet_status status = aet__connection_describe_as(
	    c->connection, sql, c->types, type_count, c->deadline, out, &failed);

	if (status == AET_OK)
		return AET_OK;
	if (status != AET_ENOMEM && status != AET_ETIMEOUT &&
	    !aet__connection_is_broken(c->connection)) {
		status =
		    add_break(c, "%s (SQLSTATE %s)", failed.message, failed.sqlstate);
		return status == AET_OK ? AET_ENOTFOUND : status;
	}
	if (c->err != NULL)
		*c->err = failed;
	return status;
}

static aet_status
check_text(checking *c, const char *sql, size_t type_count)
{
	aet__description described = { 0 };
	aet_status status = describe(c, sql, type_count, &described);

	if (status != AET_OK)
		return status;
	if (described.parameter_count > type_count)
		status = add_break(c, "it takes %zu parameters, not %zu",
		    described.parameter_count, type_count);
	else
		status = compare_columns(c, &described);
	aet__description_free(&described);
	return status;
}

/* ---- the texts of a statement ----------------------------------------------- */

/* Which parameters are given. */
typedef enum aet__given {
	GIVEN_ALL,
	GIVEN_WITHOUT_DEFAULT, /* not those that an update has SQL for */
	GIVEN_KEYS
} aet__given;

static bool
is_given(const aet_statement *statement, size_t parameter, aet__given given)
{
	if (parameter < statement->keys || given == GIVEN_ALL)
		return true;
	return given == GIVEN_WITHOUT_DEFAULT &&
	       statement->parameters[parameter].when_unset == NULL;
}

static aet_status
check_given(checking *c, aet__given given, uint32_t choice)
{
	const aet_statement *statement = c->statement;
	bool numbered = statement->kind == AET_STATEMENT_PIECES;
	aet_args args = { 0 };
	size_t count = 0;
	aet_status status = AET_OK;
	char *sql;

	aet_args_choose(&args, choice);
	for (size_t i = 0; i < statement->parameter_count && status == AET_OK; i++) {
		bool there = is_given(statement, i, given);

		if (there)
			aet_args_null(&args);
		else
			aet_args_unset(&args);
		if (there || numbered)
			status =
			    oid_of(c, &statement->parameters[i].type, &c->types[count++]);
	}
	sql = args.failed == AET_OK ? aet__statement_text(statement, &args) : NULL;
	if (status == AET_OK)
		status =
		    sql != NULL ? check_text(c, sql, count) : aet__error_memory(c->err);
	free(sql);
	aet_args_clear(&args);
	return status;
}

static aet_status
check_pieces(checking *c)
{
	uint32_t choices = c->statement->choices > 0 ? c->statement->choices : 1;
	size_t before = c->out->count;
	aet_status status = AET_OK;

	for (uint32_t i = 0; i < choices && status == AET_OK; i++)
		if (c->out->count == before)
			status = check_given(c, GIVEN_ALL, i);
	return status;
}

static aet_status
check_update(checking *c)
{
	size_t before = c->out->count;
	aet_status status = check_given(c, GIVEN_ALL, 0);

	if (status == AET_OK && c->out->count == before)
		status = check_given(c, GIVEN_WITHOUT_DEFAULT, 0);
	if (status == AET_OK && c->out->count == before)
		status = check_given(c, GIVEN_KEYS, 0);
	return status;
}

/* ---- what a table demands --------------------------------------------------- */

/* A trigger that runs before may fill a column in. */
static const char demanded[] =
    "SELECT a.attname FROM pg_catalog.pg_attribute AS a"
    " JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid"
    " WHERE a.attrelid = pg_catalog.to_regclass($1) AND a.attnum > 0"
    " AND NOT a.attisdropped AND a.attnotnull AND NOT a.atthasdef"
    " AND a.attidentity = '' AND t.typdefault IS NULL AND NOT EXISTS"
    " (SELECT FROM pg_catalog.pg_trigger AS g WHERE g.tgrelid = a.attrelid"
    "  AND g.tgenabled <> 'D' AND g.tgtype & 7 = 7) ORDER BY a.attnum";

static bool
has_parameter(const aet_statement *statement, const char *name)
{
	for (size_t i = 0; i < statement->parameter_count; i++)
		if (strcmp(statement->parameters[i].name, name) == 0)
			return true;
	return false;
}

/* table: as SQL names it. One that is more than a name is not asked about. */
static aet_status
check_demands(checking *c, const char *table)
{
	aet__result *result = NULL;
	aet_error failed;
	aet_status status = aet__connection_query(
	    c->connection, demanded, &table, 1, c->deadline, &result, &failed);

	if (status == AET_EDB && !aet__connection_is_broken(c->connection))
		return AET_OK;
	if (status != AET_OK && c->err != NULL)
		*c->err = failed;
	for (size_t i = 0; status == AET_OK && i < aet__result_rows(result); i++)
		if (!has_parameter(c->statement, aet__result_text(result, i, 0)))
			status = add_break(c,
			    "column \"%s\" is NOT NULL, has no default, and is not given",
			    aet__result_text(result, i, 0));
	aet__result_free(result);
	return status;
}

#define INSERT_INTO "INSERT INTO "

static aet_status
check_insert(checking *c)
{
	size_t before = c->out->count;
	const char *sql = c->statement->sql;
	aet_status status = check_given(c, GIVEN_ALL, 0);

	if (status != AET_OK || c->out->count > before ||
	    strncmp(sql, INSERT_INTO, strlen(INSERT_INTO)) != 0)
		return status;
	return check_demands(c, sql + strlen(INSERT_INTO));
}

/* As a run looks at them first (pg/copy.c). */
static aet_status
check_copy(checking *c)
{
	const aet_statement *statement = c->statement;
	size_t before = c->out->count;
	aet__description described = { 0 };
	aet__text sql = { 0 };
	aet_status status;

	for (size_t i = 0; i < statement->parameter_count; i++) {
		aet__text_add(&sql, i == 0 ? "SELECT " : ", ");
		aet__text_add_identifier(&sql, statement->parameters[i].name);
	}
	aet__text_addf(&sql, " FROM %s", statement->sql);
	status = aet__text_ok(&sql) ? describe(c, aet__text_view(&sql), 0, &described)
				    : aet__error_memory(c->err);
	aet__text_free(&sql);
	for (size_t i = 0; i < described.column_count && status == AET_OK; i++)
		status = compare_type(c, statement->parameters[i].name,
		    &statement->parameters[i].type, described.columns[i].type);
	aet__description_free(&described);
	if (status == AET_OK && c->out->count == before)
		status = check_demands(c, statement->sql);
	return status;
}

/* ---- the whole -------------------------------------------------------------- */

static aet_status
check_kind(checking *c)
{
	switch (c->statement->kind) {
	case AET_STATEMENT_INSERT:
		return check_insert(c);
	case AET_STATEMENT_UPDATE:
		return check_update(c);
	case AET_STATEMENT_COPY:
		return check_copy(c);
	case AET_STATEMENT_PIECES:
		return check_pieces(c);
	case AET_STATEMENT_FIXED:
		break;
	}
	return check_given(c, GIVEN_ALL, 0);
}

static aet_status
check_statement(checking *c, const aet_statement *statement)
{
	aet_status status;

	if (statement == NULL || statement->size != sizeof(*statement))
		return aet_error_set(c->err, AET_EINVAL,
		    "the set holds a statement that is none: its size is unknown");
	c->statement = statement;
	c->out->checked++;
	c->types = aet__memory_array(statement->parameter_count + 1, sizeof(*c->types));
	status = c->types != NULL ? check_kind(c) : aet__error_memory(c->err);
	free(c->types);
	c->types = NULL;
	return status == AET_ENOTFOUND ? AET_OK : status;
}

static aet_status
check_set(checking *c, const aet_statement_set *set, int depth)
{
	aet_status status = AET_OK;

	if (set == NULL || depth > DEPTH)
		return aet_error_set(c->err, AET_EINVAL,
		    set == NULL ? "a set of statements has a part that is NULL"
				: "a set of statements is part of itself");
	for (size_t i = 0; i < set->count && status == AET_OK; i++)
		status = check_statement(c, set->items[i]);
	for (size_t i = 0; i < set->part_count && status == AET_OK; i++)
		status = check_set(c, set->parts[i], depth + 1);
	return status;
}

aet_status
aet__statements_check(const aet_statement_set *set, aet__connection *connection,
    aet__deadline deadline, aet__manifest_report *out, aet_error *err)
{
	checking c = { .connection = connection,
		.deadline = deadline,
		.arena = aet__arena_open(),
		.out = out,
		.err = err };

	*out = (aet__manifest_report){ .memory = c.arena };
	if (c.arena == NULL)
		return aet__error_memory(err);
	return check_set(&c, set, 0);
}
