/* SPDX-License-Identifier: MIT */
#include "bodies.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "proof.h"

/*
 * Those with settings of their own see other tables by the same names; those of
 * pg_catalog are on the whitelists. A row's columns go by their numbers, so that one
 * that was dropped leaves a function out.
 */
static const char bodies_sql[] =
    "SELECT p.oid, p.proretset, p.pronargs, COALESCE(p.proargdefaults::text, ''),"
    " p.prorettype, CASE WHEN t.typrelid <> 0 THEN ("
    "  SELECT pg_catalog.string_agg(a.atttypid::text, ' ' ORDER BY a.attnum)"
    "  FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = t.typrelid AND a.attnum > 0)"
    " WHEN p.proargmodes && '{o,b,t}' THEN ("
    "  SELECT pg_catalog.string_agg(u.type::text, ' ' ORDER BY u.place)"
    "  FROM ROWS FROM (pg_catalog.unnest(p.proallargtypes),"
    "   pg_catalog.unnest(p.proargmodes)) WITH ORDINALITY AS u (type, mode, place)"
    "  WHERE u.mode IN ('o', 'b', 't'))"
    " ELSE p.prorettype::text END"
    " FROM pg_catalog.pg_proc AS p"
    " JOIN pg_catalog.pg_language AS l ON l.oid = p.prolang"
    " JOIN pg_catalog.pg_type AS t ON t.oid = p.prorettype"
    " WHERE l.lanname = 'sql' AND p.prokind = 'f' AND p.proconfig IS NULL"
    " AND p.pronamespace <> 'pg_catalog'::pg_catalog.regnamespace"
    " AND p.prorettype <> 'pg_catalog.void'::pg_catalog.regtype"
    " ORDER BY p.oid";

/* Numbers with blanks between; one that is 0 was dropped. */
static void
read_columns(codegen_memory *memory, const char *text, codegen_body *body)
{
	uint32_t *columns = NULL;
	char *end;

	for (;;) {
		uint32_t type = (uint32_t)strtoul(text, &end, 10);

		if (end == text)
			break;
		columns = codegen_append(
		    memory, columns, &body->column_count, sizeof(*columns));
		columns[body->column_count - 1] = type;
		text = end;
	}
	body->columns = columns;
}

aet_status
codegen_bodies_read(
    const codegen_bodies_asking *ask, codegen_function_facts *facts, aet_error *err)
{
	codegen_bodies *bodies = codegen_room(ask->memory, 1, sizeof(*bodies));
	aet__result *result = NULL;
	aet_status status = aet__connection_query(
	    ask->connection, bodies_sql, NULL, 0, ask->deadline, &result, err);

	if (status != AET_OK)
		return status;
	bodies->count = aet__result_rows(result);
	bodies->items = codegen_room(ask->memory, bodies->count, sizeof(*bodies->items));
	for (size_t i = 0; i < bodies->count; i++) {
		codegen_body *body = &bodies->items[i];

		body->function = (uint32_t)aet__result_int64(result, i, 0);
		body->returns_set = aet__result_bool(result, i, 1);
		body->argument_count = (size_t)aet__result_int64(result, i, 2);
		body->defaults =
		    codegen_tree_parse(ask->memory, aet__result_text(result, i, 3));
		body->result = (uint32_t)aet__result_int64(result, i, 4);
		read_columns(ask->memory, aet__result_text(result, i, 5), body);
	}
	aet__result_free(result);
	facts->bodies = bodies;
	return AET_OK;
}

static codegen_body *
find(const codegen_function_facts *facts, uint32_t oid)
{
	size_t low = 0;
	size_t high = facts->bodies != NULL ? facts->bodies->count : 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		codegen_body *body = &facts->bodies->items[middle];

		if (body->function == oid)
			return body;
		if (body->function < oid)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/*
 * CREATE FUNCTION's own validator analyses each statement of the body, with the
 * arguments as parameters, and so prints its tree; nothing is run. The first that
 * is printed is of the command that asks. Nothing more comes for a function with
 * polymorphic arguments.
 */
static void
ask_for(const codegen_bodies_asking *ask, codegen_body *body)
{
	codegen_printed *printed = ask->printed;
	bool wanted = printed->wanted;
	aet_status status;
	char sql[80];

	snprintf(sql, sizeof(sql), "SELECT pg_catalog.fmgr_sql_validator(%" PRIu32 ")",
	    body->function);
	body->asked = true;
	aet__text_clear(&printed->text);
	printed->count = 0;
	printed->wanted = true;
	status =
	    aet__connection_command(ask->connection, sql, false, ask->deadline, NULL);
	if (status == AET_OK && printed->count > 1 && aet__text_ok(&printed->text))
		body->query = codegen_tree_query(
		    codegen_tree_parse(ask->memory, aet__text_view(&printed->text)));
	printed->wanted = wanted;
}

void
codegen_bodies_learn(const codegen_bodies_asking *ask,
    const codegen_function_facts *facts, const codegen_node *node)
{
	codegen_body *body = NULL;

	if (node == NULL)
		return;
	if (codegen_node_is(node, "FUNCEXPR"))
		body = find(facts, (uint32_t)codegen_node_number(node, "funcid"));
	else if (codegen_node_is(node, "OPEXPR"))
		body = find(facts, (uint32_t)codegen_node_number(node, "opfuncid"));
	if (body != NULL && !body->asked) {
		ask_for(ask, body);
		codegen_bodies_learn(ask, facts, body->query);
		codegen_bodies_learn(ask, facts, body->defaults);
	}
	for (size_t i = 0; i < codegen_node_children(node); i++)
		codegen_bodies_learn(ask, facts, codegen_node_child(node, i));
}

const codegen_body *
codegen_body_of(const codegen_function_facts *facts, uint32_t oid)
{
	const codegen_body *body = find(facts, oid);

	return body != NULL && body->query != NULL ? body : NULL;
}
