/* SPDX-License-Identifier: MIT */
/* Which of a user's two names is taken. */
#ifndef AET_ACCOUNTS_CONFLICT_H
#define AET_ACCOUNTS_CONFLICT_H

#include <aeturnis/error.h>

/* Fills error.column of an AET_ECONFLICT, which PostgreSQL leaves empty; returns
 * status. err may be NULL. */
aet_status aet__conflict_note(aet_status status, aet_error *err);

#endif
