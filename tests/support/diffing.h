/* SPDX-License-Identifier: MIT */
/* aet-db diff from a test's own database to a schema, and running its plan. */
#ifndef TEST_SUPPORT_DIFFING_H
#define TEST_SUPPORT_DIFFING_H

#include "support/cli.h"
#include "support/server.h"

/* A schema, and another that the plans lead to and back from. */
typedef struct diffing_way {
	const char *from;
	const char *to;
} diffing_way;

/* The last run of aet-db, and the database that it is about. */
extern test_cli diffing;
extern char *diffing_url;

/* A checked fixture. */
void diffing_begin(void);
void diffing_end(void);

/* Prints the plan from the database to the schema. */
void diffing_plan(const char *to);

/* To the schema, and then there is nothing left to do. */
void diffing_go(const char *to);

/* From one schema to the other and back again, in the empty database. */
void diffing_there_and_back(const diffing_way *way);

#endif
