/* SPDX-License-Identifier: MIT */
/* Seeding in its steps, so that a reset can hash before its transaction. */
#ifndef AET_SETUP_SEED_H
#define AET_SETUP_SEED_H

#include <aeturnis/password.h>
#include <aeturnis/setup.h>

/* One of the two users, on the way into the database. */
typedef struct aet__seeding {
	bool absent; /* when last looked; else it is left alone */
	bool created;
	bool generated;
	char password[AET_SEED_PASSWORD_SIZE]; /* generated */
	char hash[AET_PASSWORD_HASH_SIZE];
} aet__seeding;

#define AET__SEED_USERS 2

aet_status aet__seed_check(
    const aet_seed_options *opts, const aet_seed_report *report, aet_error *err);

/* Hashes a password for each that is absent. Blocks; needs no database. */
aet_status aet__seed_hash(
    aet__seeding all[AET__SEED_USERS], const aet_seed_options *opts, aet_error *err);

/* Inserts those that are absent: an aet_db_transaction_fn over all of them. */
aet_status aet__seed_insert(aet_db *tx, void *all, aet_error *err);

void aet__seed_tell(const aet__seeding all[AET__SEED_USERS], aet_seed_report *report);

#endif
