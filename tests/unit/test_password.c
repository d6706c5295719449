/* SPDX-License-Identifier: MIT */
/* Hashing and verifying: what other libraries wrote, what is asked for, what is
 * refused. */
#include <check.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <aeturnis/password.h>

#include "../support/argon2_stand_in.h"
#include "password/phc.h"

#define PATIENCE_MS 60000
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Of libargon2's own test suite: "password", "somesalt", m=256, t=2, p=1. */
#define KNOWN                                       \
	"$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$" \
	"nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"

static const aet_password_options cheap = { sizeof(cheap), 64, 2, 2, PATIENCE_MS };

/* ---- RFC 9106, and what other libraries wrote ------------------------- */

/* RFC 9106 section 5.3, in one thread as the library hashes. */
START_TEST(libargon2_gives_the_tag_of_rfc_9106)
{
	static const uint8_t expected[32] = { 0x0d, 0x64, 0x0d, 0xf5, 0x8d, 0x78, 0x76,
		0x6c, 0x08, 0xc0, 0x37, 0xa3, 0x4a, 0x8b, 0x53, 0xc9, 0xd0, 0x1e, 0xf0,
		0x45, 0x2d, 0x75, 0xb6, 0x5e, 0xb5, 0x25, 0x20, 0xe9, 0x6b, 0x01, 0xe6,
		0x59 };
	uint8_t tag[32];
	uint8_t password[32];
	uint8_t salt[16];
	uint8_t secret[8];
	uint8_t data[12];
	argon2_context context = { .out = tag,
		.outlen = 32,
		.pwd = password,
		.pwdlen = 32,
		.salt = salt,
		.saltlen = 16,
		.secret = secret,
		.secretlen = 8,
		.ad = data,
		.adlen = 12,
		.t_cost = 3,
		.m_cost = 32,
		.lanes = 4,
		.threads = 1,
		.version = ARGON2_VERSION_13 };

	memset(password, 1, sizeof(password));
	memset(salt, 2, sizeof(salt));
	memset(secret, 3, sizeof(secret));
	memset(data, 4, sizeof(data));
	ck_assert_int_eq(argon2_ctx(&context, Argon2_id), ARGON2_OK);
	ck_assert_mem_eq(tag, expected, sizeof(tag));
}
END_TEST

START_TEST(a_known_hash_matches_its_password_alone)
{
	static const char *const others[] = { "Password", "passwor", "password ", "p",
		"" };
	aet_error err = { .message = "untouched" };

	ck_assert_int_eq(
	    aet_password_verify(NULL, KNOWN, "password", NULL, &err), AET_OK);
	ck_assert_str_eq(err.message, "untouched");
	for (size_t i = 0; i < COUNT(others); i++) {
		ck_assert_int_eq(aet_password_verify(NULL, KNOWN, others[i], NULL, &err),
		    AET_EMISMATCH);
		ck_assert_str_eq(err.message, "wrong password");
	}
}
END_TEST

static json_t *
load_fixtures(void)
{
	const char *folder = getenv("AET_TEST_FIXTURES");
	char path[4096];
	json_error_t problem;
	json_t *root;

	ck_assert_ptr_nonnull(folder);
	snprintf(path, sizeof(path), "%s/argon2-phc.json", folder);
	root = json_load_file(path, 0, &problem);
	ck_assert_msg(root != NULL, "%s: %s", path, problem.text);
	return root;
}

START_TEST(hashes_of_the_original_match)
{
	json_t *root = load_fixtures();
	json_t *good = json_object_get(root, "good");
	size_t i;
	json_t *entry;

	ck_assert_uint_eq(json_array_size(good), 4);
	json_array_foreach(good, i, entry)
	{
		const char *phc = json_string_value(json_object_get(entry, "phc"));
		const char *password =
		    json_string_value(json_object_get(entry, "password"));
		bool m_p_t = strstr(phc, ",p=4,t=3$") != NULL;
		bool needs_rehash = !m_p_t;

		ck_assert_int_eq(
		    aet_password_verify(NULL, phc, password, &needs_rehash, NULL),
		    AET_OK);
		ck_assert_int_eq(needs_rehash, m_p_t);
		ck_assert_int_eq(
		    aet_password_verify(NULL, phc, "Admin123!@", &needs_rehash, NULL),
		    AET_EMISMATCH);
	}
	json_decref(root);
}
END_TEST

