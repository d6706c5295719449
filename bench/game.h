/* SPDX-License-Identifier: MIT */
/* A private server with the roles of `aet-db roles`, so that what is measured has
 * the rights of a game, and pays for their being checked. */
#ifndef BENCH_GAME_H
#define BENCH_GAME_H

#include <aeturnis/ephemeral.h>

/*
 * Applies the roles, as the superuser that server has, and says how to connect as
 * one of them. free(); NULL with a line on stderr.
 */
char *bench_game_url(const aet_ephemeral *server, const char *role);

#endif
