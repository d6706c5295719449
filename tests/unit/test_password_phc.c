/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "password/phc.h"

#define SALT "b3JhY2xlLXNhbHQtMDAwMQ"
#define TAG "dvcAPTVn6IL2YPJgbCDiRYJs+1zJ4o0xB1UQPaUe/Gc"
#define PHC(parameters) "$argon2id$v=19$" parameters "$" SALT "$" TAG

/* Base64 of 48 and of 64 zero bytes. */
#define ZEROS_48 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define ZEROS_64 ZEROS_48 "AAAAAAAAAAAAAAAAAAAAAA"

static const struct {
	const char *text;
	aet_status status;
} cases[] = {
	{ PHC("m=65536,t=3,p=4"), AET_OK },
	{ PHC("m=65536,p=4,t=3"), AET_OK },
	{ PHC("t=3,m=65536,p=4"), AET_OK },
	{ PHC("t=3,p=4,m=65536"), AET_OK },
	{ PHC("p=4,m=65536,t=3"), AET_OK },
	{ PHC("p=4,t=3,m=65536"), AET_OK },
	{ PHC("m=8,t=1,p=1"), AET_OK },
	{ PHC("m=262144,t=10,p=16"), AET_OK },

	/* Above a ceiling, by little and by more than any integer holds. */
	{ PHC("m=262145,t=3,p=4"), AET_ETOOCOSTLY },
	{ PHC("m=65536,t=11,p=4"), AET_ETOOCOSTLY },
	{ PHC("m=65536,t=3,p=17"), AET_ETOOCOSTLY },
	{ PHC("m=4294967295,t=3,p=4"), AET_ETOOCOSTLY },
	{ PHC("m=4294967296,t=3,p=4"), AET_ETOOCOSTLY },
	{ PHC("m=65536,t=4294967299,p=4"), AET_ETOOCOSTLY },
	{ PHC("m=65536,t=3,p=4294967300"), AET_ETOOCOSTLY },
	{ PHC("m=8,t=3,p=99999999999999999999"), AET_ETOOCOSTLY },
	{ PHC("m=18446744073709617152,t=3,p=4"), AET_ETOOCOSTLY },
	{ PHC("m=99999999999999999999,t=3,p=4"), AET_ETOOCOSTLY },

	/* Too costly, but no hash either: malformed comes first. */
	{ PHC("m=262145,t=3"), AET_EMALFORMED },
	{ "$argon2id$v=19$m=262145,t=3,p=4$" SALT, AET_EMALFORMED },

	/* Beginnings. */
	{ NULL, AET_EMALFORMED },
	{ "", AET_EMALFORMED },
	{ "$", AET_EMALFORMED },
	{ "$argon2id", AET_EMALFORMED },
	{ "$argon2id$v=19", AET_EMALFORMED },
	{ " " PHC("m=65536,t=3,p=4"), AET_EMALFORMED },
	{ "$argon2i$v=19$m=65536,t=3,p=4$" SALT "$" TAG, AET_EMALFORMED },
	{ "$argon2d$v=19$m=65536,t=3,p=4$" SALT "$" TAG, AET_EMALFORMED },
	{ "$Argon2id$v=19$m=65536,t=3,p=4$" SALT "$" TAG, AET_EMALFORMED },
	{ "$argon2id$m=65536,t=3,p=4$" SALT "$" TAG, AET_EMALFORMED },
	{ "$argon2id$v=16$m=65536,t=3,p=4$" SALT "$" TAG, AET_EMALFORMED },
	{ "$argon2id$v=019$m=65536,t=3,p=4$" SALT "$" TAG, AET_EMALFORMED },
	{ "$argon2id$v=190$m=65536,t=3,p=4$" SALT "$" TAG, AET_EMALFORMED },
	{ "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
	    AET_EMALFORMED },

	/* Parameters. */
	{ PHC(""), AET_EMALFORMED },
	{ PHC("m=65536"), AET_EMALFORMED },
	{ PHC("m=65536,t=3"), AET_EMALFORMED },
	{ PHC("m=65536,t=3,"), AET_EMALFORMED },
	{ PHC("m=65536,t=3,p"), AET_EMALFORMED },
	{ PHC("m=65536,t=3,p="), AET_EMALFORMED },
	{ PHC("m=65536,t=3,p=4,"), AET_EMALFORMED },
	{ PHC(",m=65536,t=3,p=4"), AET_EMALFORMED },
	{ PHC("m=65536;t=3;p=4"), AET_EMALFORMED },
	{ PHC("M=65536,t=3,p=4"), AET_EMALFORMED },
	{ PHC("m=65536,t=3,p=4,t=3"), AET_EMALFORMED },
	{ PHC("m=65536,t=3,t=3,p=4"), AET_EMALFORMED },
	{ PHC("m=65536,m=65536,t=3"), AET_EMALFORMED },
	{ PHC("m=65536,t=3,p=4,keyid=Zm9v"), AET_EMALFORMED },
	{ PHC("m=65536,t=3,p=4,data=Zm9v"), AET_EMALFORMED },
	{ PHC("m=65536,t=3,keyid=Zm9v,p=4"), AET_EMALFORMED },
	{ PHC("m=65536,t=3,p=4,x=1"), AET_EMALFORMED },

	/* Numbers. */
	{ PHC("m=65536,t=3,p=0"), AET_EMALFORMED },
	{ PHC("m=65536,t=0,p=4"), AET_EMALFORMED },
	{ PHC("m=0,t=3,p=4"), AET_EMALFORMED },
	{ PHC("m=065536,t=3,p=4"), AET_EMALFORMED },
	{ PHC("m=65536,t=03,p=4"), AET_EMALFORMED },
	{ PHC("m=65536,t=+3,p=4"), AET_EMALFORMED },
	{ PHC("m=65536,t=-3,p=4"), AET_EMALFORMED },
	{ PHC("m=65536,t= 3,p=4"), AET_EMALFORMED },
	{ PHC("m=65536,t=3 ,p=4"), AET_EMALFORMED },
	{ PHC("m=65536,t=3.0,p=4"), AET_EMALFORMED },
	{ PHC("m=0x10000,t=3,p=4"), AET_EMALFORMED },
	{ PHC("m=31,t=3,p=4"), AET_EMALFORMED },
	{ PHC("m=7,t=1,p=1"), AET_EMALFORMED },

	/* Salt and tag: lengths. */
	{ "$argon2id$v=19$m=65536,t=3,p=4", AET_EMALFORMED },
	{ "$argon2id$v=19$m=65536,t=3,p=4$", AET_EMALFORMED },
	{ "$argon2id$v=19$m=65536,t=3,p=4$" SALT, AET_EMALFORMED },
	{ "$argon2id$v=19$m=65536,t=3,p=4$" SALT "$", AET_EMALFORMED },
	{ "$argon2id$v=19$m=65536,t=3,p=4$$" TAG, AET_EMALFORMED },
	{ "$argon2id$v=19$m=65536,t=3,p=4$" SALT "$AAAA", AET_EMALFORMED },
	{ "$argon2id$v=19$m=65536,t=3,p=4$" SALT "$AAAAAAAAAAAAAAA", AET_EMALFORMED },
	{ "$argon2id$v=19$m=65536,t=3,p=4$" SALT "$AAAAAAAAAAAAAAAA", AET_OK },
	{ "$argon2id$v=19$m=65536,t=3,p=4$" SALT "$" ZEROS_64, AET_OK },
	{ "$argon2id$v=19$m=65536,t=3,p=4$" SALT "$" ZEROS_64 "A", AET_EMALFORMED },
	{ "$argon2id$v=19$m=65536,t=3,p=4$" SALT "$" ZEROS_64 "AA", AET_EMALFORMED },
	{ "$argon2id$v=19$m=65536,t=3,p=4$AAAAAAAAAA$" TAG, AET_EMALFORMED },
	{ "$argon2id$v=19$m=65536,t=3,p=4$AAAAAAAAAAA$" TAG, AET_OK },
	{ "$argon2id$v=19$m=65536,t=3,p=4$" ZEROS_64 "$" TAG, AET_OK },
	{ "$argon2id$v=19$m=65536,t=3,p=4$" ZEROS_64 "AA$" TAG, AET_EMALFORMED },

	/* Salt and tag: characters, padding, bits left over, what follows. */
	{ "$argon2id$v=19$m=65536,t=3,p=4$" SALT "==$" TAG "=", AET_EMALFORMED },
	{ "$argon2id$v=19$m=65536,t=3,p=4$" SALT "$" TAG "=", AET_EMALFORMED },
	{ "$argon2id$v=19$m=65536,t=3,p=4$" SALT "$" TAG "\n", AET_EMALFORMED },
	{ "$argon2id$v=19$m=65536,t=3,p=4$" SALT "$" TAG "$", AET_EMALFORMED },
	{ "$argon2id$v=19$m=65536,t=3,p=4$" SALT "$" TAG "$AAAA", AET_EMALFORMED },
	{ "$argon2id$v=19$m=65536,t=3,p=4$b3JhY2xlLXNhbHQtMDAwMR$" TAG, AET_EMALFORMED },
	{ "$argon2id$v=19$m=65536,t=3,p=4$b3JhY2xlLXNhbHQtMDAwM-$" TAG, AET_EMALFORMED },
	{ "$argon2id$v=19$m=65536,t=3,p=4$b3JhY2xlLXNhbHQtMDAw_Q$" TAG, AET_EMALFORMED },
	{ "$argon2id$v=19$m=65536,t=3,p=4$b3JhY2xl.LXNhbHQtMDAwM$" TAG, AET_EMALFORMED },
	{ "$argon2id$v=19$m=65536,t=3,p=4$" SALT "$AAAAAAAAAAAAAAAAB", AET_EMALFORMED },
	{ "$argon2id$v=19$m=65536,t=3,p=4$" SALT "$AAAAAAAAAAAAAAAAAAB", AET_EMALFORMED },
	{ "$argon2id$v=19$m=65536,t=3,p=4$" SALT "$AAAAAAAAAAAAAAAAA", AET_EMALFORMED },
};

