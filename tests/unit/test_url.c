/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include <aeturnis/environment.h>

#include "pg/url.h"

static void
check_redacted(const char *url, const char *expected)
{
	char *redacted = NULL;

	ck_assert_int_eq(aet_url_redact(url, &redacted, NULL), AET_OK);
	ck_assert_str_eq(redacted, expected);
	free(redacted);
}

START_TEST(uris)
{
	check_redacted("postgresql://user:hunter2@host:5432/db?sslmode=require",
	    "postgresql://user:***@host:5432/db?sslmode=require");
	check_redacted("postgres://user:hunter2@host", "postgres://user:***@host");
	check_redacted("postgresql://user:hunter%402%3A%2F@host/db",
	    "postgresql://user:***@host/db");
	check_redacted("postgresql://user:@host/db", "postgresql://user:***@host/db");
	check_redacted("postgresql://:hunter2@host", "postgresql://:***@host");
	check_redacted("postgresql://us%65r:hunter2@h1:1,[::1]:2,h3/db",
	    "postgresql://us%65r:***@h1:1,[::1]:2,h3/db");
	check_redacted("postgresql://user:hun:ter?2@host/db?connect_timeout=3",
	    "postgresql://user:***@host/db?connect_timeout=3");
}
END_TEST

START_TEST(uris_without_a_password_stay_as_they_are)
{
	static const char *const same[] = {
		"postgresql://",
		"postgresql:///db",
		"postgresql://host",
		"postgresql://host:5432/db",
		"postgresql://user@host:5432/db",
		"postgresql://user@[::1]:5432/db",
		"postgresql://[::1]:5432/db?application_name=a@b:c",
		"postgresql://%2Fvar%2Frun/db",
		"postgresql:///db?host=/tmp&port=5433&user=u",
		"postgresql://h/db?ssl=true&application_name=p%61ssword",
	};

	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		check_redacted(same[i], same[i]);
}
END_TEST

START_TEST(passwords_among_the_parameters)
{
	check_redacted(
	    "postgresql://u@h/d?password=hunter2", "postgresql://u@h/d?password=***");
	check_redacted("postgresql:///d?user=u&password=hunter2&sslpassword=x&port=1",
	    "postgresql:///d?user=u&password=***&sslpassword=***&port=1");
	check_redacted("postgresql://h/d?p%61ssw%6Frd=hunter2&user=u",
	    "postgresql://h/d?p%61ssw%6Frd=***&user=u");
	check_redacted("postgresql://u:hunter2@h?password=hunter3",
	    "postgresql://u:***@h?password=***");
}
END_TEST

/* libpq takes these, and finds an odd host; the password is still nobody's. */
START_TEST(passwords_that_nobody_encoded)
{
	check_redacted("postgresql://u:hunt@er2@h/d", "postgresql://u:***@h/d");
	check_redacted("postgresql://u:hunt/er2@h/d", "postgresql://u:***@h/d");
	check_redacted(
	    "postgresql://u:hu@nt/er2@h/d?user=x@y", "postgresql://u:***@h/d?user=x@y");
}
END_TEST

START_TEST(keyword_strings)
{
	check_redacted(
	    "host=h password=hunter2 dbname=d", "host=h password=*** dbname=d");
	check_redacted("host = 'a b'\tpassword = 'hun\\'t er\\\\2'\n port=1",
	    "host='a b' password=*** port=1");
	check_redacted("password=hunter\\ 2 user=u", "password=*** user=u");
	check_redacted("password='' sslpassword=x", "password=*** sslpassword=***");
	check_redacted("user=password", "user=password");
	check_redacted("", "");
}
END_TEST

START_TEST(what_libpq_cannot_read)
{
	check_redacted("hunter2", "(unreadable)");
	check_redacted("host=h password=hunter2 again", "(unreadable)");
	check_redacted("password='hunter2", "(unreadable)");
	check_redacted("passwort=hunter2", "(unreadable)");
	check_redacted("postgresql://u:hunter2@h/d?nonsense=1", "(unreadable)");
	check_redacted("postgresql://u:hunter2%zz@h/d", "(unreadable)");
	check_redacted("postgresql://u:hunter2@[::1/d", "(unreadable)");
	check_redacted("mysql://u:hunter2@h/d", "(unreadable)");
	check_redacted("dbname=postgresql://u:hunter2@h/d", "(unreadable)");
	check_redacted("dbname='host=h password=hunter2'", "(unreadable)");
}
END_TEST

START_TEST(redacting_null)
{
	char *redacted = NULL;
	aet_error err;

	ck_assert_int_eq(aet_url_redact(NULL, &redacted, &err), AET_EINVAL);
	ck_assert_str_eq(err.message, "the connection string is NULL");
	ck_assert_ptr_null(redacted);
}
END_TEST

/* ---- local or not ------------------------------------------------------ */

