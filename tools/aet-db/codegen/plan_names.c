/* SPDX-License-Identifier: MIT */
/* What belongs to a query besides its function is called after it, as far as
 * that is free: its row, its parameters, what is static in its source. */
#include <string.h>

#include "registry.h"
#include "plan.h"

static const char *
owner_of(codegen_unit *unit, const codegen_query *query)
{
	return codegen_format(unit->memory, "query \"%s\"", query->name);
}

/* A type that is called like the query, with a tail. */
static const char *
type_name(
    codegen_unit *unit, const codegen_query *query, const char *tail, codegen_forms forms)
{
	return codegen_format(unit->memory, "%s_%s", unit->model->config->prefix,
	    codegen_registry_unique(unit->model,
		codegen_format(unit->memory, "%s_%s", query->name, tail), forms,
		owner_of(unit, query)));
}

static void
name_sort(codegen_unit *unit, const codegen_query *query, codegen_sort *sort)
{
	sort->c = type_name(
	    unit, query, codegen_name(unit->memory, sort->sql_name), codegen_one_form);
	sort->constants =
	    codegen_room(unit->memory, sort->count, sizeof(*sort->constants));
	for (size_t i = 0; i < sort->count; i++)
		sort->constants[i] = codegen_registry_constant(unit->model,
		    codegen_upper(unit->memory,
			codegen_format(unit->memory, "%s_%s", sort->c, sort->keys[i])),
		    owner_of(unit, query));
}

/* ---- statics ------------------------------------------------------------------- */

static const codegen_form statics[] = { { "", "" }, { "", "_parameters" },
	{ "", "_pieces" }, { "", "_columns" }, { "read_", "" }, { "bind_", "" },
	{ "give_", "" } };

static bool
is_free(codegen_unit *unit, const char *stem)
{
	for (size_t i = 0; i < sizeof(statics) / sizeof(statics[0]); i++)
		if (codegen_scope_owner(
			&unit->statics, codegen_format(unit->memory, "%s%s%s",
					    statics[i].before, stem, statics[i].behind)))
			return false;
	return true;
}

/* Not like a parameter, which would hide it, nor like a keyword or anything of
 * libc's, none of which has a '_' inside. */
static const char *
static_stem(codegen_unit *unit, const codegen_query *query)
{
	const char *stem = query->name;

	if (strchr(stem, '_') == NULL || !is_free(unit, stem))
		stem = codegen_format(unit->memory, "%s_query", stem);
	for (size_t i = 2; !is_free(unit, stem); i++)
		stem = codegen_format(unit->memory, "%s_query_%zu", query->name, i);
	for (size_t i = 0; i < sizeof(statics) / sizeof(statics[0]); i++)
		codegen_scope_take(&unit->statics,
		    codegen_format(unit->memory, "%s%s%s", statics[i].before, stem,
			statics[i].behind),
		    query->name);
	return stem;
}

static void
take(codegen_unit *unit, const char *before, const char *name)
{
	codegen_scope_take(
	    &unit->statics, codegen_format(unit->memory, "%s%s", before, name), "");
}

static void
take_rows(codegen_unit *unit)
{
	for (size_t i = 0; i < unit->row_count; i++) {
		const char *stem = unit->rows[i]->stem;

		take(unit, "read_", stem);
		take(unit, "", codegen_format(unit->memory, "%s_columns", stem));
	}
}

static void
take_parameters(codegen_unit *unit)
{
	const codegen_model *model = unit->model;

	for (size_t i = 0; i < model->query_count; i++)
		for (size_t j = 0; j < model->queries[i].parameter_count; j++)
			if (model->queries[i].home == unit->noun)
				take(unit, "", model->queries[i].parameters[j].name);
}

/* What static functions for values are called: of each type that may be asked for. */
static void
take_helpers(codegen_unit *unit)
{
	static const char *const ids[] = { "read_opt_", "bind_" };
	static const char *const enums[] = { "text_of_", "one_", "bind_", "bind_open_" };
	static const char *const made[] = { "read_", "bind_", "bind_field_" };
	const codegen_model *model = unit->model;

	for (size_t i = 0; i < model->id_count; i++)
		for (size_t j = 0; j < sizeof(ids) / sizeof(ids[0]); j++)
			take(unit, ids[j], model->ids[i]->name);
	for (size_t i = 0; i < model->overridden_count; i++)
		for (size_t j = 0; j < sizeof(ids) / sizeof(ids[0]); j++)
			if (model->overridden[i].as != NULL)
				take(unit, ids[j], model->overridden[i].as->codec);
	for (size_t i = 0; i < model->enum_count; i++) {
		const char *name = model->enums[i]->name;
		const char *array = codegen_format(unit->memory, "%s_array", name);

		for (size_t j = 0; j < sizeof(enums) / sizeof(enums[0]); j++) {
			take(unit, enums[j], name);
			take(unit, enums[j], array);
		}
		take(unit, "read_", array);
	}
	for (size_t i = 0; i < model->made_count; i++)
		for (size_t j = 0; j < sizeof(made) / sizeof(made[0]); j++)
			take(unit, made[j], model->made[i]->stem);
}

static void
name_query(codegen_unit *unit, codegen_query *query)
{
	if (query->sort != NULL)
		name_sort(unit, query, query->sort);
	if (codegen_kind_has_rows(query->kind) && query->row == NULL)
		query->row_c = type_name(unit, query, "row", codegen_row_forms);
	query->params_c = type_name(unit, query, "params", codegen_one_form);
	if (query->kind == CODEGEN_EACH)
		query->each_c = type_name(unit, query, "each", codegen_one_form);
	query->stem = static_stem(unit, query);
}

void
codegen_plan_names(codegen_unit *unit, codegen_query *const *queries, size_t count)
{
	if (count == 0)
		return;
	take_rows(unit);
	take_parameters(unit);
	take_helpers(unit);
	for (size_t i = 0; i < count; i++)
		name_query(unit, queries[i]);
}
