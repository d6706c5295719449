/* SPDX-License-Identifier: MIT */
/* aet-db diff overlooks no column of PostgreSQL's catalogues: each is read, or
 * left out for a reason (fixtures/catalog_columns.txt). */
/* As superuser: the catalogue itself is read. */
#include "support/server.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diff/queries.h"

#define MOST 1000
#define VERSION 15

typedef struct listed {
	char column[128]; /* table.column, or table.* */
	char verdict[8];
	char reason[128];
	bool found;
} listed;

static listed columns[MOST];
static size_t count;

static void
read_list(void)
{
	char path[512];
	char line[512];
	FILE *file;

	snprintf(
	    path, sizeof(path), "%s/catalog_columns.txt", getenv("AET_TEST_FIXTURES"));
	file = fopen(path, "r");
	ck_assert_msg(file != NULL, "%s is not there", path);
	count = 0;
	while (fgets(line, sizeof(line), file) != NULL) {
		listed *next = &columns[count];

		if (line[0] == '#')
			continue;
		ck_assert_uint_lt(count, MOST);
		next->found = false;
		next->reason[0] = '\0';
		ck_assert_msg(sscanf(line, "%127s %7s %127[^\n]", next->column,
				  next->verdict, next->reason) >= 2,
		    "not understood: %s", line);
		count++;
	}
	fclose(file);
	ck_assert_uint_gt(count, 0);
}

static bool
is_word_part(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static bool
has_word(const char *text, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word))
		if ((at == text || !is_word_part(at[-1])) && !is_word_part(at[len]))
			return true;
	return false;
}

/* Whether a query says both. */
static bool
is_asked_for(const char *table, const char *word)
{
	for (size_t i = 0; diff_queries[i] != NULL; i++) {
		/* The prelude is in front of each. */
		bool knows = has_word(diff_queries[i], table) ||
			     has_word(diff_query_prelude, table);

		if (knows && has_word(diff_queries[i], word))
			return true;
	}
	return false;
}

static listed *
find(const char *column)
{
	size_t table = strcspn(column, ".");

	for (size_t i = 0; i < count; i++)
		if (strcmp(columns[i].column, column) == 0 ||
		    (strncmp(columns[i].column, column, table + 1) == 0 &&
			strcmp(columns[i].column + table, ".*") == 0))
			return &columns[i];
	return NULL;
}

static bool
is_version(PGconn *connection)
{
	return PQserverVersion(connection) / 10000 == VERSION;
}

START_TEST(no_column_is_overlooked)
{
	PGconn *connection = test_connect(test_server_url());
	PGresult *result;

	read_list();
	result = PQexec(connection,
	    "SELECT c.relname || '.' || a.attname FROM pg_catalog.pg_class AS c"
	    " JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid"
	    " WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind = 'r'"
	    " AND a.attnum > 0 AND NOT a.attisdropped");
	ck_assert_int_gt(PQntuples(result), 400);
	for (int row = 0; is_version(connection) && row < PQntuples(result); row++) {
		listed *entry = find(PQgetvalue(result, row, 0));

		ck_assert_msg(entry != NULL, "%s is neither read nor left out",
		    PQgetvalue(result, row, 0));
		entry->found = true;
	}
	for (size_t i = 0; is_version(connection) && i < count; i++)
		ck_assert_msg(
		    columns[i].found, "there is no %s any more", columns[i].column);
	PQclear(result);
	PQfinish(connection);
}
END_TEST

START_TEST(what_is_said_to_be_read_is_read)
{
	read_list();
	for (size_t i = 0; i < count; i++) {
		const listed *entry = &columns[i];
		char table[128];
		char column[128];

		ck_assert_int_eq(
		    sscanf(entry->column, "%127[^.].%127s", table, column), 2);
		if (strcmp(entry->verdict, "read") == 0)
			ck_assert_msg(is_asked_for(table, column), "no query reads %s",
			    entry->column);
		else if (strcmp(entry->verdict, "by") == 0)
			ck_assert_msg(is_asked_for("pg_class", entry->reason),
			    "no query calls %s for %s", entry->reason, entry->column);
		else
			ck_assert_msg(strcmp(entry->verdict, "not") == 0 &&
					  strlen(entry->reason) > 3,
			    "%s is left out for no reason", entry->column);
	}
}
END_TEST

/* That the two can fail. */
START_TEST(a_column_that_is_new_is_noticed)
{
	read_list();
	ck_assert_ptr_null(find("pg_class.relnew"));
	ck_assert_ptr_null(find("pg_new.relname"));
	ck_assert_ptr_nonnull(find("pg_class.relname"));
	ck_assert_ptr_nonnull(find("pg_statistic.stanew"));
	ck_assert(is_asked_for("pg_class", "relname"));
	ck_assert(!is_asked_for("pg_class", "relnam"));
	ck_assert(!is_asked_for("pg_authid", "rolpassword"));
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("diff_catalog");
	TCase *tcase = tcase_create("catalogue");

	tcase_add_test(tcase, no_column_is_overlooked);
	tcase_add_test(tcase, what_is_said_to_be_read_is_read);
	tcase_add_test(tcase, a_column_that_is_new_is_noticed);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
