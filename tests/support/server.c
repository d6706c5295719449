/* SPDX-License-Identifier: MIT */
#include "support/server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ephemeral/ephemeral.h"
#include "support/process.h"

static aet_ephemeral *server;

int
test_main(Suite *(*make)(void))
{
	aet_error err;
	SRunner *runner;
	int failed;

	if (aet__ephemeral_start_small(NULL, &server, &err) != AET_OK) {
		fprintf(stderr, "%s\n", err.message);
		return EXIT_FAILURE;
	}
	test_scratch_begin();
	runner = srunner_create(make());
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	test_scratch_end();
	aet_ephemeral_stop(&server);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int
test_ms(int ms)
{
	const char *slowdown = getenv("AET_TEST_SLOWDOWN");
	int times = slowdown != NULL ? atoi(slowdown) : 1;

	return times > 1 ? ms * times : ms;
}

const char *
test_server_url(void)
{
	ck_assert_msg(server != NULL, "main does not go through test_main");
	return aet_ephemeral_url(server);
}

const char *
test_server_bindir(void)
{
	ck_assert_msg(server != NULL, "main does not go through test_main");
	return aet_ephemeral_bindir(server);
}

char *
test_database_create(void)
{
	static unsigned int count;
	const char *url = test_server_url();
	const char *parameters = strchr(url, '?');
	char sql[64];
	char *made;

	/* Check's children count for themselves; the process id parts them. */
	count++;
	snprintf(sql, sizeof(sql), "CREATE DATABASE test_%d_%u", (int)getpid(), count);
	test_sql(url, sql);
	ck_assert_ptr_nonnull(parameters);
	ck_assert_int_gt(asprintf(&made, "postgresql:///test_%d_%u%s", (int)getpid(),
			     count, parameters),
	    0);
	return made;
}

PGconn *
test_connect(const char *url)
{
	PGconn *connection = PQconnectdb(url);

	ck_assert_msg(
	    PQstatus(connection) == CONNECTION_OK, "%s", PQerrorMessage(connection));
	return connection;
}

/* The last result; PQclear(). */
static PGresult *
run(PGconn *connection, const char *sql)
{
	PGresult *result = PQexec(connection, sql);
	ExecStatusType status = PQresultStatus(result);

	ck_assert_msg(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK, "%s\n%s",
	    PQerrorMessage(connection), sql);
	return result;
}

void
test_sql(const char *url, const char *sql)
{
	PGconn *connection = test_connect(url);

	PQclear(run(connection, sql));
	PQfinish(connection);
}

char *
test_value(const char *url, const char *sql)
{
	PGconn *connection = test_connect(url);
	PGresult *result = run(connection, sql);
	char *value = NULL;

	if (PQntuples(result) > 0 && PQnfields(result) > 0 &&
	    !PQgetisnull(result, 0, 0)) {
		value = strdup(PQgetvalue(result, 0, 0));
		ck_assert_ptr_nonnull(value);
	}
	PQclear(result);
	PQfinish(connection);
	return value;
}

void
test_value_is(const char *url, const char *sql, const char *expected)
{
	char *value = test_value(url, sql);

	ck_assert_msg(value != NULL && strcmp(value, expected) == 0,
	    "%s: \"%s\", not \"%s\"", sql, value != NULL ? value : "(null)", expected);
	free(value);
}
