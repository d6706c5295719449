/* SPDX-License-Identifier: MIT */
/* From a connection string to an authenticated PGconn, within a deadline. */
#ifndef AET_PG_DIAL_H
#define AET_PG_DIAL_H

#include <libpq-fe.h>

#include "pg/connection.h"

/*
 *   receiver  gets what the server says meanwhile, and later, with argument; libpq
 *             would print it
 *   out       owned: PQfinish()
 *
 * Fails with AET_EINVAL (the url), AET_ECONNECT (sqlstate set where the server
 * said one), AET_ETIMEOUT, AET_ENOMEM.
 */
aet_status aet__dial(const aet__connection_options *options, PQnoticeReceiver receiver,
    void *argument, aet__deadline deadline, PGconn **out, aet_error *err);

#endif
