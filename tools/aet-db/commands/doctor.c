/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <aeturnis/password.h>
#include <aeturnis/statement.h>

#include "commands/migrating.h"
#include "core/deadline.h"
#include "ephemeral/binaries.h"
#include "inspect.h"
#include "pg/client.h"
#include "target.h"

#define OLDEST_SERVER 140000
#define SKEW_US 2000000
#define SLOW_HASH_MS 1000

typedef enum verdict_kind { VERDICT_OK, VERDICT_WARN, VERDICT_FAIL } verdict_kind;

typedef struct examination {
	cli_context *cli;
	int counts[VERDICT_FAIL + 1];
} examination;

static void found(examination *doctor, const char *subject, verdict_kind verdict,
    const char *next, const char *format, ...) AET_PRINTF(5, 6);

/* One line of the result. next may be NULL. */
static void
found(examination *doctor, const char *subject, verdict_kind verdict, const char *next,
    const char *format, ...)
{
	static const char *const names[] = { "ok", "warn", "fail" };
	cli_output *out = &doctor->cli->output;
	char text[AET_MESSAGE_SIZE + 64];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	doctor->counts[verdict]++;
	output_line(out, "%-4s  %-10s %s", names[verdict], subject, text);
	if (next != NULL && verdict != VERDICT_OK)
		output_line(out, "                 next: %s", next);
	output_append(out, "checks",
	    json_pack("{s:s, s:s, s:s, s:o}", "subject", subject, "verdict",
		names[verdict], "message", text, "next",
		output_text(verdict != VERDICT_OK ? next : NULL)));
}

static void
check_binaries(examination *doctor)
{
	const char *wanted = doctor->cli->options.bindir;
	aet_error err;
	char *bindir;

	if (wanted == NULL)
		wanted = aet_environment_get(doctor->cli->environment, "AET_PG_BINDIR");
	if (aet__binaries_find(wanted, &bindir, &err) != AET_OK) {
		found(doctor, "binaries", VERDICT_WARN,
		    "apt-get install postgresql (dev, codegen and check start a private "
		    "one)",
		    "%s", err.message);
		return;
	}
	found(doctor, "binaries", VERDICT_OK, NULL, "initdb and postgres in %s", bindir);
	free(bindir);
}

static void
check_libpq(examination *doctor)
{
	int has = aet__client_version(), wants = aet__client_version_built_for();

	if (has / 10000 < wants / 10000)
		found(doctor, "libpq", VERDICT_WARN,
		    "update libpq5, or build against this one",
		    "version %d, but built for %d", has / 10000, wants / 10000);
	else
		found(doctor, "libpq", VERDICT_OK, NULL, "version %d.%d", has / 10000,
		    has % 10000);
}

/* A file that cannot be read is a finding: the environment may do without. */
static void
check_settings(examination *doctor)
{
	const char *file = doctor->cli->options.env_file;
	aet_error err;

	if (aet_environment_load(file, &doctor->cli->environment, &err) != AET_OK)
		found(doctor, "settings", VERDICT_FAIL,
		    "mend the file; every other command stops there", "%s", err.message);
	else if (file != NULL)
		found(doctor, "settings", VERDICT_OK, NULL, "%s is read", file);
	else if (access(".env", R_OK) == 0)
		found(doctor, "settings", VERDICT_OK, NULL, ".env is read");
	else
		found(doctor, "settings", VERDICT_OK, NULL,
		    "no .env here; the environment alone counts");
}

/* Whether there is something to connect to. */
static bool
check_url(examination *doctor)
{
	cli_context *cli = doctor->cli;
	const char *origin;
	aet_error err;

	cli->url = target_url(cli);
	if (cli->url != NULL && aet_url_redact(cli->url, &cli->target, &err) != AET_OK) {
		found(doctor, "url", VERDICT_FAIL,
		    "write it as postgresql://user:password@host/database", "%s",
		    err.message);
		return false;
	}
	if (cli->url == NULL) {
		found(doctor, "url", VERDICT_FAIL,
		    "export DATABASE_URL=postgresql://user:password@host/database",
		    "DATABASE_URL is neither in the environment nor in .env");
		return false;
	}
	origin = cli->options.url != NULL
		     ? "--url"
		     : aet_environment_origin(cli->environment, "DATABASE_URL");
	found(doctor, "url", VERDICT_OK, NULL, "%s, from %s", cli->target, origin);
	return true;
}

static bool
check_reachable(examination *doctor)
{
	aet_error err;
	char *next;

	if (target_try(doctor->cli, &err) == AET_OK) {
		found(doctor, "server", VERDICT_OK, NULL, "answers");
		return true;
	}
	next = target_next(doctor->cli, &err);
	found(doctor, "server", VERDICT_FAIL,
	    next != NULL ? next
			 : "is it running, and does the URL name its host and port?",
	    "%s", err.message);
	free(next);
	return false;
}