static void
clear_variables(void)
{
	unsetenv("PGHOST");
	unsetenv("PGHOSTADDR");
	unsetenv("PGSERVICE");
}

static void
check_local(const char *url, bool expected, const char *expected_host)
{
	char host[AET__HOST_SIZE] = "untouched";
	bool local = !expected;

	ck_assert_int_eq(aet__url_is_local(url, &local, host), AET_OK);
	ck_assert_msg(local == expected, "%s", url);
	ck_assert_str_eq(host, expected_host);
}

START_TEST(local_hosts)
{
	check_local("", true, "");
	check_local("postgresql:///db", true, "");
	check_local("postgresql://localhost/db", true, "localhost");
	check_local("postgresql://LOCALHOST:1/db", true, "LOCALHOST");
	check_local("postgresql://127.0.0.1,127.255.0.9/db", true, "127.0.0.1");
	check_local("postgresql://u:p@[::1]:5432/db", true, "::1");
	check_local(
	    "postgresql://%2Fvar%2Frun%2Fpostgresql/db", true, "/var/run/postgresql");
	check_local("host=@abstract", true, "@abstract");
	check_local("host=/tmp,localhost,", true, "/tmp");
	check_local("host=db.example hostaddr=127.0.0.1", true, "127.0.0.1");
}
END_TEST

START_TEST(remote_hosts)
{
	check_local("postgresql://db.example/db", false, "db.example");
	check_local("postgresql://localhost.example/db", false, "localhost.example");
	check_local("postgresql://128.0.0.1/db", false, "128.0.0.1");
	check_local("postgresql://0.0.0.0/db", false, "0.0.0.0");
	check_local("postgresql://127.1/db", false, "127.1");
	check_local("postgresql://[::2]/db", false, "::2");
	check_local("postgresql://localhost,db.example:1,::1/db", false, "db.example");
	check_local("host=,db.example", false, "db.example");
	check_local("host=localhost hostaddr=10.0.0.1", false, "10.0.0.1");
	check_local("host=localhost,db.example hostaddr=127.0.0.1,", false, "db.example");
	check_local("postgresql:///db?host=db.example", false, "db.example");
	check_local("postgresql:///db?service=live", false, "live");
	check_local("host=localhost service=live", false, "live");
	check_local("hostaddr=127.0.0.1 service=live", true, "127.0.0.1");
}
END_TEST

START_TEST(the_variables_fill_in)
{
	setenv("PGHOST", "db.example", 1);
	check_local("", false, "db.example");
	check_local("host=''", false, "db.example");
	check_local("host=localhost", true, "localhost");
	setenv("PGHOSTADDR", "10.0.0.1", 1);
	check_local("host=localhost", false, "10.0.0.1");
	check_local("host=localhost hostaddr=::1", true, "::1");
	clear_variables();
	setenv("PGSERVICE", "live", 1);
	check_local("host=localhost", false, "live");
	setenv("PGHOST", "/run/postgresql", 1);
	unsetenv("PGSERVICE");
	check_local("", true, "/run/postgresql");
}
END_TEST

START_TEST(unreadable_is_neither)
{
	char host[AET__HOST_SIZE] = "untouched";
	bool local = true;

	ck_assert_int_eq(aet__url_is_local(NULL, &local, host), AET_EINVAL);
	ck_assert_int_eq(aet__url_is_local("localhost", &local, host), AET_EINVAL);
	ck_assert(local);
	ck_assert_str_eq(host, "untouched");
}
END_TEST

START_TEST(a_host_that_is_too_long_is_cut)
{
	char url[400] = "host=";
	char host[AET__HOST_SIZE];
	bool local = true;

	memset(url + 5, 'h', 300);
	ck_assert_int_eq(aet__url_is_local(url, &local, host), AET_OK);
	ck_assert(!local);
	ck_assert_uint_eq(strlen(host), AET__HOST_SIZE - 1);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("url");
	TCase *redact = tcase_create("redact");
	TCase *local = tcase_create("local");
	SRunner *runner;
	int failed;

	tcase_add_test(redact, uris);
	tcase_add_test(redact, uris_without_a_password_stay_as_they_are);
	tcase_add_test(redact, passwords_among_the_parameters);
	tcase_add_test(redact, passwords_that_nobody_encoded);
	tcase_add_test(redact, keyword_strings);
	tcase_add_test(redact, what_libpq_cannot_read);
	tcase_add_test(redact, redacting_null);
	tcase_add_checked_fixture(local, clear_variables, NULL);
	tcase_add_test(local, local_hosts);
	tcase_add_test(local, remote_hosts);
	tcase_add_test(local, the_variables_fill_in);
	tcase_add_test(local, unreadable_is_neither);
	tcase_add_test(local, a_host_that_is_too_long_is_cut);
	suite_add_tcase(suite, redact);
	suite_add_tcase(suite, local);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
