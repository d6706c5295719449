/* SPDX-License-Identifier: MIT */
#include "catalog/catalog.h"

#include <string.h>

#include "catalog/arena.h"

/* The catalogue lies in its own arena. */
void
aet__catalog_free(aet__catalog *catalog)
{
	if (catalog != NULL)
		aet__arena_free(catalog->memory);
}

const aet__table *
aet__catalog_table(const aet__catalog *catalog, const char *schema, const char *name)
{
	size_t low = 0;
	size_t high = catalog->table_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const aet__table *table = &catalog->tables[middle];
		int order = strcmp(schema, table->schema);

		if (order == 0)
			order = strcmp(name, table->name);
		if (order == 0)
			return table;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

const aet__table *
aet__catalog_table_by_oid(const aet__catalog *catalog, uint32_t oid)
{
	for (size_t i = 0; i < catalog->table_count; i++) {
		if (catalog->tables[i].oid == oid)
			return &catalog->tables[i];
	}
	return NULL;
}

const aet__enum_type *
aet__catalog_enum(const aet__catalog *catalog, uint32_t type)
{
	for (size_t i = 0; i < catalog->enum_count; i++) {
		const aet__enum_type *item = &catalog->enums[i];

		if (type != 0 && (item->oid == type || item->array_oid == type))
			return item;
	}
	return NULL;
}

const aet__domain *
aet__catalog_domain(const aet__catalog *catalog, uint32_t type)
{
	for (size_t i = 0; i < catalog->domain_count; i++) {
		const aet__domain *item = &catalog->domains[i];

		if (type != 0 && (item->oid == type || item->array_oid == type))
			return item;
	}
	return NULL;
}

const aet__table_column *
aet__table_column_named(const aet__table *table, const char *name)
{
	for (size_t i = 0; i < table->column_count; i++) {
		if (strcmp(table->columns[i].name, name) == 0)
			return &table->columns[i];
	}
	return NULL;
}

const aet__table_column *
aet__table_column_numbered(const aet__table *table, int16_t number)
{
	for (size_t i = 0; i < table->column_count; i++) {
		if (table->columns[i].number == number)
			return &table->columns[i];
	}
	return NULL;
}

const aet__constraint *
aet__table_primary_key(const aet__table *table)
{
	for (size_t i = 0; i < table->constraint_count; i++) {
		if (table->constraints[i].kind == AET__CONSTRAINT_PRIMARY_KEY)
			return &table->constraints[i];
	}
	return NULL;
}

const aet__constraint *
aet__table_constraint_named(const aet__table *table, const char *name)
{
	for (size_t i = 0; i < table->constraint_count; i++) {
		if (strcmp(table->constraints[i].name, name) == 0)
			return &table->constraints[i];
	}
	return NULL;
}

const aet__index *
aet__table_index_named(const aet__table *table, const char *name)
{
	for (size_t i = 0; i < table->index_count; i++) {
		if (strcmp(table->indexes[i].name, name) == 0)
			return &table->indexes[i];
	}
	return NULL;
}
