/* SPDX-License-Identifier: MIT */
#include "accounts/request.h"

#include <arpa/inet.h>
#include <string.h>

#include "core/utf8.h"

static bool
is_address(const char *text)
{
	unsigned char binary[sizeof(struct in6_addr)];

	return inet_pton(AF_INET, text, binary) == 1 ||
	       inet_pton(AF_INET6, text, binary) == 1;
}

/*
 * A header that a client sends must not be able to fail the call, and with it
 * the entry that tells of the client: it is made fit to be stored.
 */
static void
clean_agent(const char *text, char agent[AET__AGENT_SIZE])
{
	size_t len = 0;

	while (*text != '\0') {
		const char *start = text;
		bool valid = aet__utf8_next(&text) != AET__UTF8_INVALID;
		size_t size = valid ? (size_t)(text - start) : 1;

		if (len + size >= AET__AGENT_SIZE)
			break;
		memcpy(agent + len, valid ? start : "?", size);
		len += size;
	}
	agent[len] = '\0';
}

static aet_status
read_actor(const aet_request *request, aet__request *out, aet_error *err)
{
	out->as_self = request->actor_kind == AET_ACTOR_SELF;
	out->actor.has_value = request->actor_kind == AET_ACTOR_USER;
	out->actor.value = request->actor.uuid;
	if (out->as_self || out->actor.has_value ||
	    request->actor_kind == AET_ACTOR_SYSTEM)
		return AET_OK;
	return aet_error_set(err, AET_EINVAL, "the request's actor_kind is none");
}

aet_status
aet__request_read(const aet_request *request, aet__request *out, aet_error *err)
{
	*out = (aet__request){ .as_self = true };
	if (request == NULL)
		return AET_OK;
	if (request->size != sizeof(*request))
		return aet_error_set(err, AET_EINVAL,
		    "a request without its size: start from AET_REQUEST_INIT");
	if (request->ip_address != NULL && !is_address(request->ip_address))
		return aet_error_set(
		    err, AET_EINVAL, "the request's ip_address is neither IPv4 nor IPv6");
	out->ip_address = request->ip_address;
	if (request->user_agent != NULL) {
		clean_agent(request->user_agent, out->agent);
		out->user_agent = out->agent;
	}
	return read_actor(request, out, err);
}
