/* SPDX-License-Identifier: MIT */
#include "overrides.h"

#include <string.h>

#include "registry.h"

/* ---- what it is about ------------------------------------------------------------ */

static const char *
column_path(
    const codegen_model *model, const aet__table *table, const aet__table_column *column)
{
	return codegen_format(
	    model->memory, "%s.%s.%s", table->schema, table->name, column->name);
}

/* "schema.table.column"; public goes without saying. */
static bool
is_called(const codegen_model *model, const aet__table *table,
    const aet__table_column *column, const char *path)
{
	const char *whole = column_path(model, table, column);

	return strcmp(whole, path) == 0 ||
	       (strcmp(table->schema, "public") == 0 &&
		   strcmp(whole + strlen("public."), path) == 0);
}

const char *
codegen_column_names(codegen_memory *memory, const aet__table *table)
{
	aet__text out = { 0 };

	for (size_t i = 0; i < table->column_count; i++)
		aet__text_addf(
		    &out, "%s%s", i > 0 ? ", " : "use one of: ", table->columns[i].name);
	return codegen_keep(memory, &out);
}

/* The columns of the table that the path begins with. */
static const char *
others(const codegen_model *model, const char *path)
{
	for (size_t i = 0; i < model->catalog->table_count; i++) {
		const aet__table *table = &model->catalog->tables[i];
		const char *name =
		    codegen_format(model->memory, "%s.%s.", table->schema, table->name);
		bool public = strcmp(table->schema, "public") == 0;

		if (strncmp(path, name, strlen(name)) == 0 ||
		    (public && strncmp(path, name + 7, strlen(name + 7)) == 0))
			return codegen_column_names(model->memory, table);
	}
	return "names are \"schema.table.column\"";
}

static void
find_column(codegen_model *model, codegen_overridden *found)
{
	const char *path = found->says->column;

	for (size_t i = 0; i < model->catalog->table_count; i++) {
		const aet__table *table = &model->catalog->tables[i];

		for (size_t j = 0; j < table->column_count; j++) {
			if (!is_called(model, table, &table->columns[j], path))
				continue;
			found->relation = table->oid;
			found->number = table->columns[j].number;
			found->type = table->columns[j].base_type;
			return;
		}
	}
	codegen_config_wrong(model->messages, model->config->file, found->says->path,
	    "column", others(model, path), "there is no column \"%s\"", path);
}

static void
find_type(codegen_model *model, codegen_overridden *found)
{
	const codegen_pg_types *types = model->pg_types;
	const char *name = found->says->db_type;

	for (size_t i = 0; i < types->count; i++) {
		const codegen_pg_type *type = &types->items[i];
		const char *whole =
		    codegen_format(model->memory, "%s.%s", type->schema, type->name);

		if (strcmp(type->text, name) != 0 && strcmp(whole, name) != 0 &&
		    (strcmp(type->schema, "pg_catalog") != 0 ||
			strcmp(type->name, name) != 0))
			continue;
		found->type = type->oid;
		return;
	}
	codegen_config_wrong(model->messages, model->config->file, found->says->path,
	    "db_type", "names are as psql prints them: \"numeric\", \"game.mood\"",
	    "there is no type \"%s\"", name);
}

/* ---- NULL ---------------------------------------------------------------------------- */

static void
set_nullable(codegen_model *model, const codegen_overridden *found)
{
	codegen_pg_types *types = model->pg_types;

	for (size_t i = 0; i < types->attribute_count; i++) {
		codegen_pg_attribute *attribute = &types->attributes[i];

		if (attribute->relation != found->relation ||
		    attribute->number != found->number)
			continue;
		attribute->never_null = !found->says->nullable;
		attribute->not_null = attribute->not_null || !found->says->nullable;
	}
}

/* ---- what it is in C ----------------------------------------------------------------- */

/* What one core type can be as another, by functions of <aeturnis/codec.h>. */
static const struct {
	uint32_t from;
	const char *name;
	uint32_t to; /* whose C it has */
	const char *stem;
	const char *read;
	const char *write;
} conversions[] = {
	{ 1700, "double precision", 701, "numeric_double", "aet_row_numeric_double",
	    "aet_args_numeric_double" },
};

