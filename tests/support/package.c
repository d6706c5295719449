/* SPDX-License-Identifier: MIT */
/* As superuser: schemas are loaded into databases that are made for them. */
#include "support/package.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FLAGS "-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror"

codegen_report package_report;
aet_error package_err;
static char *scratch;

static const char *
needed(const char *variable)
{
	const char *value = getenv(variable);

	ck_assert_msg(value != NULL, "%s is not set; run by meson test", variable);
	return value;
}

void
package_run(const char *format, ...)
{
	char command[8192];
	va_list list;
	int len;

	va_start(list, format);
	len = vsnprintf(command, sizeof(command), format, list);
	va_end(list);
	ck_assert_int_lt(len, (int)sizeof(command));
	ck_assert_msg(system(command) == 0, "failed: %s", command);
}

void
package_setup(void)
{
	scratch = test_scratch_make();
	memset(&package_report, 0, sizeof(package_report));
}

void
package_teardown(void)
{
	codegen_report_free(&package_report);
	test_scratch_remove(scratch);
}

const char *
package_path(const char *name)
{
	static char paths[8][512];
	static size_t next;
	char *path = paths[next++ % 8];

	snprintf(path, sizeof(paths[0]), "%s/%s", scratch, name);
	return path;
}

void
package_write(const char *name, const char *text)
{
	FILE *file = fopen(package_path(name), "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(text, file), 0);
	ck_assert_int_eq(fclose(file), 0);
}

void
package_write_config(const char *more)
{
	char text[8192];
	int len = snprintf(text, sizeof(text),
	    "{\"version\": 1, \"packages\": [{\"name\": \"p\", \"prefix\": \"p\", "
	    "\"schema\": \"schema.sql\", \"queries\": \"queries.sql\", \"include\": "
	    "\"out\", \"source\": \"out\", \"test\": \"generated_test.c\"%s}]}\n",
	    more);

	ck_assert_int_lt(len, (int)sizeof(text));
	package_write("aet-db.json", text);
}

aet_status
package_generate(void)
{
	codegen_options options = { .url = test_server_url(),
		.config = package_path("aet-db.json") };

	codegen_report_free(&package_report);
	return codegen_run(&options, &package_report, &package_err);
}

static void
print_messages(void)
{
	for (size_t i = 0; i < package_report.message_count; i++) {
		char *text = codegen_message_format(&package_report.messages[i]);

		fputs(text, stderr);
		free(text);
	}
}

void
package_generate_well(void)
{
	aet_status status = package_generate();

	print_messages();
	ck_assert_msg(status == AET_OK, "%s", package_err.message);
}

void
package_refused(size_t count)
{
	aet_status status;

	package_run("rm -rf '%s'", package_path("out"));
	status = package_generate();
	if (package_report.message_count != count)
		print_messages();
	ck_assert_int_eq(status, AET_EINVAL);
	ck_assert_uint_eq(package_report.message_count, count);
	ck_assert_uint_eq(package_report.file_count, 0);
	ck_assert_int_ne(access(package_path("out"), F_OK), 0);
}

void
package_said(size_t at, const char *file, size_t line, size_t column, const char *text)
{
	const codegen_message *message = &package_report.messages[at];

	ck_assert_str_eq(message->text, text);
	if (strcmp(file, "aet-db.json") == 0)
		file = package_path(file); /* as it was given */
	ck_assert_str_eq(message->file, file);
	ck_assert_uint_eq(message->line, line);
	ck_assert_uint_eq(message->column, column);
}

/* ---- what was generated ------------------------------------------------------ */

static void
compile_all(const char *compiler, const char *files)
{
	package_run("for f in '%s'/out/%s; do %s " FLAGS " -I'%s/../../include' "
		    "-I'%s/out' -I'%s' -o /dev/null \"$f\" || exit 1; done",
	    scratch, files, compiler, needed("AET_TEST_FIXTURES"), scratch, scratch);
}

void
package_compile(void)
{
	compile_all("gcc -std=c11 -c", "*.c");
	compile_all("clang -std=c17 -c", "*.c");
	compile_all("g++ -x c++ -std=c++17 -fsyntax-only", "*.h");
	compile_all("clang++ -x c++ -std=c++17 -fsyntax-only", "*.h");
}

void
package_format(void)
{
	package_run(
	    "cp '%s/../../.clang-format' '%s'", needed("AET_TEST_FIXTURES"), scratch);
	package_run(
	    "clang-format --dry-run -Werror '%s'/out/*.[ch] '%s/generated_test.c'",
	    scratch, scratch);
}

static void
build(const char *program)
{
	package_run("gcc -std=c17 -g " FLAGS " %s -I'%s/../../include' -I'%s/out' "
		    "-I'%s' '%s/%s.c' '%s'/out/*.c '%s' "
		    "-Wl,-rpath,\"$(dirname '%s')\" -o '%s/%s'",
	    needed("AET_TEST_CFLAGS"), needed("AET_TEST_FIXTURES"), scratch, scratch,
	    scratch, program, scratch, needed("AET_TEST_LIBRARY"),
	    needed("AET_TEST_LIBRARY"), scratch, program);
}

void
package_run_program(const char *argument)
{
	build("program");
	package_run("'%s/program' '%s'", scratch, argument);
}

void
package_run_test(void)
{
	build("generated_test");
	package_run("'%s/generated_test'", scratch);
}

static char *
read_file(const char *name)
{
	FILE *file = fopen(package_path(name), "r");
	char *text = NULL;
	size_t size = 0;

	ck_assert_msg(file != NULL, "there is no %s", name);
	ck_assert_int_ge(getdelim(&text, &size, '\0', file), 0);
	fclose(file);
	return text;
}

void
package_has(const char *file, const char *text)
{
	char *whole = read_file(file);
	bool found = strstr(whole, text) != NULL;

	if (!found)
		fprintf(stderr, "---- %s\n%s", file, whole);
	free(whole);
	ck_assert_msg(found, "%s lacks\n%s", file, text);
}

void
package_has_not(const char *file, const char *text)
{
	char *whole = read_file(file);

	ck_assert_msg(strstr(whole, text) == NULL, "%s has\n%s", file, text);
	free(whole);
}
