/* SPDX-License-Identifier: MIT */
/* What is said of a server that lets nobody in. The server is a few bytes. */
#include <arpa/inet.h>
#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <aeturnis/database.h>

typedef struct answering {
	int listener;
	const char *bytes;
	size_t len;
} answering;

/* Answers the first message of one client with the same bytes always. */
static void *
answer_once(void *argument)
{
	const answering *server = argument;
	int client = accept(server->listener, NULL, NULL);
	char asked[1024];

	if (client < 0)
		return NULL;
	if (read(client, asked, sizeof(asked)) > 0 &&
	    write(client, server->bytes, server->len) == (ssize_t)server->len)
		(void)!read(client, asked, sizeof(asked)); /* until it hangs up */
	close(client);
	return NULL;
}

/* Opens against such a server; the rest of the url follows host and port. */
static void
refused_by(const char *bytes, size_t len, const char *rest, aet_error *err)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t size = sizeof(address);
	aet_db_options options = AET_DB_OPTIONS_INIT;
	answering server = { socket(AF_INET, SOCK_STREAM, 0), bytes, len };
	aet_db *db = NULL;
	pthread_t thread;
	char url[256];

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	ck_assert_int_eq(
	    bind(server.listener, (struct sockaddr *)&address, sizeof(address)), 0);
	ck_assert_int_eq(listen(server.listener, 1), 0);
	ck_assert_int_eq(
	    getsockname(server.listener, (struct sockaddr *)&address, &size), 0);
	ck_assert_int_eq(pthread_create(&thread, NULL, answer_once, &server), 0);
	snprintf(url, sizeof(url), "host=127.0.0.1 port=%d user=u dbname=d %s",
	    ntohs(address.sin_port), rest);
	options.url = url;
	options.connect_timeout_ms = 20000;
	ck_assert_int_eq(aet_db_open(&options, &db, err), AET_ECONNECT);
	ck_assert_int_eq(pthread_join(thread, NULL), 0);
	close(server.listener);
}

/* AuthenticationCleartextPassword. libpq gives up before the server can say no. */
START_TEST(a_password_that_is_not_given_is_a_matter_of_the_password)
{
	static const char bytes[] = { 'R', 0, 0, 0, 8, 0, 0, 0, 3 };
	aet_error err = { 0 };

	setenv("PGPASSFILE", "/nonexistent", 1);
	refused_by(bytes, sizeof(bytes), "sslmode=disable", &err);
	ck_assert_str_eq(err.sqlstate, "28P01");
	ck_assert_msg(
	    strstr(err.message, "no password supplied") != NULL, "%s", err.message);
}
END_TEST

/* "S": go on with TLS. libpq's advice stands on a second line. */
START_TEST(the_line_that_says_why_is_taken)
{
	aet_error err = { 0 };

	refused_by("S", 1, "sslmode=verify-full sslrootcert=/nonexistent/ca.crt", &err);
	ck_assert_str_eq(err.sqlstate, "");
	ck_assert_msg(
	    strstr(err.message, "\"/nonexistent/ca.crt\" does not exist") != NULL, "%s",
	    err.message);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("refusal");
	TCase *tcase = tcase_create("refusal");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, a_password_that_is_not_given_is_a_matter_of_the_password);
	tcase_add_test(tcase, the_line_that_says_why_is_taken);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
