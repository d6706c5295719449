/* SPDX-License-Identifier: MIT */
/*
 * How does one page through a long table? By a cursor, not by an offset: each
 * page begins after the last row of the one before, so that a page costs the
 * same wherever it is, and nothing is shown twice while entries are added.
 *
 *	audit_pages [PAGE_SIZE]
 */
#include "example.h"

static void
show(const aet_audit_entry *entry)
{
	char at[AET_TIMESTAMP_TEXT_SIZE];

	aet_timestamp_format(entry->created_at, at);
	/* event_type_text has the stored text also where the enum does not know it. */
	printf("  %s  %s\n", at, entry->event_type_text);
}

int
main(int argc, char **argv)
{
	aet_audit_entry_page page = { .limit = argc > 1 ? atoi(argv[1]) : 20 };
	aet_audit_entry_cursor last;
	aet_audit_entry_list *entries = NULL;
	aet_db *db = open_database();
	aet_error err = { 0 };

	for (int number = 1;; number++) {
		if (aet_audit_entry_list_newest(db, &page, &entries, &err) != AET_OK)
			die("list the audit log", &err);
		if (entries->len == 0)
			break;
		printf("page %d\n", number);
		for (size_t i = 0; i < entries->len; i++)
			show(&entries->items[i]);
		/* The cursor is a copy: it outlives the list that it was taken from. */
		last = aet_audit_entry_cursor_of(&entries->items[entries->len - 1]);
		page.after = &last;
		aet_audit_entry_list_free(entries);
	}
	aet_audit_entry_list_free(entries);
	aet_db_close(&db);
	return EXIT_SUCCESS;
}
