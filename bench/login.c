/* SPDX-License-Identifier: MIT */
/*
 * Whether the time of a failed log-in tells why it failed: an unknown user, a
 * wrong password and a banned user's right one take turns on one private server;
 * the medians, and what they are of the first, are the figures. The hash is a
 * cheap one, so that what is not argon2 shows. What sealing an entry costs is told
 * as well.
 *
 *	bench_login [trials]
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <aeturnis/db.h>

#include "game.h"

#define KINDS 3
#define PASSWORD "correct horse"

static const aet_password_options hashing = { sizeof(aet_password_options), 1024, 1, 1,
	0 };

static const struct kind {
	const char *name;
	const char *login;
	const char *password;
} kinds[KINDS] = { { "unknown user", "nobody", PASSWORD },
	{ "wrong password", "ada", "battery staple" },
	{ "banned user", "bad", PASSWORD } };

static void
fail(const char *what, const aet_error *err)
{
	fprintf(stderr, "bench_login: %s: %s\n", what, err->message);
	exit(1);
}

static double
now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
median(double *times, int count)
{
	qsort(times, (size_t)count, sizeof(double), by_value);
	return times[count / 2];
}

static aet_user_id
make_user(aet_db *db, const char *name, const char *email)
{
	aet_registration registration = AET_REGISTRATION_INIT;
	aet_error err = { 0 };
	aet_user_id id;

	registration.email = email;
	registration.username = name;
	registration.password = PASSWORD;
	registration.hashing = &hashing;
	if (aet_account_register(db, &registration, NULL, &id, &err) != AET_OK)
		fail("register", &err);
	return id;
}

static double
fail_once(aet_db *db, const struct kind *kind)
{
	aet_credentials credentials = AET_CREDENTIALS_INIT;
	aet_request request = AET_REQUEST_INIT;
	aet_login login = AET_LOGIN_INIT;
	aet_error err = { 0 };
	double start = now_us();

	request.ip_address = "192.0.2.7";
	credentials.login = kind->login;
	credentials.password = kind->password;
	credentials.hashing = &hashing;
	if (aet_account_authenticate(db, &credentials, &request, &login, &err) !=
	    AET_EMISMATCH)
		fail(kind->name, &err);
	return now_us() - start;
}

static void
measure(aet_db *db, int trials)
{
	double *times[KINDS];
	double first = 0;

	for (int k = 0; k < KINDS; k++) {
		times[k] = calloc((size_t)trials, sizeof(double));
		if (times[k] == NULL)
			exit(1);
	}
	for (int i = 0; i < trials; i++)
		for (int k = 0; k < KINDS; k++)
			times[(i + k) % KINDS][i] =
			    fail_once(db, &kinds[(i + k) % KINDS]);
	for (int k = 0; k < KINDS; k++) {
		double middle = median(times[k], trials);

		first = k == 0 ? middle : first;
		printf("%-15s %8.1f us  %.3f\n", kinds[k].name, middle, middle / first);
		free(times[k]);
	}
}

static void
seal(aet_db *db)
{
	aet_error err = { 0 };
	int64_t sealed = 0;
	double start = now_us();

	if (aet_audit_seal(db, 0, &sealed, &err) != AET_OK)
		fail("seal", &err);
	printf("seal            %8.1f us an entry, of %lld\n",
	    (now_us() - start) / (double)sealed, (long long)sealed);
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
		fail("set-up", &err);
	aet_db_close(&db);
	free(url);
	return bench_game_url(server, "aeturnis_app");
}

/* Sealing is the maintenance role's. */
static void
seal_as_maintenance(const aet_ephemeral *server)
{
	aet_db_options options = AET_DB_OPTIONS_INIT;
	char *url = bench_game_url(server, "aeturnis_maintenance");
	aet_error err = { 0 };
	aet_db *db = NULL;

	options.url = url;
	if (url == NULL || aet_db_open(&options, &db, &err) != AET_OK)
		fail("maintenance", &err);
	seal(db);
	aet_db_close(&db);
	free(url);
}

int
main(int argc, char **argv)
{
	int trials = argc > 1 ? atoi(argv[1]) : 1000;
	aet_db_options options = AET_DB_OPTIONS_INIT;
	aet_ephemeral *server = NULL;
	aet_error err = { 0 };
	aet_db *db = NULL;
	char *url;

	if (trials < 1)
		return 2;
	if (aet_ephemeral_start(NULL, &server, &err) != AET_OK)
		fail("aet_ephemeral_start", &err);
	url = prepare(server);
	options.url = url;
	if (url == NULL || aet_db_open(&options, &db, &err) != AET_OK)
		fail("set-up", &err);
	make_user(db, "ada", "ada@example.org");
	if (aet_account_status_set(db, make_user(db, "bad", "bad@example.org"),
		AET_USER_STATUS_BANNED, NULL, &err) != AET_OK)
		fail("ban", &err);
	measure(db, trials);
	seal_as_maintenance(server);
	aet_db_close(&db);
	free(url);
	aet_ephemeral_stop(&server);
	return 0;
}