START_TEST(every_case_has_its_status)
{
	aet__phc phc = { .passes = 77 };
	aet_error err = { .status = AET_OK };
	aet_status status = aet__phc_parse(cases[_i].text, &phc, &err);

	ck_assert_msg(status == cases[_i].status, "%s: %s instead of %s",
	    cases[_i].text != NULL ? cases[_i].text : "NULL", aet_status_name(status),
	    aet_status_name(cases[_i].status));
	ck_assert_int_eq(err.status, status);
	if (status != AET_OK)
		ck_assert_uint_eq(phc.passes, 77);
	ck_assert_int_eq(aet__phc_parse(cases[_i].text, &phc, NULL), status);
}
END_TEST

START_TEST(a_string_is_taken_apart)
{
	static const uint8_t tag_begins[] = { 0x76, 0xF7, 0x00, 0x3D, 0x35, 0x67 };
	aet__phc phc;

	ck_assert_int_eq(aet__phc_parse(PHC("m=65536,p=4,t=3"), &phc, NULL), AET_OK);
	ck_assert_uint_eq(phc.memory_kib, 65536);
	ck_assert_uint_eq(phc.passes, 3);
	ck_assert_uint_eq(phc.parallelism, 4);
	ck_assert(!phc.in_order);
	ck_assert_uint_eq(phc.salt_len, 16);
	ck_assert_mem_eq(phc.salt, "oracle-salt-0001", 16);
	ck_assert_uint_eq(phc.tag_len, 32);
	ck_assert_mem_eq(phc.tag, tag_begins, sizeof(tag_begins));
	ck_assert_int_eq(aet__phc_parse(PHC("m=65536,t=3,p=4"), &phc, NULL), AET_OK);
	ck_assert(phc.in_order);
}
END_TEST

