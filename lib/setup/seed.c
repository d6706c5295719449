/* SPDX-License-Identifier: MIT */
/*
 * The original's two users, each with its user.register entry. Hashing is done
 * before the transaction, so that none is held open meanwhile; whoever else
 * seeds at the same time meets a unique key, and leaves what is there alone.
 */
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include <aeturnis/db.h>

#include "core/error.h"
#include "core/memory.h"
#include "setup/seed.h"

typedef struct seed_user {
	const char *email;
	const char *username;
	const char *demo_password;
	bool admin;
	bool verified;
} seed_user;

static const seed_user seed_users[AET__SEED_USERS] = {
	{ "admin@aeturnis.com", "admin", "Admin123!@#", true, true },
	{ "test@example.com", "testuser", "Test123!@#", false, false },
};

#define GENERATED_LENGTH 24

/* 24 of 32 characters that nobody mistakes for one another: 120 bits. */
static aet_status
generate_password(char password[AET_SEED_PASSWORD_SIZE], aet_error *err)
{
	static const char alphabet[] = "abcdefghijkmnpqrstuvwxyz23456789";
	unsigned char bits[GENERATED_LENGTH];

	if (getrandom(bits, sizeof(bits), 0) != (ssize_t)sizeof(bits))
		return aet_error_set(err, AET_EBUSY, "no randomness for a password");
	for (size_t i = 0; i < GENERATED_LENGTH; i++)
		password[i] = alphabet[bits[i] % 32];
	password[GENERATED_LENGTH] = '\0';
	aet__memory_wipe(bits, sizeof(bits));
	return AET_OK;
}

/* Takes the password given, else the published one, else a new one. */
static aet_status
hash_password(aet__seeding *one, const char *password, aet_error *err)
{
	aet_status status = AET_OK;

	if (password == NULL) {
		status = generate_password(one->password, err);
		one->generated = true;
		password = one->password;
	}
	if (status == AET_OK)
		status = aet_password_hash(NULL, password, one->hash, err);
	return status;
}

aet_status
aet__seed_hash(
    aet__seeding all[AET__SEED_USERS], const aet_seed_options *opts, aet_error *err)
{
	const char *const given[] = { opts->admin_password, opts->test_password };
	aet_status status = AET_OK;

	for (size_t i = 0; i < AET__SEED_USERS && status == AET_OK; i++) {
		const char *demo =
		    opts->demo_passwords ? seed_users[i].demo_password : NULL;

		if (all[i].absent)
			status = hash_password(
			    &all[i], given[i] != NULL ? given[i] : demo, err);
	}
	return status;
}

static aet_status
add_entry(aet_db *tx, const aet_user *user, aet_error *err)
{
	aet_new_audit_entry entry = {
		.actor_id = aet_set_user_id(user->id),
		.event_type = AET_AUDIT_EVENT_TYPE_USER_REGISTER,
		.resource_type = aet_set_text("user"),
	};
	char id[AET_UUID_TEXT_SIZE];
	char payload[128];

	aet_uuid_format(user->id.uuid, id);
	entry.resource_id = aet_set_text(id);
	snprintf(payload, sizeof(payload), "{\"email\": \"%s\"}", user->email);
	entry.payload = aet_set_json(payload);
	return aet_audit_entry_insert(tx, &entry, NULL, err);
}

/* What one attempt is about: which user, and its hash. */
typedef struct insertion {
	const seed_user *user;
	const aet__seeding *seeding;
} insertion;

static aet_status
insert_user(aet_db *tx, const insertion *one, aet_user **out, aet_error *err)
{
	static const aet_user_role roles[] = { AET_USER_ROLE_ADMIN, AET_USER_ROLE_USER };
	size_t first = one->user->admin ? 0 : 1;
	const aet_new_user user = {
		.email = one->user->email,
		.username = one->user->username,
		.password_hash = one->seeding->hash,
		.roles = aet_set_user_roles(roles + first, 2 - first),
		.email_verified = aet_set_bool(one->user->verified),
	};

	return aet_user_insert(tx, &user, out, err);
}

