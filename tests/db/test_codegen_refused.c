/* SPDX-License-Identifier: MIT */
/* As superuser: schemas are loaded into databases that are made for them. */
/*
 * Queries that are refused, each at the place where it is wrong, and none of the
 * others. In the files of tests/fixtures/codegen_refused/queries a section sign
 * stands where a message is expected, in front of what it points at, and a comment
 * "-- ! text" for each of them, in order, has what the message begins with, or a
 * part of it.
 */
#include "support/process.h"
#include "support/server.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "codegen/codegen.h"
#include "core/text.h"

#define SIGN "\xC2\xA7"
#define NOTE "-- ! "
#define MOST 200

typedef struct expectation {
	char file[256];
	size_t line;
	size_t column;
	char text[160];
} expectation;

static expectation expected[MOST];
static size_t expected_count;
static char *scratch;
static codegen_report report;
static aet_error err;

static const char *
in_scratch(const char *name)
{
	static char paths[4][512];
	static size_t next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s", scratch, name);
	return path;
}

static const char *
fixture(const char *name)
{
	static char path[512];
	const char *fixtures = getenv("AET_TEST_FIXTURES");

	ck_assert_msg(fixtures != NULL, "run by meson test");
	snprintf(path, sizeof(path), "%s/codegen_refused/%s", fixtures, name);
	return path;
}

static void
setup(void)
{
	scratch = test_scratch_make();
	memset(&report, 0, sizeof(report));
	expected_count = 0;
}

static void
teardown(void)
{
	codegen_report_free(&report);
	test_scratch_remove(scratch);
}

/* One line without its signs; what it says of messages is noted. */
static void
take_line(const char *file, size_t line, const char *text, aet__text *out, size_t *notes)
{
	const char *note = strstr(text, NOTE);
	size_t column = 1;

	if (note != NULL) {
		ck_assert_uint_lt(*notes, MOST);
		snprintf(expected[*notes].text, sizeof(expected[0].text), "%.*s",
		    (int)strcspn(note + strlen(NOTE), "\r\n"), note + strlen(NOTE));
		++*notes;
	}
	if (strncmp(text, "\xEF\xBB\xBF", 3) == 0) {
		aet__text_add_n(out, text, 3);
		text += 3;
	}
	for (; *text != '\0'; text++) {
		if (strncmp(text, SIGN, strlen(SIGN)) == 0) {
			expectation *one = &expected[expected_count++];

			ck_assert_uint_le(expected_count, MOST);
			snprintf(one->file, sizeof(one->file), "%s", file);
			one->line = line;
			one->column = column;
			text += strlen(SIGN) - 1;
			continue;
		}
		aet__text_add_char(out, *text);
		column += ((unsigned char)*text & 0xc0) != 0x80;
	}
}

static void
take_file(const char *name, const char *from)
{
	FILE *file = fopen(from, "r");
	size_t notes = expected_count;
	aet__text out = { 0 };
	char path[300];
	char line[512];

	ck_assert_ptr_nonnull(file);
	snprintf(path, sizeof(path), "queries/%s", name);
	for (size_t i = 1; fgets(line, sizeof(line), file) != NULL; i++)
		take_line(name, i, line, &out, &notes);
	fclose(file);
	ck_assert_uint_eq(notes, expected_count);
	file = fopen(in_scratch(path), "w");
	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(aet__text_view(&out), file), 0);
	ck_assert_int_eq(fclose(file), 0);
	aet__text_free(&out);
}

static void
take_files(void)
{
	DIR *folder = opendir(fixture("queries"));
	const struct dirent *entry;

	ck_assert_ptr_nonnull(folder);
	ck_assert_int_eq(mkdir(in_scratch("queries"), 0700), 0);
	while ((entry = readdir(folder)) != NULL) {
		char from[800];

		snprintf(from, sizeof(from), "%s/%s", fixture("queries"), entry->d_name);
		if (strstr(entry->d_name, ".sql") != NULL)
			take_file(entry->d_name, from);
	}
	closedir(folder);
}

static bool
is_expected(const codegen_message *message)
{
	const char *name = strrchr(message->file, '/');

	name = name != NULL ? name + 1 : message->file;
	for (size_t i = 0; i < expected_count; i++)
		if (strcmp(expected[i].file, name) == 0 &&
		    expected[i].line == message->line &&
		    expected[i].column == message->column &&
		    strstr(message->text, expected[i].text) != NULL) {
			expected[i].file[0] = '\0';
			return true;
		}
	return false;
}

START_TEST(each_is_refused_at_its_place)
{
	codegen_options options = { .url = test_server_url() };
	size_t wrong = 0;

	take_files();
	options.flags = (codegen_flags){ .schema = fixture("schema.sql"),
		.queries = in_scratch("queries"),
		.prefix = "p",
		.include = in_scratch("out"),
		.source = in_scratch("out") };
	ck_assert_int_eq(codegen_run(&options, &report, &err), AET_EINVAL);
	for (size_t i = 0; i < report.message_count; i++) {
		const codegen_message *message = &report.messages[i];

		if (!is_expected(message)) {
			fprintf(stderr, "%s:%zu:%zu: %s is not expected\n", message->file,
			    message->line, message->column, message->text);
			wrong++;
		}
	}
	for (size_t i = 0; i < expected_count; i++) {
		if (expected[i].file[0] != '\0') {
			fprintf(stderr, "%s:%zu:%zu: %s was not told\n", expected[i].file,
			    expected[i].line, expected[i].column, expected[i].text);
			wrong++;
		}
	}
	ck_assert_uint_eq(wrong, 0);
	ck_assert_uint_gt(expected_count, 70);
	ck_assert_int_ne(access(in_scratch("out"), F_OK), 0);
}
END_TEST

static Suite *
make_suite(void)
{
	Suite *suite = suite_create("codegen_refused");
	TCase *all = tcase_create("queries");

	tcase_add_checked_fixture(all, setup, teardown);
	tcase_set_timeout(all, 120);
	tcase_add_test(all, each_is_refused_at_its_place);
	suite_add_tcase(suite, all);
	return suite;
}

int
main(void)
{
	return test_main(make_suite);
}
