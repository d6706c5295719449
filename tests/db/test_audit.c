/* SPDX-License-Identifier: MIT */
/* The chain shows what was done to the audit log behind its back; purges and
 * exports do not disturb it. */
#include "support/accounts.h"

#include <jansson.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define USERS 4

static aet_user_id users[USERS];

/* Four entries, sealed. */
static void
setup(void)
{
	int64_t sealed = -1;
	char name[8] = "user0";

	accounts_setup();
	for (size_t i = 0; i < USERS; i++) {
		name[4] = (char)('a' + (int)i);
		users[i] = accounts_register(name);
	}
	accounts_fine(aet_audit_seal(accounts_maintenance_db, 0, &sealed, &accounts_err));
	ck_assert_int_eq(sealed, USERS);
}

static aet_audit_report
verify(const aet_audit_head *anchor, aet_status expected)
{
	aet_audit_report report = AET_AUDIT_REPORT_INIT;
	aet_status status;

	memset(&accounts_err, 0, sizeof(accounts_err));
	status =
	    aet_audit_verify(accounts_maintenance_db, anchor, &report, &accounts_err);
	ck_assert_msg(
	    status == expected, "%s: %s", aet_status_name(status), accounts_err.message);
	return report;
}

static aet_audit_head
head(void)
{
	aet_audit_head made = AET_AUDIT_HEAD_INIT;

	accounts_fine(aet_audit_head_read(accounts_maintenance_db, &made, &accounts_err));
	return made;
}

/* ---- sound ---------------------------------------------------------------------- */

START_TEST(a_chain_without_gaps)
{
	aet_audit_report report = verify(NULL, AET_OK);
	aet_audit_head first = head();
	int64_t sealed = -1;

	ck_assert_int_eq(report.fault, AET_AUDIT_SOUND);
	ck_assert_int_eq(report.first, 1);
	ck_assert_int_eq(report.links, USERS);
	ck_assert_int_eq(report.pending, 0);
	ck_assert_int_eq(report.head.position, USERS);
	ck_assert_str_eq(report.head.hash, first.hash);
	accounts_log_in("usera", GOOD_PASSWORD, AET_OK);
	report = verify(&first, AET_OK);
	ck_assert_int_eq(report.pending, 2);
	accounts_fine(aet_audit_seal(accounts_maintenance_db, 1, &sealed, &accounts_err));
	ck_assert_int_eq(sealed, 1);
	accounts_fine(aet_audit_seal(accounts_maintenance_db, 0, &sealed, &accounts_err));
	ck_assert_int_eq(sealed, 1);
	/* user.login before session.create, which one statement made. */
	test_value_is(accounts_game.admin,
	    "SELECT string_agg(position || event_type, ',' ORDER BY position) FROM"
	    " aeturnis.audit_chain JOIN audit_log ON id = entry_id WHERE position > 4",
	    "5user.login,6session.create");
	report = verify(&first, AET_OK);
	ck_assert_int_eq(report.links, USERS + 2);
	/* The actor's deletion changes actor_id, which the chain does not cover. */
	accounts_fine(aet_account_delete(accounts_db, users[0], NULL, &accounts_err));
	test_value_is(accounts_game.admin,
	    "SELECT count(*) FROM audit_log WHERE actor_id IS "
	    "NULL AND actor_uuid IS NOT NULL",
	    "5");
	verify(&first, AET_OK);
}
END_TEST

START_TEST(nothing_sealed_yet)
{
	aet_audit_head none = AET_AUDIT_HEAD_INIT;
	aet_audit_report report;

	test_sql(accounts_game.admin, "TRUNCATE aeturnis.audit_chain");
	ck_assert_int_eq(
	    aet_audit_head_read(accounts_maintenance_db, &none, NULL), AET_ENOTFOUND);
	/* A chain that was cut off as a whole is not one that never was. */
	ck_assert_int_eq(verify(NULL, AET_ETAMPERED).fault, AET_AUDIT_OUTSIDE);
	test_sql(accounts_game.admin, "INSERT INTO aeturnis.audit_pending SELECT"
				      " created_at, id FROM audit_log");
	report = verify(NULL, AET_ENOTFOUND);
	ck_assert_int_eq(report.fault, AET_AUDIT_UNSEALED);
	ck_assert_int_eq(report.pending, USERS);
	ck_assert_str_eq(accounts_err.message,
	    "nothing of the audit log is sealed yet, and 4 entries wait");
	none.size = 0;
	ck_assert_int_eq(
	    aet_audit_head_read(accounts_maintenance_db, &none, NULL), AET_EINVAL);
	ck_assert_int_eq(
	    aet_audit_seal(accounts_maintenance_db, -1, NULL, NULL), AET_EINVAL);
}
END_TEST

