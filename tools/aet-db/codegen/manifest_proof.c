/* SPDX-License-Identifier: MIT */
#include "manifest_proof.h"

#include <string.h>

#include "bodies.h"
#include "describe.h"
#include "proof.h"
#include "stored.h"

typedef struct proving {
	codegen_model model;
	codegen_bodies_asking ask;
	codegen_function_facts *facts;
	codegen_printed printed;
} proving;

/* What C can say to be NULL inside of a value: is_null of a struct. */
static bool
is_struct(const codegen_pg_types *types, uint32_t oid)
{
	const codegen_pg_type *type = codegen_pg_type_find(types, oid);

	return type == NULL || type->element != 0 || strchr("crm", type->kind) != NULL;
}

static bool
prove(void *ctx, const uint32_t *types, bool *required, size_t parameter_count,
    bool *not_null, size_t column_count)
{
	proving *p = ctx;
	const char *text = aet__text_view(&p->printed.text);
	const codegen_node *tree;

	if (text[0] == '\0' || !aet__text_ok(&p->printed.text))
		return false;
	for (size_t i = 0; i < parameter_count; i++)
		required[i] = required[i] && !is_struct(p->model.pg_types, types[i]);
	tree = codegen_tree_query(codegen_tree_parse(p->model.memory, text));
	codegen_bodies_learn(&p->ask, p->facts, tree);
	return codegen_prove(&p->model, p->facts, tree,
	    (codegen_required){ required, parameter_count }, not_null, column_count);
}

static aet_status
prepare(proving *p, aet__connection *connection, aet__deadline deadline, aet_error *err)
{
	aet_status status = codegen_pg_types_read(
	    p->model.memory, connection, deadline, &p->model.pg_types, err);

	if (status == AET_OK)
		status = codegen_functions_read(
		    p->model.memory, connection, deadline, &p->facts, err);
	p->ask =
	    (codegen_bodies_asking){ p->model.memory, connection, &p->printed, deadline };
	if (status == AET_OK)
		status = codegen_bodies_read(&p->ask, p->facts, err);
	if (status == AET_OK)
		status =
		    codegen_stored_read(&p->model, p->facts, connection, deadline, err);
	if (status == AET_OK)
		status =
		    codegen_describe_settings(connection, &p->printed, deadline, err);
	return status;
}

aet_status
codegen_manifest_check(codegen_memory *memory, const char *text, size_t len,
    const char *url, aet__deadline deadline, aet__manifest_report *report, aet_error *err)
{
	proving p = { .model = { .memory = memory } };
	const aet__connection_options options = { .url = url,
		.application_name = "aet-db check",
		.statement_cache = 1,
		.detail = codegen_printed_take,
		.detail_ctx = &p.printed };
	aet__connection *connection = NULL;
	aet_status status;

	memset(report, 0, sizeof(*report));
	status = aet__connection_open(&options, deadline, &connection, err);
	if (status == AET_OK)
		status = prepare(&p, connection, deadline, err);
	if (status == AET_OK)
		status = aet__manifest_check(
		    text, len, connection, prove, &p, deadline, report, err);
	aet__connection_close(connection);
	aet__text_free(&p.printed.text);
	return status;
}
