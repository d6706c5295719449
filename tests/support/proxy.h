/* SPDX-License-Identifier: MIT */
/*
 * A man in the middle: a TCP port on loopback that passes bytes to the private
 * server's socket, until it is told to misbehave.
 */
#ifndef TEST_SUPPORT_PROXY_H
#define TEST_SUPPORT_PROXY_H

#include <stddef.h>

typedef struct test_proxy test_proxy;

typedef enum test_proxy_mode {
	TEST_PROXY_PASS,
	TEST_PROXY_SILENT, /* takes what the client says, and answers nothing */
	TEST_PROXY_TIRED,  /* passes cut_after round trips, and is silent then */
	TEST_PROXY_CUT,    /* hangs up after cut_after bytes of the next answer */
	TEST_PROXY_DROP, /* passes cut_after round trips, and hangs up at the next request */
	TEST_PROXY_UNANSWERED /* the same, once it has passed the request: at its answer */
} test_proxy_mode;

/* url: of test_database_create. Ended by test_proxy_stop. */
test_proxy *test_proxy_start(const char *url);

/* The same database through the proxy. Borrowed. */
const char *test_proxy_url(const test_proxy *proxy);

void test_proxy_set(test_proxy *proxy, test_proxy_mode mode, size_t cut_after);

/* How many times the client's side began to speak after the server had spoken:
 * round trips since the last call of this. */
int test_proxy_round_trips(test_proxy *proxy);

void test_proxy_stop(test_proxy *proxy);

#endif
