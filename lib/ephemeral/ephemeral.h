/* SPDX-License-Identifier: MIT */
/* A private PostgreSQL for what is small. */
#ifndef AET_EPHEMERAL_EPHEMERAL_H
#define AET_EPHEMERAL_EPHEMERAL_H

#include <aeturnis/ephemeral.h>

/*
 * aet_ephemeral_start for schemas and a test's few rows: the directory of what
 * is throw-away is in memory where there is plenty of it, which makes starting
 * and DDL several times as fast.
 */
aet_status aet__ephemeral_start_small(
    const aet_ephemeral_options *opts, aet_ephemeral **out, aet_error *err);

#endif
