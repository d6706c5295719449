/* SPDX-License-Identifier: MIT */
/*
 * SQL about the journal, wherever it lies: "{journal}" stands for its schema,
 * which is quoted when it is put in.
 */
#ifndef AET_MIGRATE_JOURNAL_SQL_H
#define AET_MIGRATE_JOURNAL_SQL_H

#include "core/text.h"
#include "pg/connection.h"

/* Appends sql to out. */
void aet__journal_sql_add(aet__text *out, const char *sql, const char *journal);

/* aet__connection_query, with journal put in. */
aet_status aet__journal_query(aet__connection *connection, const char *journal,
    const char *sql, const char *const *parameters, size_t count, aet__deadline deadline,
    aet__result **out, aet_error *err);

#endif
