/* SPDX-License-Identifier: MIT */
#include "hazard/hazard.h"

#include <string.h>

const hazard_kind hazard_kinds[HAZARD_COUNT] = {
	[HAZARD_DATA_LOSS] = { "data-loss",
	    "what players have is gone, and only a backup brings it back",
	    "stop using it first, keep it for a release, and drop it in a migration of "
	    "its own" },
	[HAZARD_TABLE_REWRITE] = { "table-rewrite",
	    "the whole table is written anew under a lock that stops its readers and "
	    "writers",
	    "add a new column, fill it in batches, and change over" },
	[HAZARD_ENUM_REWRITE] = { "enum-rewrite",
	    "every table with a column of the enum is written anew under a lock that "
	    "stops its readers and writers, and a row with a label that is gone fails",
	    "only add labels, by ALTER TYPE ... ADD VALUE; leave old ones unused" },
	[HAZARD_VOLATILE_DEFAULT] = { "volatile-default",
	    "a default that is computed anew for each row makes the server write the "
	    "whole table anew under a lock that stops its readers and writers",
	    "add the column without a default, set the default, then fill it in "
	    "batches" },
	[HAZARD_LONG_LOCK] = { "long-lock",
	    "the table's readers and writers wait while the server reads or builds "
	    "something as large as the table",
	    "have the long part done before, or after, by a statement that takes no "
	    "such lock" },
	[HAZARD_BLOCKS_WRITES] = { "blocks-writes",
	    "the table's writers wait until something as large as the table is built or "
	    "checked",
	    "CREATE INDEX CONCURRENTLY; NOT VALID, then VALIDATE CONSTRAINT" },
	[HAZARD_LOCK_ORDER] = { "lock-order",
	    "one table stays locked while another is waited for: a transaction of the "
	    "game's that takes them the other way round is a deadlock",
	    "one migration a table" },
	[HAZARD_EXISTING_ROWS] = { "existing-rows",
	    "it fails on rows that are there, and the server that migrates does not "
	    "start",
	    "mend the rows first, in the same migration" },
	[HAZARD_BREAKS_RELEASE] = { "breaks-release",
	    "the release of the game that still runs uses what is gone: its statements "
	    "fail until the last server is updated",
	    "add the new beside the old, and take the old away a release later" },
	[HAZARD_LIKELY_RENAME] = { "likely-rename",
	    "something is dropped and its like is made under another name: as a rename "
	    "it would have kept its rows",
	    "declare the rename" },
	[HAZARD_PRIVILEGES_LOST] = { "privileges-lost",
	    "a role that could do something can no longer: the game's statements fail "
	    "with SQLSTATE 42501",
	    "grant it again in the same migration" },
	[HAZARD_ROW_SECURITY] = { "row-security",
	    "roles see other rows than before: none, or those that policies hid",
	    "create the policies in the same migration" },
	[HAZARD_NEEDS_NO_TRANSACTION] = { "needs-no-transaction",
	    "the server refuses the statement inside a transaction: the migration fails",
	    "give it a file of its own that begins with -- aet: no-transaction" },
	[HAZARD_NEEDLESS_NO_TRANSACTION] = { "needless-no-transaction",
	    "the file could run in one transaction, and does not: a failure leaves it "
	    "half-done",
	    "leave the line -- aet: no-transaction out" },
};

hazard_id
hazard_find(const char *code, size_t len)
{
	size_t id = 0;

	while (id < HAZARD_COUNT && (strlen(hazard_kinds[id].code) != len ||
					memcmp(hazard_kinds[id].code, code, len) != 0))
		id++;
	return (hazard_id)id;
}