START_TEST(odd_strings_have_one_status_each)
{
	json_t *root = load_fixtures();
	json_t *odd = json_object_get(root, "odd_or_bad");
	size_t i;
	json_t *entry;

	ck_assert_uint_eq(json_array_size(odd), 9);
	json_array_foreach(odd, i, entry)
	{
		const char *what = json_string_value(json_object_get(entry, "what"));
		const char *phc = json_string_value(json_object_get(entry, "phc"));
		bool good = strcmp(what, "order p,m,t") == 0;
		bool needs_rehash = false;
		aet_status status =
		    aet_password_verify(NULL, phc, "Admin123!@#", &needs_rehash, NULL);

		ck_assert_msg(status == (good ? AET_OK : AET_EMALFORMED), "%s: %s", what,
		    aet_status_name(status));
		ck_assert_int_eq(needs_rehash, good);
	}
	ck_assert_int_eq(argon.calls, 1);
	json_decref(root);
}
END_TEST

/* ---- hashing ---------------------------------------------------------- */

START_TEST(a_hash_is_of_the_default_cost_and_fresh_salt)
{
	static const char begins[] = "$argon2id$v=19$m=65536,t=3,p=4$";
	char first[AET_PASSWORD_HASH_SIZE];
	char second[AET_PASSWORD_HASH_SIZE];
	bool needs_rehash = true;

	ck_assert_int_eq(aet_password_hash(NULL, "correct horse", first, NULL), AET_OK);
	ck_assert_int_eq(aet_password_hash(NULL, "correct horse", second, NULL), AET_OK);
	ck_assert_int_eq(strncmp(first, begins, strlen(begins)), 0);
	ck_assert_uint_eq(strlen(first), strlen(begins) + 22 + 1 + 43);
	ck_assert_str_ne(first, second);
	ck_assert_int_eq(
	    aet_password_verify(NULL, first, "correct horse", &needs_rehash, NULL),
	    AET_OK);
	ck_assert(!needs_rehash);
	ck_assert_int_eq(
	    aet_password_verify(NULL, second, "correct hors", NULL, NULL), AET_EMISMATCH);
}
END_TEST

START_TEST(libargon2_is_asked_for_what_was_ordered)
{
	char password[] = "left as it is";
	char hash[AET_PASSWORD_HASH_SIZE];

	ck_assert_int_eq(aet_password_hash(&cheap, password, hash, NULL), AET_OK);
	ck_assert_uint_eq(argon.seen.m_cost, 64);
	ck_assert_uint_eq(argon.seen.t_cost, 2);
	ck_assert_uint_eq(argon.seen.lanes, 2);
	ck_assert_uint_eq(argon.seen.threads, 1);
	ck_assert_uint_eq(argon.seen.saltlen, 16);
	ck_assert_uint_eq(argon.seen.outlen, 32);
	ck_assert_uint_eq(argon.seen.pwdlen, 13);
	ck_assert_uint_eq(argon.seen.version, 19);
	ck_assert_uint_eq(argon.seen.flags, ARGON2_FLAG_CLEAR_PASSWORD);
	ck_assert_str_eq(password, "left as it is");
}
END_TEST

/* Made by hand: hashing at this cost would take seconds. */
START_TEST(the_dearest_hash_fits)
{
	aet__phc dearest = { .memory_kib = AET__PHC_MEMORY_KIB_MAX,
		.passes = AET__PHC_PASSES_MAX,
		.parallelism = AET__PHC_PARALLELISM_MAX,
		.salt_len = 16,
		.tag_len = 32 };
	char text[AET_PASSWORD_HASH_SIZE];

	ck_assert(aet__phc_print(&dearest, text, sizeof(text)));
}
END_TEST

