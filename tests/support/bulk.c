/* SPDX-License-Identifier: MIT */
#include "support/bulk.h"

#include <stdlib.h>

test_bulk bulk;
test_game bulk_game;

void
bulk_setup(void)
{
	aet_db_options options = AET_DB_OPTIONS_INIT;

	bulk_game = test_game_create();
	test_sql(bulk_game.owner, TABLE);
	bulk.proxy = test_proxy_start(bulk_game.app);
	options.url = bulk_game.app;
	options.statement_cache = 4;
	options.max_connections = 2;
	ck_assert_msg(
	    aet_db_open(&options, &bulk.db, &bulk.err) == AET_OK, "%s", bulk.err.message);
	options.url = test_proxy_url(bulk.proxy);
	options.call_timeout_ms = 700;
	ck_assert_msg(aet_db_open(&options, &bulk.far, &bulk.err) == AET_OK, "%s",
	    bulk.err.message);
}

void
bulk_teardown(void)
{
	ck_assert_int_eq(aet_db_close(&bulk.far), AET_OK);
	ck_assert_int_eq(aet_db_close(&bulk.db), AET_OK);
	test_proxy_stop(bulk.proxy);
	test_game_free(&bulk_game);
}

void
bind_thing(aet_args *args, const void *item)
{
	const thing *t = item;

	aet_args_int32(args, t->id);
	aet_args_text(args, t->name);
}

const aet_parameter thing_parameters[2] = {
	{ "id", { INT4, NULL }, NULL },
	{ "name", { TEXT, NULL }, NULL },
};

thing *
many_things(size_t count)
{
	thing *things = calloc(count, sizeof(*things));

	ck_assert_ptr_nonnull(things);
	for (size_t i = 0; i < count; i++)
		things[i] = (thing){ (int32_t)i, i % 2 == 0 ? "even" : "odd" };
	return things;
}

void
read_number(aet_row *row, void *out)
{
	number *n = out;

	n->id = aet_row_int32(row, 0);
	n->name = aet_row_text(row, 1);
}

const aet_column number_columns[2] = {
	{ "id", { INT4, NULL }, false },
	{ "name", { TEXT, NULL }, false },
};

const aet_statement put_thing = { .size = sizeof(aet_statement),
	.name = "put_thing",
	.writes = true,
	.sql = "INSERT INTO t (id, name) VALUES ($1, $2) RETURNING id, name",
	.parameters = thing_parameters,
	.parameter_count = 2,
	.columns = number_columns,
	.column_count = 2,
	.row_size = sizeof(number),
	.read = read_number };

aet_status
put_things(
    aet_db *on, const thing *things, size_t count, aet_status *statuses, number **out)
{
	return aet_statement_batch(on, &put_thing, bind_thing, things, count,
	    sizeof(thing), AET_BATCH_ROWS, statuses, out, &bulk.err);
}