static void *
seal_all(void *sealed)
{
	if (aet_audit_seal(accounts_maintenance_db, 0, sealed, NULL) != AET_OK)
		abort();
	return NULL;
}

START_TEST(many_seal_at_once)
{
	pthread_t threads[8];
	int64_t sealed[8] = { 0 };
	int64_t total = 0;

	test_sql(accounts_game.admin, "INSERT INTO audit_log (event_type) SELECT 'x' FROM"
				      " generate_series(1, 2500)");
	for (int i = 0; i < 8; i++)
		ck_assert_int_eq(
		    pthread_create(&threads[i], NULL, seal_all, &sealed[i]), 0);
	for (int i = 0; i < 8; i++) {
		pthread_join(threads[i], NULL);
		total += sealed[i];
	}
	accounts_fine(
	    aet_audit_seal(accounts_maintenance_db, 0, &sealed[0], &accounts_err));
	ck_assert_int_eq(total + sealed[0], 2500);
	ck_assert_int_eq(verify(NULL, AET_OK).links, USERS + 2500);
	ck_assert_int_eq(verify(NULL, AET_OK).pending, 0);
}
END_TEST

/* ---- tampered -------------------------------------------------------------------- */

#define ENTRY_AT(n) "(SELECT entry_id FROM aeturnis.audit_chain WHERE position = " #n ")"
#define SWAP(column)                                                            \
	"UPDATE aeturnis.audit_chain AS c SET " column " = o." column           \
	" FROM aeturnis.audit_chain AS o WHERE c.position + o.position = 5 AND" \
	" c.position IN (2, 3);"

typedef struct tampering {
	const char *sql;
	aet_audit_fault fault;
	int64_t position;
} tampering;

static const tampering tamperings[] = {
	{ "UPDATE audit_log SET payload = '{}' WHERE id = " ENTRY_AT(2),
	    AET_AUDIT_CHANGED, 2 },
	{ "UPDATE audit_log SET event_type = 'user.login' WHERE id = " ENTRY_AT(3),
	    AET_AUDIT_CHANGED, 3 },
	{ "UPDATE audit_log SET ip_address = NULL WHERE id = " ENTRY_AT(1),
	    AET_AUDIT_CHANGED, 1 },
	{ "UPDATE audit_log SET created_at = created_at + interval '1us' WHERE id "
	  "= " ENTRY_AT(1),
	    AET_AUDIT_CHANGED, 1 },
	/* Its trigger keeps actor_uuid; without it: */
	{ "ALTER TABLE audit_log DISABLE TRIGGER USER; UPDATE audit_log SET actor_uuid ="
	  " gen_random_uuid() WHERE id = " ENTRY_AT(4),
	    AET_AUDIT_CHANGED, 4 },
	{ "DELETE FROM audit_log WHERE id = " ENTRY_AT(2), AET_AUDIT_MISSING, 2 },
	{ "DELETE FROM audit_log WHERE id = " ENTRY_AT(2) "; DELETE FROM"
							  " aeturnis.audit_chain "
							  "WHERE position = 2",
	    AET_AUDIT_GAP, 2 },
	{ "DELETE FROM aeturnis.audit_chain WHERE position = 1", AET_AUDIT_GAP, 1 },
	/* Reordered: the entries of two links, with and without their hashes. */
	{ "ALTER TABLE aeturnis.audit_chain DROP CONSTRAINT"
	  " audit_chain_entry_id_unique; " SWAP("entry_id"),
	    AET_AUDIT_CHANGED, 2 },
	{ "ALTER TABLE aeturnis.audit_chain DROP CONSTRAINT"
	  " audit_chain_entry_id_unique; " SWAP("entry_id") SWAP("hash"),
	    AET_AUDIT_CHANGED, 2 },
	{ "DELETE FROM aeturnis.audit_chain WHERE position = 4", AET_AUDIT_OUTSIDE, 0 },
	{ "INSERT INTO audit_log (event_type) VALUES ('x'); DELETE FROM"
	  " aeturnis.audit_pending",
	    AET_AUDIT_OUTSIDE, 0 },
	{ "INSERT INTO aeturnis.audit_checkpoints (position, hash, entry_id) SELECT"
	  " position, hash, entry_id FROM aeturnis.audit_chain WHERE position = 2",
	    AET_AUDIT_CHECKPOINT, 2 },
};

