/* SPDX-License-Identifier: MIT */
/*
 * A server's presence, for as long as its pool is open: announced by the calls that
 * migrate, kept up by a thread of its own, since the pool's must not wait for a
 * server, and taken back when the pool has closed. It is the pool's guest.
 */
#ifndef AET_MIGRATE_ANNOUNCEMENT_H
#define AET_MIGRATE_ANNOUNCEMENT_H

#include "db/session.h"
#include "migrate/servers.h"

/*
 * Announces the pool's server as one that knows source, on the connection of
 * session, and has it kept up from then on.
 *
 *   options  as aet__migrate_options_read gives them, with a release
 *   fresh    set where it was not announced before; else left alone
 *
 * Fails as aet__server_announce does, and with AET_ENOMEM.
 */
aet_status aet__announce(const aet__session *session, const aet_migrate_options *options,
    const aet__source *source, int lock_timeout_ms, aet__deadline deadline, bool *fresh,
    aet_error *err);

/* Takes back what a call has announced that failed. Where the connection cannot any
 * more, the row ends by itself. */
void aet__announce_withdraw(const aet__session *session,
    const aet_migrate_options *options, const aet__source *source);

#endif
