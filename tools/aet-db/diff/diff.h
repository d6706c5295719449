/* SPDX-License-Identifier: MIT */
/* From one schema to another: read both, plan, and prove the plan. */
#ifndef AET_DB_DIFF_DIFF_H
#define AET_DB_DIFF_DIFF_H

#include <stddef.h>

#include <aeturnis/migrate.h>

#include "diff/plan.h"
#include "diff/servers.h"

/* What a plan begins with: functions may name what is made after them. */
#define DIFF_HEAD "SET check_function_bodies = off"

typedef struct diff_options {
	const char *from;
	const char *to;
	const char *shadow; /* NULL: a private server */
	const char *bindir; /* NULL: looked for */
} diff_options;

typedef struct diff_report {
	codegen_memory memory;
	const char **statements;
	size_t statement_count;
	diff_hazard *hazards;
	size_t hazard_count;
	const char **problems; /* why there is no plan: what is refused, what remains */
	size_t problem_count;
	aet_migrate_failure failure; /* of a source's file; file "": none */
} diff_report;

/*
 * Fills report, whose texts live until diff_report_free, also on failure.
 * AET_EDATA: there is no proven plan; problems say why, where err does not.
 */
aet_status diff_run(const diff_options *options, diff_report *report, aet_error *err);

void diff_report_free(diff_report *report);

#endif