static const char *
conversions_of(const codegen_model *model, uint32_t from)
{
	aet__text out = { 0 };

	for (size_t i = 0; i < sizeof(conversions) / sizeof(conversions[0]); i++)
		if (conversions[i].from == from)
			aet__text_addf(&out, "%s%s",
			    out.len > 0 ? ", " : "use one of: ", conversions[i].name);
	if (out.len == 0)
		return "a type of your own can be anything: \"c\", \"include\", "
		       "\"read\", "
		       "\"write\"";
	return codegen_keep(model->memory, &out);
}

/* Whether there is such a conversion. */
static bool
set_conversion(codegen_model *model, const codegen_overridden *found, codegen_type *type)
{
	for (size_t i = 0; i < sizeof(conversions) / sizeof(conversions[0]); i++) {
		const codegen_type *to = codegen_type_by_oid(conversions[i].to);

		if (conversions[i].from != type->oid ||
		    strcmp(conversions[i].name, found->says->type) != 0)
			continue;
		type->shape = CODEGEN_CUSTOM;
		type->c = to->c;
		type->opt = to->opt;
		type->field = to->field;
		type->set = to->set;
		type->codec = conversions[i].stem;
		type->read = conversions[i].read;
		type->write = conversions[i].write;
		type->sample = "1";
		type->beyond = model->beyond = true;
		return true;
	}
	codegen_config_wrong(model->messages, model->config->file, found->says->path,
	    "type", conversions_of(model, type->oid), "%s cannot be had as \"%s\"",
	    codegen_pg_type_find(model->pg_types, found->type)->text, found->says->type);
	return false;
}

/* The structs that hold a NULL and a field are called after the type. */
static const char *
stem_of(const codegen_model *model, const char *c)
{
	size_t len = strlen(model->config->prefix);

	if (strncmp(c, model->config->prefix, len) == 0 && c[len] == '_')
		c += len + 1;
	return codegen_name(model->memory, c);
}

static codegen_custom *
custom_of(codegen_model *model, const codegen_override *says)
{
	const char *prefix = model->config->prefix;
	codegen_custom *custom;

	for (size_t i = 0; i < model->custom_count; i++)
		if (strcmp(model->customs[i]->c, says->c) == 0)
			return model->customs[i];
	custom = codegen_room(model->memory, 1, sizeof(*custom));
	custom->c = says->c;
	custom->include = says->include;
	custom->stem = codegen_registry_unique(model, stem_of(model, says->c),
	    codegen_custom_forms, codegen_format(model->memory, "type %s", says->c));
	custom->opt = codegen_format(model->memory, "%s_opt_%s", prefix, custom->stem);
	custom->field =
	    codegen_format(model->memory, "%s_field_%s", prefix, custom->stem);
	custom->set = codegen_format(model->memory, "%s_set_%s", prefix, custom->stem);
	model->customs = codegen_append(model->memory, model->customs,
	    &model->custom_count, sizeof(codegen_custom *));
	model->customs[model->custom_count - 1] = custom;
	return custom;
}

static void
set_custom(codegen_model *model, const codegen_override *says, codegen_type *type)
{
	const codegen_custom *custom = custom_of(model, says);

	type->shape = CODEGEN_CUSTOM;
	type->c = custom->c;
	type->opt = custom->opt;
	type->field = custom->field;
	type->set = custom->set;
	type->codec = custom->stem;
	type->read = says->read;
	type->write = says->write;
	type->sample = says->sample;
	model->beyond = true;
}

static void
set_type(codegen_model *model, codegen_overridden *found)
{
	const codegen_override *says = found->says;
	codegen_type *type;

	if (found->type == 0 || (says->type == NULL && says->c == NULL))
		return;
	type = codegen_model_identity(model, found->type);
	if (type == NULL) {
		codegen_config_wrong(model->messages, model->config->file, says->path,
		    NULL, NULL, "PostgreSQL cannot send this type in binary form");
		return;
	}
	if (says->c == NULL && !set_conversion(model, found, type))
		return;
	if (says->c != NULL)
		set_custom(model, says, type);
	found->as = type;
}

