/* SPDX-License-Identifier: MIT */
#include "support/proxy.h"

#include <arpa/inet.h>
#include <check.h>
#include <libpq-fe.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define PAIRS_MAX 64

typedef struct pair {
	int client;
	int server;
	bool server_spoke;
} pair;

struct test_proxy {
	pthread_mutex_t mutex;
	pthread_t thread;
	int listener;
	int wake[2]; /* closing the writing end ends the thread */
	char socket_path[108];
	char url[512];
	test_proxy_mode mode;
	size_t cut_after;
	int round_trips;
	pair pairs[PAIRS_MAX];
	size_t count;
};

static int
dial_server(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static void
accept_client(test_proxy *proxy)
{
	int client = accept4(proxy->listener, NULL, NULL, SOCK_CLOEXEC);
	int server = client >= 0 ? dial_server(proxy->socket_path) : -1;

	if (server < 0 || proxy->count == PAIRS_MAX) {
		close(client);
		close(server);
		return;
	}
	proxy->pairs[proxy->count++] = (pair){ client, server, true };
}

/* Passes what there is one way; false when that side is done. */
static bool
pass(test_proxy *proxy, pair *p, bool from_server)
{
	char buffer[16384];
	ssize_t n = read(from_server ? p->server : p->client, buffer, sizeof(buffer));
	size_t len = n > 0 ? (size_t)n : 0;
	bool cut = false;

	if (n <= 0)
		return false;
	if (!from_server && p->server_spoke) {
		proxy->round_trips++;
		if (proxy->mode == TEST_PROXY_TIRED && proxy->cut_after-- == 0)
			proxy->mode = TEST_PROXY_SILENT;
		if (proxy->mode == TEST_PROXY_DROP && proxy->cut_after-- == 0)
			return false;
		if (proxy->mode == TEST_PROXY_UNANSWERED && proxy->cut_after-- == 0) {
			proxy->mode = TEST_PROXY_CUT;
			proxy->cut_after = 0;
		}
	}
	p->server_spoke = from_server;
	if (from_server && proxy->mode == TEST_PROXY_SILENT)
		return true;
	if (from_server && proxy->mode == TEST_PROXY_CUT) {
		cut = len >= proxy->cut_after;
		len = cut ? proxy->cut_after : len;
		proxy->cut_after -= len;
	}
	if (write(from_server ? p->client : p->server, buffer, len) != (ssize_t)len ||
	    cut)
		return false;
	return true;
}

static void
drop(test_proxy *proxy, size_t i)
{
	close(proxy->pairs[i].client);
	close(proxy->pairs[i].server);
	proxy->pairs[i] = proxy->pairs[--proxy->count];
}

static void
serve(test_proxy *proxy, const struct pollfd *polled, size_t count)
{
	for (size_t i = count; i-- > 0;) {
		bool client = polled[2 + 2 * i].revents != 0;
		bool server = polled[3 + 2 * i].revents != 0;

		if ((client && !pass(proxy, &proxy->pairs[i], false)) ||
		    (server && !pass(proxy, &proxy->pairs[i], true)))
			drop(proxy, i);
	}
	if (polled[1].revents != 0)
		accept_client(proxy);
}

static void *
proxy_thread(void *argument)
{
	test_proxy *proxy = argument;
	struct pollfd polled[2 + 2 * PAIRS_MAX];
	size_t count;

	for (;;) {
		count = proxy->count;
		polled[0] = (struct pollfd){ .fd = proxy->wake[0], .events = POLLIN };
		polled[1] = (struct pollfd){ .fd = proxy->listener, .events = POLLIN };
		for (size_t i = 0; i < count; i++) {
			polled[2 + 2 * i] = (struct pollfd){ .fd = proxy->pairs[i].client,
				.events = POLLIN };
			polled[3 + 2 * i] = (struct pollfd){ .fd = proxy->pairs[i].server,
				.events = POLLIN };
		}
		poll(polled, (nfds_t)(2 + 2 * count), -1);
		if (polled[0].revents != 0)
			return NULL;
		pthread_mutex_lock(&proxy->mutex);
		serve(proxy, polled, count);
		pthread_mutex_unlock(&proxy->mutex);
	}
}

static const char *
option(const PQconninfoOption *options, const char *keyword, const char *fallback)
{
	for (; options->keyword != NULL; options++)
		if (strcmp(options->keyword, keyword) == 0 && options->val != NULL)
			return options->val;
	return fallback;
}

test_proxy *
test_proxy_start(const char *url)
{
	test_proxy *proxy = calloc(1, sizeof(*proxy));
	PQconninfoOption *options = PQconninfoParse(url, NULL);
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t size = sizeof(address);

	ck_assert(proxy != NULL && options != NULL);
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	pthread_mutex_init(&proxy->mutex, NULL);
	proxy->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ck_assert_int_eq(bind(proxy->listener, (struct sockaddr *)&address, size), 0);
	ck_assert_int_eq(listen(proxy->listener, PAIRS_MAX), 0);
	ck_assert_int_eq(
	    getsockname(proxy->listener, (struct sockaddr *)&address, &size), 0);
	ck_assert_int_eq(pipe(proxy->wake), 0);
	snprintf(proxy->socket_path, sizeof(proxy->socket_path), "%s/.s.PGSQL.%s",
	    option(options, "host", ""), option(options, "port", "5432"));
	snprintf(proxy->url, sizeof(proxy->url),
	    "host=127.0.0.1 port=%d dbname=%s user=%s sslmode=disable",
	    ntohs(address.sin_port), option(options, "dbname", ""),
	    option(options, "user", "postgres"));
	PQconninfoFree(options);
	ck_assert_int_eq(pthread_create(&proxy->thread, NULL, proxy_thread, proxy), 0);
	return proxy;
}

const char *
test_proxy_url(const test_proxy *proxy)
{
	return proxy->url;
}

void
test_proxy_set(test_proxy *proxy, test_proxy_mode mode, size_t cut_after)
{
	pthread_mutex_lock(&proxy->mutex);
	proxy->mode = mode;
	proxy->cut_after = cut_after;
	pthread_mutex_unlock(&proxy->mutex);
}

int
test_proxy_round_trips(test_proxy *proxy)
{
	int trips;

	pthread_mutex_lock(&proxy->mutex);
	trips = proxy->round_trips;
	proxy->round_trips = 0;
	pthread_mutex_unlock(&proxy->mutex);
	return trips;
}

void
test_proxy_stop(test_proxy *proxy)
{
	close(proxy->wake[1]);
	pthread_join(proxy->thread, NULL);
	while (proxy->count > 0)
		drop(proxy, 0);
	close(proxy->wake[0]);
	close(proxy->listener);
	pthread_mutex_destroy(&proxy->mutex);
	free(proxy);
}
