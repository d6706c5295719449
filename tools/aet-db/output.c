/* SPDX-License-Identifier: MIT */
#include "output.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "core/caret.h"

#define LONGEST_LINE 240
#define DIM "\033[2m"
#define RED "\033[31m"
#define YELLOW "\033[33m"
#define PLAIN "\033[0m"

static bool
wants_color(bool no_color)
{
	const char *disabled = getenv("NO_COLOR"); /* https://no-color.org */
	const char *terminal = getenv("TERM");

	if (no_color || (disabled != NULL && disabled[0] != '\0'))
		return false;
	if (terminal != NULL && strcmp(terminal, "dumb") == 0)
		return false;
	return isatty(STDERR_FILENO) == 1;
}

bool
output_open(cli_output *out, const cli_options *opts)
{
	memset(out, 0, sizeof(*out));
	out->command = opts->command != NULL ? opts->command->name : "";
	out->json = opts->json;
	out->quiet = opts->quiet;
	out->verbose = opts->verbose;
	out->color = wants_color(opts->no_color);
	if (!out->json)
		return true;
	out->document = json_pack("{s:i, s:s, s:b, s:i}", "version",
	    JSON_DOCUMENT_VERSION, "command", out->command, "ok", 0, "exit", EXIT_FAILED);
	return out->document != NULL;
}

void
output_close(cli_output *out)
{
	json_decref(out->document);
	out->document = NULL;
}

void
output_line(cli_output *out, const char *format, ...)
{
	va_list args;

	if (out->json)
		return;
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
}

static void say(const cli_output *out, const char *color, const char *format,
    va_list args) AET_PRINTF(3, 0);

static void
say(const cli_output *out, const char *color, const char *format, va_list args)
{
	if (out->color && color != NULL)
		fputs(color, stderr);
	vfprintf(stderr, format, args);
	fputs(out->color && color != NULL ? PLAIN "\n" : "\n", stderr);
}

void
output_note(cli_output *out, const char *format, ...)
{
	va_list args;

	if (out->quiet)
		return;
	va_start(args, format);
	say(out, NULL, format, args);
	va_end(args);
}

void
output_detail(cli_output *out, const char *format, ...)
{
	va_list args;

	if (!out->verbose)
		return;
	va_start(args, format);
	say(out, DIM, format, args);
	va_end(args);
}

void
output_warn(cli_output *out, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(out, YELLOW, format, args);
	va_end(args);
}

void
output_set(cli_output *out, const char *key, json_t *value)
{
	if (out->document == NULL)
		json_decref(value);
	else if (json_object_set_new(out->document, key, value) != 0)
		output_close(out);
}

void
output_append(cli_output *out, const char *key, json_t *value)
{
	json_t *array = json_object_get(out->document, key);

	if (out->document != NULL && array == NULL) {
		array = json_array();
		output_set(out, key, array);
	}
	/* output_set may have given the document up. */
	if (out->document == NULL)
		json_decref(value);
	else if (json_array_append_new(array, value) != 0)
		output_close(out);
}

json_t *
output_text(const char *text)
{
	return text != NULL && text[0] != '\0' ? json_string(text) : json_null();
}

static json_t *
output_number(int number)
{
	return number > 0 ? json_integer(number) : json_null();
}

/* Without its end; NULL where there is none such. */
static char *
read_line(const char *path, int number)
{
	FILE *file = path != NULL && path[0] != '\0' ? fopen(path, "r") : NULL;
	char *line = NULL;
	size_t room = 0;
	ssize_t len = -1;

	for (int i = 0; file != NULL && i < number; i++)
		if ((len = getline(&line, &room, file)) < 0)
			break;
	if (file != NULL)
		fclose(file);
	if (len >= 0)
		line[strcspn(line, "\r\n")] = '\0';
	if (len >= 0 && len <= LONGEST_LINE)
		return line;
	free(line);
	return NULL;
}

static void
print_place(const cli_failure *failure)
{
	if (failure->file == NULL || failure->file[0] == '\0')
		return;
	fputs(failure->file, stderr);
	if (failure->line > 0)
		fprintf(stderr, ":%d", failure->line);
	if (failure->column > 0)
		fprintf(stderr, ":%d", failure->column);
	fputs(": ", stderr);
}

/* The line of the file that the failure is in, where it can be read and is one that
 * a terminal bears. */
static bool
print_line(const cli_failure *failure)
{
	char *line = failure->line > 0 && failure->column > 0
			 ? read_line(failure->file, failure->line)
			 : NULL;
	aet__text text = { 0 };
	bool shown;

	if (line != NULL)
		aet__text_add_caret(&text, line, (size_t)failure->column);
	shown = aet__text_ok(&text) && text.len > 0;
	if (shown)
		fprintf(stderr, "%s\n", aet__text_view(&text) + 1);
	free(line);
	aet__text_free(&text);
	return shown;
}

static void
print_more(const char *label, const char *text)
{
	if (text != NULL && text[0] != '\0')
		fprintf(stderr, "  %s %s\n", label, text);
}