START_TEST(tampering_shows)
{
	const tampering *t = &tamperings[_i];
	aet_audit_report report;

	test_sql(accounts_game.admin, t->sql);
	report = verify(NULL, AET_ETAMPERED);
	ck_assert_msg(
	    report.fault == t->fault, "fault %d, not %d", report.fault, t->fault);
	ck_assert_int_eq(report.position, t->position);
}
END_TEST

/* Who may write everything makes the rest sound again; the anchor tells. */
START_TEST(an_anchor_outside)
{
	aet_audit_head anchor = head();
	aet_audit_head odd = anchor;

	test_sql(accounts_game.admin,
	    "DELETE FROM audit_log WHERE id = " ENTRY_AT(4) "; DELETE FROM"
							    " aeturnis.audit_chain "
							    "WHERE position = 4");
	verify(NULL, AET_OK);
	ck_assert_int_eq(verify(&anchor, AET_ETAMPERED).fault, AET_AUDIT_ANCHOR);
	test_sql(accounts_game.admin,
	    "UPDATE audit_log SET payload = '{}'; TRUNCATE aeturnis.audit_chain;"
	    " INSERT INTO aeturnis.audit_pending SELECT created_at, id FROM audit_log");
	accounts_register("new");
	accounts_fine(aet_audit_seal(accounts_maintenance_db, 0, NULL, &accounts_err));
	verify(NULL, AET_OK);
	ck_assert_int_eq(verify(&anchor, AET_ETAMPERED).position, 4);
	odd.position = 0;
	verify(&odd, AET_EINVAL);
}
END_TEST

/* ---- purging ----------------------------------------------------------------------- */

static aet_timestamp
after_all(void)
{
	return (aet_timestamp){ aet_timestamp_now().us + INT64_C(3600000000) };
}

START_TEST(a_purge_leaves_a_checkpoint)
{
	aet_audit_head old = head();
	aet_audit_report report;
	int64_t purged = -1;

	accounts_register("late");
	accounts_fine(aet_audit_purge(accounts_maintenance_db, after_all(), 3,
	    &accounts_request, &purged, &accounts_err));
	ck_assert_int_eq(purged, 4);
	test_value_is(accounts_game.admin,
	    "SELECT string_agg(event_type || coalesce(' ' || (payload->>'entries'), ''),"
	    " ',' ORDER BY created_at) FROM audit_log",
	    "user.register,audit.purge 3,audit.purge 1");
	report = verify(NULL, AET_OK);
	ck_assert_int_eq(report.first, 5);
	ck_assert_int_eq(report.links, 0);
	ck_assert_int_eq(report.pending, 3);
	/* The head that was purged last is still known. */
	verify(&old, AET_OK);
	accounts_fine(aet_audit_seal(accounts_maintenance_db, 0, NULL, &accounts_err));
	report = verify(&old, AET_OK);
	ck_assert_int_eq(report.links, 3);
	ck_assert_int_eq(report.head.position, 7);
	old.position = 3;
	verify(&old, AET_EINVAL);
	/* A checkpoint that nobody tells of, or that says something else. */
	test_sql(accounts_game.admin, "UPDATE aeturnis.audit_checkpoints SET hash = "
				      "sha256('') WHERE position = 4");
	ck_assert_int_eq(verify(NULL, AET_ETAMPERED).fault, AET_AUDIT_CHECKPOINT);
}
END_TEST

START_TEST(a_purge_stops_at_what_is_young_or_gone)
{
	int64_t purged = -1;

	test_sql(accounts_game.admin,
	    "UPDATE audit_log SET created_at = created_at - interval '1 year' WHERE id"
	    " IN (" ENTRY_AT(1) ", " ENTRY_AT(3) ")");
	accounts_fine(aet_audit_purge(accounts_maintenance_db,
	    (aet_timestamp){ aet_timestamp_now().us - INT64_C(86400000000) }, 0, NULL,
	    &purged, &accounts_err));
	ck_assert_int_eq(purged, 1);
	test_sql(accounts_game.admin, "DELETE FROM audit_log WHERE id = " ENTRY_AT(2));
	accounts_fine(aet_audit_purge(
	    accounts_maintenance_db, after_all(), 0, NULL, &purged, &accounts_err));
	ck_assert_int_eq(purged, 0);
	ck_assert_int_eq(verify(NULL, AET_ETAMPERED).fault, AET_AUDIT_MISSING);
}
END_TEST

