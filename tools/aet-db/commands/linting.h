/* SPDX-License-Identifier: MIT */
/* Which files lint reads, and which of them it judges. */
#ifndef AET_DB_COMMANDS_LINTING_H
#define AET_DB_COMMANDS_LINTING_H

#include "cli.h"
#include "lint/lint.h"
#include "migrate/source.h"
#include "migrate/spool.h"

typedef struct linting_files {
	aet__source source;
	lint_file *items;
	aet__spool *texts; /* of each */
	size_t count;
} linting_files;

/*
 * Reads the files that the operands, --dir and --all name: those to be judged,
 * and those that come before them. cli->db is open where its journal is to say
 * which are pending. Returns an exit code; linting_free() in any case.
 */
int linting_read(cli_context *cli, linting_files *out);

void linting_free(linting_files *files);

#endif
