/* SPDX-License-Identifier: MIT */
/*
 * Many rows into one table, by each of the ways there are: a pipeline of one
 * INSERT an item, insert_all's arrays through unnest with and without the rows
 * read back, COPY in binary, and a batch. Each begins with an empty table on
 * one private server; the medians of some rounds are the figures.
 *
 *	bench_insert [rows [rounds]]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include <libpq-fe.h>

#include <aeturnis/db.h>
#include <aeturnis/statement.h>

#include "game.h"

enum { INT4 = 23, INT8 = 20, TEXT = 25 };

#define ROUNDS_MAX 101

typedef struct score {
	int32_t player;
	int64_t points;
	const char *note;
} score;

static size_t rows = 100000;
static size_t rounds = 5;
static score *scores;

static void
fail(const char *what, const char *why)
{
	fprintf(stderr, "bench_insert: %s: %s\n", what, why);
	exit(1);
}

static double
now(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

/* ---- statements -------------------------------------------------------- */

static const aet_parameter parameters[] = {
	{ "player", { INT4, NULL }, NULL },
	{ "points", { INT8, NULL }, NULL },
	{ "note", { TEXT, NULL }, NULL },
};

static const aet_column columns[] = {
	{ "player", { INT4, NULL }, false },
	{ "points", { INT8, NULL }, false },
	{ "note", { TEXT, NULL }, false },
};

static void
read_score(aet_row *row, void *out)
{
	score *s = out;

	s->player = aet_row_int32(row, 0);
	s->points = aet_row_int64(row, 1);
	s->note = aet_row_text(row, 2);
}

static const aet_statement insert = {
	.size = sizeof(aet_statement),
	.name = "insert",
	.kind = AET_STATEMENT_INSERT,
	.writes = true,
	.sql = "INSERT INTO scores",
	.tail = " RETURNING player, points, note",
	.parameters = parameters,
	.parameter_count = 3,
	.columns = columns,
	.column_count = 3,
	.row_size = sizeof(score),
	.read = read_score,
};

static const aet_statement copy = {
	.size = sizeof(aet_statement),
	.name = "copy",
	.kind = AET_STATEMENT_COPY,
	.writes = true,
	.sql = "scores",
	.parameters = parameters,
	.parameter_count = 3,
};

/* Of a text that it does not know to be an INSERT, insert_all runs one an item. */
static const aet_statement single = {
	.size = sizeof(aet_statement),
	.name = "single",
	.writes = true,
	.sql = "INSERT INTO scores (player, points, note) VALUES ($1, $2, $3) "
	       "RETURNING player, points, note",
	.parameters = parameters,
	.parameter_count = 3,
	.columns = columns,
	.column_count = 3,
	.row_size = sizeof(score),
	.read = read_score,
};

static void
bind_score(aet_args *args, const void *item)
{
	const score *s = item;

	aet_args_int32(args, s->player);
	aet_args_int64(args, s->points);
	aet_args_text(args, s->note);
}

/* ---- ways --------------------------------------------------------------- */

static void
check(const char *what, aet_status status, const aet_error *err)
{
	if (status != AET_OK)
		fail(what, err->message);
}

static void
insert_with(aet_db *db, const aet_statement *statement, bool read)
{
	aet_error err;
	void *list = NULL;

	check("insert_all",
	    aet_statement_insert_all(db, statement, bind_score, scores, rows,
		sizeof(*scores), read ? &list : NULL, &err),
	    &err);
	aet_block_free(list);
}

static void
pipeline_read(aet_db *db)
{
	insert_with(db, &single, true);
}

static void
arrays_read(aet_db *db)
{
	insert_with(db, &insert, true);
}

static void
arrays(aet_db *db)
{
	insert_with(db, &insert, false);
}

static void
copy_all(aet_db *db)
{
	aet_error err;

	check("copy",
	    aet_statement_copy(
		db, &copy, bind_score, scores, rows, sizeof(*scores), &err),
	    &err);
}

static void
batch(aet_db *db)
{
	aet_error err;

	check("batch",
	    aet_statement_batch(db, &insert, bind_score, scores, rows, sizeof(*scores),
		AET_BATCH_NOTHING, NULL, NULL, &err),
	    &err);
}

static const struct {
	const char *name;
	void (*run)(aet_db *db);
} ways[] = {
	{ "a statement an item", pipeline_read },
	{ "insert_all, rows read back", arrays_read },
	{ "insert_all", arrays },
	{ "copy", copy_all },
	{ "batch", batch },
};

#define WAYS (sizeof(ways) / sizeof(ways[0]))

/* ---- rounds --------------------------------------------------------------- */

static int
by_value(const void *a, const void *b)
{
	double left = *(const double *)a;
	double right = *(const double *)b;

	return (left > right) - (left < right);
}

static void
empty(aet_db *db)
{
	static const aet_statement truncate = { .size = sizeof(aet_statement),
		.name = "truncate",
		.writes = true,
		.sql = "TRUNCATE scores" };
	aet_args args = { 0 };
	aet_error err;

	check("truncate", aet_statement_exec(db, &truncate, &args, NULL, &err), &err);
}

static void
run(aet_db *db)
{
	double taken[WAYS][ROUNDS_MAX];
	struct rusage usage;

	for (size_t round = 0; round < rounds; round++) {
		for (size_t i = 0; i < WAYS; i++) {
			double start;

			empty(db);
			start = now();
			ways[i].run(db);
			taken[i][round] = now() - start;
		}
	}
	for (size_t i = 0; i < WAYS; i++) {
		double median;

		qsort(taken[i], rounds, sizeof(double), by_value);
		median = taken[i][rounds / 2];
		printf("%-26s %8.1f ms   %9.0f rows/s\n", ways[i].name, median * 1e3,
		    (double)rows / median);
	}
	getrusage(RUSAGE_SELF, &usage);
	printf("largest resident set %ld kB\n", usage.ru_maxrss);
}

static void
make_scores(void)
{
	scores = malloc(rows * sizeof(*scores));
	if (scores == NULL)
		fail("scores", "out of memory");
	for (size_t i = 0; i < rows; i++)
		scores[i] =
		    (score){ (int32_t)i, (int64_t)i * 1000, "won in the third round" };
}

int
main(int argc, char **argv)
{
	aet_db_options options = AET_DB_OPTIONS_INIT;
	aet_ephemeral *server = NULL;
	aet_db *db = NULL;
	aet_error err;
	PGconn *pq;
	char *owner;
	char *url;

	if (argc > 1)
		rows = strtoul(argv[1], NULL, 10);
	if (argc > 2)
		rounds = strtoul(argv[2], NULL, 10);
	if (rows == 0 || rounds == 0 || rounds > ROUNDS_MAX)
		fail("usage", "bench_insert [rows [rounds]]");
	make_scores();
	check("server", aet_ephemeral_start(NULL, &server, &err), &err);
	owner = bench_game_url(server, "aeturnis_migrator");
	url = bench_game_url(server, "aeturnis_app");
	if (owner == NULL || url == NULL)
		return 1;
	options.url = url;
	options.call_timeout_ms = 600000;
	check("open", aet_db_open(&options, &db, &err), &err);
	pq = PQconnectdb(owner);
	PQclear(
	    PQexec(pq, "CREATE TABLE scores (player int PRIMARY KEY, points bigint NOT "
		       "NULL, note text NOT NULL);"
		       "GRANT TRUNCATE ON scores TO aeturnis_app"));
	PQfinish(pq);
	run(db);
	(void)aet_db_close(&db);
	aet_ephemeral_stop(&server);
	free(scores);
	free(owner);
	free(url);
	return 0;
}
