/* SPDX-License-Identifier: MIT */
/*
 * A point select by key, sequential, on one connection: the generated-code
 * path against hand-written libpq that does the same (prepared, binary, read
 * into a struct with its strings copied, status and roles also as enums). The two take turns in short rounds
 * on one private server, so that whatever the machine does meets both alike;
 * the ratio of the medians is the figure.
 *
 *	bench_find [rounds [calls]]
 */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <libpq-fe.h>

#include <aeturnis/db.h>
#include <aeturnis/statement.h>

#include "game.h"

#include "pg/binary.h"

#define FIND                                                                      \
	"SELECT id, email, username, roles, email_verified, status, created_at, " \
	"updated_at, "                                                            \
	"last_login, metadata FROM public.users WHERE id = $1"

static const char key_text[] = "00000000-0000-4000-8000-000000000001";

typedef struct sample {
	double wall;
	double cpu;
} sample;

static double
seconds(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void
fail(const char *what, const char *why)
{
	fprintf(stderr, "bench_find: %s: %s\n", what, why);
	exit(1);
}

/* ---- hand-written ----------------------------------------------------- */

typedef struct user {
	uint8_t id[16];
	char *email;
	char *username;
	char **roles;
	int *role_values;
	uint32_t role_count;
	bool email_verified;
	char *status;
	int status_value;
	int64_t created_at;
	int64_t updated_at;
	bool has_last_login;
	int64_t last_login;
	char *metadata;
} user;

static char *
copy(const PGresult *result, int column, int skip)
{
	size_t len = (size_t)(PQgetlength(result, 0, column) - skip);
	char *text = malloc(len + 1);

	if (text != NULL) {
		memcpy(text, PQgetvalue(result, 0, column) + skip, len);
		text[len] = '\0';
	}
	return text;
}

/* An enum's value from its text; 0 is one that is unknown. */
static int
status_of(const char *text)
{
	return strcmp(text, "active") == 0      ? 1
	       : strcmp(text, "suspended") == 0 ? 2
	       : strcmp(text, "banned") == 0    ? 3
						: 0;
}

static int
role_of(const char *text)
{
	return strcmp(text, "user") == 0        ? 1
	       : strcmp(text, "moderator") == 0 ? 2
	       : strcmp(text, "admin") == 0     ? 3
						: 0;
}

static void
read_roles(const PGresult *result, int column, user *u)
{
	const char *at = PQgetvalue(result, 0, column);

	u->role_count = aet__binary_get32(at) > 0 ? aet__binary_get32(at + 12) : 0;
	u->roles = calloc(u->role_count + 1, sizeof(char *));
	u->role_values = calloc(u->role_count + 1, sizeof(int));
	if (u->roles == NULL || u->role_values == NULL)
		fail("libpq", "out of memory");
	at += 20;
	for (uint32_t i = 0; i < u->role_count; i++) {
		uint32_t len = aet__binary_get32(at);

		u->roles[i] = strndup(at + 4, len);
		if (u->roles[i] == NULL)
			fail("libpq", "out of memory");
		u->role_values[i] = role_of(u->roles[i]);
		at += 4 + len;
	}
}

static user *
find_by_hand(PGconn *pq, const uint8_t id[16])
{
	const char *values[] = { (const char *)id };
	const int lengths[] = { 16 }, formats[] = { 1 };
	PGresult *result = PQexecPrepared(pq, "find", 1, values, lengths, formats, 1);
	user *u;

	if (PQresultStatus(result) != PGRES_TUPLES_OK || PQntuples(result) != 1)
		fail("libpq", PQerrorMessage(pq));
	u = calloc(1, sizeof(*u));
	if (u == NULL)
		fail("libpq", "out of memory");
	memcpy(u->id, PQgetvalue(result, 0, 0), 16);
	u->email = copy(result, 1, 0);
	u->username = copy(result, 2, 0);
	read_roles(result, 3, u);
	u->email_verified = PQgetvalue(result, 0, 4)[0] != 0;
	u->status = copy(result, 5, 0);
	u->status_value = u->status != NULL ? status_of(u->status) : 0;
	u->created_at = (int64_t)aet__binary_get64(PQgetvalue(result, 0, 6));
	u->updated_at = (int64_t)aet__binary_get64(PQgetvalue(result, 0, 7));
	u->has_last_login = !PQgetisnull(result, 0, 8);
	if (u->has_last_login)
		u->last_login = (int64_t)aet__binary_get64(PQgetvalue(result, 0, 8));
	u->metadata = PQgetisnull(result, 0, 9) ? NULL : copy(result, 9, 1);
	PQclear(result);
	return u;
}

static void
free_by_hand(user *u)
{
	free(u->email);
	free(u->username);
	for (uint32_t i = 0; i < u->role_count; i++)
		free(u->roles[i]);
	free(u->roles);
	free(u->role_values);
	free(u->status);
	free(u->metadata);
	free(u);
}

/* ---- the rounds ------------------------------------------------------- */

static sample
round_by_hand(PGconn *pq, const uint8_t id[16], int calls)
{
	sample start = { seconds(CLOCK_MONOTONIC), seconds(CLOCK_PROCESS_CPUTIME_ID) };

	for (int i = 0; i < calls; i++)
		free_by_hand(find_by_hand(pq, id));
	return (sample){ seconds(CLOCK_MONOTONIC) - start.wall,
		seconds(CLOCK_PROCESS_CPUTIME_ID) - start.cpu };
}

static sample
round_by_library(aet_db *db, aet_user_id id, int calls)
{
	sample start = { seconds(CLOCK_MONOTONIC), seconds(CLOCK_PROCESS_CPUTIME_ID) };
	aet_error err = { 0 };
	aet_user *found = NULL;

	for (int i = 0; i < calls; i++) {
		if (aet_user_find(db, id, &found, &err) != AET_OK)
			fail("aet_user_find", err.message);
		aet_user_free(found);
	}
	return (sample){ seconds(CLOCK_MONOTONIC) - start.wall,
		seconds(CLOCK_PROCESS_CPUTIME_ID) - start.cpu };
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The median over rounds of library / hand, each pair measured side by side. */
static double
median_ratio(const sample *library, const sample *hand, int rounds, bool cpu)
{
	double *ratios = calloc((size_t)rounds, sizeof(double));
	double median;

	if (ratios == NULL)
		fail("median", "out of memory");
	for (int i = 0; i < rounds; i++)
		ratios[i] =
		    cpu ? library[i].cpu / hand[i].cpu : library[i].wall / hand[i].wall;
	qsort(ratios, (size_t)rounds, sizeof(double), by_value);
	median = ratios[rounds / 2];
	free(ratios);
	return median;
}

static void
measure(PGconn *pq, aet_db *db, aet_user_id id, int rounds, int calls)
{
	sample *library = calloc((size_t)rounds, sizeof(sample));
	sample *hand = calloc((size_t)rounds, sizeof(sample));

	if (library == NULL || hand == NULL)
		fail("measure", "out of memory");
	round_by_hand(pq, id.uuid.bytes, calls);
	round_by_library(db, id, calls);
	for (int i = 0; i < rounds; i++) {
		if (i % 2 == 0)
			hand[i] = round_by_hand(pq, id.uuid.bytes, calls);
		library[i] = round_by_library(db, id, calls);
		if (i % 2 != 0)
			hand[i] = round_by_hand(pq, id.uuid.bytes, calls);
	}
	printf("find by key, %d rounds of %d calls, library / libpq by hand: wall %.3f, "
	       "client cpu %.3f (%.1f us a call)\n",
	    rounds, calls, median_ratio(library, hand, rounds, false),
	    median_ratio(library, hand, rounds, true),
	    library[rounds / 2].wall / calls * 1e6);
	free(library);
	free(hand);
}

static PGconn *
connect_by_hand(const char *url)
{
	PGconn *pq = PQconnectdb(url);

	if (PQstatus(pq) != CONNECTION_OK)
		fail("libpq", PQerrorMessage(pq));
	PQclear(PQexec(pq, "INSERT INTO public.users (id, email, username, "
			   "password_hash, roles, metadata) "
			   "VALUES ('00000000-0000-4000-8000-000000000001', "
			   "'admin@aeturnis.com', 'admin', "
			   "'x', '{admin,user}', '{\"level\": 12}')"));
	PQclear(PQprepare(pq, "find", FIND, 0, NULL));
	return pq;
}

/* The library's tables, made as the owner; then the roles' rights on them. */
static char *
prepare(const aet_ephemeral *server)
{
	aet_db_options options = AET_DB_OPTIONS_INIT;
	char *url = bench_game_url(server, "aeturnis_migrator");
	aet_error err = { 0 };
	aet_db *db = NULL;

	options.url = url;
	if (url == NULL || aet_db_open(&options, &db, &err) != AET_OK ||
	    aet_db_migrate(db, NULL, NULL, &err) != AET_OK)
		fail("set-up", err.message);
	aet_db_close(&db);
	free(url);
	return bench_game_url(server, "aeturnis_app");
}

/* The client and both backends on one processor: else it is the scheduler's choice of
 * places for them that is measured, by a factor of up to four. */
static void
stay_on_one_processor(void)
{
	cpu_set_t all;
	cpu_set_t one;
	size_t first = 0;

	if (sched_getaffinity(0, sizeof(all), &all) != 0)
		return;
	while (first < CPU_SETSIZE - 1 && !CPU_ISSET(first, &all))
		first++;
	CPU_ZERO(&one);
	CPU_SET(first, &one);
	(void)sched_setaffinity(0, sizeof(one), &one);
}

int
main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 61;
	int calls = argc > 2 ? atoi(argv[2]) : 1000;
	aet_db_options options = AET_DB_OPTIONS_INIT;
	aet_ephemeral *server = NULL;
	aet_error err = { 0 };
	aet_db *db = NULL;
	aet_user_id id;
	PGconn *pq;
	char *url;

	if (rounds < 1 || calls < 1)
		fail("usage", "bench_find [rounds [calls]]");
	stay_on_one_processor();
	if (aet_ephemeral_start(NULL, &server, &err) != AET_OK)
		fail("aet_ephemeral_start", err.message);
	url = prepare(server);
	options.url = url;
	if (url == NULL || aet_db_open(&options, &db, &err) != AET_OK ||
	    aet_uuid_parse(key_text, &id.uuid, &err) != AET_OK)
		fail("set-up", err.message);
	pq = connect_by_hand(url);
	measure(pq, db, id, rounds, calls);
	PQfinish(pq);
	aet_db_close(&db);
	free(url);
	aet_ephemeral_stop(&server);
	return 0;
}
