/* SPDX-License-Identifier: MIT */
/*
 * Filling a database with its first users, and starting one over: what `aet-db
 * seed` and `aet-db reset` do, for a program of your own.
 */
#ifndef AETURNIS_SETUP_H
#define AETURNIS_SETUP_H

#include <stdbool.h>
#include <stddef.h>

#include <aeturnis/migrate.h>

AET_BEGIN_DECLS

#define AET_SEED_PASSWORD_SIZE 32

/* Which passwords the two users get. A NULL is generated, and told once in the
 * report. */
typedef struct aet_seed_options {
	size_t size;                /* sizeof(aet_seed_options); 0 is AET_EINVAL */
	const char *admin_password; /* of admin@aeturnis.com, "admin" */
	const char *test_password;  /* of test@example.com, "testuser" */
	bool
	    demo_passwords; /* the published ones of the original; for demonstrations only */
	bool production;    /* refuse demo_passwords with AET_EREFUSED */
} aet_seed_options;

/* clang-format off */
#define AET_SEED_OPTIONS_INIT { sizeof(aet_seed_options), NULL, NULL, false, false }
/* clang-format on */

typedef struct aet_seed_report {
	size_t size;        /* sizeof(aet_seed_report), set by the caller */
	bool admin_created; /* false: it was there, and was left alone */
	bool test_created;
	bool admin_generated; /* admin_password is new and stands nowhere else */
	bool test_generated;
	char admin_password[AET_SEED_PASSWORD_SIZE]; /* "" unless generated; wipe it */
	char test_password[AET_SEED_PASSWORD_SIZE];
} aet_seed_report;

/* clang-format off */
#define AET_SEED_REPORT_INIT { sizeof(aet_seed_report), false, false, false, false, "", "" }
/* clang-format on */

/*
 * Makes the administrator and the test user with their user.register audit
 * entries, in one transaction; a user who is there already (by e-mail) stays as
 * it is and gets no second entry, so that seeding twice is harmless.
 *
 *   db      a pool, or a transaction to seed within
 *   opts    borrowed; NULL: defaults
 *   report  may be NULL only where both passwords are given
 *
 * Blocks, for the two argon2id hashes too: they are made before a connection is
 * taken. Fails with AET_EINVAL, AET_EREFUSED, AET_ECONFLICT (one's username is
 * taken by somebody else), AET_EBUSY and as every call may. Thread-safe.
 */
AET_API AET_MUST_USE aet_status aet_db_seed(
    aet_db *db, const aet_seed_options *opts, aet_seed_report *report, aet_error *err);

typedef struct aet_reset_options {
	size_t size;         /* sizeof(aet_reset_options); 0 is AET_EINVAL */
	const char *confirm; /* the connected database's name, exactly: the consent */
	bool allow_remote;   /* the server may be on another host */
	bool production;     /* true: refused, whatever else is said */
	const aet_migrate_options *migrate; /* NULL: the library's own migrations */
	const aet_seed_options *seed;       /* NULL: no seeding */
} aet_reset_options;

/* clang-format off */
#define AET_RESET_OPTIONS_INIT { sizeof(aet_reset_options), NULL, false, false, NULL, NULL }
/* clang-format on */

typedef struct aet_reset_report {
	size_t size;    /* sizeof(aet_reset_report), set by the caller */
	size_t dropped; /* objects that the migrations had made */
	aet_migrate_report migrated;
	aet_seed_report seeded;
	bool committed; /* the transaction is done: what failed came after it */
	bool has_users; /* the library's tables are a part of it, and were seeded if that
			   was asked for */
} aet_reset_report;

/* clang-format off */
#define AET_RESET_REPORT_INIT \
	{ sizeof(aet_reset_report), 0, AET_MIGRATE_REPORT_INIT, AET_SEED_REPORT_INIT, \
		false, false }
/* clang-format on */

/*
 * Drops what the migrations own, those of every source, and nothing else;
 * migrates again, the library's own tables first if they were there, then the
 * source that is given; and seeds where the library's tables are part of it.
 * All in one transaction: it happens whole or not at all. Where a file cannot be
 * in it (-- aet: no-transaction, or one that uses a label of an enum that a file
 * before it adds), that file and those after it run when the transaction is
 * committed, as aet_db_migrate runs them: what fails there leaves them pending. An
 * object of somebody else's that depends on one that would go makes it fail, with its
 * name; so do tables that no journal knows, and a third source, whose files are not
 * given.
 *
 *   db      a pool; a transaction is AET_EINVAL
 *   report  may be NULL, unless passwords are to be generated
 *
 * AET_EREFUSED: confirm is not the database's name, the host is not local
 * (allow_remote), production, or what is described above. AET_ELOCKED: another
 * migrator, or a session that uses the tables. report->committed tells whether
 * anything has changed. Blocks.
 */
AET_API AET_MUST_USE aet_status aet_db_reset(
    aet_db *db, const aet_reset_options *opts, aet_reset_report *report, aet_error *err);

AET_END_DECLS

#endif
