/* SPDX-License-Identifier: MIT */
/*
 * An insert names the columns that are given and leaves DEFAULT to the others;
 * an update sets the columns that are given. Parameters are numbered over the
 * given ones alone, since a server counts them without gaps.
 */
#include "pg/statement_text.h"

#include "core/text.h"
#include "pg/args.h"
#include "pg/pieces.h"

static void
add_arrays(aet__text *sql, size_t count)
{
	aet__text_add(sql, ") SELECT ");
	for (size_t i = 1; i <= count; i++)
		aet__text_addf(sql, i == 1 ? "c%zu" : ", c%zu", i);
	aet__text_add(sql, " FROM ROWS FROM (");
	for (size_t i = 1; i <= count; i++)
		aet__text_addf(sql, "%spg_catalog.unnest($%zu)", i == 1 ? "" : ", ", i);
	aet__text_add(sql, ") WITH ORDINALITY AS given (");
	for (size_t i = 1; i <= count; i++)
		aet__text_addf(sql, "c%zu, ", i);
	aet__text_add(sql, "place) ORDER BY place");
}

static void
add_insert(aet__text *sql, const aet_statement *statement, const aet_args *args)
{
	size_t given = 0;

	aet__text_add(sql, statement->sql);
	for (size_t i = 0; i < args->count; i++) {
		if (!aet__args_is_given(args, i))
			continue;
		aet__text_add(sql, given++ == 0 ? " (" : ", ");
		aet__text_add_identifier(sql, statement->parameters[i].name);
	}
	if (args->choice == AET__AS_ARRAYS) {
		add_arrays(sql, given);
		aet__text_add(sql, statement->tail);
		return;
	}
	aet__text_add(sql, given > 0 ? ") VALUES (" : " DEFAULT VALUES");
	for (size_t i = 1; i <= given; i++)
		aet__text_addf(sql, i == 1 ? "$%zu" : ", $%zu", i);
	aet__text_add(sql, given > 0 ? ")" : "");
	aet__text_add(sql, statement->tail);
}

static bool
sets_something(const aet_statement *statement, const aet_args *args)
{
	for (size_t i = statement->keys; i < args->count; i++)
		if (aet__args_is_given(args, i))
			return true;
	return false;
}

static void
add_update(aet__text *sql, const aet_statement *statement, const aet_args *args)
{
	const char *comma = " ";
	size_t number = statement->keys;
	const aet_parameter *parameter;

	aet__text_add(sql, statement->sql);
	for (size_t i = statement->keys; i < args->count; i++) {
		parameter = &statement->parameters[i];
		if (!aet__args_is_given(args, i) && parameter->when_unset == NULL)
			continue;
		aet__text_add(sql, comma);
		comma = ", ";
		aet__text_add_identifier(sql, parameter->name);
		if (aet__args_is_given(args, i))
			aet__text_addf(sql, " = $%zu", ++number);
		else
			aet__text_addf(sql, " = %s", parameter->when_unset);
	}
	aet__text_add(sql, statement->tail);
}

char *
aet__statement_text(const aet_statement *statement, const aet_args *args)
{
	aet__text sql = { 0 };

	switch (statement->kind) {
	case AET_STATEMENT_INSERT:
		add_insert(&sql, statement, args);
		break;
	case AET_STATEMENT_UPDATE:
		if (sets_something(statement, args))
			add_update(&sql, statement, args);
		else
			aet__text_add(&sql, statement->otherwise);
		break;
	case AET_STATEMENT_PIECES:
		aet__text_add(&sql, statement->sql);
		aet__pieces_add(&sql, statement, args);
		break;
	case AET_STATEMENT_FIXED:
	case AET_STATEMENT_COPY:
		aet__text_add(&sql, statement->sql);
		break;
	}
	return aet__text_take(&sql);
}
