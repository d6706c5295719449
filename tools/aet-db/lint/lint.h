/* SPDX-License-Identifier: MIT */
/*
 * Judges migrations by running them on a private copy: what each statement
 * locks, reads, writes anew, drops and fails on is observed, not guessed.
 */
#ifndef AET_DB_LINT_LINT_H
#define AET_DB_LINT_LINT_H

#include <stdbool.h>
#include <stddef.h>

#include <aeturnis/migrate.h>

#include "codegen/memory.h"
#include "hazard/hazard.h"

typedef struct lint_file {
	const char *path; /* as messages show it */
	const char *text;
	size_t len;
	bool judged; /* otherwise it just runs */
} lint_file;

typedef struct lint_options {
	lint_file *files; /* in the order in which they run */
	size_t file_count;
	bool each_alone; /* each file meets a game that uses what those before it made;
	                       otherwise what one of the judged makes is new to all */
	const char *database; /* to run them in, with the schema to begin with; NULL:
	                         one is made */
	const char *live; /* a database to copy the schema of; NULL: begin with nothing */
	const char *counts; /* a database to read the tables' sizes from; NULL: unknown */
	const char *journal;  /* the journal's schema, which is nobody's business */
	const char *manifest; /* of the release that runs, NULL: not known */
	const char *bindir;   /* NULL: looked for */
} lint_options;

typedef struct lint_finding {
	hazard_id hazard;
	const lint_file *file;
	int line;
	int column;
	const char *object;    /* "users.mail" */
	double rows;           /* estimated, of the table; below 0: unknown */
	const char *what;      /* a sentence */
	const char *instead;   /* likewise */
	const char *statement; /* how it begins */
	const char *allowed;   /* the reason; NULL: it is not */
} lint_finding;

/* Something to tell beside the findings. */
typedef struct lint_note {
	const lint_file *file;
	int line;
	int column;
	const char *text;
} lint_note;

typedef struct lint_report {
	codegen_memory memory;
	lint_finding *findings; /* in the order of files and statements */
	size_t finding_count;
	lint_note *notes;
	size_t note_count;
	aet_migrate_failure failure; /* of a migration that does not run at all */
} lint_report;

/*
 * Fills report, whose texts live until lint_report_free, also on failure.
 * Fails with AET_EMIGRATION (a file's own SQL fails: report->failure), AET_EINVAL
 * (a file, its comments or the manifest cannot be read), AET_ECONNECT, AET_ENOMEM.
 */
aet_status lint_run(const lint_options *options, lint_report *report, aet_error *err);

void lint_report_free(lint_report *report);

#endif
