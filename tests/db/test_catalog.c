/* SPDX-License-Identifier: MIT */
/* What is read from pg_catalog, object by object. */
/* As superuser: every kind of object is made, superusers' too. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "catalog/catalog.h"
#include "support/server.h"

static const char everything[] =
    "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');"
    "ALTER TYPE mood ADD VALUE 'so-so' BEFORE 'ok';"
    "COMMENT ON TYPE mood IS 'how it goes';"
    "CREATE DOMAIN email AS varchar(80) DEFAULT 'a@b' NOT NULL"
    " CONSTRAINT email_at CHECK (VALUE ~ '@');"
    "CREATE DOMAIN vip AS email;"
    "CREATE TABLE a ("
    " id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, mail vip, m mood,"
    " mails email[], c text COLLATE \"C\" DEFAULT 'x',"
    " twice integer GENERATED ALWAYS AS (1 + 1) STORED, gone integer,"
    " s serial, n numeric(10,2), UNIQUE NULLS NOT DISTINCT (s, c));"
    "ALTER TABLE a DROP COLUMN gone;"
    "COMMENT ON TABLE a IS 'the a'; COMMENT ON COLUMN a.m IS 'its mood';"
    "CREATE TABLE b (x bigint, \"Odd name\" integer, CONSTRAINT b_a FOREIGN KEY (x)"
    " REFERENCES a ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED,"
    " CONSTRAINT b_positive CHECK (x > \"Odd name\") NO INHERIT);"
    "ALTER TABLE b ADD CONSTRAINT b_late CHECK (x > 0) NOT VALID;"
    "CREATE INDEX i ON a (lower(c) DESC, c text_pattern_ops, c COLLATE \"POSIX\")"
    " INCLUDE (m) WHERE s > 3;"
    "CREATE VIEW v AS SELECT id, m FROM a; CREATE MATERIALIZED VIEW w AS SELECT 1 AS one;"
    "CREATE TABLE p (k integer PRIMARY KEY) PARTITION BY RANGE (k);"
    "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (9);"
    "CREATE TABLE q (k integer REFERENCES p);"
    "CREATE SEQUENCE free AS integer INCREMENT 2 START 5 MAXVALUE 99 CACHE 3 CYCLE;"
    "CREATE FUNCTION f(integer, text) RETURNS integer LANGUAGE sql AS 'SELECT 1';"
    "CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';"
    "CREATE TRIGGER t BEFORE UPDATE ON a FOR EACH ROW EXECUTE FUNCTION g();"
    "CREATE SCHEMA other; CREATE TABLE other.a (id integer);"
    "CREATE SCHEMA aeturnis; CREATE TABLE aeturnis.schema_migrations (id integer);";

static char *url;
static aet__connection *connection;
static aet__catalog *catalog;

static void
read_scope(const aet__catalog_scope *scope)
{
	aet_error err = { 0 };

	aet__catalog_free(catalog);
	catalog = NULL;
	ck_assert_msg(aet__catalog_read(connection, scope, aet__deadline_in(30000),
			  &catalog, &err) == AET_OK,
	    "%s", err.message);
}

static void
command(const char *sql)
{
	aet_error err = { 0 };

	ck_assert_msg(aet__connection_command(
			  connection, sql, true, aet__deadline_in(30000), &err) == AET_OK,
	    "%s", err.message);
}

static void
setup(void)
{
	aet__connection_options options = { 0 };

	url = test_database_create();
	options.url = url;
	options.statement_cache = 16;
	ck_assert_int_eq(
	    aet__connection_open(&options, aet__deadline_in(30000), &connection, NULL),
	    AET_OK);
}

static void
setup_everything(void)
{
	setup();
	test_sql(url, everything);
	read_scope(NULL);
}

static void
teardown(void)
{
	aet__catalog_free(catalog);
	catalog = NULL;
	aet__connection_close(connection);
	free(url);
}

static const aet__table *
table(const char *name)
{
	const aet__table *found = aet__catalog_table(catalog, "public", name);

	ck_assert_msg(found != NULL, "no table %s", name);
	return found;
}

static const aet__table_column *
column(const char *of, const char *name)
{
	const aet__table_column *found = aet__table_column_named(table(of), name);

	ck_assert_msg(found != NULL, "no column %s", name);
	return found;
}

START_TEST(test_schemas_are_not_the_systems_nor_the_journals)
{
	ck_assert_uint_eq(catalog->schema_count, 2);
	ck_assert_str_eq(catalog->schemas[0].name, "other");
	ck_assert_str_eq(catalog->schemas[1].name, "public");
	ck_assert_str_eq(catalog->schemas[1].comment, "standard public schema");
}
END_TEST

START_TEST(test_tables_are_sorted_and_found)
{
	ck_assert_uint_eq(catalog->table_count, 8);
	ck_assert_str_eq(catalog->tables[0].schema, "other");
	ck_assert_str_eq(catalog->tables[1].name, "a");
	ck_assert_str_eq(table("a")->comment, "the a");
	ck_assert_ptr_null(table("b")->comment);
	ck_assert_int_eq(table("a")->kind, AET__TABLE_ORDINARY);
	ck_assert_int_eq(table("p")->kind, AET__TABLE_PARTITIONED);
	ck_assert_int_eq(table("v")->kind, AET__TABLE_VIEW);
	ck_assert_int_eq(table("w")->kind, AET__TABLE_MATERIALIZED_VIEW);
	ck_assert_str_eq(table("w")->definition, " SELECT 1 AS one;");
	ck_assert_ptr_eq(aet__catalog_table_by_oid(catalog, table("q")->oid), table("q"));
	ck_assert_ptr_null(aet__catalog_table(catalog, "public", "schema_migrations"));
	ck_assert_ptr_null(aet__catalog_table_by_oid(catalog, 1));
}
END_TEST

START_TEST(test_storage_and_row_security)
{
	const aet__catalog_scope temporary = { .temporary = true };

	ck_assert_int_eq(table("a")->persistence, 'p');
	ck_assert(!table("a")->row_security && !table("a")->force_row_security);
	test_sql(url, "CREATE UNLOGGED TABLE fleeting (id integer);"
		      "ALTER TABLE a ENABLE ROW LEVEL SECURITY;"
		      "ALTER TABLE b FORCE ROW LEVEL SECURITY");
	read_scope(NULL);
	ck_assert_int_eq(table("fleeting")->persistence, 'u');
	ck_assert(table("a")->row_security && !table("a")->force_row_security);
	ck_assert(!table("b")->row_security && table("b")->force_row_security);
	command("CREATE TEMPORARY TABLE brief (id integer)");
	read_scope(&temporary);
	ck_assert_int_eq(
	    aet__catalog_table(catalog, "pg_temp", "brief")->persistence, 't');
}
END_TEST

START_TEST(test_columns)
{
	const aet__table_column *id = column("a", "id");

	ck_assert_uint_eq(table("a")->column_count, 8);
	ck_assert_int_eq(id->number, 1);
	ck_assert_uint_eq(id->type, 20);
	ck_assert_str_eq(id->type_text, "bigint");
	ck_assert_int_eq(id->identity, 'a');
	ck_assert(id->not_null && !id->has_default);
	ck_assert_int_eq(column("a", "s")->number, 8);
	ck_assert_str_eq(
	    column("a", "s")->default_text, "nextval('public.a_s_seq'::regclass)");
	ck_assert(column("a", "s")->has_default);
	ck_assert_str_eq(column("a", "n")->type_text, "numeric(10,2)");
	ck_assert_str_eq(column("a", "n")->type_plain, "numeric");
	ck_assert_str_eq(column("a", "c")->collation, "pg_catalog.\"C\"");
	ck_assert_str_eq(column("a", "c")->default_text, "'x'::text");
	ck_assert_int_eq(column("a", "twice")->generated, 's');
	ck_assert_str_eq(column("a", "twice")->default_text, "(1 + 1)");
	ck_assert(!column("a", "twice")->has_default);
	ck_assert_str_eq(column("a", "m")->comment, "its mood");
	ck_assert_ptr_eq(aet__table_column_numbered(table("a"), 8), column("a", "s"));
	ck_assert_ptr_null(aet__table_column_numbered(table("a"), 7));
	ck_assert_uint_eq(table("v")->column_count, 2);
}
END_TEST

START_TEST(test_types_under_domains_and_arrays)
{
	const aet__table_column *mail = column("a", "mail");
	const aet__table_column *mails = column("a", "mails");

	ck_assert_str_eq(mail->type_text, "public.vip");
	ck_assert_str_eq(mail->type_schema, "public");
	ck_assert_str_eq(mail->type_name, "vip");
	ck_assert_int_eq(mail->type_kind, 'd');
	ck_assert_uint_eq(mail->base_type, 1043);
	ck_assert_int_eq(mail->base_type_modifier, 84);
	ck_assert(!mail->not_null && mail->domain_not_null && mail->has_default);
	ck_assert_ptr_null(mail->default_text);
	ck_assert_uint_eq(mails->element_base_type, 1043);
	ck_assert_str_eq(
	    aet__catalog_domain(catalog, mails->element_type)->name, "email");
	ck_assert_str_eq(
	    aet__catalog_enum(catalog, column("a", "m")->base_type)->name, "mood");
	ck_assert_ptr_null(aet__catalog_enum(catalog, 0));
	ck_assert_uint_eq(column("a", "id")->element_type, 0);
}
END_TEST

START_TEST(test_enums_and_domains)
{
	const aet__enum_type *mood = &catalog->enums[0];
	const aet__domain *email = &catalog->domains[0];

	ck_assert_uint_eq(catalog->enum_count, 1);
	ck_assert_uint_eq(mood->label_count, 4);
	ck_assert_str_eq(mood->labels[1], "so-so");
	ck_assert_str_eq(mood->labels[3], "happy");
	ck_assert_str_eq(mood->comment, "how it goes");
	ck_assert_uint_eq(catalog->domain_count, 2);
	ck_assert_str_eq(email->type_text, "character varying(80)");
	ck_assert_str_eq(email->default_text, "'a@b'::character varying");
	ck_assert(email->not_null && !catalog->domains[1].not_null);
	ck_assert_uint_eq(email->check_count, 1);
	ck_assert_str_eq(email->checks[0].name, "email_at");
	ck_assert_str_eq(
	    email->checks[0].definition, "CHECK (((VALUE)::text ~ '@'::text))");
	ck_assert_uint_eq(catalog->domains[1].check_count, 0);
	ck_assert_str_eq(catalog->domains[1].type_text, "public.email");
	ck_assert_uint_eq(catalog->domains[1].base_type, 1043);
}
END_TEST

START_TEST(test_constraints)
{
	const aet__constraint *key = aet__table_constraint_named(table("b"), "b_a");
	const aet__constraint *late = aet__table_constraint_named(table("b"), "b_late");
	const aet__constraint *check =
	    aet__table_constraint_named(table("b"), "b_positive");
	const aet__constraint *unique = &table("a")->constraints[1];

	ck_assert_uint_eq(table("b")->constraint_count, 3);
	ck_assert_int_eq(key->kind, AET__CONSTRAINT_FOREIGN_KEY);
	ck_assert_uint_eq(key->column_count, 1);
	ck_assert_str_eq(key->columns[0], "x");
	ck_assert_str_eq(key->referenced_schema, "public");
	ck_assert_str_eq(key->referenced_table, "a");
	ck_assert_str_eq(key->referenced_columns[0], "id");
	ck_assert_int_eq(key->on_delete, 'n');
	ck_assert_int_eq(key->on_update, 'c');
	ck_assert_int_eq(key->match, 's');
	ck_assert(key->deferrable && key->initially_deferred && key->validated);
	ck_assert(!late->validated && !late->no_inherit);
	ck_assert_str_eq(late->definition, "CHECK ((x > 0)) NOT VALID");
	ck_assert_uint_eq(check->column_count, 2);
	ck_assert_str_eq(check->columns[1], "Odd name");
	ck_assert(check->no_inherit);
	ck_assert_str_eq(aet__table_primary_key(table("a"))->name, "a_pkey");
	ck_assert_ptr_null(aet__table_primary_key(table("b")));
	ck_assert_int_eq(unique->kind, AET__CONSTRAINT_UNIQUE);
	ck_assert(unique->nulls_not_distinct);
	ck_assert_uint_eq(table("q")->constraint_count, 1);
	ck_assert_uint_eq(table("v")->constraint_count, 0);
}
END_TEST

START_TEST(test_indexes)
{
	const aet__index *index = aet__table_index_named(table("a"), "i");
	const aet__index *key = aet__table_index_named(table("a"), "a_pkey");

	ck_assert_uint_eq(table("a")->index_count, 3);
	ck_assert_str_eq(key->constraint, "a_pkey");
	ck_assert(key->unique && key->primary && key->valid);
	ck_assert_ptr_null(index->constraint);
	ck_assert_str_eq(index->method, "btree");
	ck_assert_str_eq(index->predicate, "(s > 3)");
	ck_assert_uint_eq(index->key_count, 4);
	ck_assert_ptr_null(index->keys[0].column);
	ck_assert_str_eq(index->keys[0].text, "lower(c)");
	ck_assert(index->keys[0].descending && index->keys[0].nulls_first);
	ck_assert_str_eq(index->keys[1].opclass, "pg_catalog.text_pattern_ops");
	ck_assert_ptr_null(index->keys[1].collation);
	ck_assert_str_eq(index->keys[2].collation, "pg_catalog.\"POSIX\"");
	ck_assert(index->keys[3].included && !index->keys[2].included);
	ck_assert_str_eq(index->keys[3].column, "m");
}
END_TEST

START_TEST(test_sequences)
{
	const aet__sequence *identity = &catalog->sequences[0];
	const aet__sequence *serial = &catalog->sequences[1];
	const aet__sequence *own = &catalog->sequences[2];

	ck_assert_uint_eq(catalog->sequence_count, 3);
	ck_assert(identity->identity && !serial->identity);
	ck_assert_str_eq(identity->owner_column, "id");
	ck_assert_str_eq(serial->owner_table, "a");
	ck_assert_str_eq(serial->type_text, "integer");
	ck_assert_str_eq(own->name, "free");
	ck_assert_ptr_null(own->owner_table);
	ck_assert_int_eq(own->start, 5);
	ck_assert_int_eq(own->increment, 2);
	ck_assert_int_eq(own->maximum, 99);
	ck_assert_int_eq(own->cache, 3);
	ck_assert(own->cycles);
}
END_TEST

START_TEST(test_other_objects)
{
	const aet__object *trigger = &catalog->objects[2];

	ck_assert_uint_eq(catalog->object_count, 3);
	ck_assert_str_eq(catalog->objects[0].kind, "function");
	ck_assert_str_eq(catalog->objects[0].name, "f(integer, text)");
	ck_assert_str_eq(catalog->objects[1].name, "g()");
	ck_assert_str_eq(trigger->kind, "trigger");
	ck_assert_str_eq(trigger->table, "a");
	ck_assert_str_eq(trigger->definition,
	    "CREATE TRIGGER t BEFORE UPDATE ON public.a FOR EACH ROW EXECUTE FUNCTION "
	    "public.g()");
}
END_TEST

START_TEST(test_scope_names_schemas)
{
	static const char *const names[] = { "other", "absent" };
	aet__catalog_scope scope = { .schemas = names, .schema_count = 2 };

	read_scope(&scope);
	ck_assert_uint_eq(catalog->schema_count, 1);
	ck_assert_uint_eq(catalog->table_count, 1);
	ck_assert_ptr_nonnull(aet__catalog_table(catalog, "other", "a"));
	ck_assert_uint_eq(catalog->enum_count + catalog->object_count, 0);
	scope.schema_count = 0;
	read_scope(&scope);
	ck_assert_uint_eq(catalog->schema_count, 0);
	ck_assert_uint_eq(catalog->table_count, 0);
}
END_TEST

START_TEST(test_temporary_schema_goes_by_one_name)
{
	const aet__catalog_scope scope = { .temporary = true };
	const aet__table *users;

	read_scope(&scope);
	ck_assert_uint_eq(catalog->table_count, 0);
	command("CREATE TEMPORARY TABLE users (id integer PRIMARY KEY)");
	read_scope(&scope);
	ck_assert_uint_eq(catalog->table_count, 1);
	ck_assert_str_eq(catalog->schemas[0].name, "pg_temp");
	users = aet__catalog_table(catalog, "pg_temp", "users");
	ck_assert_ptr_nonnull(users);
	ck_assert_uint_eq(users->constraint_count, 1);
}
END_TEST

START_TEST(test_a_transaction_stays_as_it_was)
{
	aet__result *result = NULL;

	command("BEGIN; SET LOCAL search_path = public; CREATE TABLE fresh (id integer)");
	read_scope(NULL);
	ck_assert_int_eq(aet__connection_transaction(connection), AET__TRANSACTION_OPEN);
	ck_assert_ptr_nonnull(aet__catalog_table(catalog, "public", "fresh"));
	ck_assert_int_eq(aet__connection_query(connection, "SHOW search_path", NULL, 0,
			     aet__deadline_in(30000), &result, NULL),
	    AET_OK);
	ck_assert_str_eq(aet__result_text(result, 0, 0), "public");
	aet__result_free(result);
	command("INSERT INTO fresh VALUES (1); COMMIT");
	test_value_is(url, "SELECT id FROM fresh", "1");
	read_scope(NULL);
	ck_assert_int_eq(aet__connection_transaction(connection), AET__TRANSACTION_NONE);
}
END_TEST

START_TEST(test_an_empty_database)
{
	read_scope(NULL);
	ck_assert_uint_eq(catalog->schema_count, 1);
	ck_assert_uint_eq(catalog->table_count, 0);
	ck_assert_ptr_null(aet__catalog_table(catalog, "public", "users"));
}
END_TEST

START_TEST(test_a_failed_transaction_is_an_error)
{
	aet__catalog *untouched = NULL;
	aet_error err = { 0 };

	command("BEGIN");
	ck_assert_int_eq(aet__connection_command(connection, "SELECT 1/0", false,
			     aet__deadline_in(30000), NULL),
	    AET_EDB);
	ck_assert_int_eq(aet__catalog_read(
			     connection, NULL, aet__deadline_in(30000), &untouched, &err),
	    AET_EDB);
	ck_assert_str_eq(err.sqlstate, "25P02");
	ck_assert_ptr_null(untouched);
}
END_TEST

/* Two indexes, two constraints and ten columns each. */
START_TEST(test_five_hundred_tables_in_one_go)
{
	int64_t begun;

	test_sql(url,
	    "DO $$ BEGIN FOR i IN 1..500 LOOP EXECUTE format('CREATE TABLE t%s (id uuid "
	    "DEFAULT gen_random_uuid() PRIMARY KEY, a text UNIQUE, b text, c int DEFAULT "
	    "1, "
	    "d text, e text, f text, g text, h text, i text)', i); EXECUTE "
	    "format('CREATE "
	    "INDEX ON t%s (b)', i); END LOOP; END $$");
	begun = aet__clock_ms();
	read_scope(NULL);
	ck_assert_int_lt(aet__clock_ms() - begun, 5000);
	ck_assert_uint_eq(catalog->table_count, 500);
	for (size_t i = 0; i < catalog->table_count; i++) {
		ck_assert_uint_eq(catalog->tables[i].column_count, 10);
		ck_assert_uint_eq(catalog->tables[i].constraint_count, 2);
		ck_assert_uint_eq(catalog->tables[i].index_count, 3);
	}
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("catalog");
	TCase *full = tcase_create("full");
	TCase *empty = tcase_create("empty");

	tcase_set_timeout(full, 60);
	tcase_set_timeout(empty, 60);
	tcase_add_checked_fixture(full, setup_everything, teardown);
	tcase_add_checked_fixture(empty, setup, teardown);
	tcase_add_test(full, test_schemas_are_not_the_systems_nor_the_journals);
	tcase_add_test(full, test_tables_are_sorted_and_found);
	tcase_add_test(full, test_storage_and_row_security);
	tcase_add_test(full, test_columns);
	tcase_add_test(full, test_types_under_domains_and_arrays);
	tcase_add_test(full, test_enums_and_domains);
	tcase_add_test(full, test_constraints);
	tcase_add_test(full, test_indexes);
	tcase_add_test(full, test_sequences);
	tcase_add_test(full, test_other_objects);
	tcase_add_test(full, test_scope_names_schemas);
	tcase_add_test(full, test_temporary_schema_goes_by_one_name);
	tcase_add_test(full, test_a_transaction_stays_as_it_was);
	tcase_add_test(empty, test_an_empty_database);
	tcase_add_test(empty, test_a_failed_transaction_is_an_error);
	tcase_add_test(empty, test_five_hundred_tables_in_one_go);
	suite_add_tcase(suite, full);
	suite_add_tcase(suite, empty);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
