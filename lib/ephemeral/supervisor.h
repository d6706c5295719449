/* SPDX-License-Identifier: MIT */
/*
 * The supervisor's own side: what runs in the forked process. Only
 * async-signal-safe calls (signal-safety(7)) and plain system calls: the
 * caller may have had threads, and one of them may hold malloc's lock for ever.
 */
#ifndef AET_EPHEMERAL_SUPERVISOR_H
#define AET_EPHEMERAL_SUPERVISOR_H

#include "ephemeral/recipe.h"

/* Leaves the caller's family by forking once more, runs the recipe, reports over
 * link, cleans up, ends the process. Entered in a forked child with all signals
 * blocked, so that no handler of the caller's runs here. */
_Noreturn void aet__supervisor_enter(const aet__recipe *recipe, int link);

#endif
