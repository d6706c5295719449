/* SPDX-License-Identifier: MIT */
/*
 * stdout is the result, stderr the talk. With --json the result is one
 * document, {"version":1,"command":...,"ok":...,"exit":...}, which a failure
 * makes, too; without it, lines.
 */
#ifndef AET_DB_OUTPUT_H
#define AET_DB_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include <aeturnis/error.h>
#include <aeturnis/export.h>

#include "options.h"

#define JSON_DOCUMENT_VERSION 1

typedef struct cli_output {
	const char *command; /* "" before one is known */
	bool json;
	bool quiet;
	bool verbose;
	bool color;    /* of what goes to stderr */
	bool finished; /* the document is out */
	json_t *document;
} cli_output;

/* What is shown of a failure. Texts that do not apply are NULL or empty. */
typedef struct cli_failure {
	aet_error error;
	int exit; /* 0: what error.status says (exit_of_status) */
	const char *file;
	int line;
	int column;
	const char *excerpt; /* the start of the statement that failed */
	const char *detail;
	const char *hint;
	const char *next; /* the command to run next */
} cli_failure;

/* As the flags say; fails when memory is out. */
bool output_open(cli_output *out, const cli_options *opts);
void output_close(cli_output *out);

/* A line of the result; nothing with --json. */
void output_line(cli_output *out, const char *format, ...) AET_PRINTF(2, 3);
/* Talk: nothing with --quiet. */
void output_note(cli_output *out, const char *format, ...) AET_PRINTF(2, 3);
/* Talk that --verbose asks for. */
void output_detail(cli_output *out, const char *format, ...) AET_PRINTF(2, 3);
/* A warning: said even with --quiet. */
void output_warn(cli_output *out, const char *format, ...) AET_PRINTF(2, 3);

/* A member of the document. Takes value over, which may be NULL: out of memory
 * shows when the document is written. */
void output_set(cli_output *out, const char *key, json_t *value);

/* Appends to a member that is an array, which the first makes. The same. */
void output_append(cli_output *out, const char *key, json_t *value);

/* NULL and "" become null. */
json_t *output_text(const char *text);

/* Tells of a failure on stderr, and in the document; returns the exit code. */
int output_fail(cli_output *out, const cli_failure *failure);
/* The same for the command line itself. */
int output_usage(cli_output *out, const char *format, ...) AET_PRINTF(2, 3);

/*
 * Writes the document where there is one, flushes, and returns code: or 1,
 * with the reason on stderr, when stdout did not take it all.
 */
int output_finish(cli_output *out, int code);

/* From a failed call's status to the exit code. */
int exit_of_status(aet_status status);

/* From here on stdout is somebody else's: no document is written. */
void output_hand_over(cli_output *out);

/*
 * Makes SIGINT, SIGTERM and SIGHUP, where they are not ignored, end the process
 * with 130, 143 and 129, with message on stderr and the document on stdout. A
 * connection that closes takes its transaction with it, so there is nothing else
 * to do. The latest message counts.
 */
void output_arm_interrupt(cli_output *out, const char *message);

/* From here on the signals say nothing: the result itself is being written. */
void output_disarm_interrupt(void);

/* A folder that goes, too, with all that is in it; NULL: none. Copied. */
void output_interrupt_removes(const char *path);

#endif
