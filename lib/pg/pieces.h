/* SPDX-License-Identifier: MIT */
/* Statements whose text is made of pieces (aet_piece of <aeturnis/statement.h>). */
#ifndef AET_PG_PIECES_H
#define AET_PG_PIECES_H

#include <aeturnis/statement.h>

#include "core/text.h"

/* AET_EINVAL where a choice is none of the statement's, or a piece's parameters
 * are given in part. */
aet_status aet__pieces_check(
    const aet_statement *statement, const aet_args *args, aet_error *err);

/* The pieces that apply. */
void aet__pieces_add(
    aet__text *sql, const aet_statement *statement, const aet_args *args);

#endif
