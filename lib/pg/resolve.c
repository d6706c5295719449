/* SPDX-License-Identifier: MIT */
#include "pg/resolve.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/memory.h"
#include "core/text.h"

/* Shared by the caller and the thread; whoever lets go last frees it. */
typedef struct lookup {
	pthread_mutex_t mutex;
	pthread_cond_t ended;
	int holders;
	bool done;
	int outcome; /* getaddrinfo's */
	struct addrinfo *found;
	char host[];
} lookup;

static lookup *
lookup_new(const char *host)
{
	size_t size = strlen(host) + 1;
	lookup *look = calloc(1, sizeof(*look) + size);
	pthread_condattr_t clock;

	if (look == NULL)
		return NULL;
	memcpy(look->host, host, size);
	look->holders = 1;
	pthread_mutex_init(&look->mutex, NULL);
	pthread_condattr_init(&clock);
	pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
	pthread_cond_init(&look->ended, &clock);
	pthread_condattr_destroy(&clock);
	return look;
}

static void
lookup_release(lookup *look)
{
	bool last;

	pthread_mutex_lock(&look->mutex);
	last = --look->holders == 0;
	pthread_mutex_unlock(&look->mutex);
	if (!last)
		return;
	if (look->found != NULL)
		freeaddrinfo(look->found);
	pthread_cond_destroy(&look->ended);
	pthread_mutex_destroy(&look->mutex);
	free(look);
}

static void *
lookup_thread(void *argument)
{
	lookup *look = argument;
	struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };
	struct addrinfo *found = NULL;
	int outcome = getaddrinfo(look->host, NULL, &hints, &found);

	pthread_mutex_lock(&look->mutex);
	look->outcome = outcome;
	look->found = outcome == 0 ? found : NULL;
	look->done = true;
	pthread_cond_signal(&look->ended);
	pthread_mutex_unlock(&look->mutex);
	lookup_release(look);
	return NULL;
}

/* A detached thread that no signal of the host program's is delivered to. */
static bool
lookup_start(lookup *look)
{
	sigset_t all, before;
	pthread_attr_t attributes;
	pthread_t thread;
	int failed;

	look->holders++;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	failed = pthread_create(&thread, &attributes, lookup_thread, look);
	pthread_attr_destroy(&attributes);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (failed)
		look->holders--;
	return !failed;
}

static bool
lookup_wait(lookup *look, aet__deadline deadline)
{
	struct timespec until = aet__deadline_timespec(deadline);
	bool done;

	pthread_mutex_lock(&look->mutex);
	while (!look->done &&
	       pthread_cond_timedwait(&look->ended, &look->mutex, &until) != ETIMEDOUT)
		continue;
	done = look->done;
	pthread_mutex_unlock(&look->mutex);
	return done;
}

static void
add_place(aet__text *list, const char *more, bool first)
{
	if (!first)
		aet__text_add_char(list, ',');
	aet__text_add(list, more);
}

/* The three lists that grow, and what is known of why nothing was found. */
typedef struct places {
	aet__text hosts;
	aet__text addresses;
	aet__text ports;
	size_t count;
	bool with_ports;
} places;

static void
places_add(places *all, const char *host, const char *address, const char *port)
{
	add_place(&all->hosts, host, all->count == 0);
	add_place(&all->addresses, address, all->count == 0);
	if (all->with_ports)
		add_place(&all->ports, port, all->count == 0);
	all->count++;
}

/* Whether there was one. */
static bool
places_add_found(places *all, const lookup *look, const char *port)
{
	char address[NI_MAXHOST];
	size_t before = all->count;

	for (const struct addrinfo *at = look->found; at != NULL; at = at->ai_next)
		if (getnameinfo(at->ai_addr, at->ai_addrlen, address, sizeof(address),
			NULL, 0, NI_NUMERICHOST) == 0)
			places_add(all, look->host, address, port);
	return all->count > before;
}

/* libpq reads an empty host as the default socket directory. */
static bool
needs_lookup(const char *host)
{
	unsigned char address[sizeof(struct in6_addr)];

	if (host[0] == '\0' || host[0] == '/' || host[0] == '@')
		return false;
	return inet_pton(AF_INET, host, address) != 1 &&
	       inet_pton(AF_INET6, host, address) != 1;
}

