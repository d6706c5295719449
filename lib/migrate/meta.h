/* SPDX-License-Identifier: MIT */
/*
 * The lines that psql takes for its own, "\command ...". Those that change nothing
 * about what the SQL around them makes are passed over, so that what pg_dump
 * writes (\restrict, since 2025) can be a migration; no other can be.
 */
#ifndef AET_MIGRATE_META_H
#define AET_MIGRATE_META_H

#include "core/lexer.h"

/* Whether the line that begins with the backslash token changes nothing: then the
 * lexer stands at its end. */
bool aet__meta_skip(aet__lexer *lexer, aet__token backslash);

#endif
