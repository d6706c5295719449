/* SPDX-License-Identifier: MIT */
/* From any SQL type to its C type: the table's, an enum, what a domain is over,
 * or a struct that the package makes of those for arrays, composites, ranges. */
#include <string.h>

#include "overrides.h"
#include "registry.h"

static const codegen_type *resolve(codegen_model *model, codegen_pg_type *from);

static const codegen_type *
resolve_oid(codegen_model *model, uint32_t oid)
{
	codegen_pg_type *from = codegen_pg_type_find(model->pg_types, oid);

	return from != NULL ? resolve(model, from) : NULL;
}

/* As lib/pg looks it up when a statement is prepared. */
static const char *
qualified(codegen_model *model, const codegen_pg_type *from)
{
	const codegen_pg_type *element =
	    codegen_pg_type_find(model->pg_types, from->element);
	aet__text name = { 0 };

	if (element != NULL)
		from = element;
	codegen_add_sql_name(&name, from->schema);
	aet__text_add_char(&name, '.');
	codegen_add_sql_name(&name, from->name);
	if (element != NULL)
		aet__text_add(&name, "[]");
	return codegen_keep(model->memory, &name);
}

/* Oids below this are PostgreSQL's own, the same in every database
 * (FirstGenbkiObjectId of access/transam.h). */
#define FIRST_FREE_OID 10000

static void
identify(codegen_model *model, codegen_type *type, const codegen_pg_type *from)
{
	type->oid = from->oid < FIRST_FREE_OID ? from->oid : 0;
	type->parameter_oid = 0;
	type->type_name = qualified(model, from);
	type->sql = type->type_name;
}

codegen_type *
codegen_model_identity(codegen_model *model, uint32_t oid)
{
	const codegen_pg_type *from = codegen_pg_type_find(model->pg_types, oid);
	codegen_type *type;

	while (from != NULL && from->kind == 'd')
		from = codegen_pg_type_find(model->pg_types, from->base);
	if (from == NULL || from->send[0] == '\0')
		return NULL;
	type = codegen_room(model->memory, 1, sizeof(*type));
	identify(model, type, from);
	return type;
}

/* The same values under another oid. */
static const codegen_type *
alias(codegen_model *model, const codegen_type *like, const codegen_pg_type *from)
{
	codegen_type *type = codegen_room(model->memory, 1, sizeof(*type));

	*type = *like;
	identify(model, type, from);
	return type;
}

static void
name_made(codegen_model *model, codegen_made *made, const char *stem)
{
	const char *prefix = model->config->prefix;

	made->stem = codegen_registry_unique(model, stem, codegen_made_forms,
	    codegen_format(model->memory, "type %s", made->text));
	made->type.c = codegen_format(model->memory, "%s_%s", prefix, made->stem);
	made->type.opt = made->type.c;
	made->type.field =
	    codegen_format(model->memory, "%s_field_%s", prefix, made->stem);
}

static codegen_made *
add_made(codegen_model *model, const codegen_pg_type *from, codegen_made_kind kind,
    const char *stem)
{
	codegen_made *made = codegen_room(model->memory, 1, sizeof(*made));

	made->kind = kind;
	made->text = from->text;
	made->type.shape = CODEGEN_MADE;
	made->type.made = made;
	identify(model, &made->type, from);
	name_made(model, made, stem);
	model->made = codegen_append(
	    model->memory, model->made, &model->made_count, sizeof(codegen_made *));
	model->made[model->made_count - 1] = made;
	model->beyond = true;
	return made;
}

/* "int32" of int32_t, "date" of aet_date, "mood" of p_mood: what a type made of
 * it is called after. */
static const char *
stem_of(codegen_model *model, const codegen_type *type, const codegen_pg_type *from)
{
	if (type->made != NULL)
		return type->made->stem;
	if (type->values != NULL)
		return type->values->name;
	if (type->oid == 0 || strcmp(type->codec, "bytes") == 0)
		return codegen_name(model->memory, from->name);
	return type->codec;
}

/* An array of what is told apart in SQL only is one type in C: of text and of
 * varchar, of int8 and of a domain over it, if their oids are the same. */
