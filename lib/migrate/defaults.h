/* SPDX-License-Identifier: MIT */
/*
 * What ALTER DATABASE ... SET and ALTER ROLE ... SET say of a session's settings.
 * The server reads it when a session begins, and psql begins one a file; the
 * migrator's one session takes over between two files what the one before has
 * changed.
 */
#ifndef AET_MIGRATE_DEFAULTS_H
#define AET_MIGRATE_DEFAULTS_H

#include "pg/connection.h"

/* What the session began with. *out is owned: free(). */
aet_status aet__defaults_read(aet__connection *connection, char **out, aet_error *err);

/* Sets what is another now than in began, until the next RESET. What cannot be
 * set in a running session is left. */
aet_status aet__defaults_apply(
    aet__connection *connection, const char *began, aet_error *err);

#endif
