/* SPDX-License-Identifier: MIT */
/* Enums and domains. */
#include "catalog/reader.h"

/* clang-format off */

/* One row for each label of each enum, one for an enum without any. */
static const char enums_query[] =
    "SELECT t.oid, t.typarray, " AET__SCHEMA_NAME("n") ", t.typname,"
    " " AET__COMMENT("t.oid", "pg_type") ", e.enumlabel"
    " FROM pg_catalog.pg_type AS t"
    " JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace"
    " LEFT JOIN pg_catalog.pg_enum AS e ON e.enumtypid = t.oid"
    " WHERE " AET__IN_SCOPE("n.oid") " AND t.typtype = 'e'"
    " AND " AET__NOT_IN_EXTENSION("t.oid", "pg_type")
    " ORDER BY n.nspname, t.typname, e.enumsortorder";

/* One row for each check of each domain, one for a domain without any. */
static const char domains_query[] =
    "WITH RECURSIVE " AET__DOMAIN_BASES
    " SELECT t.oid, t.typarray, " AET__SCHEMA_NAME("n") ", t.typname,"
    " " AET__COMMENT("t.oid", "pg_type") ","
    " db.base, pg_catalog.format_type(t.typbasetype, t.typtypmod), t.typnotnull,"
    " pg_catalog.pg_get_expr(t.typdefaultbin, 0),"
    " CASE WHEN co.oid <> b.typcollation THEN " AET__COLLATION_NAME("co") " END,"
    " k.conname, pg_catalog.pg_get_constraintdef(k.oid), k.convalidated"
    " FROM pg_catalog.pg_type AS t"
    " JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace"
    " JOIN domain_base AS db ON db.domain = t.oid"
    " JOIN pg_catalog.pg_type AS b ON b.oid = t.typbasetype"
    " LEFT JOIN pg_catalog.pg_collation AS co ON co.oid = t.typcollation"
    " LEFT JOIN pg_catalog.pg_constraint AS k"
    " ON k.contypid = t.oid AND k.contype = 'c'"
    " WHERE " AET__IN_SCOPE("n.oid")
    " AND " AET__NOT_IN_EXTENSION("t.oid", "pg_type")
    " ORDER BY n.nspname, t.typname, k.conname";
/* clang-format on */

aet_status
aet__read_enums(aet__reader *reader)
{
	aet__result *result = NULL;
	aet_status status = aet__reader_query(reader, enums_query, &result);
	aet__enum_type *enums;
	size_t rows;

	if (status != AET_OK)
		return status;
	rows = aet__result_rows(result);
	enums = aet__arena_array(reader->arena, rows, sizeof(*enums));
	reader->catalog->enums = enums;
	for (size_t row = 0, end; enums != NULL && row < rows; row = end) {
		aet__enum_type *item = &enums[reader->catalog->enum_count++];

		end = aet__reader_next(result, row, 0);
		item->oid = aet__reader_oid(result, row, 0);
		item->array_oid = aet__reader_oid(result, row, 1);
		item->schema = aet__reader_text(reader, result, row, 2);
		item->name = aet__reader_text(reader, result, row, 3);
		item->comment = aet__reader_text(reader, result, row, 4);
		item->labels =
		    aet__reader_texts(reader, result, row, end, 5, &item->label_count);
	}
	return aet__reader_done(reader, result);
}

/* Of rows from row to before end. */
static void
store_checks(const aet__reader *reader, const aet__result *result, size_t row, size_t end,
    aet__domain *domain)
{
	aet__domain_check *checks =
	    aet__arena_array(reader->arena, end - row, sizeof(*checks));

	if (checks == NULL || aet__result_text(result, row, 10) == NULL)
		return;
	domain->checks = checks;
	domain->check_count = end - row;
	for (; row < end; row++, checks++) {
		checks->name = aet__reader_text(reader, result, row, 10);
		checks->definition = aet__reader_text(reader, result, row, 11);
		checks->validated = aet__result_bool(result, row, 12);
	}
}

static void
store_domain(
    const aet__reader *reader, const aet__result *result, size_t row, aet__domain *domain)
{
	domain->oid = aet__reader_oid(result, row, 0);
	domain->array_oid = aet__reader_oid(result, row, 1);
	domain->schema = aet__reader_text(reader, result, row, 2);
	domain->name = aet__reader_text(reader, result, row, 3);
	domain->comment = aet__reader_text(reader, result, row, 4);
	domain->base_type = aet__reader_oid(result, row, 5);
	domain->type_text = aet__reader_text(reader, result, row, 6);
	domain->not_null = aet__result_bool(result, row, 7);
	domain->default_text = aet__reader_text(reader, result, row, 8);
	domain->collation = aet__reader_text(reader, result, row, 9);
}

aet_status
aet__read_domains(aet__reader *reader)
{
	aet__result *result = NULL;
	aet_status status = aet__reader_query(reader, domains_query, &result);
	aet__domain *domains;
	size_t rows;

	if (status != AET_OK)
		return status;
	rows = aet__result_rows(result);
	domains = aet__arena_array(reader->arena, rows, sizeof(*domains));
	reader->catalog->domains = domains;
	for (size_t row = 0, end; domains != NULL && row < rows; row = end) {
		aet__domain *domain = &domains[reader->catalog->domain_count++];

		end = aet__reader_next(result, row, 0);
		store_domain(reader, result, row, domain);
		store_checks(reader, result, row, end, domain);
	}
	return aet__reader_done(reader, result);
}
