/* SPDX-License-Identifier: MIT */
/* What the suites of many items and rows share: a table of things, a pool on it, and
 * one that reaches it through a proxy, with little time. */
#ifndef TEST_SUPPORT_BULK_H
#define TEST_SUPPORT_BULK_H

#include "support/game.h"
#include "support/proxy.h"

#include <aeturnis/statement.h>

enum { INT4 = 23, TEXT = 25 };

/* Of the running test: made by bulk_setup. */
typedef struct test_bulk {
	test_proxy *proxy;
	aet_db *db;
	aet_db *far; /* through the proxy, with little time */
	aet_error err;
} test_bulk;

extern test_bulk bulk;
extern test_game bulk_game;

/* A Check fixture. */
void bulk_setup(void);
void bulk_teardown(void);

#define TABLE                                                                   \
	"CREATE TABLE t (id int PRIMARY KEY, name text NOT NULL, extra int[], " \
	"at timestamptz DEFAULT now());"

typedef struct thing {
	int32_t id;
	const char *name;
} thing;

void bind_thing(aet_args *args, const void *item);

extern const aet_parameter thing_parameters[2];

/* From 0 on, "even" and "odd"; free()d by the caller. */
thing *many_things(size_t count);

#define THINGS_ARE(expected)           \
	test_value_is(bulk_game.owner, \
	    "SELECT string_agg(id || '=' || name, ' ' ORDER BY id) FROM t", expected)

typedef struct number {
	int32_t id;
	const char *name;
} number;

typedef struct number_list {
	number *items;
	size_t len;
} number_list;

void read_number(aet_row *row, void *out);

extern const aet_column number_columns[2];

/* A batch of inserts, which are answered with what is there. */
extern const aet_statement put_thing;
aet_status put_things(
    aet_db *on, const thing *things, size_t count, aet_status *statuses, number **out);

#endif