START_TEST(passwords_are_bytes_unmodified)
{
	static const char composed[] = "p\xC3\xA4ss";
	static const char decomposed[] = "pa\xCC\x88ss";
	char hash[AET_PASSWORD_HASH_SIZE];

	ck_assert_int_eq(aet_password_hash(&cheap, composed, hash, NULL), AET_OK);
	ck_assert_int_eq(aet_password_verify(&cheap, hash, composed, NULL, NULL), AET_OK);
	ck_assert_int_eq(
	    aet_password_verify(&cheap, hash, decomposed, NULL, NULL), AET_EMISMATCH);
	ck_assert_int_eq(aet_password_hash(&cheap, "\xFF \t\x01", hash, NULL), AET_OK);
	ck_assert_int_eq(
	    aet_password_verify(&cheap, hash, "\xFF \t\x01", NULL, NULL), AET_OK);
	ck_assert_int_eq(
	    aet_password_verify(&cheap, hash, "\xFF \t", NULL, NULL), AET_EMISMATCH);
}
END_TEST

START_TEST(lengths_have_bounds)
{
	char hash[AET_PASSWORD_HASH_SIZE] = "untouched";
	char text[AET_PASSWORD_MAX + 2];
	aet_error err;

	memset(text, 'a', sizeof(text));
	text[AET_PASSWORD_MAX + 1] = '\0';
	ck_assert_int_eq(aet_password_hash(&cheap, NULL, hash, &err), AET_EINVAL);
	ck_assert_int_eq(aet_password_hash(&cheap, "", hash, &err), AET_EINVAL);
	ck_assert_str_eq(err.message, "the password is empty");
	ck_assert_int_eq(aet_password_hash(&cheap, text, hash, &err), AET_EINVAL);
	ck_assert_str_eq(err.message, "the password is longer than 1024 bytes");
	ck_assert_str_eq(hash, "untouched");
	ck_assert_int_eq(argon.calls, 0);

	text[AET_PASSWORD_MAX] = '\0';
	ck_assert_int_eq(aet_password_hash(&cheap, text, hash, NULL), AET_OK);
	ck_assert_int_eq(aet_password_verify(&cheap, hash, text, NULL, NULL), AET_OK);
	/* A longer one is not taken for its beginning, and costs as much. */
	text[AET_PASSWORD_MAX] = 'a';
	argon.calls = 0;
	ck_assert_int_eq(
	    aet_password_verify(&cheap, hash, text, NULL, NULL), AET_EMISMATCH);
	ck_assert_int_eq(aet_password_verify_nobody(&cheap, text, NULL), AET_EMISMATCH);
	ck_assert_int_eq(argon.calls, 2);
	ck_assert_int_eq(aet_password_verify(&cheap, hash, NULL, NULL, NULL), AET_EINVAL);
	ck_assert_int_eq(aet_password_verify_nobody(&cheap, NULL, NULL), AET_EINVAL);
}
END_TEST

/* ---- options ---------------------------------------------------------- */

static const struct {
	aet_password_options opts;
	const char *message;
} wrong_options[] = {
	{ { 0, 0, 0, 0, 0 },
	    "aet_password_options has a size that this library does not know; start from "
	    "AET_PASSWORD_OPTIONS_INIT" },
	{ { sizeof(aet_password_options) + 8, 0, 0, 0, 0 },
	    "aet_password_options has a size that this library does not know; start from "
	    "AET_PASSWORD_OPTIONS_INIT" },
	{ { sizeof(aet_password_options), 262145, 0, 0, 0 },
	    "memory_kib is above 262,144, passes above 10 or parallelism above 16" },
	{ { sizeof(aet_password_options), 0, 11, 0, 0 },
	    "memory_kib is above 262,144, passes above 10 or parallelism above 16" },
	{ { sizeof(aet_password_options), 0, 0, 17, 0 },
	    "memory_kib is above 262,144, passes above 10 or parallelism above 16" },
	{ { sizeof(aet_password_options), UINT32_MAX, UINT32_MAX, UINT32_MAX, 0 },
	    "memory_kib is above 262,144, passes above 10 or parallelism above 16" },
	{ { sizeof(aet_password_options), 31, 0, 0, 0 },
	    "memory_kib is less than 8 times parallelism" },
	{ { sizeof(aet_password_options), 0, 0, 0, -1 }, "wait_ms is negative" },
};

