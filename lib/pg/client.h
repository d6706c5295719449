/* SPDX-License-Identifier: MIT */
/* What the tools ask of libpq itself. */
#ifndef AET_PG_CLIENT_H
#define AET_PG_CLIENT_H

#include <aeturnis/error.h>

/* As 150004 for 15.4: of the libpq that the dynamic linker found, and of the
 * one that was compiled against. */
int aet__client_version(void);
int aet__client_version_built_for(void);

/*
 * What a connection string says for one of libpq's keywords ("host").
 *
 *   out  owned: free(). NULL where the string leaves it out
 *
 * Fails with AET_EINVAL (unreadable), AET_ENOMEM; never repeats the string.
 */
aet_status aet__client_url_value(
    const char *url, const char *keyword, char **out, aet_error *err);

#endif
