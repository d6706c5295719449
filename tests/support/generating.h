/* SPDX-License-Identifier: MIT */
/* What the suites of generate share: a scratch directory with a schema in it, a
 * database to migrate, and a server for aet-db to try things on. */
#ifndef TEST_SUPPORT_GENERATING_H
#define TEST_SUPPORT_GENERATING_H

#include "support/cli.h"
#include "support/server.h"

/* Of the running test: made by generating_setup. */
extern test_cli cli;
extern char *url;
extern char shadow[512]; /* "--shadow=..." */

/* A Check fixture. */
void generating_setup(void);
void generating_teardown(void);

/* A file of the scratch directory, until the next is read. */
const char *content(const char *name);

/* The statements of a file, without the comments before them. */
const char *statements(const char *name);

/* How many files the folder of migrations has. */
int file_count(void);

/* Writes the schema. */
void schema(const char *sql);

/* Writes the schema and the first migration. */
void begin_with(const char *sql);

/* Applies the folder to the database. */
void migrate(void);

#endif