/* Every length's remainder by 3, and every text that was read in order. */
START_TEST(what_is_read_in_order_is_printed_alike)
{
	aet__phc phc;
	aet__phc again;
	char text[256];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (cases[i].status != AET_OK)
			continue;
		ck_assert_int_eq(aet__phc_parse(cases[i].text, &phc, NULL), AET_OK);
		ck_assert(aet__phc_print(&phc, text, sizeof(text)));
		ck_assert_int_eq(strcmp(text, cases[i].text) == 0, phc.in_order);
	}
	for (size_t len = 12; len <= 64; len++) {
		phc.salt_len = len;
		phc.tag_len = 76 - len;
		memset(phc.salt, 0xFB, sizeof(phc.salt));
		memset(phc.tag, 0x5E, sizeof(phc.tag));
		ck_assert(aet__phc_print(&phc, text, sizeof(text)));
		ck_assert_int_eq(aet__phc_parse(text, &again, NULL), AET_OK);
		ck_assert_uint_eq(again.salt_len, phc.salt_len);
		ck_assert_uint_eq(again.tag_len, phc.tag_len);
		ck_assert_mem_eq(again.salt, phc.salt, phc.salt_len);
		ck_assert_mem_eq(again.tag, phc.tag, phc.tag_len);
	}
}
END_TEST

START_TEST(printing_needs_its_room)
{
	aet__phc phc;
	char text[256];
	size_t need = strlen(PHC("m=65536,t=3,p=4")) + 1;

	ck_assert_int_eq(aet__phc_parse(PHC("m=65536,t=3,p=4"), &phc, NULL), AET_OK);
	memset(text, 'x', sizeof(text));
	ck_assert(aet__phc_print(&phc, text, need));
	ck_assert_str_eq(text, PHC("m=65536,t=3,p=4"));
	ck_assert_int_eq(text[need], 'x');
	ck_assert(!aet__phc_print(&phc, text, need - 1));
	ck_assert_str_eq(text, "");
	ck_assert(!aet__phc_print(&phc, NULL, 0));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("password_phc");
	TCase *tcase = tcase_create("password_phc");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(
	    tcase, every_case_has_its_status, 0, (int)(sizeof(cases) / sizeof(cases[0])));
	tcase_add_test(tcase, a_string_is_taken_apart);
	tcase_add_test(tcase, what_is_read_in_order_is_printed_alike);
	tcase_add_test(tcase, printing_needs_its_room);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
