/* SPDX-License-Identifier: MIT */
#include "check_values.h"

#include <string.h>

#include "proof.h"

/* Operators of pg_operator.dat: = of text, name, character; <@ of arrays. */
static const long equals[] = { 98, 93, 1054 };
#define CONTAINED 2752

/* What a CHECK is looked through for: the values that it allows for a column, or
 * for a domain (number 0). */
typedef struct looking {
	codegen_memory *memory;
	long number;
	codegen_texts found;
} looking;

/* ---- the CHECK's tree --------------------------------------------------------- */

static bool
is_column(const looking *in, const codegen_node *expression)
{
	const codegen_node *node = codegen_node_strip(expression);

	if (in->number == 0)
		return codegen_node_is(node, "COERCETODOMAINVALUE");
	return codegen_node_is(node, "VAR") &&
	       codegen_node_number(node, "varattno") == in->number;
}

static bool
mentions(const looking *in, const codegen_node *node)
{
	if (is_column(in, node))
		return true;
	for (size_t i = 0; i < codegen_node_children(node); i++)
		if (mentions(in, codegen_node_child(node, i)))
			return true;
	return false;
}

static bool
add_constant(looking *in, const codegen_node *expression)
{
	const codegen_node *constant = codegen_node_strip(expression);
	const char *text;

	if (!codegen_node_is(constant, "CONST") ||
	    codegen_node_flag(constant, "constisnull"))
		return false;
	text = codegen_node_string(in->memory, constant);
	if (codegen_texts_have(&in->found, text))
		return true;
	in->found.items = codegen_append(
	    in->memory, in->found.items, &in->found.count, sizeof(*in->found.items));
	in->found.items[in->found.count - 1] = text;
	return true;
}

static bool
add_elements(looking *in, const codegen_node *expression)
{
	const codegen_node *elements =
	    codegen_node_field(codegen_node_strip(expression), "elements");

	for (size_t i = 0; i < codegen_node_count(elements); i++)
		if (!add_constant(in, codegen_node_item(elements, i)))
			return false;
	return codegen_node_count(elements) > 0;
}

static bool
is_equals(const codegen_node *node)
{
	for (size_t i = 0; i < sizeof(equals) / sizeof(equals[0]); i++)
		if (codegen_node_number(node, "opno") == equals[i])
			return true;
	return false;
}

static bool lists_values(looking *in, const codegen_node *node);

/* x IN (...) OR something about others; of x itself nothing but that it is NULL. */
static bool
any_lists_values(looking *in, const codegen_node *args)
{
	for (size_t i = 0; i < codegen_node_count(args); i++) {
		const codegen_node *arg = codegen_node_item(args, i);

		if (mentions(in, arg) && !codegen_node_is(arg, "NULLTEST") &&
		    !lists_values(in, arg))
			return false;
	}
	return in->found.count > 0;
}

/* Whether it says which values there are, and no more of them. */
static bool
lists_values(looking *in, const codegen_node *node)
{
	const codegen_node *args = codegen_node_field(node, "args");
	const codegen_node *left = codegen_node_item(args, 0);
	const codegen_node *right = codegen_node_item(args, 1);

	if (codegen_node_is(node, "SCALARARRAYOPEXPR"))
		return codegen_node_flag(node, "useOr") && is_equals(node) &&
		       is_column(in, left) && add_elements(in, right);
	if (codegen_node_is(node, "OPEXPR") && is_equals(node))
		return (is_column(in, left) && add_constant(in, right)) ||
		       (is_column(in, right) && add_constant(in, left));
	if (codegen_node_is(node, "OPEXPR"))
		return codegen_node_number(node, "opno") == CONTAINED &&
		       is_column(in, left) && add_elements(in, right);
	if (codegen_node_is(node, "BOOLEXPR") &&
	    strcmp(codegen_node_text(node, "boolop"), "or") == 0)
		return any_lists_values(in, args);
	return false;
}

/* Of a condition with AND each part counts by itself. */
static bool
find_values(looking *in, const codegen_node *check)
{
	const codegen_node *args = codegen_node_field(check, "args");

	if (!codegen_node_is(check, "BOOLEXPR") ||
	    strcmp(codegen_node_text(check, "boolop"), "and") != 0) {
		in->found.count = 0;
		return lists_values(in, check);
	}
	for (size_t i = 0; i < codegen_node_count(args); i++)
		if (find_values(in, codegen_node_item(args, i)))
			return true;
	return false;
}

/* ---- both compared -------------------------------------------------------------- */

static void
add_missing(
    aet__text *out, const codegen_texts *from, const codegen_texts *in, const char *who)
{
	size_t count = 0;

	for (size_t i = 0; i < from->count; i++) {
		if (codegen_texts_have(in, from->items[i]))
			continue;
		aet__text_addf(out, "%s\"%s\"",
		    count > 0      ? ", "
		    : out->len > 0 ? "; "
				   : "",
		    from->items[i]);
		count++;
	}
	if (count > 0)
		aet__text_addf(out, " in %s alone", who);
}

static void
compare(codegen_model *model, const codegen_enum_config *config,
    const codegen_texts *found, const char *constraint)
{
	aet__text differences = { 0 };

	add_missing(&differences, &config->values, found, "the enum");
	add_missing(&differences, found, &config->values, "the constraint");
	if (differences.len > 0)
		codegen_config_wrong(model->messages, model->config->file, config->path,
		    "values", "make them the same, or the enum \"open\"",
		    "enum \"%s\" and constraint \"%s\" have other values: %s",
		    config->name, constraint, aet__text_view(&differences));
	aet__text_free(&differences);
}

/* ---- what is asked for ---------------------------------------------------------- */

/* The CHECKs of a table with a column of a given number, and of a domain (0). */
static const char checks_sql[] =
    "SELECT k.conname, k.conbin, a.attnum, n.nspname || '.' || c.relname || '.' || "
    "a.attname"
    " FROM pg_catalog.pg_constraint AS k"
    " JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid"
    " JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace"
    " JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = ANY "
    "(k.conkey)"
    " WHERE k.contype = 'c'"
    " UNION ALL"
    " SELECT k.conname, k.conbin, 0, n.nspname || '.' || t.typname"
    " FROM pg_catalog.pg_constraint AS k"
    " JOIN pg_catalog.pg_type AS t ON t.oid = k.contypid"
    " JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace"
    " WHERE k.contype = 'c'"
    " ORDER BY 4, 1";

static void
check_row(codegen_model *model, const aet__result *result, size_t row)
{
	const char *path = aet__result_text(result, row, 3);
	looking in = { .memory = model->memory,
		.number = (long)aet__result_int64(result, row, 2) };

	for (size_t i = 0; i < model->config->enum_count; i++) {
		const codegen_enum_config *config = &model->config->enums[i];
		const codegen_texts *paths =
		    in.number == 0 ? &config->types : &config->columns;

		if (!config->open && codegen_texts_have(paths, path) &&
		    find_values(&in, codegen_tree_parse(model->memory,
					 aet__result_text(result, row, 1))))
			compare(
			    model, config, &in.found, aet__result_text(result, row, 0));
	}
}

aet_status
codegen_check_values(codegen_model *model, aet__connection *connection,
    aet__deadline deadline, aet_error *err)
{
	aet__result *result = NULL;
	aet_status status;

	if (model->config->enum_count == 0)
		return AET_OK;
	status = aet__connection_query(
	    connection, checks_sql, NULL, 0, deadline, &result, err);
	if (status != AET_OK)
		return status;
	for (size_t i = 0; i < aet__result_rows(result); i++)
		check_row(model, result, i);
	aet__result_free(result);
	return AET_OK;
}
