/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include <aeturnis/types.h>

#define SAMPLE "f47ac10b-58cc-4372-a567-0e02b2c3d479"

static const aet_uuid sample = { { 0xf4, 0x7a, 0xc1, 0x0b, 0x58, 0xcc, 0x43, 0x72, 0xa5,
    0x67, 0x0e, 0x02, 0xb2, 0xc3, 0xd4, 0x79 } };

START_TEST(format_is_lower_case)
{
	char text[AET_UUID_TEXT_SIZE];

	aet_uuid_format(sample, text);
	ck_assert_str_eq(text, SAMPLE);
	aet_uuid_format((aet_uuid){ { 0 } }, text);
	ck_assert_str_eq(text, "00000000-0000-0000-0000-000000000000");
}
END_TEST

START_TEST(parse_takes_either_case)
{
	aet_uuid uuid;

	ck_assert_int_eq(aet_uuid_parse(SAMPLE, &uuid, NULL), AET_OK);
	ck_assert(aet_uuid_equal(uuid, sample));
	memset(&uuid, 0, sizeof(uuid));
	ck_assert_int_eq(
	    aet_uuid_parse("F47AC10B-58CC-4372-A567-0E02B2C3D479", &uuid, NULL), AET_OK);
	ck_assert(aet_uuid_equal(uuid, sample));
}
END_TEST

START_TEST(parse_refuses_everything_else)
{
	static const char *const wrong[] = {
		NULL,
		"",
		"f47ac10b",
		"f47ac10b58cc4372a5670e02b2c3d479",
		"{f47ac10b-58cc-4372-a567-0e02b2c3d479}",
		SAMPLE "0",
		SAMPLE " ",
		" " SAMPLE,
		"f47ac10b-58cc-4372-a567-0e02b2c3d47",
		"f47ac10b-58cc-4372-a567-0e02b2c3d47g",
		"f47ac10b 58cc-4372-a567-0e02b2c3d479",
		"f47ac10-b58cc-4372-a567-0e02b2c3d479",
		"-47ac10b-58cc-4372-a567-0e02b2c3d479",
		"f47ac10b-58cc-4372-a567-0e02b2c3d4\xC3\xA9",
	};
	aet_uuid uuid = sample;
	aet_error err;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		memset(&err, 0, sizeof(err));
		ck_assert_int_eq(aet_uuid_parse(wrong[i], &uuid, &err), AET_EINVAL);
		ck_assert_int_eq(err.status, AET_EINVAL);
		ck_assert_str_eq(err.message,
		    "not a uuid: expected 32 hexadecimal digits as 8-4-4-4-12");
		ck_assert(aet_uuid_equal(uuid, sample));
	}
}
END_TEST

START_TEST(random_is_version_4_and_differs)
{
	aet_uuid last = { { 0 } };
	aet_uuid uuid;

	for (int i = 0; i < 1000; i++) {
		ck_assert_int_eq(aet_uuid_random(&uuid, NULL), AET_OK);
		ck_assert_int_eq(uuid.bytes[6] >> 4, 4);
		ck_assert_int_eq(uuid.bytes[8] >> 6, 2);
		ck_assert(!aet_uuid_equal(uuid, last));
		last = uuid;
	}
}
END_TEST

START_TEST(what_is_printed_reads_back)
{
	char text[AET_UUID_TEXT_SIZE];
	aet_uuid again;
	aet_uuid uuid;

	for (int i = 0; i < 1000; i++) {
		ck_assert_int_eq(aet_uuid_random(&uuid, NULL), AET_OK);
		aet_uuid_format(uuid, text);
		ck_assert_int_eq(aet_uuid_parse(text, &again, NULL), AET_OK);
		ck_assert(aet_uuid_equal(uuid, again));
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("uuid");
	TCase *tcase = tcase_create("uuid");
	SRunner *runner;
	int failed;

	tcase_add_test(tcase, format_is_lower_case);
	tcase_add_test(tcase, parse_takes_either_case);
	tcase_add_test(tcase, parse_refuses_everything_else);
	tcase_add_test(tcase, random_is_version_4_and_differs);
	tcase_add_test(tcase, what_is_printed_reads_back);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