static void
check_version(examination *doctor, const server_facts *facts)
{
	int major = facts->version / 10000;

	if (facts->version < OLDEST_SERVER)
		found(doctor, "version", VERDICT_FAIL, "update the server",
		    "PostgreSQL %d; the library needs %d or later", major,
		    OLDEST_SERVER / 10000);
	else
		found(doctor, "version", VERDICT_OK, NULL, "PostgreSQL %d.%d", major,
		    facts->version % 10000);
	if (strcmp(facts->encoding, "UTF8") != 0)
		found(doctor, "encoding", VERDICT_WARN,
		    "make the database with: createdb --encoding=UTF8 "
		    "--template=template0",
		    "the database's encoding is %s; not every text will fit",
		    facts->encoding);
	if (facts->read_only)
		found(doctor, "writes", VERDICT_FAIL, "connect to the primary",
		    "the server is read only: a standby, or set so");
}

static void
check_rights(examination *doctor, const server_facts *facts)
{
	if (!facts->may_create_schemas)
		found(doctor, "rights", VERDICT_WARN,
		    "GRANT CREATE ON DATABASE ... TO the role that migrates",
		    "role \"%s\" may not create schemas, which the first migration needs",
		    facts->role);
	if (!facts->may_create_tables)
		found(doctor, "rights", VERDICT_WARN,
		    "GRANT CREATE ON SCHEMA public TO the role that migrates",
		    "role \"%s\" may not create tables in schema public", facts->role);
	if (facts->may_create_schemas && facts->may_create_tables)
		found(doctor, "rights", VERDICT_OK, NULL,
		    "role \"%s\" may create what "
		    "migrations make",
		    facts->role);
}

static void
check_clock(examination *doctor, const server_facts *facts, int64_t asked_us)
{
	int64_t now_us = aet_timestamp_now().us;
	int64_t middle_us = asked_us + (now_us - asked_us) / 2;
	int64_t skew_us = facts->now.us - middle_us;

	if (llabs(skew_us) > SKEW_US)
		found(doctor, "clock", VERDICT_WARN, "set both clocks by NTP",
		    "the server's differs from this machine's by %.1f s",
		    (double)skew_us / 1e6);
	else
		found(doctor, "clock", VERDICT_OK, NULL,
		    "the server's differs by %.1f ms", (double)skew_us / 1e3);
}

static void
check_journal(examination *doctor)
{
	aet_migrate_options opts = migrating_options(doctor->cli);
	aet_health health = AET_HEALTH_INIT;
	char sentence[AET_MESSAGE_SIZE];
	aet_status status = aet_db_health(doctor->cli->db, &opts, &health, NULL);

	if (status == AET_OK)
		found(doctor, "journal", VERDICT_OK, NULL,
		    "%d migrations applied, none pending", health.applied);
	else if (status == AET_EBEHIND && health.applied == 0 &&
		 migrating_strangers(doctor->cli, sentence))
		found(doctor, "journal", VERDICT_FAIL, MIGRATING_STRANGERS_NEXT, "%s",
		    sentence);
	else if (status == AET_EBEHIND)
		found(doctor, "journal", VERDICT_WARN,
		    migrating_next(doctor->cli, "aet-db migrate"), "%s", health.message);
	else
		found(doctor, "journal", VERDICT_FAIL,
		    migrating_next(doctor->cli, "aet-db status"), "%s", health.message);
}

static void
check_server(examination *doctor)
{
	server_facts *facts = NULL;
	int64_t asked_us = aet_timestamp_now().us;
	aet_error err;

	if (inspect_server(doctor->cli->db, &facts, &err) != AET_OK) {
		found(doctor, "server", VERDICT_FAIL, NULL, "%s", err.message);
		return;
	}
	check_clock(doctor, facts, asked_us);
	check_version(doctor, facts);
	check_rights(doctor, facts);
	aet_block_free(facts);
	check_journal(doctor);
}

static void
check_hashing(examination *doctor)
{
	char hash[AET_PASSWORD_HASH_SIZE];
	int64_t before = aet__clock_ms();
	aet_error err;
	int64_t took;

	if (aet_password_hash(NULL, "doctor", hash, &err) != AET_OK) {
		found(doctor, "passwords", VERDICT_FAIL, NULL, "%s", err.message);
		return;
	}
	took = aet__clock_ms() - before;
	found(doctor, "passwords", took > SLOW_HASH_MS ? VERDICT_WARN : VERDICT_OK,
	    "a faster machine, or a lower cost: aet_password_options",
	    "one argon2id hash takes %lld ms", (long long)took);
}

int
run_doctor(cli_context *cli)
{
	examination doctor = { cli, { 0 } };

	check_settings(&doctor);
	check_binaries(&doctor);
	check_libpq(&doctor);
	if (check_url(&doctor) && check_reachable(&doctor))
		check_server(&doctor);
	check_hashing(&doctor);
	output_set(&cli->output, "failed", json_integer(doctor.counts[VERDICT_FAIL]));
	output_set(&cli->output, "warnings", json_integer(doctor.counts[VERDICT_WARN]));
	return doctor.counts[VERDICT_FAIL] > 0 ? EXIT_FAILED : EXIT_DONE;
}
