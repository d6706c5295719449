/* SPDX-License-Identifier: MIT */
/* A caller's request, checked, in the form that the statements take. */
#ifndef AET_ACCOUNTS_REQUEST_H
#define AET_ACCOUNTS_REQUEST_H

#include <aeturnis/accounts.h>

#define AET__AGENT_SIZE 513

typedef struct aet__request {
	bool as_self;
	aet_opt_uuid actor;
	const char *ip_address; /* borrowed from the caller's */
	const char *user_agent; /* agent, or NULL */
	char agent[AET__AGENT_SIZE];
} aet__request;

/* request may be NULL. out must not move afterwards. AET_EINVAL. */
aet_status aet__request_read(
    const aet_request *request, aet__request *out, aet_error *err);

#endif
