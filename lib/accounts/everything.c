/* SPDX-License-Identifier: MIT */
/* All that the library runs of its own, for the migrator to ask about. */
#include <aeturnis/accounts.h>

/* The models' and the accounts' packages. */
extern const aet_statement_set aet__package_statements;
extern const aet_statement_set aet___package_statements;

static const aet_statement_set *const parts[] = {
	&aet__package_statements,
	&aet___package_statements,
};

const aet_statement_set *
aet_account_statements(void)
{
	static const aet_statement_set all = { .parts = parts, .part_count = 2 };

	return &all;
}
