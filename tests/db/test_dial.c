/* SPDX-License-Identifier: MIT */
/* What libpq and its libraries would do by themselves while a connection is made:
 * talk on stderr, ask at the terminal. As superuser: no statement is run. */
#include <arpa/inet.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <aeturnis/database.h>

#include "core/deadline.h"
#include "support/process.h"
#include "support/server.h"

/* stderr of this process, in memory. */
static int
catch_stderr(void)
{
	int fd = memfd_create("aet-test", MFD_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(dup2(fd, STDERR_FILENO), STDERR_FILENO);
	return fd;
}

static void
assert_silent(int fd)
{
	struct stat info;
	char said[200] = "";

	ck_assert_int_eq(fstat(fd, &info), 0);
	ck_assert_int_ge(pread(fd, said, sizeof(said) - 1, 0), 0);
	ck_assert_msg(info.st_size == 0, "%s", said);
	close(fd);
}

/* ---- warnings --------------------------------------------------------------- */

static char last_warning[AET_MESSAGE_SIZE];

static void
keep_warning(void *ctx, aet_log_level level, const char *message)
{
	(void)ctx;
	if (level == AET_LOG_WARNING)
		snprintf(last_warning, sizeof(last_warning), "%s", message);
}

/* As after an update of the system's libraries, which collations depend on: the
 * server warns each session before it lets it in. */
START_TEST(a_warning_goes_to_the_log)
{
	aet_db_options options = AET_DB_OPTIONS_INIT;
	char *url = test_database_create();
	aet_db *db = NULL;
	int fd;

	test_sql(url, "UPDATE pg_database SET datcollversion = '1' "
		      "WHERE datname = current_database()");
	options.url = url;
	options.log = keep_warning;
	fd = catch_stderr();
	ck_assert_int_eq(aet_db_open(&options, &db, NULL), AET_OK);
	ck_assert_int_eq(aet_db_close(&db), AET_OK);
	assert_silent(fd);
	ck_assert_msg(
	    strstr(last_warning, "collation version") != NULL, "\"%s\"", last_warning);
	free(url);
}
END_TEST

/* ---- questions --------------------------------------------------------------- */

/* A key that wants a pass phrase, and a certificate for it. */
static void
write_client(const char *folder, char key[128], char certificate[128])
{
	EVP_PKEY *pair = EVP_EC_gen("P-256");
	X509 *made = X509_new();
	FILE *file;

	ck_assert_ptr_nonnull(pair);
	ck_assert_ptr_nonnull(made);
	ASN1_INTEGER_set(X509_get_serialNumber(made), 1);
	X509_gmtime_adj(X509_getm_notBefore(made), 0);
	X509_gmtime_adj(X509_getm_notAfter(made), 3600);
	ck_assert_int_eq(X509_set_pubkey(made, pair), 1);
	ck_assert_int_gt(X509_sign(made, pair, EVP_sha256()), 0);
	snprintf(key, 128, "%s/client.key", folder);
	snprintf(certificate, 128, "%s/client.crt", folder);
	file = fopen(certificate, "w");
	ck_assert_int_eq(PEM_write_X509(file, made), 1);
	fclose(file);
	file = fopen(key, "w");
	ck_assert_int_eq(fchmod(fileno(file), 0600), 0);
	ck_assert_int_eq(PEM_write_PrivateKey(file, pair, EVP_aes_128_cbc(),
			     (const unsigned char *)"locked", 6, NULL, NULL),
	    1);
	fclose(file);
	X509_free(made);
	EVP_PKEY_free(pair);
}

/* A server that agrees to TLS, and says no more. */
static void *
agree(void *listener)
{
	char request[8], yes = 'S';
	int client = accept(*(int *)listener, NULL, NULL);

	if (client >= 0 && recv(client, request, sizeof(request), MSG_WAITALL) > 0 &&
	    send(client, &yes, 1, MSG_NOSIGNAL) == 1)
		(void)recv(client, request, sizeof(request), 0);
	if (client >= 0)
		close(client);
	return NULL;
}

static int
listen_somewhere(int *port)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t len = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	ck_assert_int_eq(bind(listener, (struct sockaddr *)&address, len), 0);
	ck_assert_int_eq(listen(listener, 1), 0);
	ck_assert_int_eq(getsockname(listener, (struct sockaddr *)&address, &len), 0);
	*port = ntohs(address.sin_port);
	return listener;
}

/* OpenSSL itself would ask, at the terminal or else on stderr and stdin. */
START_TEST(a_locked_key_is_not_asked_for)
{
	char *scratch = test_scratch_make();
	aet_db_options options = AET_DB_OPTIONS_INIT;
	char key[128], certificate[128], url[512];
	aet_error err = { 0 };
	aet_db *db = NULL;
	pthread_t server;
	int listener, port, fd, silence[2];

	write_client(scratch, key, certificate);
	listener = listen_somewhere(&port);
	snprintf(url, sizeof(url),
	    "host=127.0.0.1 port=%d user=ada dbname=game sslmode=require sslkey=%s "
	    "sslcert=%s",
	    port, key, certificate);
	ck_assert_int_eq(pthread_create(&server, NULL, agree, &listener), 0);
	ck_assert_int_eq(pipe(silence), 0); /* nobody ever types */
	ck_assert_int_eq(dup2(silence[0], STDIN_FILENO), STDIN_FILENO);
	options.url = url;
	options.connect_timeout_ms = test_ms(5000);
	fd = catch_stderr();
	ck_assert_int_eq(aet_db_open(&options, &db, &err), AET_ECONNECT);
	ck_assert_msg(strstr(err.message, "client.key") != NULL, "%s", err.message);
	assert_silent(fd);
	ck_assert_int_eq(pthread_join(server, NULL), 0);
	close(listener);
	test_scratch_remove(scratch);
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("dial");
	TCase *tcase = tcase_create("dial");

	tcase_set_timeout(tcase, 30);
	tcase_add_test(tcase, a_warning_goes_to_the_log);
	tcase_add_test(tcase, a_locked_key_is_not_asked_for);
	suite_add_tcase(suite, tcase);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
