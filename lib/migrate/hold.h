/* SPDX-License-Identifier: MIT */
/*
 * Files of the phase contract, and what becomes of the plan while servers live that
 * do not know one: it is held, and so are the numbered files behind it, since none
 * is ever applied around another. Repeatable ones have no place in that order, and
 * run.
 */
#ifndef AET_MIGRATE_HOLD_H
#define AET_MIGRATE_HOLD_H

#include "migrate/migrator.h"

/* Marks those of the plan's files that have yet to run (entry->contract). One that
 * cannot be read is not marked: whoever runs it says why. AET_ENOMEM. */
aet_status aet__hold_mark(aet__plan *plan, aet_error *err);

/*
 * Asks before a transaction is begun for the entry at place, which is of the phase.
 * *held: it has to wait, as the report now says. AET_EHELD, with the report the
 * same, where a file behind it is needed at once. Never held: inside a
 * transaction of the caller's, and with force_contract.
 */
aet_status aet__hold_look(
    aet__migrator *m, const aet__plan *plan, size_t place, bool *held, aet_error *err);

/*
 * Looks again inside the transaction of m->entry, behind AET__SERVERS_FENCE: an older
 * server that starts has passed it before, and is found (m->held_by), or passes
 * after, and reads what this file has left.
 */
aet_status aet__hold_behind_fence(aet__migrator *m, aet_error *err);

/* As aet__hold_look, once it is known by whom: m->held_by. */
aet_status aet__hold_tell(
    aet__migrator *m, const aet__plan *plan, size_t place, aet_error *err);

/* Whether all that would run is held, so that there is no need for the lock; marks
 * what it has to read. Else as aet__hold_look. */
aet_status aet__hold_all(aet__migrator *m, aet__plan *plan, bool *held, aet_error *err);

#endif
