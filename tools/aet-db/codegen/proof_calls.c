/* SPDX-License-Identifier: MIT */
/* What functions and operators give: PostgreSQL's own by whitelist, those in
 * LANGUAGE sql by what their bodies say. */
#include <string.h>

#include "bodies.h"
#include "proof_scope.h"

/* ---- functions and operators --------------------------------------------------- */

/* EXTRACT(epoch FROM ...): fields that infinity has, too. */
static bool
is_endless_field(const codegen_scope_of *scope, const codegen_node *field)
{
	static const char *const fields[] = { "epoch", "year", "decade", "century",
		"millennium", "julian", "isoyear" };
	const char *text;

	if (!codegen_node_is(field, "CONST") || codegen_node_flag(field, "constisnull"))
		return false;
	text = codegen_node_string(scope->proof->model->memory, field);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (strcmp(text, fields[i]) == 0)
			return true;
	return false;
}

/* ---- functions in LANGUAGE sql ---------------------------------------------------- */

/* Types between which a function's result is made to fit its declaration without
 * becoming NULL: numbers, and texts. */
static bool
fits(uint32_t from, uint32_t to)
{
	static const uint32_t numbers[] = { 20, 21, 23, 700, 701, 1700 };
	static const uint32_t texts[] = { 25, 1042, 1043 };
	bool both[2] = { false, false };

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		both[0] = both[0] || numbers[i] == from;
		both[1] = both[1] || numbers[i] == to;
	}
	if (both[0] && both[1])
		return true;
	both[0] = both[1] = false;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		both[0] = both[0] || texts[i] == from;
		both[1] = both[1] || texts[i] == to;
	}
	return (both[0] && both[1]) || (from == to && from != 0);
}

/* The expression for the place-th argument: given in order, or by name, or the
 * default, of which there are some for the last arguments. */
static const codegen_node *
argument_of(const codegen_body *body, const codegen_node *call, size_t place)
{
	const codegen_node *args = codegen_node_field(call, "args");
	size_t defaults = codegen_node_count(body->defaults);

	for (size_t i = 0; i < codegen_node_count(args); i++) {
		const codegen_node *arg = codegen_node_item(args, i);
		bool named = codegen_node_is(arg, "NAMEDARGEXPR");

		if (named ? (size_t)codegen_node_number(arg, "argnumber") == place
			  : i == place)
			return arg;
	}
	return place + defaults >= body->argument_count
		   ? codegen_node_item(
			 body->defaults, place + defaults - body->argument_count)
		   : NULL;
}

/* Which of the body's parameters cannot be NULL. A strict function is not called
 * for NULL: all tells whether it is called for sure. */
static bool *
arguments_of(const codegen_scope_of *scope, const codegen_body *body,
    const codegen_node *call, bool strict, bool *all)
{
	bool *required = codegen_room(
	    scope->proof->model->memory, body->argument_count, sizeof(*required));

	*all = true;
	for (size_t i = 0; i < body->argument_count; i++) {
		bool proven = codegen_prove_expression(scope, argument_of(body, call, i));

		required[i] = proven || strict;
		*all = *all && proven;
	}
	return required;
}

static bool
is_under_way(const codegen_proof *proof, const codegen_body *body)
{
	for (const codegen_call *call = proof->calls; call != NULL; call = call->next)
		if (call->body == body)
			return true;
	return false;
}

/* In the body, by what is known of the arguments. */
static bool
prove_in_body(
    codegen_proof *proof, const codegen_body *body, const bool *required, size_t column)
{
	const codegen_call call = { body, proof->calls };
	const codegen_scope_of nothing = { .proof = proof };
	const bool *outer = proof->required;
	size_t outer_count = proof->required_count;
	bool proven;

	proof->calls = &call;
	proof->required = required;
	proof->required_count = body->argument_count;
	proven = codegen_prove_column(&nothing, body->query, column);
	proof->required = outer;
	proof->required_count = outer_count;
	proof->calls = call.next;
	return proven;
}

static bool
columns_fit(const codegen_body *body)
{
	if (codegen_query_width(body->query) != body->column_count)
		return false;
	for (size_t i = 0; i < body->column_count; i++)
		if (!fits(codegen_query_type(body->query, i + 1), body->columns[i]))
			return false;
	return true;
}

bool
codegen_prove_body(const codegen_scope_of *scope, const codegen_node *call,
    const char *oid, size_t column)
{
	codegen_proof *proof = scope->proof;
	uint32_t function = (uint32_t)codegen_node_number(call, oid);
	const codegen_body *body = codegen_body_of(proof->facts, function);
	bool strict = codegen_function_fact_of(proof->facts, function).strict;
	const codegen_scope_of nothing = { .proof = proof };
	const bool *required;
	bool called;

	if (body == NULL || column < 1 || column > body->column_count ||
	    is_under_way(proof, body) || !columns_fit(body))
		return false;
	required = arguments_of(scope, body, call, strict, &called);
	if (!body->returns_set &&
	    ((strict && !called) || !codegen_has_row(&nothing, body->query)))
		return false;
	return prove_in_body(proof, body, required, column);
}

/* As a value; a row of several columns is none that is NULL. */
static bool
prove_own(const codegen_scope_of *scope, const codegen_node *call, const char *oid)
{
	const codegen_body *body = codegen_body_of(
	    scope->proof->facts, (uint32_t)codegen_node_number(call, oid));

	return body != NULL && body->column_count == 1 &&
	       body->columns[0] == body->result &&
	       codegen_prove_body(scope, call, oid, 1);
}

/* Functions that give rows give none rather than NULL, but where there are two of
 * them the shorter one is filled up. */
static bool
prove_rows(
    const codegen_scope_of *scope, const codegen_node *call, codegen_function_fact fact)
{
	const codegen_node *args = codegen_node_field(call, "args");

	if (!scope->one_of_rows)
		return false;
	if (fact.class == CODEGEN_ROWS_ITEMS)
		return codegen_prove_items(scope, codegen_node_item(args, 0));
	return fact.class == CODEGEN_ROWS || prove_own(scope, call, "funcid");
}

bool
codegen_prove_call(
    const codegen_scope_of *scope, const codegen_node *call, const char *oid)
{
	const codegen_node *args = codegen_node_field(call, "args");
	codegen_function_fact fact = codegen_function_fact_of(
	    scope->proof->facts, (uint32_t)codegen_node_number(call, oid));

	if (codegen_node_flag(call, "funcretset") || codegen_node_flag(call, "opretset"))
		return prove_rows(scope, call, fact);
	if (codegen_node_flag(call, "funcvariadic") && !codegen_prove_all(scope, args))
		return false; /* concat(VARIADIC NULL) */
	switch (fact.class) {
	case CODEGEN_NEVER_NULL:
		return true;
	case CODEGEN_AS_ARGUMENTS:
		return codegen_prove_all(scope, args);
	case CODEGEN_AS_FIRST:
		return codegen_prove_expression(scope, codegen_node_item(args, 0));
	case CODEGEN_AS_ANY:
		return codegen_prove_any(scope, args);
	case CODEGEN_AS_FIELD:
		return is_endless_field(scope, codegen_node_item(args, 0)) &&
		       codegen_prove_all(scope, args);
	default:
		return prove_own(scope, call, oid);
	}
}