static const codegen_type *
make_array(codegen_model *model, const codegen_pg_type *from, uint32_t element)
{
	const codegen_pg_type *of = codegen_pg_type_find(model->pg_types, element);
	const codegen_type *type = resolve_oid(model, element);
	codegen_made *made;

	if (type == NULL)
		return NULL;
	made = add_made(model, from, CODEGEN_ARRAY,
	    codegen_format(model->memory, "%s_array",
		of->kind == 'd' ? codegen_name(model->memory, of->name)
				: stem_of(model, type, of)));
	made->element = of->kind == 'd' ? alias(model, type, of) : type;
	return &made->type;
}

static const codegen_type *
make_range(codegen_model *model, const codegen_pg_type *from)
{
	const codegen_type *type = resolve_oid(model, from->subtype);
	codegen_made *made;

	if (type == NULL)
		return NULL;
	made =
	    add_made(model, from, from->kind == 'm' ? CODEGEN_MULTIRANGE : CODEGEN_RANGE,
		codegen_name(model->memory, from->name));
	made->element = type;
	return &made->type;
}

static const codegen_type *
make_composite(codegen_model *model, const codegen_pg_type *from)
{
	codegen_scope scope = { .memory = model->memory };
	codegen_made_member *members;
	codegen_made *made;
	size_t count;
	const codegen_pg_attribute *first =
	    codegen_pg_attributes_of(model->pg_types, from->relation, &count);

	members = codegen_room(model->memory, count, sizeof(*members));
	codegen_scope_take(&scope, "is_null", "");
	for (size_t i = 0; i < count; i++) {
		const codegen_pg_type *of =
		    codegen_pg_type_find(model->pg_types, first[i].type);
		const codegen_type *type = resolve_oid(model, first[i].type);

		if (type == NULL)
			return NULL;
		members[i].type = of->kind == 'd' ? alias(model, type, of) : type;
		members[i].name = codegen_scope_unique(
		    &scope, codegen_member(model->memory, first[i].name));
	}
	made = add_made(model, from, CODEGEN_COMPOSITE,
	    codegen_format(
		model->memory, "%s_value", codegen_name(model->memory, from->name)));
	made->members = members;
	made->member_count = count;
	return &made->type;
}

static const codegen_type *
enum_of(const codegen_model *model, uint32_t oid)
{
	for (size_t i = 0; i < model->enum_count; i++)
		if (model->enums[i]->native != NULL &&
		    model->enums[i]->native->oid == oid)
			return &model->enums[i]->type;
	return NULL;
}

/* What nothing else is known of: the bytes of its binary form. */
static const codegen_type *
make_plain(codegen_model *model, const codegen_pg_type *from)
{
	const codegen_type *like = codegen_type_by_send(from->send);

	if (strcmp(from->send, "int2vectorsend") == 0)
		return make_array(model, from, 21);
	if (strcmp(from->send, "oidvectorsend") == 0)
		return make_array(model, from, 26);
	if (like == NULL && from->send[0] != '\0')
		like = codegen_type_by_oid(17);
	return like != NULL ? alias(model, like, from) : NULL;
}

static const codegen_type *
make(codegen_model *model, codegen_pg_type *from)
{
	const codegen_type *type = codegen_override_type(model, from->oid);

	if (type == NULL)
		type = codegen_type_by_oid(from->oid);
	if (type == NULL)
		type = enum_of(model, from->oid);
	if (type != NULL)
		return type;
	if (from->kind == 'd')
		return resolve_oid(model, from->base);
	if (from->element != 0)
		return make_array(model, from, from->element);
	if (from->kind == 'r' || from->kind == 'm')
		return make_range(model, from);
	if (from->kind == 'c')
		return make_composite(model, from);
	return make_plain(model, from);
}

/* A type that holds itself, by way of an array, is bytes in there. */
static const codegen_type *
resolve(codegen_model *model, codegen_pg_type *from)
{
	if (from->resolved != NULL)
		return from->resolved;
	if (from->resolving)
		return alias(model, codegen_type_by_oid(17), from);
	from->resolving = true;
	from->resolved = make(model, from);
	from->resolving = false;
	if (from->resolved != NULL && from->resolved->beyond)
		model->beyond = true;
	return from->resolved;
}

const codegen_type *
codegen_model_type(codegen_model *model, uint32_t oid)
{
	return resolve_oid(model, oid);
}
