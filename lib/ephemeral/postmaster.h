/* SPDX-License-Identifier: MIT */
/*
 * What a server says of itself in postmaster.pid, whose layout is that of
 * PostgreSQL's src/include/utils/pidfile.h, the same since version 10.
 */
#ifndef AET_EPHEMERAL_POSTMASTER_H
#define AET_EPHEMERAL_POSTMASTER_H

#include <stdbool.h>

/*
 * Whether the server on directory/data says this ("ready", "stopping") of
 * itself. socket_directory, unless NULL, tells it from one that died there and
 * left its file: each start has a directory of its own for its socket.
 */
bool aet__postmaster_is(
    const char *directory, const char *socket_directory, const char *state);

#endif
