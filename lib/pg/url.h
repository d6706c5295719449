/* SPDX-License-Identifier: MIT */
/* What can be learnt from a connection string without connecting. */
#ifndef AET_PG_URL_H
#define AET_PG_URL_H

#include <stdbool.h>

#include <aeturnis/error.h>

#define AET__HOST_SIZE 256

/*
 * Whether every server that the string may lead to is on this machine: a unix
 * socket, "localhost", 127.0.0.0/8 or ::1. What the string leaves out comes
 * from PGHOST, PGHOSTADDR and PGSERVICE, as in libpq; a service may name any
 * host, so it counts as remote.
 *
 *   host  the first that is not local, else the first; "" is the default socket
 *
 * Fails with AET_EINVAL (url is NULL or unreadable), AET_ENOMEM; outputs are
 * written on success only.
 */
aet_status aet__url_is_local(const char *url, bool *local, char host[AET__HOST_SIZE]);

/*
 * Whether a database's name is a connection string of its own, which libpq's
 * programs would read, password and all. We do not: to the server it would be a
 * name, which its words and its log repeat.
 */
bool aet__url_is_nested(const char *dbname);

#endif
