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
#ifndef AET_DB_DIFF_SETTLE_H
#define AET_DB_DIFF_SETTLE_H

#include "codegen/memory.h"

/* For comparing: the form that stays as it is. NULL of NULL. */
const char *diff_settled(codegen_memory *memory, const char *text);

/* For running: a text that is read as what it was printed of, as far as arrays go:
 * with a cast of its own inside, the array is not taken apart. NULL of NULL. */
const char *diff_replayable(codegen_memory *memory, const char *text);

#endif
