/* SPDX-License-Identifier: MIT */
#include "accounts/conflict.h"

#include <stdio.h>
#include <string.h>

#include "core/error.h"

aet_status
aet__conflict_note(aet_status status, aet_error *err)
{
	static const char *const columns[] = { "email", "username" };

	for (size_t i = 0; status == AET_ECONFLICT && err != NULL && i < 2; i++) {
		size_t len = strlen(columns[i]);

		if (strncmp(err->constraint, "users_", 6) != 0 ||
		    strncmp(err->constraint + 6, columns[i], len) != 0)
			continue;
		aet__error_copy(err->column, sizeof(err->column), columns[i]);
		snprintf(
		    err->message, sizeof(err->message), "the %s is taken", columns[i]);
	}
	return status;
}