static aet_status
resolve_one(places *all, const char *host, const char *port, aet__deadline deadline,
    aet_error *why)
{
	lookup *look;
	aet_status status = AET_OK;

	if (!needs_lookup(host)) {
		places_add(all, host, host[0] == '/' || host[0] == '@' ? "" : host, port);
		return AET_OK;
	}
	if (strchr(host, '@') != NULL) /* what stands before it may be a password's end */
		return aet_error_set(why, AET_EINVAL,
		    "the connection string's host has an \"@\" in it: in a name or a "
		    "password, write it as %%40");
	look = lookup_new(host);
	if (look == NULL)
		return aet__error_memory(why);
	if (!lookup_start(look))
		status = aet_error_set(
		    why, AET_ENOMEM, "no thread to look up host \"%s\"", host);
	else if (!lookup_wait(look, deadline))
		status = aet_error_set(
		    why, AET_ETIMEOUT, "looking up host \"%s\" took too long", host);
	else if (look->outcome != 0)
		status = aet_error_set(why, AET_ECONNECT, "host \"%s\" was not found: %s",
		    host, gai_strerror(look->outcome));
	else if (!places_add_found(all, look, port))
		status = aet_error_set(
		    why, AET_ECONNECT, "host \"%s\" has no address of use", host);
	lookup_release(look);
	return status;
}

/* The next comma-separated part, cut off in place; "" for an empty one. */
static char *
next_part(char **list)
{
	char *part = *list;
	char *comma = part != NULL ? strchr(part, ',') : NULL;

	*list = comma != NULL ? comma + 1 : NULL;
	if (comma != NULL)
		*comma = '\0';
	return part;
}

static aet_status
resolve_all(places *all, char *hosts, char *ports, aet__deadline deadline, aet_error *why)
{
	const char *port = "";
	char *host;
	aet_status status = AET_OK;
	aet_status failed = AET_OK;
	aet_error first;

	while ((host = next_part(&hosts)) != NULL) {
		if (ports != NULL)
			port = next_part(&ports); /* the last one serves the rest */
		status = resolve_one(
		    all, host, port, deadline, failed == AET_OK ? &first : NULL);
		if (status != AET_OK && failed == AET_OK)
			failed = status;
		if (status == AET_ENOMEM)
			return aet__error_memory(why);
	}
	/* One host of several that cannot be found is no reason to give up. */
	if (all->count > 0)
		return AET_OK;
	if (why != NULL)
		*why = first;
	return failed;
}

aet_status
aet__resolve(const char *hosts, const char *ports, aet__deadline deadline,
    aet__resolved *out, aet_error *err)
{
	places all = { .with_ports = ports != NULL };
	char *host_list = aet__memory_text(hosts);
	char *port_list = ports != NULL ? aet__memory_text(ports) : NULL;
	aet_status status = AET_OK;

	if (host_list == NULL || (ports != NULL && port_list == NULL))
		status = aet__error_memory(err);
	if (status == AET_OK)
		status = resolve_all(&all, host_list, port_list, deadline, err);
	free(host_list);
	free(port_list);
	if (status == AET_OK) {
		out->hosts = aet__text_take(&all.hosts);
		out->addresses = aet__text_take(&all.addresses);
		out->ports = all.with_ports ? aet__text_take(&all.ports) : NULL;
		out->count = all.count;
		out->next_host = out->hosts;
		out->next_address = out->addresses;
		out->next_port = out->ports;
		if (out->hosts != NULL && out->addresses != NULL &&
		    (out->ports != NULL || !all.with_ports))
			return AET_OK;
		aet__resolved_free(out);
		status = aet__error_memory(err);
	}
	aet__text_free(&all.hosts);
	aet__text_free(&all.addresses);
	aet__text_free(&all.ports);
	return status;
}

bool
aet__resolved_next(aet__resolved *resolved, aet__place *out)
{
	out->host = next_part(&resolved->next_host);
	out->address = next_part(&resolved->next_address);
	out->port = next_part(&resolved->next_port);
	return out->host != NULL;
}

void
aet__resolved_free(aet__resolved *resolved)
{
	free(resolved->hosts);
	free(resolved->addresses);
	free(resolved->ports);
	*resolved = (aet__resolved){ 0 };
}
