/* SPDX-License-Identifier: MIT */
/*
 * How do two changes become one? In a transaction that is run again, the whole
 * of it, when it meets another one: ban a user, and say so in the audit log.
 *
 *	transaction EMAIL
 */
#include "example.h"

static aet_status
add_entry(aet_db *tx, const aet_user *user, aet_error *err)
{
	char id[AET_UUID_TEXT_SIZE];
	aet_new_audit_entry entry = {
		.event_type = AET_AUDIT_EVENT_TYPE_USER_UPDATE,
		.resource_type = aet_set_text("user"),
		.payload = aet_set_json("{\"status\": {\"new\": \"banned\"}}"),
	};

	aet_uuid_format(user->id.uuid, id);
	entry.resource_id = aet_set_text(id);
	return aet_audit_entry_insert(tx, &entry, NULL, err);
}

/*
 * One attempt. Whatever it returns but AET_OK rolls everything back; after
 * AET_ERETRY it is called again. tx is an aet_db like any other, so functions
 * that it calls need not know of the transaction.
 */
static aet_status
ban(aet_db *tx, void *email, aet_error *err)
{
	aet_user_changes changes = { .status =
					 aet_set_user_status(AET_USER_STATUS_BANNED) };
	aet_user *user = NULL;
	aet_status status = aet_user_find_by_email(tx, email, &user, err);

	if (status == AET_OK)
		status = aet_user_update(tx, user->id, &changes, NULL, err);
	if (status == AET_OK)
		status = add_entry(tx, user, err);
	aet_user_free(user);
	return status;
}

int
main(int argc, char **argv)
{
	aet_begin_options options = AET_BEGIN_OPTIONS_INIT;
	aet_error err = { 0 };
	aet_db *db;

	if (argc != 2) {
		fprintf(stderr, "usage: transaction EMAIL\n");
		return 2;
	}
	db = open_database();
	options.isolation = AET_SERIALIZABLE;
	if (aet_db_transaction(db, &options, ban, argv[1], &err) != AET_OK)
		die("ban", &err);
	printf("banned %s\n", argv[1]);
	aet_db_close(&db);
	return EXIT_SUCCESS;
}
