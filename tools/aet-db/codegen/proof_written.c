/* SPDX-License-Identifier: MIT */
/* Rows as RETURNING sees them: what an INSERT or an UPDATE has stored is what it
 * gave, unless a trigger had a hand in it. */
#include "proof_scope.h"

/* OnConflictAction's. */
enum { CONFLICT_UPDATE = 2 };

static const codegen_pg_attribute *
written_attribute(const codegen_scope_of *scope, long column)
{
	const codegen_node *entry = codegen_scope_entry(
	    scope, codegen_node_number(scope->query, "resultRelation"));

	return codegen_pg_attribute_find(scope->proof->model->pg_types,
	    (uint32_t)codegen_node_number(entry, "relid"), (int)column);
}

static const codegen_node *
given_value(const codegen_node *targets, long column)
{
	for (size_t i = 0; i < codegen_node_count(targets); i++) {
		const codegen_node *target = codegen_node_item(targets, i);

		if (codegen_node_number(target, "resno") == column &&
		    !codegen_node_flag(target, "resjunk"))
			return codegen_node_field(target, "expr");
	}
	return NULL;
}

/* A value that is stored is worked out from the rows as they were before. */
static bool
prove_given(const codegen_scope_of *scope, const codegen_node *targets, long column)
{
	codegen_scope_of before = *scope;

	before.before = true;
	before.row_facts = NULL;
	return codegen_prove_expression(&before, given_value(targets, column));
}

static bool
prove_inserted(const codegen_scope_of *scope, const codegen_pg_attribute *attribute)
{
	return attribute->insert_kept &&
	       prove_given(scope, codegen_node_field(scope->query, "targetList"),
		   attribute->number);
}

/* The row may be one that was there already. */
static bool
prove_upserted(const codegen_scope_of *scope, const codegen_pg_attribute *attribute)
{
	const codegen_node *conflict = codegen_node_field(scope->query, "onConflict");

	if (!prove_inserted(scope, attribute))
		return false;
	if (codegen_node_number(conflict, "action") != CONFLICT_UPDATE)
		return true;
	return attribute->update_kept &&
	       prove_given(scope, codegen_node_field(conflict, "onConflictSet"),
		   attribute->number);
}

/* What an UPDATE does not touch is as its condition says. */
static bool
prove_updated(const codegen_scope_of *scope, const codegen_pg_attribute *attribute)
{
	const codegen_node *targets = codegen_node_field(scope->query, "targetList");

	if (!attribute->update_kept)
		return false;
	if (given_value(targets, attribute->number) != NULL)
		return prove_given(scope, targets, attribute->number);
	return codegen_fact_is_column(scope->facts,
	    codegen_node_number(scope->query, "resultRelation"), attribute->number);
}

bool
codegen_prove_written(const codegen_scope_of *scope, long column)
{
	const codegen_pg_attribute *attribute = written_attribute(scope, column);

	if (column <= 0)
		return true; /* the row itself, and system columns */
	if (attribute == NULL)
		return false;
	if (attribute->never_null)
		return true;
	switch (codegen_node_number(scope->query, "commandType")) {
	case CODEGEN_INSERT:
		return prove_upserted(scope, attribute);
	case CODEGEN_UPDATE:
		return prove_updated(scope, attribute);
	default:
		return false;
	}
}

/* NOT NULL is looked at before conflicts are. */
bool
codegen_prove_excluded(const codegen_scope_of *scope, long column)
{
	const codegen_pg_attribute *attribute = written_attribute(scope, column);

	return attribute != NULL &&
	       (attribute->never_null || prove_inserted(scope, attribute));
}

/* What is stored where NULL is refused is not NULL; a trigger might have mended it. */
void
codegen_learn_written(codegen_scope_of *scope)
{
	const codegen_node *targets = codegen_node_field(scope->query, "targetList");
	long command = codegen_node_number(scope->query, "commandType");

	if (command != CODEGEN_INSERT && command != CODEGEN_UPDATE)
		return;
	for (size_t i = 0; i < codegen_node_count(targets); i++) {
		const codegen_node *target = codegen_node_item(targets, i);
		const codegen_pg_attribute *attribute =
		    written_attribute(scope, codegen_node_number(target, "resno"));

		if (attribute != NULL && attribute->never_null &&
		    !codegen_node_flag(target, "resjunk") &&
		    (command == CODEGEN_INSERT ? attribute->insert_kept
					       : attribute->update_kept))
			codegen_fact_not_null(scope->proof, &scope->facts,
			    codegen_node_field(target, "expr"));
	}
}
