/* SPDX-License-Identifier: MIT */
/*
 * How does a game server start, and how does it stop? Open, migrate, ask after
 * the database's health, serve until SIGTERM or SIGINT, drain, close.
 */
#define _POSIX_C_SOURCE 200809L /* sigwait(3), also with -std=c17 */

#include <signal.h>

#include "example.h"

/* The library prints nothing by itself: what it has to say comes here. */
static void
log_line(void *ctx, aet_log_level level, const char *message)
{
	(void)ctx;
	if (level >= AET_LOG_WARNING)
		fprintf(stderr, "db: %s\n", message);
}

static void
show_progress(void *ctx, const aet_migrate_event *event)
{
	(void)ctx;
	if (event->kind == AET_MIGRATE_APPLIED)
		printf("applied %s\n", event->name);
}

static aet_db *
start(void)
{
	aet_db_options options = AET_DB_OPTIONS_INIT;
	aet_migrate_options migrations = AET_MIGRATE_OPTIONS_INIT;
	aet_error err = { 0 };
	aet_db *db = NULL;

	options.application_name = "game_server";
	options.log = log_line;
	if (aet_db_open(&options, &db, &err) != AET_OK)
		die("open", &err);
	/* Every server may do this at every start: one works, the others wait. In a
	 * rolling deploy the others see that this one lives, and where a newer release
	 * has been before, what this one runs must still work. */
	migrations.release = "1.0.0";
	migrations.statements = aet_account_statements();
	migrations.progress = show_progress;
	if (aet_db_migrate(db, &migrations, NULL, &err) != AET_OK)
		die("migrate", &err);
	if (aet_db_health(db, &migrations, NULL, &err) != AET_OK)
		die("health", &err);
	return db;
}

static void
serve(aet_db *db, const sigset_t *stop)
{
	aet_error err = { 0 };
	int64_t players;
	int received;

	if (aet_user_count(db, &players, &err) != AET_OK)
		die("count", &err);
	printf("ready, %lld players known\n", (long long)players);
	fflush(stdout);
	sigwait(stop, &received);
}

int
main(void)
{
	sigset_t stop;
	aet_db *db;

	/* Blocked before any thread is made, so that sigwait alone sees them. */
	sigemptyset(&stop);
	sigaddset(&stop, SIGTERM);
	sigaddset(&stop, SIGINT);
	sigprocmask(SIG_BLOCK, &stop, NULL);

	db = start();
	serve(db, &stop);
	printf("stopping\n");
	/* Waits for calls of other threads; AET_EBUSY: some did not end in time. */
	return aet_db_close(&db) == AET_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