static void
print_failure(const cli_output *out, const cli_failure *failure)
{
	const aet_error *error = &failure->error;

	fprintf(stderr, "%saet-db:%s ", out->color ? RED : "", out->color ? PLAIN : "");
	print_place(failure);
	fputs(error->message[0] != '\0' ? error->message : aet_status_text(error->status),
	    stderr);
	if (error->sqlstate[0] != '\0')
		fprintf(stderr, " (SQLSTATE %s)", error->sqlstate);
	fputc('\n', stderr);
	if (!print_line(failure))
		print_more("statement:", failure->excerpt);
	print_more("detail:   ", failure->detail);
	print_more("hint:     ", failure->hint);
	print_more("next:     ", failure->next);
}

static json_t *
document_of_failure(const cli_failure *failure)
{
	const aet_error *error = &failure->error;
	const char *message =
	    error->message[0] != '\0' ? error->message : aet_status_text(error->status);

	return json_pack("{s:s, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
	    "status", aet_status_name(error->status), "sqlstate",
	    output_text(error->sqlstate), "message", message, "constraint",
	    output_text(error->constraint), "file", output_text(failure->file), "line",
	    output_number(failure->line), "column", output_number(failure->column),
	    "statement", output_text(failure->excerpt), "detail",
	    output_text(failure->detail), "hint", output_text(failure->hint), "next",
	    output_text(failure->next));
}

#define NO_FOLDER "cannot read the folder" /* lib/migrate/directory.c */

/* Where nobody who knows more has said what to do. */
static void
add_usual_advice(cli_failure *failure)
{
	if (failure->hint != NULL || failure->next != NULL)
		return;
	if (strcmp(failure->error.sqlstate, "42501") == 0) {
		failure->hint = "this role lacks a right: connect as the role that owns "
				"what is used, or have it granted; roles that aet-db "
				"roles made have none on newer tables until it is "
				"applied again";
		failure->next = "aet-db roles, which prints what each role is granted";
	}
	if (strncmp(failure->error.message, NO_FOLDER, strlen(NO_FOLDER)) == 0) {
		failure->hint = "migrations are files NNNN_name.sql in one folder";
		failure->next =
		    "aet-db new NAME, which begins one; or name it: --dir FOLDER";
	}
}

int
output_fail(cli_output *out, const cli_failure *failure)
{
	cli_failure told = *failure;

	add_usual_advice(&told);
	print_failure(out, &told);
	if (out->json)
		output_set(out, "error", document_of_failure(&told));
	return told.exit != 0 ? told.exit : exit_of_status(told.error.status);
}

int
output_usage(cli_output *out, const char *format, ...)
{
	cli_failure failure = { .exit = EXIT_USAGE };
	char next[64];
	va_list args;

	failure.error.status = AET_EINVAL;
	va_start(args, format);
	vsnprintf(failure.error.message, sizeof(failure.error.message), format, args);
	va_end(args);
	snprintf(next, sizeof(next), "aet-db %s%s--help", out->command,
	    out->command[0] != '\0' ? " " : "");
	failure.next = next;
	return output_fail(out, &failure);
}

static void
write_document(cli_output *out, int code)
{
	output_set(out, "ok", json_boolean(code == EXIT_DONE));
	output_set(out, "exit", json_integer(code));
	if (out->document == NULL) {
		/* Memory ran out; the one who reads still gets a document. */
		printf("{\"version\":%d,\"command\":\"%s\",\"ok\":false,\"exit\":%d,"
		       "\"error\":{\"status\":\"AET_ENOMEM\",\"message\":\"out of "
		       "memory\"}}\n",
		    JSON_DOCUMENT_VERSION, out->command, EXIT_FAILED);
		return;
	}
	json_dumpf(out->document, stdout, JSON_COMPACT);
	putchar('\n');
}

void
output_hand_over(cli_output *out)
{
	out->finished = true;
}

int
output_finish(cli_output *out, int code)
{
	if (out->finished)
		return code;
	out->finished = true;
	output_disarm_interrupt();
	if (out->json)
		write_document(out, code);
	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return code;
	fprintf(stderr, "aet-db: cannot write the result to standard output: %s\n",
	    strerror(errno != 0 ? errno : EIO));
	return code != EXIT_DONE ? code : EXIT_FAILED;
}

int
exit_of_status(aet_status status)
{
	switch (status) {
	case AET_OK:
		return EXIT_DONE;
	case AET_ECONNECT:
		return EXIT_UNREACHABLE;
	case AET_EBEHIND:
	case AET_ECHECKSUM:
	case AET_EDIVERGED:
	case AET_EMISSING:
	case AET_EHALFDONE:
	case AET_EADOPT:
	case AET_EDATA:
	case AET_ETAMPERED:
		return EXIT_PENDING;
	case AET_EORDER:
	case AET_EAHEAD:
	case AET_EREFUSED:
		return EXIT_CONSENT;
	case AET_ELOCKED:
	case AET_EHELD:
		return EXIT_LOCKED;
	default:
		return EXIT_FAILED;
	}
}