START_TEST(wrong_options_are_refused_by_each)
{
	const aet_password_options *opts = &wrong_options[_i].opts;
	char hash[AET_PASSWORD_HASH_SIZE] = "untouched";
	aet_error err;

	ck_assert_int_eq(aet_password_hash(opts, "password", hash, &err), AET_EINVAL);
	ck_assert_str_eq(err.message, wrong_options[_i].message);
	ck_assert_str_eq(hash, "untouched");
	ck_assert_int_eq(
	    aet_password_verify(opts, KNOWN, "password", NULL, &err), AET_EINVAL);
	ck_assert_str_eq(err.message, wrong_options[_i].message);
	ck_assert_int_eq(aet_password_verify_nobody(opts, "password", &err), AET_EINVAL);
	ck_assert_str_eq(err.message, wrong_options[_i].message);
	ck_assert_int_eq(argon.calls, 0);
}
END_TEST

/* ---- needs_rehash ----------------------------------------------------- */

/* cheap asks for m=64, t=2, p=2, a salt of 16 bytes and a tag of 32. */
static const struct {
	uint32_t memory_kib;
	uint32_t passes;
	uint32_t parallelism;
	size_t salt_len;
	size_t tag_len;
	bool needs_rehash;
} costs[] = {
	{ 64, 2, 2, 16, 32, false },
	{ 128, 3, 4, 32, 64, false },
	{ 63, 2, 2, 16, 32, true },
	{ 128, 1, 2, 16, 32, true },
	{ 64, 2, 1, 16, 32, true },
	{ 64, 2, 2, 15, 32, true },
	{ 64, 2, 2, 16, 31, true },
};

START_TEST(a_cheaper_hash_asks_to_be_made_again)
{
	aet__phc phc = { .memory_kib = costs[_i].memory_kib,
		.passes = costs[_i].passes,
		.parallelism = costs[_i].parallelism,
		.salt_len = costs[_i].salt_len,
		.tag_len = costs[_i].tag_len,
		.salt = "0123456789abcdef0123456789abcdef" };
	char stored[256];
	bool needs_rehash = !costs[_i].needs_rehash;

	ck_assert_int_eq(argon2id_hash_raw(phc.passes, phc.memory_kib, phc.parallelism,
			     "password", 8, phc.salt, phc.salt_len, phc.tag, phc.tag_len),
	    ARGON2_OK);
	ck_assert(aet__phc_print(&phc, stored, sizeof(stored)));
	ck_assert_int_eq(
	    aet_password_verify(&cheap, stored, "password", &needs_rehash, NULL), AET_OK);
	ck_assert_int_eq(needs_rehash, costs[_i].needs_rehash);
}
END_TEST

START_TEST(another_order_asks_to_be_made_again)
{
	static const char *const orders[] = { "m=256,p=1,t=2", "t=2,m=256,p=1",
		"t=2,p=1,m=256", "p=1,m=256,t=2", "p=1,t=2,m=256" };
	aet_password_options opts = { sizeof(opts), 8, 1, 1, 0 };
	char stored[256];
	bool needs_rehash;

	for (size_t i = 0; i < COUNT(orders); i++) {
		snprintf(stored, sizeof(stored),
		    "$argon2id$v=19$%s$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMC"
		    "HGi/4",
		    orders[i]);
		needs_rehash = false;
		ck_assert_int_eq(
		    aet_password_verify(&opts, stored, "password", &needs_rehash, NULL),
		    AET_OK);
		ck_assert(needs_rehash);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("password");
	TCase *tcase = tcase_create("password");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tcase, 300);
	tcase_add_test(tcase, libargon2_gives_the_tag_of_rfc_9106);
	tcase_add_test(tcase, a_known_hash_matches_its_password_alone);
	tcase_add_test(tcase, hashes_of_the_original_match);
	tcase_add_test(tcase, odd_strings_have_one_status_each);
	tcase_add_test(tcase, a_hash_is_of_the_default_cost_and_fresh_salt);
	tcase_add_test(tcase, libargon2_is_asked_for_what_was_ordered);
	tcase_add_test(tcase, the_dearest_hash_fits);
	tcase_add_test(tcase, passwords_are_bytes_unmodified);
	tcase_add_test(tcase, lengths_have_bounds);
	tcase_add_loop_test(
	    tcase, wrong_options_are_refused_by_each, 0, (int)COUNT(wrong_options));
	tcase_add_loop_test(
	    tcase, a_cheaper_hash_asks_to_be_made_again, 0, (int)COUNT(costs));
	tcase_add_test(tcase, another_order_asks_to_be_made_again);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