START_TEST(a_purge_without_a_chain)
{
	int64_t purged = -1;

	test_sql(accounts_game.admin,
	    "TRUNCATE aeturnis.audit_chain, aeturnis.audit_pending;"
	    " INSERT INTO aeturnis.audit_pending SELECT created_at, id"
	    " FROM audit_log");
	/* What waits is told, though nothing is sealed. */
	ck_assert_int_eq(verify(NULL, AET_ENOTFOUND).pending, USERS);
	accounts_fine(aet_audit_purge(
	    accounts_maintenance_db, after_all(), 0, NULL, &purged, &accounts_err));
	ck_assert_int_eq(purged, USERS);
	test_value_is(accounts_game.admin,
	    "SELECT event_type || (payload->>'entries') FROM "
	    "audit_log",
	    "audit.purge4");
	test_value_is(
	    accounts_game.admin, "SELECT count(*) FROM aeturnis.audit_pending", "1");
	ck_assert_int_eq(aet_audit_purge(accounts_maintenance_db, after_all(), -1, NULL,
			     &purged, NULL),
	    AET_EINVAL);
}
END_TEST

/* ---- export -------------------------------------------------------------------------- */

typedef struct lines {
	int count;
	int stop_at;
	char last_event[64];
	char last_actor[AET_UUID_TEXT_SIZE];
} lines;

static aet_status
take_line(void *ctx, const char *line, size_t len, aet_error *err)
{
	lines *taken = ctx;
	json_t *object = json_loadb(line, len, 0, NULL);
	const char *actor = json_string_value(json_object_get(object, "actor"));

	ck_assert_msg(object != NULL, "%s", line);
	ck_assert_uint_eq(json_object_size(object), 9);
	snprintf(taken->last_event, sizeof(taken->last_event), "%s",
	    json_string_value(json_object_get(object, "event_type")));
	snprintf(taken->last_actor, sizeof(taken->last_actor), "%s",
	    actor != NULL ? actor : "");
	json_decref(object);
	if (++taken->count == taken->stop_at)
		return aet_error_set(err, AET_EBUSY, "the disk is full");
	return AET_OK;
}

static int
export_with(const aet_audit_filter *filter, lines *taken)
{
	*taken = (lines){ 0 };
	accounts_fine(aet_audit_export(
	    accounts_maintenance_db, filter, take_line, taken, &accounts_err));
	return taken->count;
}

START_TEST(entries_are_exported)
{
	aet_audit_filter filter = AET_AUDIT_FILTER_INIT;
	char id[AET_UUID_TEXT_SIZE];
	lines taken;

	accounts_log_in("userb", GOOD_PASSWORD, AET_OK);
	accounts_fine(aet_account_delete(accounts_db, users[1], NULL, &accounts_err));
	ck_assert_int_eq(export_with(NULL, &taken), USERS + 4);
	ck_assert_str_eq(taken.last_event, "user.delete");
	aet_uuid_format(users[1].uuid, id);
	ck_assert_str_eq(taken.last_actor, id);
	filter.actor = &users[1];
	ck_assert_int_eq(export_with(&filter, &taken), 5);
	filter.event_type = "user.login";
	ck_assert_int_eq(export_with(&filter, &taken), 1);
	filter.actor = NULL;
	filter.event_type = NULL;
	filter.since = (aet_opt_timestamp){ true, after_all() };
	ck_assert_int_eq(export_with(&filter, &taken), 0);
	filter.until = filter.since;
	filter.since.has_value = false;
	ck_assert_int_eq(export_with(&filter, &taken), USERS + 4);
	/* More than a page, many of them of one moment. */
	test_sql(accounts_game.admin, "INSERT INTO audit_log (event_type) SELECT 'x' FROM"
				      " generate_series(1, 1000)");
	ck_assert_int_eq(export_with(NULL, &taken), USERS + 1004);
	taken = (lines){ .stop_at = 3 };
	ck_assert_int_eq(aet_audit_export(accounts_maintenance_db, NULL, take_line,
			     &taken, &accounts_err),
	    AET_EBUSY);
	ck_assert_str_eq(accounts_err.message, "the disk is full");
	ck_assert_int_eq(taken.count, 3);
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("audit");
	TCase *tcase = tcase_create("audit");

	tcase_add_checked_fixture(tcase, setup, accounts_teardown);
	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, a_chain_without_gaps);
	tcase_add_test(tcase, nothing_sealed_yet);
	tcase_add_test(tcase, many_seal_at_once);
	tcase_add_loop_test(
	    tcase, tampering_shows, 0, sizeof(tamperings) / sizeof(tamperings[0]));
	tcase_add_test(tcase, an_anchor_outside);
	tcase_add_test(tcase, a_purge_leaves_a_checkpoint);
	tcase_add_test(tcase, a_purge_stops_at_what_is_young_or_gone);
	tcase_add_test(tcase, a_purge_without_a_chain);
	tcase_add_test(tcase, entries_are_exported);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
