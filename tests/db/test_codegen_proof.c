/* SPDX-License-Identifier: MIT */
/*
 * What cannot be NULL is proven, and nothing else: each column of the queries of
 * tests/fixtures/codegen_proof is called after what must be said of it, sure_... or
 * open_..., and each query is run, to see that a sure one never is NULL and an
 * open one is.
 */
/* As superuser: the generator makes its own database; the queries are run by hand. */
#include "support/process.h"
#include "support/server.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codegen/codegen.h"
#include "core/text.h"

static char *scratch;
static size_t wrong;
static codegen_report report;
static aet_error err;

static const char *
fixture(const char *name)
{
	static char paths[4][512];
	static size_t next;
	char *path = paths[next++ % 4];
	const char *fixtures = getenv("AET_TEST_FIXTURES");

	ck_assert_msg(fixtures != NULL, "run by meson test");
	snprintf(path, sizeof(paths[0]), "%s/codegen_proof/%s", fixtures, name);
	return path;
}

static const char *
in_scratch(const char *name)
{
	static char paths[4][512];
	static size_t next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s", scratch, name);
	return path;
}

static json_t *
generate(const char *queries)
{
	codegen_options options = { .url = test_server_url() };
	aet_status status;
	json_t *manifest;

	options.flags = (codegen_flags){ .schema = fixture("schema.sql"),
		.queries = queries,
		.prefix = "proof",
		.include = in_scratch("out"),
		.source = in_scratch("out"),
		.manifest = in_scratch("manifest.json") };
	status = codegen_run(&options, &report, &err);
	for (size_t i = 0; i < report.message_count; i++)
		fprintf(stderr, "%s:%zu: %s\n", report.messages[i].file,
		    report.messages[i].line, report.messages[i].text);
	ck_assert_msg(status == AET_OK, "%s", err.message);
	manifest = json_load_file(in_scratch("manifest.json"), 0, NULL);
	ck_assert_ptr_nonnull(manifest);
	return manifest;
}

static void
setup(void)
{
	scratch = test_scratch_make();
	memset(&report, 0, sizeof(report));
}

static void
teardown(void)
{
	codegen_report_free(&report);
	test_scratch_remove(scratch);
}

static const char *
text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

/* All of them are told before the test fails. */
static void
complain(const json_t *query, const char *what, const char *why)
{
	fprintf(stderr, "%s: \"%s\" %s\n", text_of(query, "name"), what, why);
	wrong++;
}

/* Columns called sure_... are not nullable, those called open_... are. */
static void
names_are_true(const json_t *query)
{
	json_t *column;
	size_t i;

	json_array_foreach(json_object_get(query, "columns"), i, column)
	{
		const char *name = text_of(column, "name");
		bool open = strncmp(name, "open_", 5) == 0;

		ck_assert_msg(open || strncmp(name, "sure_", 5) == 0, "%s", name);
		if (json_is_true(json_object_get(column, "nullable")) != open)
			complain(
			    query, name, open ? "is called NOT NULL" : "is not proven");
	}
}

/* Names of the columns in which the query's rows have a NULL, as the query names
 * those in which they should. */
static void
add_test(aet__text *sql, const json_t *query)
{
	json_t *column;
	size_t i;

	aet__text_addf(sql, "WITH q AS MATERIALIZED (%s) SELECT concat_ws(' '",
	    text_of(query, "sql"));
	json_array_foreach(json_object_get(query, "columns"), i, column)
	{
		const char *name = text_of(column, "name");

		aet__text_addf(sql,
		    ", CASE WHEN bool_or(%s IS NOT DISTINCT FROM NULL) THEN '%s' END",
		    name, name);
	}
	aet__text_add(sql, "), count(*) FROM q");
}

/* With NULL for each parameter that may be, and 1 for the others. */
static PGresult *
run_with_parameters(PGconn *connection, const char *sql, const json_t *query)
{
	const char *values[8] = { NULL };
	json_t *parameter;
	size_t i;

	json_array_foreach(json_object_get(query, "params"), i, parameter)
	{
		ck_assert_uint_lt(i, 8);
		values[i] =
		    json_is_true(json_object_get(parameter, "nullable")) ? NULL : "1";
	}
	return PQexecParams(connection, sql, (int)i, NULL, values, NULL, NULL, 0);
}

static void
nulls_are_seen(PGconn *connection, const json_t *query)
{
	aet__text expected = { 0 };
	aet__text sql = { 0 };
	json_t *column;
	PGresult *result;
	size_t i;

	json_array_foreach(json_object_get(query, "columns"), i, column)
	{
		const char *name = text_of(column, "name");

		if (strncmp(name, "open_", 5) == 0)
			aet__text_addf(
			    &expected, "%s%s", expected.len > 0 ? " " : "", name);
	}
	add_test(&sql, query);
	PQclear(PQexec(connection, "BEGIN"));
	result = run_with_parameters(connection, aet__text_view(&sql), query);
	if (PQresultStatus(result) != PGRES_TUPLES_OK)
		complain(query, PQerrorMessage(connection), "is what the server says");
	else if (strcmp(PQgetvalue(result, 0, 0), aet__text_view(&expected)) != 0)
		complain(query, PQgetvalue(result, 0, 0), "is where NULL was seen");
	else if (strcmp(PQgetvalue(result, 0, 1), "0") == 0)
		complain(query, "no row", "is its answer");
	PQclear(result);
	PQclear(PQexec(connection, "ROLLBACK"));
	aet__text_free(&expected);
	aet__text_free(&sql);
}

static void
run_script(const char *url, const char *path)
{
	char command[2048];

	snprintf(command, sizeof(command),
	    "'%s/psql' -qX -v ON_ERROR_STOP=1 -d '%s' -f '%s'", test_server_bindir(), url,
	    path);
	ck_assert_msg(system(command) == 0, "failed: %s", command);
}

START_TEST(what_is_said_of_columns_is_so)
{
	char *url = test_database_create();
	json_t *manifest = generate(fixture("queries"));
	PGconn *connection = test_connect(url);
	json_t *query;
	size_t i;

	run_script(url, fixture("schema.sql"));
	run_script(url, fixture("plant.sql"));
	json_array_foreach(json_object_get(manifest, "queries"), i, query)
	{
		names_are_true(query);
		nulls_are_seen(connection, query);
	}
	ck_assert_uint_gt(i, 80);
	ck_assert_uint_eq(wrong, 0);
	PQfinish(connection);
	json_decref(manifest);
	free(url);
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("codegen_proof");
	TCase *all = tcase_create("columns");

	tcase_add_checked_fixture(all, setup, teardown);
	tcase_set_timeout(all, 120);
	tcase_add_test(all, what_is_said_of_columns_is_so);
	suite_add_tcase(suite, all);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
