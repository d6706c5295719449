/* SPDX-License-Identifier: MIT */
/*
 * PostgreSQL does not always print an expression as it prints what it has read
 * of that print: a pg_dump's copy then seems to differ from its original. Two
 * such forms are everyday ones:
 *
 *	name IN ('a', 'b')         of a varchar casts the array, once read again each
 *	                           of its elements
 *	x BETWEEN 1 AND 2 AND y    nests, once read again no longer
 */
#ifndef AET_CATALOG_SETTLE_H
#define AET_CATALOG_SETTLE_H

#include "catalog/arena.h"

/* For comparing: the form that stays as it is, text itself or a copy in arena. NULL
 * of NULL, and when memory is out. */
const char *aet__expression_settled(aet__arena *arena, const char *text);

/* For running: a text that is read as what it was printed of, as far as arrays go:
 * with a cast of its own inside, the array is not taken apart. Lives and fails as
 * above. */
const char *aet__expression_replayable(aet__arena *arena, const char *text);

#endif
