/* SPDX-License-Identifier: MIT */
/*
 * A private PostgreSQL for the suites under tests/db: one a test program, a
 * database a test. Whatever fails here fails the running test.
 */
#ifndef TEST_SUPPORT_SERVER_H
#define TEST_SUPPORT_SERVER_H

#include <check.h>
#include <libpq-fe.h>

/*
 * A test program's main: starts the server before Check forks its tests, so
 * that they share it, runs the suite, stops the server.
 *
 *	int
 *	main(void)
 *	{
 *		return test_main(make_suite);
 *	}
 */
int test_main(Suite *(*make)(void));

/*
 * A time of the test's own that must be long enough for the machine: as given, or
 * that many times longer where AET_TEST_SLOWDOWN says how much slower programs
 * run (valgrind, sanitizers).
 */
int test_ms(int ms);

/* Superuser, database "aeturnis". Static storage. Only below test_main. */
const char *test_server_url(void);

/* Its initdb, psql, pg_dump. Static storage. Only below test_main. */
const char *test_server_bindir(void);

/* Creates an empty database that no other test sees; its url is free()d. */
char *test_database_create(void);

/* Never NULL: PQfinish(). */
PGconn *test_connect(const char *url);

/* Runs one or more statements on a connection of their own. */
void test_sql(const char *url, const char *sql);

/* The first column of the first row; free(). NULL for SQL NULL or no row. */
char *test_value(const char *url, const char *sql);

/* Asserts that the first column of the first row reads like this. */
void test_value_is(const char *url, const char *sql, const char *expected);

#endif
