/* SPDX-License-Identifier: MIT */
/* The safe way, as SQL that names the table, the column, the constraint. */
#include <stdio.h>
#include <string.h>

#include "lint/cause.h"

#define ALONE "in a file of its own that begins with \"-- aet: no-transaction\": "

const char *
lint_short(const lint_fact *column)
{
	const char *last = column->name;
	bool quoted = false;

	for (const char *c = column->name; *c != '\0'; c++) {
		if (*c == '"')
			quoted = !quoted;
		else if (*c == '.' && !quoted)
			last = c + 1;
	}
	return last;
}

/* The two numbers of a column's id, with the second put apart. */
static const char *
number_of(lint_state *state, const lint_fact *column, const char **relation)
{
	const char *slash = strchr(column->id, '/');

	*relation =
	    codegen_copy_n(state->memory, column->id, (size_t)(slash - column->id));
	return slash + 1;
}

const char *
lint_definition(lint_state *state, const lint_fact *fact)
{
	const char *relation;
	const char *number;

	if (fact->kind == LINT_CONSTRAINT)
		return lint_ask(
		    state, "SELECT pg_get_constraintdef($1::oid)", fact->id, NULL);
	if (fact->kind == LINT_INDEX)
		return lint_ask(state, "SELECT pg_get_indexdef($1::oid)", fact->id, NULL);
	number = number_of(state, fact, &relation);
	return lint_ask(state,
	    "SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef"
	    " WHERE adrelid = $1::oid AND adnum = $2::smallint",
	    relation, number);
}

/* CREATE [UNIQUE] INDEX name ...: with CONCURRENTLY. */
static const char *
concurrently(lint_state *state, const char *definition)
{
	const char *name = strstr(definition, "INDEX ");

	if (name == NULL)
		return definition;
	name += strlen("INDEX ");
	return codegen_format(state->memory, "%.*sCONCURRENTLY %s",
	    (int)(name - definition), definition, name);
}

static const char *
for_index(lint_state *state, const lint_fact *index)
{
	return codegen_format(state->memory, ALONE "%s",
	    concurrently(state, lint_definition(state, index)));
}

static const char *
for_constraint(lint_state *state, const char *table, const lint_fact *constraint)
{
	const char *kind = constraint->texts[CONSTRAINT_KIND];
	const lint_fact *index =
	    lint_find(state->after, LINT_INDEX, constraint->texts[CONSTRAINT_INDEX]);
	bool unique = strcmp(kind, "u") == 0 || strcmp(kind, "p") == 0;

	if (unique && index != NULL)
		return codegen_format(state->memory,
		    ALONE "%s; then ALTER TABLE %s ADD CONSTRAINT %s %s USING INDEX %s",
		    concurrently(state, lint_definition(state, index)), table,
		    constraint->name, *kind == 'u' ? "UNIQUE" : "PRIMARY KEY",
		    lint_short(index));
	if (strcmp(kind, "x") == 0)
		return "an exclusion constraint can only be built under the lock: make "
		       "it on a new, empty table, and move the rows in batches";
	return codegen_format(state->memory,
	    "ALTER TABLE %s ADD CONSTRAINT %s %s NOT VALID; and in the next migration: "
	    "ALTER TABLE %s VALIDATE CONSTRAINT %s",
	    table, constraint->name, lint_definition(state, constraint), table,
	    constraint->name);
}

static const char *
for_not_null(lint_state *state, const char *table, const lint_fact *column)
{
	const char *name = lint_short(column);

	return codegen_format(state->memory,
	    "ALTER TABLE %s ADD CONSTRAINT %s_present CHECK (%s IS NOT NULL) NOT VALID; "
	    "fill the rows that have none; in the next migration: ALTER TABLE %s "
	    "VALIDATE CONSTRAINT %s_present; in the one after that ALTER TABLE %s ALTER "
	    "COLUMN %s SET NOT NULL, which then reads no row, and DROP CONSTRAINT "
	    "%s_present",
	    table, *name == '"' ? "it" : name, name, table, *name == '"' ? "it" : name,
	    table, name, *name == '"' ? "it" : name);
}

static const char *
for_type(lint_state *state, const char *table, const lint_fact *column)
{
	return codegen_format(state->memory,
	    "ALTER TABLE %s ADD COLUMN new_%s %s; have the game write both, fill the old "
	    "rows in batches, have it read the new one, and drop the old one a release "
	    "later",
	    table, *lint_short(column) == '"' ? "column" : lint_short(column),
	    column->texts[COLUMN_TYPE_TEXT]);
}

static const char *
for_volatile(lint_state *state, const char *table, const lint_fact *column)
{
	const char *name = lint_short(column);
	const char *value = lint_definition(state, column);

	return codegen_format(state->memory,
	    "ALTER TABLE %s ADD COLUMN %s %s; ALTER TABLE %s ALTER COLUMN %s SET DEFAULT "
	    "%s; and in batches, outside of this transaction: UPDATE %s SET %s = %s "
	    "WHERE "
	    "%s IS NULL",
	    table, name, column->texts[COLUMN_TYPE_TEXT], table, name, value, table, name,
	    value, name);
}

const char *
lint_advice(lint_state *state, const char *relation, lint_cause cause)
{
	const char *table = lint_name(state, relation);

	switch (cause.kind) {
	case LINT_CAUSE_ENUM:
		return "keep the type, and only ALTER TYPE ... ADD VALUE; a label that "
		       "nobody uses any more may stay";
	case LINT_CAUSE_TYPE:
		return for_type(state, table, cause.fact);
	case LINT_CAUSE_VOLATILE:
		return for_volatile(state, table, cause.fact);
	case LINT_CAUSE_COLUMN:
		return codegen_format(state->memory,
		    "make %s a plain column without a value, fill it in batches, and let "
		    "new rows have it by a default or a trigger",
		    cause.fact->name);
	case LINT_CAUSE_CONSTRAINT:
		return for_constraint(state, table, cause.fact);
	case LINT_CAUSE_VALIDATE:
		return codegen_format(state->memory,
		    "in the next migration, where no lock is held: ALTER TABLE %s "
		    "VALIDATE CONSTRAINT %s",
		    table, cause.fact->name);
	case LINT_CAUSE_NOT_NULL:
		return for_not_null(state, table, cause.fact);
	case LINT_CAUSE_PARTITION:
		return codegen_format(state->memory,
		    "first a CHECK on %s that says what the partition's bounds say, NOT "
		    "VALID, and validated in a migration before this one: attaching then "
		    "reads no row",
		    table);
	case LINT_CAUSE_INDEX:
		return for_index(state, cause.fact);
	case LINT_CAUSE_REINDEX:
		return codegen_format(state->memory,
		    ALONE "REINDEX INDEX CONCURRENTLY %s", cause.fact->name);
	case LINT_CAUSE_NONE:
		break;
	}
	return NULL;
}