static void
check_twice(codegen_model *model, size_t at)
{
	const codegen_overridden *found = &model->overridden[at];

	for (size_t i = 0; i < at; i++) {
		const codegen_overridden *other = &model->overridden[i];

		if (found->type != 0 && found->type == other->type &&
		    found->relation == other->relation && found->number == other->number)
			codegen_config_wrong(model->messages, model->config->file,
			    found->says->path, NULL, "put both into one",
			    "this is said of it by %s, too", other->says->path);
	}
}

void
codegen_overrides_resolve(codegen_model *model)
{
	const codegen_package_config *config = model->config;

	model->overridden = codegen_room(
	    model->memory, config->override_count, sizeof(*model->overridden));
	for (size_t i = 0; i < config->override_count; i++) {
		codegen_overridden *found = &model->overridden[i];

		found->says = &config->overrides[i];
		if (found->says->column != NULL)
			find_column(model, found);
		else
			find_type(model, found);
		check_twice(model, i);
		if (found->says->nullable_is_set && found->relation != 0)
			set_nullable(model, found);
		set_type(model, found);
	}
	model->overridden_count = config->override_count;
}

/* ---- asked for ------------------------------------------------------------------------ */

static const codegen_overridden *
overridden(const codegen_model *model, uint32_t relation, int number)
{
	for (size_t i = 0; i < model->overridden_count; i++)
		if (relation != 0 && model->overridden[i].relation == relation &&
		    model->overridden[i].number == number)
			return &model->overridden[i];
	return NULL;
}

const codegen_override *
codegen_override_of(const codegen_model *model, uint32_t relation, int number)
{
	const codegen_overridden *found = overridden(model, relation, number);

	return found != NULL ? found->says : NULL;
}

const codegen_type *
codegen_override_column(codegen_model *model, uint32_t relation, int number)
{
	const codegen_overridden *found = overridden(model, relation, number);
	const codegen_pg_attribute *attribute =
	    codegen_pg_attribute_find(model->pg_types, relation, number);

	if (found != NULL && found->as != NULL)
		return found->as;
	return attribute != NULL ? codegen_model_type(model, attribute->type) : NULL;
}

const codegen_type *
codegen_override_type(const codegen_model *model, uint32_t type)
{
	for (size_t i = 0; i < model->overridden_count; i++)
		if (model->overridden[i].relation == 0 &&
		    model->overridden[i].type == type)
			return model->overridden[i].as;
	return NULL;
}

static uint32_t
base_of(const codegen_model *model, uint32_t type)
{
	const codegen_pg_type *at = codegen_pg_type_find(model->pg_types, type);

	while (at != NULL && at->kind == 'd') {
		type = at->base;
		at = codegen_pg_type_find(model->pg_types, type);
	}
	return type;
}

const codegen_type *
codegen_override_fed(
    const codegen_model *model, uint32_t relation, int number, uint32_t type)
{
	const codegen_overridden *found = overridden(model, relation, number);
	const codegen_pg_attribute *attribute =
	    codegen_pg_attribute_find(model->pg_types, relation, number);
	const codegen_pg_type *domain = NULL;

	if (found != NULL && found->as != NULL)
		return found->type == type ? found->as : NULL;
	if (attribute != NULL && base_of(model, attribute->type) == type)
		domain = codegen_pg_type_find(model->pg_types, attribute->type);
	while (domain != NULL && domain->kind == 'd') {
		const codegen_type *said = codegen_override_type(model, domain->oid);

		if (said != NULL)
			return said;
		domain = codegen_pg_type_find(model->pg_types, domain->base);
	}
	return NULL;
}

bool
codegen_override_is_id(
    const codegen_model *model, uint32_t relation, int number, uint32_t type)
{
	for (size_t i = 0; i < model->overridden_count; i++) {
		const codegen_overridden *found = &model->overridden[i];

		if (found->says->id &&
		    ((found->relation == relation && found->number == number) ||
			(found->relation == 0 && found->type == type)))
			return true;
	}
	return false;
}
