/* SPDX-License-Identifier: MIT */
#include "stored.h"

#include "proof.h"

/* What inherits from a table may have another expression. */
static const char generated_sql[] =
    "SELECT d.adrelid, d.adnum, d.adbin FROM pg_catalog.pg_attrdef AS d"
    " JOIN pg_catalog.pg_attribute AS a ON a.attrelid = d.adrelid AND a.attnum = d.adnum"
    " JOIN pg_catalog.pg_class AS c ON c.oid = d.adrelid"
    " WHERE a.attgenerated = 's' AND c.relkind = 'r' AND NOT c.relhassubclass"
    " ORDER BY d.adrelid, d.adnum";

static const char views_sql[] =
    "SELECT c.oid, r.ev_action FROM pg_catalog.pg_class AS c"
    " JOIN pg_catalog.pg_rewrite AS r ON r.ev_class = c.oid"
    " WHERE c.relkind = 'm' AND r.rulename = '_RETURN' ORDER BY c.oid";

static codegen_pg_attribute *
attribute_of(const codegen_pg_types *types, uint32_t relation, int number)
{
	size_t count;
	const codegen_pg_attribute *first =
	    codegen_pg_attributes_of(types, relation, &count);

	for (size_t i = 0; i < count; i++)
		if (first[i].number == number)
			return &types
				    ->attributes[(size_t)(first - types->attributes) + i];
	return NULL;
}

/* The first oid of what is not PostgreSQL's own (access/transam.h). */
#define FIRST_OF_USERS 16384

/* What is stored was worked out by the functions of another day, of which only
 * PostgreSQL's own are sure to be the same. */
static codegen_function_facts
lasting(const codegen_function_facts *facts)
{
	codegen_function_facts own = { .items = facts->items, .count = facts->count };

	while (own.count > 0 && own.items[own.count - 1].oid >= FIRST_OF_USERS)
		own.count--;
	return own;
}

/* As if it were asked of the table alone, which is 1 in the expression. */
static void
mark_generated(codegen_model *model, const codegen_function_facts *facts,
    const aet__result *result, size_t row)
{
	uint32_t relation = (uint32_t)aet__result_int64(result, row, 0);
	codegen_pg_attribute *attribute = attribute_of(
	    model->pg_types, relation, (int)aet__result_int64(result, row, 1));
	const char *query = codegen_format(model->memory,
	    "{QUERY :commandType 1 :rtable ({RTE :rtekind 0 :relid %u}) :jointree "
	    "{FROMEXPR"
	    " :fromlist ({RANGETBLREF :rtindex 1}) :quals <>} :targetList ({TARGETENTRY"
	    " :expr %s :resno 1 :ressortgroupref 0 :resjunk false})}",
	    (unsigned int)relation, aet__result_text(result, row, 2));
	bool not_null = false;

	if (attribute != NULL &&
	    codegen_prove(model, facts, codegen_tree_parse(model->memory, query),
		(codegen_required){ NULL, 0 }, &not_null, 1))
		attribute->never_null = attribute->never_null || not_null;
}

/*
 * A materialized view is as old as its last REFRESH: a constraint, a function or a
 * view may have changed since, so that none of theirs counts. What its definition
 * says by itself does; that cannot change.
 */
static void
mark_view(codegen_model *model, const codegen_function_facts *facts,
    const aet__result *result, size_t row)
{
	codegen_pg_types none = { 0 };
	codegen_model bare = { .memory = model->memory, .pg_types = &none };
	uint32_t relation = (uint32_t)aet__result_int64(result, row, 0);
	const codegen_node *query = codegen_tree_query(
	    codegen_tree_parse(model->memory, aet__result_text(result, row, 1)));
	size_t count;
	const codegen_pg_attribute *first =
	    codegen_pg_attributes_of(model->pg_types, relation, &count);
	bool *not_null = codegen_room(model->memory, count, sizeof(*not_null));

	if (!codegen_prove(
		&bare, facts, query, (codegen_required){ NULL, 0 }, not_null, count))
		return;
	for (size_t i = 0; i < count; i++)
		attribute_of(model->pg_types, relation, first[i].number)->never_null =
		    not_null[first[i].number - 1];
}

typedef void marking(codegen_model *model, const codegen_function_facts *facts,
    const aet__result *result, size_t row);

aet_status
codegen_stored_read(codegen_model *model, const codegen_function_facts *facts,
    aet__connection *connection, aet__deadline deadline, aet_error *err)
{
	static const struct {
		const char *sql;
		marking *mark;
	} steps[] = { { generated_sql, mark_generated }, { views_sql, mark_view } };

	const codegen_function_facts own = lasting(facts);

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		aet__result *result = NULL;
		aet_status status = aet__connection_query(
		    connection, steps[i].sql, NULL, 0, deadline, &result, err);

		if (status != AET_OK)
			return status;
		for (size_t j = 0; j < aet__result_rows(result); j++)
			steps[i].mark(model, &own, result, j);
		aet__result_free(result);
	}
	return AET_OK;
}