static aet_status
insert_with_entry(aet_db *tx, void *ctx, aet_error *err)
{
	aet_user *user = NULL;
	aet_status status = insert_user(tx, ctx, &user, err);

	if (status == AET_OK)
		status = add_entry(tx, user, err);
	aet_user_free(user);
	return status;
}

/* Each user in a savepoint, since somebody else may be seeding, and be first. */
aet_status
aet__seed_insert(aet_db *tx, void *all, aet_error *err)
{
	aet__seeding *seedings = all;
	aet_status status = AET_OK;
	aet_error why = { 0 };

	for (size_t i = 0; i < AET__SEED_USERS && status == AET_OK; i++) {
		insertion one = { &seed_users[i], &seedings[i] };

		seedings[i].created = false;
		if (!seedings[i].absent)
			continue;
		status = aet_db_transaction(tx, NULL, insert_with_entry, &one, &why);
		seedings[i].created = status == AET_OK;
		if (status == AET_ECONFLICT &&
		    strcmp(why.constraint, "users_email_unique") == 0)
			status = AET_OK;
	}
	if (status != AET_OK && err != NULL)
		*err = why;
	return status;
}

aet_status
aet__seed_check(
    const aet_seed_options *opts, const aet_seed_report *report, aet_error *err)
{
	if (opts->size != sizeof(*opts) ||
	    (report != NULL && report->size != sizeof(*report)))
		return aet_error_set(err, AET_EINVAL,
		    "seed options or report without their size: start from the _INIT "
		    "macros");
	if (opts->production && opts->demo_passwords)
		return aet_error_set(err, AET_EREFUSED,
		    "the published passwords are refused in production");
	if (report == NULL && !opts->demo_passwords &&
	    (opts->admin_password == NULL || opts->test_password == NULL))
		return aet_error_set(
		    err, AET_EINVAL, "a generated password needs a report to be told in");
	return AET_OK;
}

void
aet__seed_tell(const aet__seeding all[AET__SEED_USERS], aet_seed_report *report)
{
	report->admin_created = all[0].created;
	report->test_created = all[1].created;
	report->admin_generated = all[0].created && all[0].generated;
	report->test_generated = all[1].created && all[1].generated;
	report->admin_password[0] = '\0';
	report->test_password[0] = '\0';
	if (report->admin_generated)
		memcpy(report->admin_password, all[0].password, sizeof(all[0].password));
	if (report->test_generated)
		memcpy(report->test_password, all[1].password, sizeof(all[1].password));
}

static aet_status
look(aet_db *db, aet__seeding all[AET__SEED_USERS], aet_error *err)
{
	aet_status status = AET_OK;

	for (size_t i = 0; i < AET__SEED_USERS && status == AET_OK; i++) {
		aet_user *found = NULL;

		status = aet_user_find_by_email(db, seed_users[i].email, &found, err);
		aet_user_free(found);
		all[i].absent = status == AET_ENOTFOUND;
		if (all[i].absent)
			status = AET_OK;
	}
	return status;
}

aet_status
aet_db_seed(
    aet_db *db, const aet_seed_options *opts, aet_seed_report *report, aet_error *err)
{
	const aet_seed_options defaults = AET_SEED_OPTIONS_INIT;
	aet__seeding all[AET__SEED_USERS] = { 0 };
	aet_status status;

	if (opts == NULL)
		opts = &defaults;
	status = aet__seed_check(opts, report, err);
	if (status == AET_OK)
		status = look(db, all, err);
	if (status == AET_OK)
		status = aet__seed_hash(all, opts, err);
	if (status == AET_OK)
		status = aet_db_transaction(db, NULL, aet__seed_insert, all, err);
	if (status == AET_OK && report != NULL)
		aet__seed_tell(all, report);
	aet__memory_wipe(all, sizeof(all));
	return status;
}
